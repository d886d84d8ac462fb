"""/people [ROOM]: what programs need to know about people: those in a room, one of them, or all that a mask covers.

With `was`, those who were here under a name and are no more; with `brief`, only how many there are in a room. At most 1000 are told
of at once, and whether there are `more`, who are told of when it is asked for those `after` the last one.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from chatroom.core.call import Call
from chatroom.core.errors import NoSuchRoom
from chatroom.core.keeping import sees
from chatroom.core.listing import facts_there, in_house, in_room, rooms_of
from chatroom.core.profile import Stayed, facts
from chatroom.core.session import Person
from chatroom.core.verb import Param, Takes, Verb, described

MOST = 1000
"""People told of in one answer."""


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
        call.answer(people=[{**facts(person, call.now, call.person), "rooms": rooms_of(person, call.person)}])
    elif "room" in args:
        room = call.hub.existing(args["room"])
        if not sees(call.person, room):
            raise NoSuchRoom(room=room.name)
        known = {"room": room.name, "secret": room.rights.on("secret")}
        if args.get("brief", False):
            call.answer(**known, present=room.present)
            return
        page, more = _page(call, in_room(call.person, room))
        call.answer(**known, people=list(facts_there(iter(page), call.person, room, call.now)), **more)
    else:
        page, more = _page(call, in_house(call.person, call.hub))
        call.answer(people=[facts(person, call.now, call.person) for person in page], **more)


def _page(call: Call, people: list[Person]) -> tuple[list[Person], dict[str, bool]]:
    """Give those who come after the one named, as many as one answer takes, and that there are more."""
    start = 0
    if "after" in call.args:
        last = call.hub.roster.find(call.args["after"])
        if last not in people:
            raise call.nobody(call.args["after"])
        start = people.index(last) + 1
    return people[start : start + MOST], {"more": True} if len(people) > start + MOST else {}


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
        Param("after", Takes.REST, optional=True, typed=False),
    ),
    hidden=True,
    **described(__doc__),
)
