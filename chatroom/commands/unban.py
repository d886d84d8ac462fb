"""/unban [#ROOM] WHO: take back a ban, named by what it hits or by its #number.

An operator lifts bans from the room; a moderator from the house, or from the room named first.
"""

from __future__ import annotations

from chatroom.core.aim import knows_addresses, meant
from chatroom.core.bans import named
from chatroom.core.call import Call
from chatroom.core.events import RoomUnbanned
from chatroom.core.keeping import scope
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Lift the bans that are meant, and put it on record."""
    room = scope(call)
    bans = call.hub.keeper.bans if room is None else room.rights.bans
    found = bans.sought(meant(call, call.args["who"]), call.hub.limits.name, call.now)
    change = bans.pardon(found)
    targets = tuple(dict.fromkeys(hit for one in found for hit in one.targets))
    whom = " and ".join(named(targets, addresses=knows_addresses(call)))
    told = call.answering(f"Not banned any more: {whom}.", ids=[one.id for one in found])
    drafts = [] if room is None else [(room.name, RoomUnbanned(call.person.author, one.shown(addresses=False)[0])) for one in found]
    where = "" if room is None else f"#{room.name} "
    call.order(f"unban {where}{whom}", *drafts, puts=change.puts, answer=told, undo=change.undo, done=change.keep)


verb = Verb("unban", perform, params=(Param("who", Takes.REST),), roomy=True, scoped=True, keeping=True, **described(__doc__))
