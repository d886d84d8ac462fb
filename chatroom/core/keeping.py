"""Keeping order in a room: who may, which room is meant, and how it is done and put on record.

A verb that keeps order is meant for the house when somebody of a rank asks for it and names no room, and for a room in all other cases.
Whoever is muted in the house keeps no order in rooms: others would see it, and read the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatroom.core.bans import Amendment
from chatroom.core.call import Call, Draft
from chatroom.core.cards import Change as CardChange
from chatroom.core.errors import NotKeeper, NotOwner, OutOfReach, RoomTakenOver
from chatroom.core.events import RoomSet
from chatroom.core.rank import Rank
from chatroom.core.replies import Notice
from chatroom.core.rights import Alteration
from chatroom.core.room import Room
from chatroom.core.seams import Put
from chatroom.core.session import Person, Session
from chatroom.core.settings import HAND
from chatroom.core.speech import check_house
from chatroom.core.standing import Standing
from chatroom.core.verb import Param

if TYPE_CHECKING:
    from chatroom.core.hub import Hub

STATE = (Param("state", optional=True),)
"""What a verb takes that turns something of a room on and off."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Be several changes on their way to the disk at once."""

    parts: tuple[Alteration | Amendment | CardChange, ...]

    @property
    def puts(self) -> tuple[Put, ...]:
        """Give what is to be written."""
        return tuple(put for part in self.parts for put in part.puts)

    def keep(self) -> None:
        """Let them be stored."""
        for part in self.parts:
            part.keep()

    def undo(self) -> None:
        """Let them be as if they had never been asked for."""
        for part in self.parts:
            part.undo()


def kept_room(call: Call, least: Standing = Standing.OPERATOR) -> Room:
    """Give the room that is meant, which who asks must keep order in; those with a rank need not be there."""
    room = seen_room(call)
    if call.person.rank < Rank.MODERATOR:
        check_house(call)
    if standing(call.person, room) < least:
        raise (NotOwner if least > Standing.OPERATOR else NotKeeper)(verb=call.verb.name, room=room.name)
    return room


def shut_room(call: Call, least: Standing = Standing.OPERATOR) -> Room:
    """Give the room that is meant, to be shut to strangers or ended: by who took over what others had said there it is not."""
    room = kept_room(call, least)
    if room.taken > room.floor and call.person.rank < Rank.MODERATOR:
        raise RoomTakenOver(room=room.name)
    return room


def scope(call: Call) -> Room | None:
    """Give the room that is meant, or None for the house."""
    if call.person.rank >= Rank.MODERATOR and "room" not in call.args:
        return None
    return kept_room(call)


def standing(person: Person, room: Room) -> Standing:
    """Tell what somebody is in a room."""
    return room.rights.standing(person.inbox, person.rank)


def sees(person: Person, room: Room) -> bool:
    """Tell whether somebody is to know that a room is there."""
    return not room.closing and room.rights.seen(person.inbox, person.rank, inside=person in room.occupants)


def keeps_order(session: Session) -> bool:
    """Tell whether a session's person keeps order in the house or in one of the rooms it is in."""
    person = session.person
    if person is None or person.rank >= Rank.MODERATOR:
        return person is not None
    return any(standing(person, stay.room) >= Standing.OPERATOR for stay in session.stays.values())


def within_reach(call: Call, person: Person, room: Room | None) -> None:
    """Refuse to act against somebody of the same standing or a higher one, in a room or in the house."""
    if room is None or call.person.rank >= Rank.MODERATOR:
        call.within_reach(person)
        return
    theirs = standing(person, room)
    if theirs >= max(standing(call.person, room), Standing.OPERATOR):
        raise OutOfReach(name=person.name, rank=theirs.titled(room.name))


def rooms_of(people: Iterable[Person], room: Room | None) -> tuple[tuple[str, int], ...]:
    """Give the room that is meant, or all where these people are, with how many are there."""
    if room is not None:
        return ((room.name, room.present),)
    rooms = {stay.room for person in people for session in person.sessions for stay in session.stays.values()}
    return tuple(sorted((one.name, one.present) for one in rooms))


def tell(hub: Hub, people: Iterable[Person], code: str, sentence: str) -> None:
    """Tell people something on all their devices."""
    for person in people:
        for session in person.sessions:
            hub.errands.say_to(session, Notice(None, code, sentence))


def set_room(call: Call, room: Room, key: str, value: Any, shown: str, line: str, noted: str = "") -> None:
    """Set something of a room, show it to the room, and put it on record, where it may be noted in other words."""
    change = room.rights.change(key, value)
    event = RoomSet(call.person.author, key, shown)
    record(call, room, f"{call.verb.name} #{room.name} {noted or shown}", [(room.name, event)], (change,), line)


def record(call: Call, room: Room, what: str, drafts: Sequence[Draft], changes: Sequence[Alteration], line: str, **fields: Any) -> None:
    """Change a room, with what the room sees of it, and put it on record."""
    change = with_hand(call, room, *changes)
    answer = call.answering(line, room=room.name, **fields)
    call.order(what, *drafts, puts=change.puts, answer=answer, undo=change.undo, done=change.keep)


def with_hand(call: Call, room: Room, *changes: Alteration | Amendment) -> Changes:
    """Give changes of a room as one, with the note that who made them keeps order in the house: their word outlasts guests."""
    if not changes or call.person.rank < Rank.MODERATOR or room.rights.stands(HAND):
        return Changes(changes)
    return Changes((*changes, room.rights.change(HAND, True)))


def switch(call: Call, key: str, now_on: str, now_off: str) -> None:
    """Turn something of a room on, or off; the sentences say how it is then."""
    on = turned_on(call)
    room = kept_room(call)
    set_room(call, room, key, True if on else None, "on" if on else "off", (now_on if on else now_off).format(room.name))


def turned_on(call: Call) -> bool:
    """Tell whether something is to be turned on, which is what its verb means without more."""
    given = call.args.get("state", "").strip().lower() or "on"
    if given not in {"on", "off"}:
        raise call.verb.wrong("Write on or off.")
    return given == "on"


def seen_room(call: Call) -> Room:
    """Give the room that is meant, which who asks must be in, or have a rank."""
    named = call.args.get("room")
    return call.hub.existing(named) if named is not None and call.person.rank >= Rank.MODERATOR else call.room
