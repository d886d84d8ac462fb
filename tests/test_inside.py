"""The transport inside a TLS connection: what is written and how it is held, how it ends, and what it tells of the other end."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from twisted.internet.task import Clock

from chatroom import certificate
from chatroom.outlet import Outlet
from chatroom.wires import DirectWire, Wire
from tests.pairs import NOW, Pair, house_context


@pytest.fixture
def context() -> SSL.Context:
    return house_context()


@pytest.mark.parametrize("size", [1, 16383, 16384, 16385, 65536, 200_000])
def test_any_amount_arrives_whole(context: SSL.Context, size: int) -> None:
    pair = Pair(context).shake()
    data = bytes(number % 251 for number in range(size))
    pair.inner.transport.write(data)
    assert pair.read() == data
    pair.says(data)
    assert pair.inner.heard == data


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


def test_input_is_held_and_read_again(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.inner.transport.pauseProducing()
    assert pair.wire.producerState == "paused"
    pair.inner.transport.resumeProducing()
    assert pair.wire.producerState == "producing"


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


def vouched_for() -> SSL.Context:
    """Make a certificate as an authority would."""
    key = ec.generate_private_key(ec.SECP256R1())
    house, authority = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("house", "authority"))
    begins = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    made = x509.CertificateBuilder(authority, house, key.public_key(), 7, begins, begins + datetime.timedelta(days=90))
    return certificate.Certificate((made.sign(key, hashes.SHA256()),), key).context()


@pytest.mark.parametrize(("made", "vouched"), [(house_context, False), (vouched_for, True)])
def test_it_is_known_whether_another_vouches_for_what_is_shown(made: Any, vouched: bool) -> None:
    assert Pair(made()).shake().inner.transport.vouched is vouched
