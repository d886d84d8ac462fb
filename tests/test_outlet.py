"""The one way out: in order, nothing lost, nothing twice, and it ends."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from chatroom.outlet import FORGOTTEN, FULL, GRACE, Outlet, handle_of
from chatroom.wires import DirectWire, Wire


class Owner:
    """Be told what an outlet tells."""

    def __init__(self, outlet: Outlet) -> None:
        self.drained = 0
        self.failures: list[Exception] = []
        outlet.attach(self.drain, self.failures.append)

    def drain(self) -> None:
        self.drained += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(wire: Any, clock: Clock) -> tuple[Outlet, Owner]:
    wire.protocol = Ended()
    outlet = Outlet(wire, clock)
    return outlet, Owner(outlet)


class Ended:
    """Be a protocol that only notes its end."""

    ended = 0

    def connectionLost(self, reason: object) -> None:
        """Note it."""
        self.ended += 1


def test_what_the_socket_takes_goes_straight_to_it(clock: Clock) -> None:
    wire = DirectWire(clock)
    outlet, _ = made(wire, clock)
    assert outlet.direct
    outlet.give(b"one")
    outlet.give(memoryview(b"two"))
    assert wire.taken() == b"onetwo"
    assert (wire.buffered, wire.producer) == (b"", None)


@given(pieces=st.lists(st.binary(min_size=1, max_size=50), max_size=20), room=st.integers(0, 200), steps=st.integers(1, 60))
def test_every_byte_arrives_once_and_in_order(pieces: list[bytes], room: int, steps: int) -> None:
    clock = Clock()
    wire = DirectWire(clock, room)
    outlet, owner = made(wire, clock)
    for piece in pieces:
        while outlet.clogged:
            wire.drain(steps)
        outlet.give(piece)
    while outlet.clogged:
        wire.drain(steps)
    assert wire.taken() == b"".join(pieces)
    assert owner.failures == []
    assert wire.producer is None


def test_a_socket_that_takes_nothing_clogs_and_says_when_it_has_drained(clock: Clock) -> None:
    wire = DirectWire(clock, room=0)
    outlet, owner = made(wire, clock)
    outlet.give(b"hello")
    assert (outlet.clogged, owner.drained, wire.buffered) == (True, 0, b"hello")
    wire.drain(2)
    assert (outlet.clogged, owner.drained) == (True, 0)
    wire.drain(100)
    assert (outlet.clogged, owner.drained) == (False, 1)


def test_a_broken_socket_is_reported_and_not_raised(clock: Clock) -> None:
    wire = DirectWire(clock)
    outlet, owner = made(wire, clock)
    wire.socket.broken = ConnectionResetError("gone")
    outlet.give(b"hello")
    assert [str(error) for error in owner.failures] == ["gone"]


def test_without_a_socket_everything_goes_through_the_transport(clock: Clock) -> None:
    wire = Wire(clock)
    outlet, owner = made(wire, clock)
    assert not outlet.direct
    assert outlet.send(b"one") == 3
    wire.full = True
    assert outlet.send(memoryview(b"two")) == FULL
    assert outlet.clogged
    wire.drain()
    assert (outlet.clogged, owner.drained, wire.taken()) == (False, 1, b"onetwo")


@pytest.mark.parametrize("kind", [Wire, DirectWire])
def test_closing_sends_what_was_given_and_nothing_after(clock: Clock, kind: type[Wire]) -> None:
    wire = kind(clock)
    outlet, _ = made(wire, clock)
    outlet.give(b"bye")
    outlet.close()
    outlet.give(b"too late")
    outlet.close()
    assert wire.taken() == b"bye"
    assert wire.producer is None
    clock.advance(0)
    assert wire.lost


def test_a_clogged_outlet_that_is_closed_gives_up_after_a_while(clock: Clock) -> None:
    wire = DirectWire(clock, room=1)
    outlet, _ = made(wire, clock)
    wire.full = True
    outlet.give(b"never read")
    outlet.close()
    assert wire.producer is None
    clock.advance(GRACE - 1)
    assert not wire.lost
    clock.advance(1)
    clock.advance(0)
    assert wire.lost


def test_a_lost_connection_leaves_no_timer(clock: Clock) -> None:
    wire = Wire(clock)
    wire.full = True
    outlet, _ = made(wire, clock)
    outlet.close()
    outlet.lost()
    assert clock.getDelayedCalls() == []


@pytest.mark.parametrize("kind", [Wire, DirectWire])
def test_aborting_is_possible_at_any_time_and_more_than_once(clock: Clock, kind: type[Wire]) -> None:
    wire = kind(clock)
    outlet, _ = made(wire, clock)
    outlet.close()
    outlet.abort()
    outlet.abort()
    outlet.lost()
    clock.advance(0)
    assert wire.lost


def test_over_what_nobody_has_read_it_is_closed_for_writing_first_so_that_the_last_lines_arrive(clock: Clock) -> None:
    wire = DirectWire(clock)
    outlet, _ = made(wire, clock)
    owner = wire.protocol
    wire.socket.unread = b"more and more"
    wire.pauseProducing()
    outlet.give(b"goodbye")
    outlet.close()
    assert (wire.taken(), wire.lost, wire.producerState) == (b"goodbye", False, "producing")
    wire.feed(b"and more")
    wire.finish()
    clock.advance(0)
    assert wire.lost
    assert owner.ended == 1


def test_a_peer_that_goes_on_sending_after_its_last_line_is_cut_off_after_a_while(clock: Clock) -> None:
    wire = DirectWire(clock)
    outlet, _ = made(wire, clock)
    wire.socket.unread = b"more and more"
    outlet.close()
    wire.feed(b"and more")
    clock.advance(GRACE - 0.1)
    assert not wire.lost
    clock.advance(0.1)
    clock.advance(0)
    assert wire.lost


def test_of_a_flood_after_the_last_line_only_so_much_is_read(clock: Clock) -> None:
    wire = DirectWire(clock)
    outlet, _ = made(wire, clock)
    wire.socket.unread = b"more and more"
    outlet.close()
    for _ in range(2):
        assert wire.producerState == "producing"
        wire.feed(bytes(FORGOTTEN))
    assert wire.producerState == "paused"


def test_the_handle_of_a_transport_is_its_socket_or_nothing(clock: Clock) -> None:
    assert isinstance(handle_of(DirectWire(clock)), socket.socket)
    assert handle_of(Wire(clock)) is None
