"""/describe [REAL]: say what you are really called, and whether you are a machine or hidden; for programs.

With `plain` whoever keeps order in the house does so no more until they `rise` again, or come anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatroom.core.call import Call, bounded, single
from chatroom.core.effects import Effect
from chatroom.core.keeping import rooms_of
from chatroom.core.profile import REAL
from chatroom.core.rank import Rank
from chatroom.core.seams import Committed
from chatroom.core.signals import Described
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Note it, and tell the person's rooms what they are really called now."""
    person, session = call.person, call.session
    session.bot = call.args.get("bot", session.bot)
    call.hub.presence.hide(person, hidden=call.args.get("hidden", person.hidden))
    if call.args.get("plain", False) and person.rank > Rank.MEMBER:
        person.rank = Rank.MEMBER
        call.hub.presence.ranked(person)
    if "real" not in call.args:
        call.answer(real=person.real, bot=session.bot, hidden=person.hidden)
        return
    before, person.real = person.real, bounded(single(call.args["real"]), REAL, "name")

    def then(_: Committed) -> Sequence[Effect]:
        return [call.answering(real=person.real, bot=session.bot)]

    def undo() -> None:
        person.real = before

    call.submit(("", Described(person.author, rooms_of([person], None), person.real)), then=then, undo=undo)


verb = Verb(
    "describe",
    perform,
    params=(
        Param("real", Takes.REST, optional=True),
        Param("bot", Takes.FLAG, optional=True, typed=False),
        Param("hidden", Takes.FLAG, optional=True, typed=False),
        Param("plain", Takes.FLAG, optional=True, typed=False),
    ),
    hidden=True,
    console=False,
    **described(__doc__),
)
