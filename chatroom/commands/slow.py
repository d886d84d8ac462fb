"""/slow [#ROOM] [DURATION|off]: make everybody wait so long between two messages; without DURATION, tell how long.

Those who keep order in the room do not wait. For the room's operators, and moderators.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.keeping import kept_room, seen_room, set_room
from chatroom.core.settings import LARGEST
from chatroom.core.spans import span, told, whole
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Show or change how long people wait."""
    text = call.args.get("span", "").strip().lower()
    if not text:
        room = seen_room(call)
        call.answer(_said(room.name, room.rights.slow), room=room.name, slow=room.rights.slow)
        return
    room = kept_room(call)
    seconds = 0 if text in {"off", "0"} else whole(span(text)) or LARGEST + 1
    if seconds > LARGEST:
        raise call.verb.wrong("That is longer than a room can be slow; /quiet lets only those with a voice speak.")
    set_room(call, room, "slow", seconds or None, str(seconds), _said(room.name, seconds), told(seconds) if seconds else "off")


def _said(room: str, seconds: int) -> str:
    return f"In {room} everybody says one message in {told(seconds)}." if seconds else f"{room} is not slow."


verb = Verb(
    "slow", perform, params=(Param("span", Takes.REST, optional=True),), roomy=True, scoped=True, keeping=True, **described(__doc__)
)
