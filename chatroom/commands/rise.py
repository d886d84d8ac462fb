"""/rise NAME: show the password of a member who keeps order in the house, and be that member; for programs.

Whoever is that member already is told their rank, and has it again if they had stood down.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.commands.hello import Recognition
from chatroom.commands.identify import succeed
from chatroom.core.attempts import Attempt
from chatroom.core.becoming import ask_whose
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import KeepsNoOrder, WrongPassword
from chatroom.core.rank import Rank
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Have the password looked at."""
    call.hub.keeper.check_secrecy(call.session.private)
    ask_whose(call, call.args["name"].strip(), "recognise", call.args["password"], then=partial(_recognised, call))


def _recognised(call: Call, attempt: Attempt, found: Recognition | None) -> Sequence[Effect]:
    """Look at the rank only when the password was right."""
    if found is None or found.invited:
        raise WrongPassword
    member, attempts = found.member, call.hub.keeper.attempts
    if member.rank < Rank.MODERATOR:
        attempts.succeeded(attempt, call.now)
        raise KeepsNoOrder(name=member.name)
    if call.person.author.member != member.id:
        succeed(call, attempt, member)
    else:
        attempts.succeeded(attempt, call.now)
        call.person.rank = member.rank
        call.hub.presence.ranked(call.person)
    return (call.answering(name=member.name, rank=str(member.rank)),)


verb = Verb(
    "rise",
    perform,
    params=(Param("name", Takes.REST), Param("password", Takes.REST, typed=False)),
    hidden=True,
    untyped=True,
    console=False,
    **described(__doc__),
)
