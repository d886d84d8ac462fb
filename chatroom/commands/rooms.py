"""/rooms: the rooms there are, how many people are in each, and their topics."""

from __future__ import annotations

from typing import Any

from chatroom.core.call import Call
from chatroom.core.keeping import sees
from chatroom.core.room import Room
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """List the rooms, the fullest first."""
    rooms = sorted((room for room in call.hub.rooms.values() if sees(call.person, room)), key=lambda room: (-room.present, room.name))
    call.answer(
        *(_line(room) for room in rooms),
        rooms=[_facts(room) for room in rooms],
    )


def _facts(room: Room) -> dict[str, Any]:
    topic = room.topic
    return {"room": room.name, "present": room.present, "topic": topic.text, "topic_at": topic.at, "opened_at": room.opened_at}


def _line(room: Room) -> str:
    topic = f": {room.topic.text}" if room.topic.text else ""
    return f"{room.name} ({room.present} here){topic}"


verb = Verb("rooms", perform, aliases=("list",), **described(__doc__))
