"""Putting people out of a room, and closing rooms: at once in the accepted state, and undone if it could not be stored.

Rules
-----
- Whoever is put out can say nothing there from that moment on; they and the others see it once it is on disk, and then they are
  told where they are now.
- A room that is being closed is nobody's: nothing is said there, nobody comes in, and its name is free once that is on disk. What
  was said in it is then no part of a room of that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatroom.core.call import Call
from chatroom.core.effects import Exit
from chatroom.core.events import Ejected, RoomClosed
from chatroom.core.replies import Exited
from chatroom.core.room import Room, Stay, unkept
from chatroom.core.session import Person, Session

if TYPE_CHECKING:
    from chatroom.core.hub import Hub


@dataclass(slots=True)
class Seat:
    """Be where a session was in a room, and what it looked at."""

    session: Session
    stay: Stay
    focus: Room | None


class Eviction:
    """Put people out of a room; `done` and `undo` are for when it is known whether that was stored."""

    def __init__(self, hub: Hub, room: Room, people: Sequence[Person]) -> None:
        self._hub = hub
        self._room = room
        self._seats = [seat for person in people for session in list(person.sessions) if (seat := self._take(session)) is not None]

    def _take(self, session: Session) -> Seat | None:
        stay = session.stays.get(self._room.name)
        if stay is None or stay.room is not self._room:
            return None
        seat = Seat(session, stay, session.focus)
        del session.stays[self._room.name]
        if session.focus is self._room:
            session.focus = next((other.room for other in reversed(session.stays.values())), None)
        self._room.drop(session)
        return seat

    def done(self) -> None:
        """Show them nothing more of the room, and tell them where they are."""
        for seat in self._seats:
            session, name = seat.session.current, self._room.name
            focus = session.focus
            where = f" What you type goes to {focus.name} now." if focus is not None else ""
            self._hub.errands.now_do(Exit(session, self._room))
            self._hub.errands.say_to(session, Exited(None, name, f"You are out of {name}.{where}"))

    def undo(self) -> None:
        """Let them be where they were."""
        for seat in self._seats:
            self._hub.occupancy.put_back(seat.session, seat.stay, seat.focus)


def eject(call: Call, room: Room, people: Sequence[Person], reason: str) -> tuple[Eviction, list[tuple[str, Ejected]]]:
    """Put people out of a room; give what undoes it, and what the room sees."""
    author, present, drafts = call.person.author, room.present, []
    for gone, person in enumerate(people, 1):
        drafts.append((room.name, Ejected(author, person.author, present - gone, reason)))
    return Eviction(call.hub, room, people), drafts


def close(call: Call, room: Room, reason: str) -> None:
    """Let a room be no more."""
    hub = call.hub
    eviction = Eviction(hub, room, list(room.occupants))
    room.closing = True

    def done() -> None:
        eviction.done()
        hub.vacancy.ended(room, call.now)

    def undo() -> None:
        room.closing = False
        eviction.undo()

    answer = call.answering(f"{room.name} is closed.", room=room.name)
    puts = (*unkept(room.name), *room.rights.cleared())
    event = RoomClosed(call.person.author, reason)
    call.order(
        f"close #{room.name}{f': {reason}' if reason else ''}", (room.name, event), puts=puts, answer=answer, undo=undo, done=done
    )
