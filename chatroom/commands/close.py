"""/close [#ROOM] [REASON]: end a room: everybody is put out, what was said is gone, and its name is free.

For the room's owner, and moderators. The lobby cannot be closed.
"""

from __future__ import annotations

from chatroom.core.call import Call, bounded, single
from chatroom.core.errors import LobbyStays
from chatroom.core.eviction import close
from chatroom.core.keeping import sees, shut_room
from chatroom.core.room import Room
from chatroom.core.standing import Standing
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Close the room, unless everybody comes in there."""
    room = shut_room(call, Standing.OWNER)
    if room.name == call.hub.rules.lobby:
        raise LobbyStays(room=room.name)
    reason = bounded(single(call.args.get("reason", "")), call.hub.limits.reason, "reason")
    _check_slip(call, room, reason)
    close(call, room, reason)


def _check_slip(call: Call, room: Room, reason: str) -> None:
    """Ask back when all that was typed is the name of another room: it would end this one, for good."""
    other = call.hub.rooms.get(reason.lower())
    if "room" not in call.args and other is not None and other is not room and sees(call.person, other):
        raise call.verb.wrong(f"That would close {room.name}. /close #{other.name} closes the other; /close #{room.name} this one.")


verb = Verb(
    "close", perform, params=(Param("reason", Takes.REST, optional=True),), roomy=True, scoped=True, keeping=True, **described(__doc__)
)
