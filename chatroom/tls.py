"""TLS between a TCP connection and whatever is spoken inside it.

Rules
-----
- What is spoken inside is made when the handshake is done, and sees a transport like any other (`inside.py`); its protocol may be
  changed as `transport.protocol` of any transport may.
- Nothing inside is told that input ended unless the peer said so inside TLS: a connection cut short says nothing.
- A handshake has a deadline, and there are only so many at once (`handshakes.py`). What a peer sends that is no TLS ends its
  connection, and is nobody's fault.

Twisted's own TLS does the same for any kind of protocol, and adds half as much again to each write (benchmarks/encryption.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.protocols.policies import TimeoutMixin
from zope.interface import implementer

from chatroom.handshakes import Handshakes
from chatroom.inside import PIECE, Inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress, IDelayedCall, IProtocolFactory, IReactorTime
    from twisted.python.failure import Failure

    from chatroom.door import Door

HANDSHAKE = 20.0
"""Seconds a handshake may take."""
HELLO = b"\x16\x03"
"""How a TLS connection begins: a handshake record of some version of the protocol (RFC 8446, section 5.1)."""


@implementer(IHalfCloseableProtocol)
class Encrypted(Protocol, TimeoutMixin):
    """Be one TLS connection, from the first byte of its handshake on."""

    transport: Any

    def __init__(
        self, connection: SSL.Connection, inner: IProtocolFactory, clock: IReactorTime, shaken: Callable[[], None] | None = None
    ) -> None:
        self._over_with = shaken
        """Called once, when the handshake is over, one way or the other."""
        self._connection = connection
        self._inner = inner
        self._clock = clock
        self._inside: Inside
        self._over = False
        self.garbled = False
        """Whether what the peer sent was no TLS, or none that could be agreed on."""

    def connectionMade(self) -> None:
        """Begin the handshake, and wait for the other side of it, but not long."""
        self._inside = Inside(self.transport, self._connection)
        self.setTimeout(HANDSHAKE)
        self._shaken()

    def callLater(self, period: float, func: Callable[[], None]) -> IDelayedCall:
        """Use the house's clock for time-outs."""
        return self._clock.callLater(period, func)

    def timeoutConnection(self) -> None:
        """End a connection whose handshake takes too long."""
        self.transport.abortConnection()

    def dataReceived(self, data: bytes) -> None:
        """Take what the peer sent: handshake first, then what is spoken inside."""
        if self._over:
            return
        try:
            self._connection.bio_write(data)
            if self._inside.protocol is None and not self._shaken():
                return
            self._read()
        except SSL.ZeroReturnError:
            self._end_of_input()
        except SSL.Error:
            self.garbled = True
            self._inside.flush()
            self._inside.abortConnection()
        else:
            self._inside.flush()

    def readConnectionLost(self) -> None:
        """End a connection that was cut without a goodbye inside TLS."""
        if not self._over:
            self._inside.abortConnection()

    def writeConnectionLost(self) -> None:
        """Do nothing: the end of the connection follows."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell what was spoken inside that it is over."""
        self._settled()
        self._over = True
        if self._inside.protocol is not None:
            self._inside.protocol.connectionLost(reason)

    def _shaken(self) -> bool:
        """Go on with the handshake; tell whether it is done."""
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            self._inside.flush()
            return False
        self._settled()
        self._inside.flush()
        protocol = self._inner.buildProtocol(self.transport.getPeer())
        if protocol is None:
            self._inside.loseConnection()
            return False
        self._inside.protocol = protocol
        protocol.makeConnection(self._inside)
        return True

    def _settled(self) -> None:
        self.setTimeout(None)
        if self._over_with is not None:
            self._over_with()
            self._over_with = None

    def _read(self) -> None:
        while not self._inside.disconnecting:
            try:
                data = self._connection.recv(PIECE)
            except SSL.WantReadError:
                return
            self._inside.protocol.dataReceived(data)

    def _end_of_input(self) -> None:
        self._over = True
        closeable = IHalfCloseableProtocol(self._inside.protocol, None)
        if closeable is None:
            self._inside.loseConnection()
        else:
            closeable.readConnectionLost()


class EncryptedFactory(Factory):
    """Put TLS around what another factory makes, with the certificate that is current then."""

    noisy = False

    def __init__(self, context: Callable[[], SSL.Context], inner: IProtocolFactory, clock: IReactorTime) -> None:
        self._context = context
        self._inner = inner
        self._clock = clock
        self.handshakes = Handshakes()

    def buildProtocol(self, addr: IAddress | None) -> Encrypted | None:
        """Make the protocol of one connection; there is none when too many handshakes are under way."""
        address = getattr(addr, "host", "local")
        if not self.handshakes.may_begin(address):
            return None
        connection = SSL.Connection(self._context(), None)
        connection.set_accept_state()
        return Encrypted(connection, self._inner, self._clock, self.handshakes.begin(address))


class EncryptedDoor:
    """Lead who speaks TLS to a front door inside of it."""

    name = "tls"

    def __init__(self, context: Callable[[], SSL.Context], inside: Door, clock: IReactorTime) -> None:
        self.factory: IProtocolFactory = EncryptedFactory(context, inside.factory, clock)

    def recognises(self, first: bytes) -> bool | None:
        """Tell whether a client that began with these bytes speaks TLS."""
        if first.startswith(HELLO):
            return True
        return None if HELLO.startswith(first) else False
