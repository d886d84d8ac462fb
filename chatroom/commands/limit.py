"""/limit [#ROOM] [COUNT]: how many people a room takes; 0 is as many as come.

Without COUNT, tell how many. Those who are there stay. For the room's operators, and moderators.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.keeping import kept_room, seen_room, set_room
from chatroom.core.settings import LARGEST
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Show or change the limit."""
    count: int | None = call.args.get("count")
    if count is None:
        room = seen_room(call)
        call.answer(_said(room.name, room.rights.limit), room=room.name, limit=room.rights.limit)
        return
    if count > LARGEST:
        raise call.verb.wrong(f"COUNT is at most {LARGEST}.")
    room = kept_room(call)
    set_room(call, room, "limit", count or None, str(count), _said(room.name, count))


def _said(room: str, limit: int) -> str:
    return f"{room} takes at most {limit} people." if limit else f"{room} takes as many people as come."


verb = Verb(
    "limit", perform, params=(Param("count", Takes.NUMBER, optional=True),), roomy=True, scoped=True, keeping=True, **described(__doc__)
)
