"""The one way out to a connection.

Rules
-----
- `give` takes bytes in order; it never drops any and never lets later ones overtake. When the peer does not take all at once the
  outlet is *clogged*: nothing more may be given until it has drained, so it holds at most one chunk.
- On plain TCP bytes go straight to the socket (`direct`) while the transport buffers nothing of ours; all else goes through
  `transport.write`, with the transport telling when it has too much. Neither path is mixed: a clogged direct outlet writes its
  rest through the transport and waits until the transport has drained it.
- A socket that is closed over bytes nobody has read is reset, and the peer may lose its last lines: then what is written is ended
  first, and what still comes is forgotten for a while.
- Closing a clogged outlet takes its producer off first (a transport with a pull producer never finishes closing) and gives up
  waiting after a deadline.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHalfCloseableProtocol, IProtocol, IPullProducer, IPushProducer
from twisted.internet.protocol import Protocol, connectionDone
from zope.interface import implementer

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime
    from twisted.python.failure import Failure

FULL = -1
"""What `send` gives when everything was taken but nothing more is wanted for now."""
GRACE = 5.0
"""How long a connection that is being closed may take to read what it was sent, in seconds."""

FORGOTTEN = 1 << 17
"""Bytes that are read from a connection after its last line."""


@implementer(IPullProducer, IPushProducer)
class Outlet:
    """Write to one transport; `drained` is called when a clogged outlet can take bytes again, `failed` when it broke."""

    __slots__ = ("_armed", "_clock", "_closing", "_deadline", "_drained", "_failed", "clogged", "direct", "send", "transport")

    def __init__(self, transport: Any, clock: IReactorTime) -> None:
        self.transport = transport
        self._clock = clock
        self.clogged = False
        self._closing = False
        self._armed = True
        self._deadline: IDelayedCall | None = None
        self._drained: Callable[[], None] = _nothing
        self._failed: Callable[[Exception], None] = _fault
        self.direct = isinstance(handle_of(transport), socket.socket)
        self.send: Callable[[Any], int]
        """Offer bytes, when not clogged; give how many were taken, or FULL, or raise OSError."""
        if self.direct:
            self.send = transport.getHandle().send
        else:
            self.send = self._through
            transport.registerProducer(self, True)

    def attach(self, drained: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Say who is to be told when the outlet has drained or broken."""
        self._drained, self._failed = drained, failed

    def give(self, data: bytes | memoryview) -> None:
        """Write bytes; the outlet must not be clogged, and may be afterwards."""
        if self._closing or not data:
            return
        try:
            taken = self.send(data)
        except BlockingIOError:
            taken = 0
        except OSError as error:
            self._failed(error)
            return
        if taken != len(data):
            self.clog(data, taken)

    def clog(self, data: memoryview | bytes, taken: int) -> None:
        """Leave to the transport what the socket did not take of `data`, and wait until that is written."""
        self.clogged = True
        if self.direct:
            self.transport.write(bytes(memoryview(data)[taken:]))
            self._armed = False  # registering asks for more at once, which is not the draining we wait for
            self.transport.registerProducer(self, False)
            self._armed = True

    def close(self) -> None:
        """End the connection once all that was given is written, or after a while all the same."""
        if self._closing:
            return
        self._closing = True
        if self.clogged or not self.direct:
            self.transport.unregisterProducer()
        if self.direct and _unread(self.transport.getHandle()):
            self._ebb()
        else:
            self.transport.loseConnection()
        self._deadline = self._clock.callLater(GRACE, self.transport.abortConnection)

    def _ebb(self) -> None:
        """End what is written, and take what is still sent until the peer ends that, too."""
        ebb = Ebb(self.transport.protocol)
        self.transport.protocol = ebb
        ebb.makeConnection(self.transport)
        self.transport.loseWriteConnection()
        self.transport.resumeProducing()

    def abort(self) -> None:
        """End the connection now."""
        if not self._closing and (self.clogged or not self.direct):
            self.transport.unregisterProducer()
        self._closing = True
        self.transport.abortConnection()

    def lost(self) -> None:
        """Note that the connection is gone."""
        self._closing = True
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()

    # -- what the transport calls

    def resumeProducing(self) -> None:
        """Go on: the transport has written what it held."""
        if self.direct:
            if not self._armed:
                return
            self.transport.unregisterProducer()
        self.clogged = False
        self._drained()

    def pauseProducing(self) -> None:
        """Wait: the transport holds too much."""
        self.clogged = True

    def stopProducing(self) -> None:
        """Do nothing: the connection is about to be lost, and whoever owns it will be told."""

    def _through(self, data: bytes | memoryview) -> int:
        self.transport.write(bytes(data) if isinstance(data, memoryview) else data)
        return FULL if self.clogged else len(data)


@implementer(IHalfCloseableProtocol)
class Ebb(Protocol):
    """Forget what a connection that is ending still sends, and tell its owner when it is gone."""

    def __init__(self, owner: IProtocol) -> None:
        self._owner = owner
        self._forgotten = 0

    def dataReceived(self, data: bytes) -> None:
        """Forget it; a flood is not even read."""
        self._forgotten += len(data)
        if self._forgotten > FORGOTTEN:
            transport: Any = self.transport
            transport.pauseProducing()

    def readConnectionLost(self) -> None:
        """End the connection: the peer has read what it was sent, and is done."""
        transport: Any = self.transport
        transport.loseConnection()

    def writeConnectionLost(self) -> None:
        """Wait for the peer."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell the owner."""
        self._owner.connectionLost(reason)


def _unread(handle: socket.socket) -> bool:
    """Tell whether the peer sent something that nobody has read."""
    try:
        return bool(handle.recv(1, socket.MSG_PEEK))
    except OSError:
        return False


def handle_of(transport: Any) -> object:
    """Give the transport's socket, or whatever else it writes to; None for transports that have none."""
    handle = getattr(transport, "getHandle", None)
    return handle() if handle is not None else None


def _nothing() -> None:
    """Do nothing."""


def _fault(error: Exception) -> None:
    raise error
