"""A room as it happens, for a program that only reads: server-sent events or JSON lines, on a connection that is then its alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Protocol, connectionDone

from chatroom.core.bots import Bot
from chatroom.core.positions import Position
from chatroom.core.room import Room
from chatroom.doors._web.request import CAUTION, WebRequest
from chatroom.wire.problem import Problem
from chatroom.wire.sse import STILL_HERE, LinesDialect, SseDialect, position

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.house import House
    from chatroom.reader import Reader

BEAT = 20.0
"""Seconds after which an event stream is told that somebody is still there."""
LINES = "application/x-ndjson"
EVENTS = "text/event-stream"


class StreamProtocol(Protocol):
    """Be one program's connection, on which nothing more comes in."""

    transport: Any

    def __init__(self, house: House, room: Room, bot: Bot | None, after: Position | None, kind: str) -> None:
        self.house = house
        self._room = room
        self._bot = bot
        self._after = after
        self._kind = kind
        self._beat: IDelayedCall | None = None
        self.reader: Reader

    def connectionMade(self) -> None:
        """Begin to show what happens."""
        dialect = LinesDialect() if self._kind == LINES else SseDialect(self.house.hub.epoch)
        address = getattr(self.transport.getPeer(), "host", "local")
        self.reader = self.house.connect("web", address, self.transport, dialect, self)
        self.reader.session.bearer = self._bot
        self.reader.give(self._head())
        if not self.house.turn_away(self.reader):
            self.house.follow(self.reader, self._room, self._after)
            self._beat = self.house.clock.callLater(BEAT, self._still_here)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """End."""
        if self._beat is not None and self._beat.active():
            self._beat.cancel()
        self.house.disconnected(self.reader)

    def dataReceived(self, data: bytes) -> None:
        """Take nothing: the request was all there is to say."""

    def hold(self) -> None:
        """Read nothing more for now."""
        self.transport.pauseProducing()

    def go_on(self) -> None:
        """Read again, to learn of the end."""
        self.transport.resumeProducing()

    def _head(self) -> bytes:
        headers = {"Content-Type": self._kind, "Cache-Control": "no-store", "Connection": "close", "X-Accel-Buffering": "no", **CAUTION}
        return "\r\n".join(["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()

    def _still_here(self) -> None:
        self._beat = self.house.clock.callLater(BEAT, self._still_here)
        if self._kind == EVENTS and not self.reader.lagging:
            self.reader.give(STILL_HERE)


def stream(request: WebRequest, house: House, room: Room, bot: Bot | None) -> None:
    """Let a program follow a room on this connection from here on, or raise `Problem`."""
    if len(house.hub.observing.sessions) >= house.hub.limits.observers:
        raise Problem(503, "Too many programs follow rooms already. Try again later.", headers={"Retry-After": "60"})
    given = request.header("last-event-id") or request.asked.get("after")
    after = None
    if given is not None:
        after = position(given)
        if after is None:
            raise Problem(400, "The position is the id of an event: EPOCH.SEQ.")
    accept = request.header("accept") or ""
    kind = LINES if LINES in accept or request.asked.get("format") == "lines" else EVENTS
    request.hand_over(StreamProtocol(house, room, bot, after, kind))
