"""TLS between a TCP connection and whatever is spoken inside it.

Rules
-----
- What is spoken inside sees a transport like any other: bytes in order, a producer told when there is too much, a peer's address.
  Its protocol is made when the handshake is done, and may be changed as `transport.protocol` of any transport may.
- Encrypted bytes go straight to the socket while the TCP transport buffers nothing of ours; what the socket does not take goes
  through the transport, and the producer inside waits until that is written. Nothing is ever overtaken.
- Nothing inside is told that input ended unless the peer said so inside TLS: a connection cut short says nothing.
- A handshake has a deadline, and there are only so many at once, of one address and of all. What a peer sends that is no TLS ends its
  connection, and is nobody's fault.

Twisted's own TLS does the same for any kind of protocol, and adds half as much again to each write (benchmarks/encryption.py).
"""

from __future__ import annotations

import socket
from collections import Counter
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from twisted.internet.interfaces import IHalfCloseableProtocol, IPullProducer, IPushProducer, ISSLTransport
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.protocols.policies import TimeoutMixin
from zope.interface import implementer

from chatroom.core.crowd import Household, household
from chatroom.outlet import handle_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from OpenSSL.crypto import X509
    from twisted.internet.address import IPv4Address, IPv6Address
    from twisted.internet.interfaces import IAddress, IDelayedCall, IProtocolFactory, IReactorTime
    from twisted.python.failure import Failure

    from chatroom.door import Door

PIECE = 65536
"""Bytes that are read out of the record layer at a time."""
RECORD = 16384
"""Bytes of one record; the record layer takes no more at once (RFC 8446, section 5.1)."""
HANDSHAKE = 20.0
"""Seconds a handshake may take."""
HANDSHAKES = 2000
"""Handshakes under way at once; more than that are not begun."""
HANDSHAKES_EACH = 64
"""Those of them that one address from elsewhere may have."""
HELLO = b"\x16\x03"
"""How a TLS connection begins: a handshake record of some version of the protocol (RFC 8446, section 5.1)."""


@implementer(IPullProducer, IPushProducer)
class Brake:
    """Hear from the TCP transport whether it has written all that it held."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._armed = True
        self.on = False
        self.told: Callable[[bool], None] = _nobody
        """Called with whether there is too much."""

    def pull(self) -> None:
        """Wait until the transport has written everything."""
        self.on = True
        self._armed = False  # registering asks for more at once, which is not what is waited for
        self._transport.registerProducer(self, False)
        self._armed = True
        self.told(True)

    def resumeProducing(self) -> None:
        """Go on: the transport has room."""
        if self._armed:
            self.on = False
            self._transport.unregisterProducer()
            self.told(False)

    def pauseProducing(self) -> None:
        """Wait: the transport holds too much."""

    def stopProducing(self) -> None:
        """Do nothing: the connection is about to be lost, and whoever owns it will be told."""


@implementer(ISSLTransport, IPushProducer)
class Inside:
    """Be the transport of what is spoken inside one TLS connection."""

    def __init__(self, outer: Any, connection: SSL.Connection) -> None:
        self.outer = outer
        self.protocol: Any = None
        self.disconnecting = False
        self._connection = connection
        self._producer: Any = None
        self._brake = Brake(outer)
        self._brake.told = self._govern
        handle = handle_of(outer)
        self._direct: Callable[[bytes], int] | None = handle.send if isinstance(handle, socket.socket) else None

    # -- what is spoken inside writes

    def write(self, data: bytes) -> None:
        """Encrypt bytes and send them."""
        if self.disconnecting or not data:
            return
        try:
            for start in range(0, len(data), RECORD):
                self._connection.send(data[start : start + RECORD] if len(data) > RECORD else data)
        except SSL.Error:
            self.abortConnection()
            return
        self.flush()

    def writeSequence(self, data: Any) -> None:
        """Encrypt several pieces as one and send them."""
        self.write(b"".join(data))

    def flush(self) -> None:
        """Send what the record layer has to say."""
        try:
            data = self._connection.bio_read(PIECE)
            while len(data) % PIECE == 0:
                self._send(data)
                data = self._connection.bio_read(PIECE)
        except SSL.WantReadError:
            return
        self._send(data)

    def loseConnection(self, connDone: object = None) -> None:
        """Say goodbye inside TLS, and end the connection when all is written."""
        if self.disconnecting:
            return
        self.disconnecting = True
        try:
            self._connection.shutdown()
            self.flush()
        except SSL.Error:
            pass
        self._leave()
        self.outer.loseConnection()

    def abortConnection(self) -> None:
        """End the connection now."""
        self.disconnecting = True
        self._leave()
        self.outer.abortConnection()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Tell a producer when there is too much, and when there is room again."""
        if not streaming:
            raise ValueError("Only producers that produce by themselves are served here.")
        self._producer = producer
        if self._brake.on:
            producer.pauseProducing()

    def unregisterProducer(self) -> None:
        """Tell it nothing more."""
        self._producer = None

    # -- what is spoken inside asks for

    def getPeer(self) -> IPv4Address | IPv6Address:
        """Tell who is at the other end."""
        peer: IPv4Address | IPv6Address = self.outer.getPeer()
        return peer

    @property
    def relayed(self) -> bool:
        """Tell whether a relay brought the connection."""
        return bool(getattr(self.outer, "relayed", False))

    def getHost(self) -> IPv4Address | IPv6Address:
        """Tell at which address they are connected."""
        host: IPv4Address | IPv6Address = self.outer.getHost()
        return host

    def getPeerCertificate(self) -> X509 | None:
        """Give the certificate the peer showed, if any: shown and proven to be theirs, but vouched for by nobody."""
        return self._connection.get_peer_certificate()

    @property
    def vouched(self) -> bool:
        """Tell whether another than itself vouches for the certificate shown here."""
        shown = self._connection.get_certificate(as_cryptography=True)
        return shown is not None and shown.issuer != shown.subject

    @property
    def negotiated(self) -> bytes:
        """Tell which protocol the peer asked for by ALPN; empty when none was agreed on."""
        return self._connection.get_alpn_proto_negotiated()

    def loseWriteConnection(self) -> None:
        """Say goodbye inside TLS, and go on reading."""
        try:
            self._connection.shutdown()
        except SSL.Error:
            return
        self.flush()

    def getTcpNoDelay(self) -> bool:
        """Tell whether small pieces are sent at once."""
        return bool(self.outer.getTcpNoDelay())

    def getTcpKeepAlive(self) -> bool:
        """Tell whether it is noticed when the other end is gone."""
        return bool(self.outer.getTcpKeepAlive())

    def setTcpNoDelay(self, enabled: bool) -> None:
        """Send small pieces at once."""
        self.outer.setTcpNoDelay(enabled)

    def setTcpKeepAlive(self, enabled: bool) -> None:
        """Notice when the other end is gone."""
        self.outer.setTcpKeepAlive(enabled)

    def pauseProducing(self) -> None:
        """Read nothing more for now."""
        self.outer.pauseProducing()

    def resumeProducing(self) -> None:
        """Read again."""
        self.outer.resumeProducing()

    def stopProducing(self) -> None:
        """Read nothing more at all."""
        self.loseConnection()

    # -- the way out

    def _send(self, data: bytes) -> None:
        if self._brake.on or not data:
            self.outer.write(data)
            return
        taken = 0
        if self._direct is not None:
            try:
                taken = self._direct(data)
            except OSError:
                pass  # there is no room; if it is worse than that, the transport finds out and ends as it always does
        if taken < len(data):
            self.outer.write(data[taken:])
            self._brake.pull()

    def _govern(self, full: bool) -> None:
        if self._producer is not None and full:
            self._producer.pauseProducing()
        elif self._producer is not None:
            self._producer.resumeProducing()

    def _leave(self) -> None:
        self._producer = None
        if self._brake.on:
            self._brake.on = False
            self.outer.unregisterProducer()


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


class Handshakes:
    """Count the handshakes under way, by address."""

    def __init__(self, most: int = HANDSHAKES, each: int = HANDSHAKES_EACH) -> None:
        self._most = most
        self._each = each
        self._under_way: Counter[Household | None] = Counter()

    def __len__(self) -> int:
        """Tell how many there are."""
        return self._under_way.total()

    def may_begin(self, address: str) -> bool:
        """Tell whether one more may begin; this machine's own count in all alone."""
        home = household(address)
        return len(self) < self._most and (home is None or self._under_way[home] < self._each)

    def begin(self, address: str) -> Callable[[], None]:
        """Count one more; give what is to be called when it is over."""
        home = household(address)
        self._under_way[home] += 1

        def over() -> None:
            self._under_way[home] -= 1
            if not self._under_way[home]:
                del self._under_way[home]

        return over


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


def _nobody(full: bool) -> None:
    """Tell nobody."""
