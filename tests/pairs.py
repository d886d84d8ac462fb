"""A TLS connection in memory: the project's end of it, and one by Python's own."""

from __future__ import annotations

import functools
import ssl
import tempfile
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom import certificate
from chatroom.inside import Inside
from chatroom.tls import EncryptedFactory
from chatroom.wires import DirectWire, Wire

NOW = 1_800_000_000.0


@functools.cache
def house_context() -> SSL.Context:
    """Give what serves a certificate of the house's own, made once."""
    with tempfile.TemporaryDirectory() as folder:
        files = certificate.write(Path(folder), *certificate.make("house", ["localhost", "127.0.0.1"], NOW))
        return certificate.read(*files, NOW).context()


class Inner(Protocol):
    """Remember what is heard inside."""

    transport: Inside

    def __init__(self) -> None:
        self.heard = b""
        self.over: Failure | None = None

    def dataReceived(self, data: bytes) -> None:
        self.heard += data
        if data == b"bye":
            self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.over = reason


@implementer(IHalfCloseableProtocol)
class Closeable(Inner):
    """Be told of the end of input."""

    ended = False

    def readConnectionLost(self) -> None:
        self.ended = True

    def writeConnectionLost(self) -> None:
        raise AssertionError("nobody closes that way")


class Pair:
    """Be a TLS connection in memory: the project's end, and a client's."""

    def __init__(
        self,
        context: SSL.Context,
        wire: Wire | None = None,
        inner: type[Inner] = Inner,
        alpn: list[str] | None = None,
        shows: Any = None,
        **client: Any,
    ) -> None:
        self.clock = Clock()
        self.wire = wire if wire is not None else DirectWire(self.clock)
        self.wire.clock = self.clock
        self.made: list[Inner] = []
        factory = Factory.forProtocol(inner)
        factory.buildProtocol = lambda addr: self._make(inner)  # type: ignore[method-assign]
        self.outer = EncryptedFactory(lambda: context, factory, self.clock)
        outer = self.outer.buildProtocol(None)
        assert outer is not None
        self.wire.protocol = outer
        outer.makeConnection(self.wire)
        settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        settings.check_hostname = False
        settings.verify_mode = ssl.CERT_NONE
        for name, value in client.items():
            setattr(settings, name, value)
        if shows:
            settings.load_cert_chain(*shows)
        if alpn:
            settings.set_alpn_protocols(alpn)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = settings.wrap_bio(self._in, self._out)

    def _make(self, inner: type[Inner]) -> Inner:
        self.made.append(inner())
        return self.made[-1]

    @property
    def inner(self) -> Inner:
        return self.made[0]

    def move(self) -> None:
        """Carry bytes to and fro."""
        sent = self._out.read()
        if sent:
            self.wire.feed(sent)
        self._in.write(self.wire.taken())

    def shake(self) -> Pair:
        """Finish the handshake."""
        for _ in range(6):
            try:
                self.client.do_handshake()
            except ssl.SSLWantReadError:
                pass
            self.move()
        self.read()
        return self

    def says(self, data: bytes) -> None:
        self.client.write(data)
        self.move()

    def read(self) -> bytes:
        """Read what the client can read now."""
        self._in.write(self.wire.taken())
        heard = b""
        while True:
            try:
                data = self.client.read(1 << 16)
            except ssl.SSLWantReadError:
                return heard
            if not data:
                return heard
            heard += data
