"""/away [MESSAGE]: tell others you are not at the keyboard; whoever writes to you is told the message."""

from __future__ import annotations

from chatroom.core.call import Call, bounded, single
from chatroom.core.effects import Effect
from chatroom.core.events import WentAway
from chatroom.core.seams import Committed
from chatroom.core.speech import check_everywhere
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Mark the person as away."""
    check_everywhere(call)
    message = single(call.args.get("message", "")) or "not at the keyboard"
    change(call, bounded(message, call.hub.limits.away, "message"), "You are away now. /back ends that.")


def change(call: Call, message: str, line: str) -> None:
    """Set or clear the person's away message and tell their rooms."""
    person = call.person
    person.away = message or None
    person.changes += 1
    rooms = {stay.room.name: stay.room.present for session in person.sessions for stay in session.stays.values()}

    def settled() -> None:
        person.changes -= 1
        if not person.changes:
            person.away = person.known_away

    def then(_: Committed) -> list[Effect]:
        person.known_away = message or None
        settled()
        return [call.answering(line, away=message)]

    call.submit(("", WentAway(person.author, tuple(rooms.items()), message)), then=then, undo=settled)


verb = Verb("away", perform, params=(Param("message", Takes.REST, optional=True),), console=False, **described(__doc__))
