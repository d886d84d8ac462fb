"""Where somebody's copies of logs end: what they need not be shown again."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import Malformed
from chatroom.core.events import INBOX

Position = tuple[str, int]
"""The epoch of a log, and the last kept seq of it."""


def positions_of(call: Call, limit: int) -> dict[str, Position]:
    """Read where a client's copies of at most `limit` rooms end, from the field `resume`."""
    found: dict[str, Position] = {}
    for room, position in call.args.get("resume", {}).items():
        match position:
            case [str(epoch), int(seq)] if seq >= 0 and not isinstance(seq, bool):
                found[INBOX if room == INBOX else call.hub.room_name(room)] = (epoch, seq)
            case _:
                raise Malformed(problem="The field resume takes {room: [epoch, seq]}.")
        if len(found.keys() - {INBOX}) > limit:
            raise Malformed(problem="The field resume names too many rooms.")
    return found
