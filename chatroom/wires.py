"""Connections in memory, for tests: what is written stays until it is read, and the other end reads when told to."""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure


class Wire(StringTransport):
    """Be one end of a connection in memory; the other end reads when told to."""

    def __init__(self, clock: Clock, address: str = "192.0.2.1") -> None:
        super().__init__(peerAddress=IPv4Address("TCP", address, 40000))
        self.clock = clock
        self.protocol: Any = None
        self.full = False
        """Whether the other end reads nothing."""
        self.lost = False

    def write(self, data: bytes) -> None:
        """Keep what is written, and ask for no more when the other end is full."""
        if self.lost:
            return
        super().write(data)
        if self.full and self.producer is not None and self.streaming:
            self.producer.pauseProducing()

    def drain(self) -> None:
        """Let the other end read everything, and go on."""
        self.full = False
        if self.producer is not None:
            self.producer.resumeProducing()

    def pauseProducing(self) -> None:
        """Read nothing more, on a closing connection too."""
        self.producerState = "paused"

    def resumeProducing(self) -> None:
        """Read again, on a closing connection too."""
        self.producerState = "producing"

    def loseConnection(self) -> None:
        """End the connection in the next turn, when nothing waits to be written."""
        self.disconnecting = True
        if not self.full:
            self.clock.callLater(0, self.end, ConnectionDone())

    def abortConnection(self) -> None:
        """End the connection in the next turn, whatever waits."""
        self.disconnecting = True
        self.clock.callLater(0, self.end, ConnectionLost())

    def end(self, why: Exception | None = None) -> None:
        """Let the connection be gone."""
        if not self.lost:
            self.lost = True
            self.protocol.connectionLost(Failure(why or ConnectionLost()))

    def feed(self, data: bytes) -> None:
        """Let the other end send bytes."""
        if not self.lost:
            self.protocol.dataReceived(data)

    def finish(self) -> None:
        """Let the other end send no more, but read on."""
        IHalfCloseableProtocol(self.protocol).readConnectionLost()

    def taken(self) -> bytes:
        """Take what was written since the last time."""
        data: bytes = self.value()
        self.clear()
        return data


class Socket(socket.socket):
    """Be a socket that takes `room` bytes and then would block, so that the direct path can be tested without a network."""

    def __init__(self, room: int = 1 << 30) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.room = room
        self.sent = bytearray()
        self.broken: OSError | None = None
        self.calls = 0
        self.unread = b""
        """What has come and nobody has read."""

    def send(self, data: Any, flags: int = 0) -> int:
        """Take what there is room for."""
        self.calls += 1
        if self.broken is not None:
            raise self.broken
        if not self.room:
            raise BlockingIOError
        part = bytes(data)[: self.room]
        self.room -= len(part)
        self.sent += part
        return len(part)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Show what has come."""
        if not self.unread:
            raise BlockingIOError
        return self.unread[:size]


class DirectWire(Wire):
    """Be a wire with a socket, as plain TCP has; what is written through the transport waits until `drain`."""

    def __init__(self, clock: Clock, room: int = 1 << 30) -> None:
        super().__init__(clock)
        self.socket = Socket(room)
        self.buffered = b""

    def getHandle(self) -> Socket:
        """Give the socket."""
        return self.socket

    def write(self, data: bytes) -> None:
        """Buffer, as the socket is full."""
        self.buffered += data

    def drain(self, room: int = 1 << 30) -> None:
        """Make room in the socket, write what is buffered as far as it goes, and ask for more if all of it went."""
        self.socket.room = room
        while self.buffered and self.socket.room:
            self.buffered = self.buffered[self.socket.send(self.buffered) :]
        if not self.buffered and self.producer is not None:
            self.producer.resumeProducing()

    def taken(self) -> bytes:
        """Take what the socket was given since the last time."""
        data = bytes(self.socket.sent)
        self.socket.sent.clear()
        return data

    def loseWriteConnection(self) -> None:
        """Write no more, but read on."""
        self.disconnecting = True

    def end(self, why: Exception | None = None) -> None:
        """Close the socket with the connection."""
        super().end(why)
        self.socket.close()
