"""Who is told of to whom: the people in a room or in the house, as far as somebody may know of them.

People who want to be listed for those alone who share a room with them are left out for everybody else but moderators.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chatroom.core.keeping import sees, standing
from chatroom.core.profile import facts
from chatroom.core.rank import Rank
from chatroom.core.settings import VOICE
from chatroom.core.standing import Standing

if TYPE_CHECKING:
    from chatroom.core.hub import Hub
    from chatroom.core.room import Room
    from chatroom.core.session import Person


def in_room(asker: Person, room: Room) -> list[Person]:
    """List the people in a room, in the order they came."""
    inside = asker in room.occupants
    return [person for person in room.occupants if inside or not _keeps_apart(person, asker)]


def in_house(asker: Person, hub: Hub) -> list[Person]:
    """List the people in the house."""
    return [person for person in hub.people.values() if not _keeps_apart(person, asker)]


def facts_there(people: Iterator[Person], asker: Person, room: Room, now: float) -> Iterator[dict[str, Any]]:
    """Tell what is known of each of these people who is in the room."""
    for person in people:
        if person in room.occupants:
            yield {**facts(person, now, asker), **stands(person, room)}


def rooms_of(person: Person, asker: Person) -> list[dict[str, Any]]:
    """Tell in which rooms somebody is, as far as who asks knows of them, and what they are there."""
    rooms = {stay.room for session in person.sessions for stay in session.stays.values()}
    seen = sorted((room for room in rooms if sees(asker, room)), key=lambda room: room.name)
    return [{"room": room.name, **stands(person, room)} for room in seen]


def stands(person: Person, room: Room) -> dict[str, Any]:
    """Tell what somebody is in a room, and whether they have a voice there beside."""
    standing_there = standing(person, room)
    voiced = standing_there > Standing.VOICED and room.rights.holds(VOICE, person.inbox)
    return {"standing": standing_there.name.lower(), **({"voice": True} if voiced else {})}


def _keeps_apart(person: Person, asker: Person) -> bool:
    if not person.hidden or person is asker or asker.rank >= Rank.MODERATOR:
        return False
    return not any(person in stay.room.occupants for session in asker.sessions for stay in session.stays.values())
