"""What happens in a room as server-sent events, or as JSON lines, for programs that only read.

Kept entries bear an id, EPOCH.SEQ, by which whoever comes back goes on where they were.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from chatroom.core.events import Entry
from chatroom.core.replies import Missed, Notice, Reply
from chatroom.wire.json import JsonDialect, described, dumps

NATIVE = JsonDialect()
STILL_HERE = b": still here\n\n"
_ID = re.compile(r"([0-9A-Za-z_-]{1,64})\.([0-9]{1,15})")


def event(kind: str, data: bytes, id: str = "") -> bytes:
    """Write one event; `data` is one line with its end."""
    numbered = f"id: {id}\n" if id else ""
    return f"{numbered}event: {kind}\ndata: ".encode() + data + b"\n"


def position(id: str) -> tuple[str, int] | None:
    """Read an event's id as a position; None when it is none."""
    found = _ID.fullmatch(id)
    return None if found is None else (found[1], int(found[2]))


@dataclass(frozen=True, slots=True)
class SseDialect:
    """Show entries of one epoch as server-sent events."""

    epoch: str
    counting: ClassVar[bool] = True

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for those who follow `room`."""
        said = described(entry)
        return event(said["is"], dumps(said), f"{self.epoch}.{entry.seq}" if "seq" in said else "")

    def private(self, entry: Entry, own: bool) -> bytes:
        """Show nothing private."""
        return b""

    def reply(self, reply: Reply) -> bytes:
        """Render what the house says unasked."""
        if isinstance(reply, Missed | Notice):
            return event("missed" if isinstance(reply, Missed) else "notice", NATIVE.reply(reply))
        return b""

    def farewell(self, why: str) -> bytes:
        """Render the last event."""
        return event("bye", NATIVE.farewell(why))


@dataclass(frozen=True, slots=True)
class LinesDialect:
    """Show entries as JSON lines."""

    counting: ClassVar[bool] = True

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for those who follow `room`."""
        return NATIVE.entry(entry, room)

    def private(self, entry: Entry, own: bool) -> bytes:
        """Show nothing private."""
        return b""

    def reply(self, reply: Reply) -> bytes:
        """Render what the house says unasked."""
        return NATIVE.reply(reply) if isinstance(reply, Missed | Notice) else b""

    def farewell(self, why: str) -> bytes:
        """Render the last line."""
        return NATIVE.farewell(why)
