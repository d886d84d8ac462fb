"""IRC in frames of a WebSocket: each line is a message of its own, without its end."""

from __future__ import annotations

from collections.abc import Callable

from chatroom.core.events import Entry
from chatroom.core.replies import Reply
from chatroom.core.words import Placed
from chatroom.wire import frames
from chatroom.wire.irc.dialect import Answering, IrcDialect
from chatroom.wire.irc.happened import Caps
from chatroom.wire.irc.scene import Scene

Frame = Callable[[bytes], bytes]


class FramedIrcDialect(IrcDialect):
    """Render for one connection over WebSocket; those that are written alike and show alike share what is rendered."""

    __slots__ = ("_code", "_frame")

    def __init__(self, scene: Scene, caps: Caps, answering: Answering, nick: Callable[[], str], frame: Frame) -> None:
        super().__init__(scene, caps, answering, nick)
        self._frame = frame
        self._code = frames.GOING_AWAY

    def ending(self, code: int) -> FramedIrcDialect:
        """Give the dialect of a connection that ends for this reason (RFC 6455 section 7.4.1)."""
        self._code = code
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FramedIrcDialect) and other._frame is self._frame and super().__eq__(other)

    def __hash__(self) -> int:
        return hash((super().__hash__(), self._frame))

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for readers of `room`."""
        return self._framed(super().entry(entry, room))

    def row(self, row: Placed, room: str) -> bytes:
        """Render words that one person said in a row."""
        return self._framed(super().row(row, room))

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render an entry of the reader's inbox."""
        return self._framed(super().private(entry, own))

    def reply(self, reply: Reply) -> bytes:
        """Render a reply in the words of what was asked."""
        return self._framed(super().reply(reply))

    def farewell(self, why: str) -> bytes:
        """Render the last message of a connection, and its end."""
        return self._framed(super().farewell(why)) + frames.close(self._code)

    def _framed(self, lines: bytes) -> bytes:
        return b"".join([self._frame(one) for one in lines.split(b"\r\n")])
