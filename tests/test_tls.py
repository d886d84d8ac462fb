"""Tests of TLS in front of a door: the project's layer against Python's own, in memory."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock

from chatroom.doors.front import FrontDoor
from chatroom.handshakes import Handshakes
from chatroom.testing import World
from chatroom.tls import HANDSHAKE, EncryptedDoor, EncryptedFactory
from chatroom.wires import Wire
from tests.pairs import Closeable, Inner, Pair, house_context


@pytest.fixture
def context() -> SSL.Context:
    return house_context()


class Nobody:
    """Be the door of nobody."""

    name = "line"
    factory: Any = None

    def recognises(self, first: bytes) -> bool | None:
        raise AssertionError("nobody goes in")


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
    pair = Pair(house_context())
    if shaken:
        pair.shake()
    pair.wire.feed(rubbish)
    pair.clock.advance(HANDSHAKE)
    pair.clock.advance(0)
    assert pair.wire.lost or shaken
    if shaken and pair.made and pair.wire.lost:
        assert pair.inner.over is not None


def test_a_byte_at_a_time_is_enough(context: SSL.Context) -> None:
    pair = Pair(context).shake()
    pair.client.write(b"slowly")
    for byte in pair._out.read():
        pair.wire.feed(bytes([byte]))
    assert pair.inner.heard == b"slowly"


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


def test_tls_is_known_by_its_first_two_bytes(context: SSL.Context) -> None:
    inside = EncryptedDoor(lambda: context, FrontDoor([Nobody()], World().house), Clock())
    recognises = inside.recognises
    assert recognises(b"\x16\x03\x01\x02") is True
    assert recognises(b"\x16") is None
    assert recognises(b"") is None
    assert recognises(b"NICK") is False
    assert recognises(b"\x16\x02") is False
