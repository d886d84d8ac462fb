"""/who [ROOM]: who is in a room, the one you are speaking in if you name none."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import NoSuchRoom
from chatroom.core.keeping import sees
from chatroom.core.room import Room
from chatroom.core.session import Person
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """List the people in the room; at a console, where no room is meant, those of every room where somebody is."""
    if call.session.console and "room" not in call.args:
        rooms = call.hub.inhabited()
        call.answer(*map(_line, rooms), rooms=[{"room": room.name, "people": _people(room)} for room in rooms])
        return
    room = call.hub.existing(call.args["room"]) if "room" in call.args else call.room
    if not sees(call.person, room):
        raise NoSuchRoom(room=room.name)
    call.answer(_line(room), room=room.name, people=_people(room))


def _line(room: Room) -> str:
    names = [f"{one.name} (away)" if one.away else one.name for one in _sorted(room)]
    return f"{room.name} ({len(names)} here): {', '.join(names)}" if names else f"{room.name} (nobody here)"


def _people(room: Room) -> list[dict[str, str]]:
    return [{"name": one.name, "away": one.away} if one.away else {"name": one.name} for one in _sorted(room)]


def _sorted(room: Room) -> list[Person]:
    return sorted(room.occupants, key=lambda person: person.name.casefold())


verb = Verb("who", perform, params=(Param("room", Takes.REST, optional=True),), aliases=("names",), **described(__doc__))
