"""WebSocket frames as a server writes them (RFC 6455 section 5): one whole message each, unmasked, never in fragments.

So a frame stands for itself: it is made once, given to every browser that is to have it, and never falls into another message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chatroom.core.events import Entry
from chatroom.core.replies import Reply
from chatroom.wire.json import JsonDialect

NATIVE = JsonDialect()
PING = b"\x89\x00"
NORMAL = 1000
GOING_AWAY = 1001
NOT_TEXT = 1003
NO_STATUS = 1005
"""What stands for a close without a code, and is never sent."""
LONGEST_CONTROL = 125
"""Bytes of what a ping or a pong may carry."""


def text(message: bytes) -> bytes:
    """Write a text message of UTF-8; nothing for an empty one."""
    return _whole(b"\x81", message)


def binary(message: bytes) -> bytes:
    """Write a binary message; nothing for an empty one."""
    return _whole(b"\x82", message)


def _whole(kind: bytes, message: bytes) -> bytes:
    size = len(message)
    if not size:
        return b""
    if size < 126:
        return kind + size.to_bytes(1) + message
    if size < 1 << 16:
        return kind + b"\x7e" + size.to_bytes(2) + message
    return kind + b"\x7f" + size.to_bytes(8) + message


def pong(payload: bytes) -> bytes:
    """Answer a ping."""
    carried = payload[:LONGEST_CONTROL]
    return b"\x8a" + len(carried).to_bytes(1) + carried


def close(code: int) -> bytes:
    """Write the last frame of a connection."""
    return b"\x88\x02" + code.to_bytes(2)


@dataclass(frozen=True, slots=True)
class FramedDialect:
    """Show entries and replies as the native protocol does, each object in a frame."""

    counting: ClassVar[bool] = True
    code: int = GOING_AWAY
    """Why the connection ends (RFC 6455 section 7.4.1)."""

    def ending(self, code: int) -> FramedDialect:
        """Give the dialect of a connection that ends for this reason."""
        return FramedDialect(code)

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for readers of `room`."""
        return text(NATIVE.entry(entry, room))

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render an entry of the reader's inbox."""
        return text(NATIVE.private(entry, own))

    def reply(self, reply: Reply) -> bytes:
        """Render what one session is told."""
        return text(NATIVE.reply(reply))

    def farewell(self, why: str) -> bytes:
        """Render the last message of a connection, and its end."""
        return text(NATIVE.farewell(why)) + close(self.code)
