"""Tests of TLS in front of a door: the project's layer against Python's own, in memory."""

from __future__ import annotations

import datetime
import functools
import ssl
import tempfile
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom import certificate
from chatroom.doors.front import FrontDoor
from chatroom.outlet import Outlet
from chatroom.testing import World
from chatroom.tls import HANDSHAKE, EncryptedDoor, EncryptedFactory, Handshakes, Inside
from chatroom.wires import DirectWire, Wire

NOW = 1_800_000_000.0


@functools.cache
def _context() -> SSL.Context:
    with tempfile.TemporaryDirectory() as folder:
        files = certificate.write(Path(folder), *certificate.make("house", ["localhost", "127.0.0.1"], NOW))
        return certificate.read(*files, NOW).context()


@pytest.fixture
def context() -> SSL.Context:
    return _context()


class Nobody:
    """Be the door of nobody."""

    name = "line"
    factory: Any = None

    def recognises(self, first: bytes) -> bool | None:
        raise AssertionError("nobody goes in")


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


def test_what_is_said_inside_is_heard_at_the_other_end(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.says(b"hello")
    assert pair.inner.heard == b"hello"
    pair.inner.transport.write(b"hi")
    pair.inner.transport.writeSequence([b" the", b"re"])
    assert pair.read() == b"hi there"


def test_nothing_of_it_is_on_the_wire(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.inner.transport.write(b"a secret")
    assert b"secret" not in pair.wire.taken()


def test_nothing_inside_is_made_before_the_handshake_is_done(context: SSL.Context) -> None:
    pair = Pair(context)
    try:
        pair.client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    pair.move()
    assert pair.made == []


def test_a_handshake_that_takes_too_long_is_ended(context: SSL.Context) -> None:
    pair = Pair(context)
    pair.wire.feed(b"\x16\x03\x01")
    pair.clock.advance(HANDSHAKE - 1)
    assert not pair.wire.lost
    pair.clock.advance(1)
    pair.clock.advance(0)
    assert pair.wire.lost
    assert pair.made == []
    assert not pair.clock.getDelayedCalls()


def test_only_so_many_handshakes_of_one_address_and_of_all_are_under_way(context: SSL.Context) -> None:
    clock = Clock()
    factory = EncryptedFactory(lambda: context, Factory.forProtocol(Inner), clock)
    factory.handshakes = Handshakes(most=6, each=2)
    wires = []

    def connect(address: str) -> bool:
        wire = Wire(clock, address)
        wire.protocol = factory.buildProtocol(wire.getPeer())
        if wire.protocol is None:
            return False
        wire.protocol.makeConnection(wire)
        wires.append(wire)
        return True

    assert [connect("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert [connect("127.0.0.1") for _ in range(5)] == [True, True, True, True, False]
    assert not connect("192.0.2.2")
    wires[0].end()
    assert connect("192.0.2.1")
    clock.advance(HANDSHAKE)
    clock.advance(0)
    assert len(factory.handshakes) == 0
    assert all(wire.lost for wire in wires)


def test_a_handshake_counts_no_longer_when_it_is_done(context: SSL.Context) -> None:
    pair = Pair(context)
    assert len(pair.outer.handshakes) == 1
    pair.shake()
    assert len(pair.outer.handshakes) == 0
    pair.wire.end()
    assert len(pair.outer.handshakes) == 0


def test_no_timer_is_left_when_the_handshake_is_done(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    assert not pair.clock.getDelayedCalls()


def test_bytes_that_are_no_tls_end_the_connection_alone(context: SSL.Context) -> None:
    pair = Pair(context)
    pair.wire.feed(b"NICK ann\r\nUSER ann\r\n")
    pair.clock.advance(0)
    assert pair.wire.lost
    assert pair.made == []


@given(st.binary(min_size=1, max_size=300), st.booleans())
def test_any_bytes_hurt_nobody(rubbish: bytes, shaken: bool) -> None:
    pair = Pair(_context())
    if shaken:
        pair.shake()
    pair.wire.feed(rubbish)
    pair.clock.advance(HANDSHAKE)
    pair.clock.advance(0)
    assert pair.wire.lost or shaken
    if shaken and pair.made and pair.wire.lost:
        assert pair.inner.over is not None


@pytest.mark.parametrize("size", [1, 16383, 16384, 16385, 65536, 200_000])
def test_any_amount_arrives_whole(context: SSL.Context, size: int) -> None:
    pair = Pair(context).shake()
    data = bytes(number % 251 for number in range(size))
    pair.inner.transport.write(data)
    assert pair.read() == data
    pair.says(data)
    assert pair.inner.heard == data


def test_a_byte_at_a_time_is_enough(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.client.write(b"slowly")
    for byte in pair._out.read():
        pair.wire.feed(bytes([byte]))
    assert pair.inner.heard == b"slowly"


def test_a_full_socket_pauses_what_writes_inside_until_all_is_sent_and_nothing_is_overtaken(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    assert isinstance(pair.wire, DirectWire)
    drained: list[bool] = []
    outlet = Outlet(pair.inner.transport, pair.clock)
    outlet.attach(lambda: drained.append(True), lambda error: None)
    pair.wire.socket.room = 10
    outlet.give(b"one ")
    assert outlet.clogged
    pair.inner.transport.write(b"two ")
    pair.wire.drain(20)
    assert outlet.clogged
    pair.wire.drain()
    assert not outlet.clogged
    assert drained == [True]
    outlet.give(b"three")
    assert pair.read() == b"one two three"
    assert not outlet.clogged


def test_a_producer_that_comes_while_the_socket_is_full_waits(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    assert isinstance(pair.wire, DirectWire)
    pair.wire.socket.room = 0
    pair.inner.transport.write(b"one")
    outlet = Outlet(pair.inner.transport, pair.clock)
    assert outlet.clogged
    pair.wire.drain()
    assert not outlet.clogged


def test_a_transport_without_a_socket_serves_as_well(context: SSL.Context) -> None:
    pair = Pair(context, Wire(Clock()))
    for _ in range(6):
        pair.shake()
        pair.wire.drain()
    pair.inner.transport.write(b"one")
    pair.inner.transport.write(b"two")
    assert pair.read() == b"onetwo"


def test_a_goodbye_is_said_inside_and_then_outside(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.inner.transport.write(b"last")
    pair.inner.transport.loseConnection()
    pair.inner.transport.loseConnection()
    assert pair.read() == b"last"
    pair.client.unwrap()  # which would ask for more, had nobody said goodbye inside
    pair.clock.advance(0)
    assert pair.inner.over is not None


def test_after_a_goodbye_nothing_more_is_read_or_written(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.client.write(b"bye")
    pair.client.write(b"and more")
    pair.move()
    assert pair.inner.heard == b"bye"
    pair.inner.transport.write(b"too late")
    assert pair.read() == b""


def test_an_end_of_input_inside_is_told_to_who_wants_to_go_on_writing(context: SSL.Context) -> None:
    pair = Pair(context, inner=Closeable).shake()
    with pytest.raises(ssl.SSLWantReadError):
        pair.client.unwrap()
    pair.move()
    assert isinstance(pair.inner, Closeable)
    assert pair.inner.ended
    assert not pair.inner.transport.disconnecting
    pair.wire.finish()
    assert not pair.inner.transport.disconnecting


def test_an_end_of_input_inside_ends_what_cannot_go_on(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    with pytest.raises(ssl.SSLWantReadError):
        pair.client.unwrap()
    pair.move()
    assert pair.inner.transport.disconnecting


def test_a_connection_cut_without_a_goodbye_is_no_end_of_input(context: SSL.Context) -> None:
    pair = Pair(context, inner=Closeable).shake()
    pair.wire.finish()
    pair.clock.advance(0)
    assert isinstance(pair.inner, Closeable)
    assert not pair.inner.ended
    assert pair.inner.over is not None


def test_input_is_held_and_read_again(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.inner.transport.pauseProducing()
    assert pair.wire.producerState == "paused"
    pair.inner.transport.resumeProducing()
    assert pair.wire.producerState == "producing"


def test_old_versions_are_refused(context: SSL.Context) -> None:
    with pytest.warns(DeprecationWarning, match="deprecated"):
        pair = Pair(context, minimum_version=ssl.TLSVersion.TLSv1_1, maximum_version=ssl.TLSVersion.TLSv1_1)
    with pytest.raises(ssl.SSLError):
        pair.shake()
    assert pair.made == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions_from_1_2_on_are_spoken(context: SSL.Context, version: ssl.TLSVersion) -> None:
    pair = Pair(context, minimum_version=version, maximum_version=version).shake()
    pair.says(b"hello")
    assert pair.inner.heard == b"hello"


def test_http_is_agreed_on_with_who_asks_for_it_and_nothing_with_others(context: SSL.Context) -> None:
    assert Pair(context, alpn=["h2", "http/1.1"]).shake().inner.transport.negotiated == b"http/1.1"
    assert Pair(context, alpn=["irc"]).shake().inner.transport.negotiated == b""
    assert Pair(context).shake().inner.transport.negotiated == b""


def test_what_a_client_shows_is_known_by_its_fingerprint(context: SSL.Context, tmp_path: Any) -> None:
    files = certificate.write(tmp_path, *certificate.make("ann", ["ann"], NOW))
    shown = certificate.read(*files, NOW)
    pair = Pair(context, shows=files).shake()
    found = pair.inner.transport.getPeerCertificate()
    assert found is not None
    assert found.digest("sha256").decode() == shown.fingerprint
    assert Pair(context).shake().inner.transport.getPeerCertificate() is None


def test_tls_is_known_by_its_first_two_bytes(context: SSL.Context) -> None:
    inside = EncryptedDoor(lambda: context, FrontDoor([Nobody()], World().house), Clock())
    recognises = inside.recognises
    assert recognises(b"\x16\x03\x01\x02") is True
    assert recognises(b"\x16") is None
    assert recognises(b"") is None
    assert recognises(b"NICK") is False
    assert recognises(b"\x16\x02") is False


def vouched_for() -> SSL.Context:
    """Make a certificate as an authority would."""
    key = ec.generate_private_key(ec.SECP256R1())
    house, authority = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("house", "authority"))
    begins = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    made = x509.CertificateBuilder(authority, house, key.public_key(), 7, begins, begins + datetime.timedelta(days=90))
    return certificate.Certificate((made.sign(key, hashes.SHA256()),), key).context()


@pytest.mark.parametrize(("made", "vouched"), [(_context, False), (vouched_for, True)])
def test_it_is_known_whether_another_vouches_for_what_is_shown(made: Any, vouched: bool) -> None:
    assert Pair(made()).shake().inner.transport.vouched is vouched
