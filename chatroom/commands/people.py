"""/people [ROOM]: what programs need to know about people: those in a room, one of them, or all that a mask covers.

With `was`, those who were here under a name and are no more; with `brief`, only how many there are in a room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from chatroom.core.call import Call
from chatroom.core.errors import NoSuchRoom
from chatroom.core.keeping import sees, standing
from chatroom.core.profile import Stayed, facts
from chatroom.core.rank import Rank
from chatroom.core.rights import VOICE, Standing
from chatroom.core.room import Room
from chatroom.core.session import Person
from chatroom.core.verb import Param, Takes, Verb, described

MOST = 1000
"""People told of in answer to one question that is not about a room."""


def perform(call: Call) -> None:
    """Tell what is known about the people asked for."""
    args = call.args
    if "was" in args:
        stays = list(islice(call.hub.departed.called(args["was"]), MOST))
        call.answer(was=args["was"], people=[_stayed(stay) for stay in stays])
    elif "name" in args:
        person = call.hub.roster.find(args["name"])
        if person is None:
            raise call.nobody(args["name"])
        call.answer(people=[{**facts(person, call.now, call.person), "rooms": _rooms(call, person)}])
    elif "room" in args:
        room = call.hub.existing(args["room"])
        if not sees(call.person, room):
            raise NoSuchRoom(room=room.name)
        if args.get("brief", False):
            call.answer(room=room.name, secret=room.rights.on("secret"), present=room.present)
            return
        here = [person for person in room.occupants if call.person in room.occupants or not _keeps_apart(call, person)]
        people = [{**one, **_stands(person, room)} for one, person in zip(_told(call, here), here, strict=True)]
        call.answer(room=room.name, secret=room.rights.on("secret"), people=people)
    else:
        call.answer(people=_told(call, islice(_listed(call), MOST)))


def _told(call: Call, people: Iterable[Person]) -> list[dict[str, Any]]:
    return [facts(person, call.now, call.person) for person in people]


def _listed(call: Call) -> Iterator[Person]:
    return (person for person in call.hub.people.values() if not _keeps_apart(call, person))


def _keeps_apart(call: Call, person: Person) -> bool:
    """Tell whether somebody is listed for those alone who share a room with them, and who asks does not."""
    if not person.hidden or person is call.person or call.person.rank >= Rank.MODERATOR:
        return False
    return not any(person in stay.room.occupants for session in call.person.sessions for stay in session.stays.values())


def _rooms(call: Call, person: Person) -> list[dict[str, Any]]:
    rooms = {stay.room for session in person.sessions for stay in session.stays.values()}
    seen = sorted((room for room in rooms if sees(call.person, room)), key=lambda room: room.name)
    return [{"room": room.name, **_stands(person, room)} for room in seen]


def _stands(person: Person, room: Room) -> dict[str, Any]:
    """Tell what somebody is in a room, and whether they have a voice there beside."""
    standing_there = standing(person, room)
    voiced = standing_there > Standing.VOICED and room.rights.holds(VOICE, person.inbox)
    return {"standing": standing_there.name.lower(), **({"voice": True} if voiced else {})}


def _stayed(stay: Stayed) -> dict[str, Any]:
    member = {} if stay.author.member is None else {"member": stay.author.member}
    return {"name": stay.author.name, "user": stay.user, "host": stay.host, "real": stay.real, "at": stay.at, **member}


verb = Verb(
    "people",
    perform,
    params=(
        Param("room", Takes.REST, optional=True),
        Param("name", Takes.REST, optional=True, typed=False),
        Param("was", Takes.REST, optional=True, typed=False),
        Param("brief", Takes.FLAG, optional=True, typed=False),
    ),
    hidden=True,
    **described(__doc__),
)
