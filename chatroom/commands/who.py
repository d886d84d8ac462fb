"""/who [ROOM]: who is in a room, the one you are speaking in if you name none."""

from __future__ import annotations

from itertools import starmap

from chatroom.core.call import Call
from chatroom.core.errors import NoSuchRoom
from chatroom.core.keeping import sees
from chatroom.core.room import Room
from chatroom.core.verb import Param, Takes, Verb, described

Here = list[tuple[str, str, str]]
"""The people in a room, sorted: what their names are sorted by, the names, and what those who are away said as they went."""


def perform(call: Call) -> None:
    """List the people in the room; at a console, where no room is meant, those of every room where somebody is."""
    if call.session.console and "room" not in call.args:
        rooms = [(room, _sorted(room)) for room in call.hub.inhabited()]
        call.answer(*starmap(_line, rooms), rooms=[{"room": room.name, "people": _people(here)} for room, here in rooms])
        return
    room = call.hub.existing(call.args["room"]) if "room" in call.args else call.room
    if not sees(call.person, room):
        raise NoSuchRoom(room=room.name)
    here = _sorted(room)
    call.answer(_line(room, here), room=room.name, people=_people(here))


def _line(room: Room, here: Here) -> str:
    names = [f"{name} (away)" if away else name for _, name, away in here]
    return f"{room.name} ({len(names)} here): {', '.join(names)}" if names else f"{room.name} (nobody here)"


def _people(here: Here) -> list[dict[str, str]]:
    return [{"name": name, "away": away} if away else {"name": name} for _, name, away in here]


def _sorted(room: Room) -> Here:
    return sorted([(one.author.name.casefold(), one.author.name, one.away or "") for one in room.occupants])


verb = Verb("who", perform, params=(Param("room", Takes.REST, optional=True),), aliases=("names",), **described(__doc__))
