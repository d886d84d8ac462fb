"""/whois NAME: what is known about somebody here."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.keeping import sees
from chatroom.core.rank import Rank
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Describe a person; where they connect from is told to moderators alone."""
    person = call.hub.roster.find(call.args["name"])
    if person is None:
        raise call.nobody(call.args["name"])
    rooms = sorted({stay.room.name for session in person.sessions for stay in session.stays.values() if sees(call.person, stay.room)})
    doors = sorted({session.door for session in person.sessions})
    through = f"the {' and '.join(doors)} door{'s' if len(doors) > 1 else ''}"
    lines = [f"{person.name} is {person.rank.titled}, here through {through}, in {', '.join(rooms) or 'no room'}."]
    if person.away:
        lines.append(f"{person.name} is away: {person.away}")
    addresses = sorted({session.address for session in person.sessions}) if call.person.rank >= Rank.MODERATOR else []
    if addresses:
        lines.append(f"{person.name} connects from {' and '.join(addresses)}.")
    call.answer(
        *lines,
        name=person.name,
        rank=str(person.rank),
        rooms=rooms,
        doors=doors,
        since=person.since,
        **({"away": person.away} if person.away else {}),
        **({"addresses": addresses} if addresses else {}),
    )


verb = Verb("whois", perform, params=(Param("name", Takes.REST),), **described(__doc__))
