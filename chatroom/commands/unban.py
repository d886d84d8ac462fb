"""/unban WHO: take back a ban, named by what it hits or by its #number."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.rank import Rank
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Lift the bans that are meant, and put it on record."""
    bans = call.hub.keeper.bans
    found = bans.sought(call.args["who"], call.hub.limits.name, call.now)
    for one in found:
        bans.lift(one.id)

    def undo() -> None:
        for one in found:
            bans.restore(one)

    whom = " and ".join(dict.fromkeys(str(hit) for one in found for hit in one.targets))
    told = call.answering(f"Not banned any more: {whom}.", ids=[one.id for one in found])
    call.order(f"unban {whom}", puts=tuple(map(bans.lifted, found)), answer=told, undo=undo)


verb = Verb("unban", perform, params=(Param("who", Takes.REST),), rank=Rank.MODERATOR, **described(__doc__))
