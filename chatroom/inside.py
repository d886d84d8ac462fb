"""The transport of what is spoken inside a TLS connection.

Rules
-----
- What is spoken inside sees a transport like any other: bytes in order, a producer told when there is too much, a peer's address.
- Encrypted bytes go straight to the socket while the TCP transport buffers nothing of ours; what the socket does not take goes
  through the transport, and the producer inside waits until that is written. Nothing is ever overtaken.

It knows nothing of handshakes, and reads nothing: `tls.py` does.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from twisted.internet.interfaces import IPullProducer, IPushProducer, ISSLTransport
from zope.interface import implementer

from chatroom.outlet import handle_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from OpenSSL.crypto import X509
    from twisted.internet.address import IPv4Address, IPv6Address

PIECE = 65536
"""Bytes that are read out of the record layer at a time."""
RECORD = 16384
"""Bytes of one record; the record layer takes no more at once (RFC 8446, section 5.1)."""


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


def _nobody(full: bool) -> None:
    """Tell nobody."""
