"""/close [#ROOM] [REASON]: let a room be no more: everybody is put out, what was said is gone, and its name is free.

For the room's owner, and moderators. The lobby cannot be closed.
"""

from __future__ import annotations

from chatroom.core.call import Call, bounded, single
from chatroom.core.errors import LobbyStays
from chatroom.core.eviction import close
from chatroom.core.keeping import kept_room
from chatroom.core.rights import Standing
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Close the room, unless everybody comes in there."""
    room = kept_room(call, Standing.OWNER)
    if room.name == call.hub.rules.lobby:
        raise LobbyStays(room=room.name)
    close(call, room, bounded(single(call.args.get("reason", "")), call.hub.limits.reason, "reason"))


verb = Verb(
    "close", perform, params=(Param("reason", Takes.REST, optional=True),), roomy=True, scoped=True, keeping=True, **described(__doc__)
)
