"""/who [ROOM]: who is in a room, the one you are speaking in if you name none."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import NoSuchRoom
from chatroom.core.room import Room
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """List the people in the room."""
    room = _room(call)
    people = sorted(room.occupants, key=lambda person: person.name.casefold())
    names = [f"{one.name} (away)" if one.away else one.name for one in people]
    count = f"{len(names)} here" if names else "nobody here"
    call.answer(
        f"{room.name} ({count}): {', '.join(names)}" if names else f"{room.name} ({count})",
        room=room.name,
        people=[{"name": one.name, "away": one.away} if one.away else {"name": one.name} for one in people],
    )


def _room(call: Call) -> Room:
    if "room" not in call.args:
        return call.room
    name = call.hub.room_name(call.args["room"])
    if name not in call.hub.rooms:
        raise NoSuchRoom(room=name)
    return call.hub.rooms[name]


verb = Verb("who", perform, params=(Param("room", Takes.REST, optional=True),), aliases=("names",), **described(__doc__))
