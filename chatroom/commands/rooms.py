"""/rooms: the rooms there are, how many people are in each, and their topics."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.keeping import sees
from chatroom.core.room import Room
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """List the rooms, the fullest first."""
    rooms = sorted((room for room in call.hub.rooms.values() if sees(call.person, room)), key=lambda room: (-room.present, room.name))
    call.answer(
        *(_line(room) for room in rooms),
        rooms=[{"room": room.name, "present": room.present, "topic": room.topic.text, "topic_at": room.topic.at} for room in rooms],
    )


def _line(room: Room) -> str:
    topic = f": {room.topic.text}" if room.topic.text else ""
    return f"{room.name} ({room.present} here){topic}"


verb = Verb("rooms", perform, aliases=("list",), **described(__doc__))
