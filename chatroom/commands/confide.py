"""/confide TEXT: say something to those who keep order in a room, or to all who have a voice there; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.events import MANNERS, Manner
from chatroom.core.replies import Done
from chatroom.core.seams import Committed
from chatroom.core.signals import Confided, client_tags, role_of
from chatroom.core.speech import check_house
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Pass on the words, if who says them could say them to everybody there."""
    check_house(call)
    room, text = call.room, call.text("text", call.hub.limits.text)
    room.rights.check_voice(call.who, call.now)
    manner: Manner = next((one for one in MANNERS if one == call.args.get("manner")), "say")
    event = Confided(call.person.author, room.name, role_of(call), text, manner, client_tags(call))

    def then(outcome: Committed) -> list[Effect]:
        return [Send(call.session.current, Done(call.ref, call.verb.name, outcome.entries[:1]))]

    call.submit((call.person.inbox, event), then=then)


verb = Verb(
    "confide",
    perform,
    params=(
        Param("text", Takes.REST),
        Param("role", optional=True, typed=False),
        Param("manner", optional=True, typed=False),
        Param("tags", Takes.MAP, optional=True, typed=False),
    ),
    roomy=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
