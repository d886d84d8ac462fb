"""One person's crossing, on wires in memory: before a house that is there, that is not, and that goes."""

from __future__ import annotations

import functools
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL
from twisted.internet import error
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock

from chatroom import certificate
from chatroom.relay.crossing import AWAY, CLOSING, FIRST_DELAY, GONE, LAST_DELAY, PATIENCE, PROBE, SLOW, UNBELIEVED, Near
from chatroom.relay.service import Farewell, Relay, at_place
from chatroom.relay.transforms.star import Star
from chatroom.testing import World
from chatroom.threshold import SILENCE
from chatroom.tls import Encrypted
from chatroom.wire.proxy import RELAY, parse
from chatroom.wires import Wire
from tests.endpoints import Endpoint


class Half(Wire):
    """Be a wire whose writing end can be closed alone."""

    half_closed = False
    private = False
    """Whether nobody can read what passes."""

    def loseWriteConnection(self) -> None:
        self.half_closed = True

    def getHost(self) -> IPv4Address:
        return IPv4Address("TCP", "198.51.100.5", 9999)


class Sea:
    """Be a relay between a person and what may be a house."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.endpoint = Endpoint()
        self.relay = Relay(self.endpoint, self.clock, Star(), **options)
        self.near = self.person()

    def person(self) -> Half:
        wire = Half(self.clock, "203.0.113.9")
        wire.protocol = self.relay.buildProtocol(wire.getPeer())
        wire.protocol.makeConnection(wire)
        return wire

    def accepted(self, *, private: bool = False) -> Half:
        """Let the relay reach the house; give the house's end of it."""
        wire = Half(self.clock)
        wire.private = private
        self.endpoint.accepts(wire)
        return wire

    def named(self) -> Half:
        """Bring the person in as *bob; give the connection to the house."""
        far = self.accepted()
        self.near.feed(b"bob\n")
        far.feed(b"Welcome, *bob.\r\n")
        far.clear()
        self.near.clear()
        return far


@pytest.fixture
def sea() -> Sea:
    return Sea()


def test_the_house_learns_first_who_comes_and_that_a_relay_brings_them() -> None:
    sea = Sea(secret="open sesame, please")
    found = parse(sea.accepted().taken())
    assert found is not None
    header, rest = found
    assert header.source is not None
    assert (header.source.host, header.value(RELAY), rest) == ("203.0.113.9", b"open sesame, please", b"")


@pytest.mark.parametrize(("near", "far"), [(True, True), (True, False), (False, True)])
def test_the_house_learns_whether_anybody_on_the_way_could_read(sea: Sea, near: bool, far: bool) -> None:
    sea.near.private = near
    found = parse(sea.accepted(private=far).taken())
    assert found is not None
    assert found[0].encrypted is (near and far)


def test_words_pass_both_ways(sea: Sea) -> None:
    far = sea.named()
    sea.near.feed(b"hi\n")
    far.feed(b"ann: hello\r\n")
    assert (far.taken(), sea.near.taken()) == (b"hi\n", b"ann: hello\r\n")


def test_what_was_typed_before_the_house_is_reached_is_sent_then_and_no_more_is_read(sea: Sea) -> None:
    sea.near.feed(b"bob\nhi\n")
    assert sea.near.producerState == "paused"
    far = sea.accepted()
    assert far.taken().endswith(b"*bob\n")
    assert sea.near.producerState == "paused"
    far.feed(b"Welcome, *bob.\n")
    assert far.taken() == b"hi\n"
    assert sea.near.producerState == "producing"


def test_neither_side_is_read_faster_than_the_other_takes_it(sea: Sea) -> None:
    far = sea.named()
    sea.near.full = True
    far.feed(b"ann: hello\r\n")
    assert far.producerState == "paused"
    sea.near.drain()
    assert far.producerState == "producing"
    far.full = True
    sea.near.feed(b"hi\n")
    assert sea.near.producerState == "paused"
    far.drain()
    assert sea.near.producerState == "producing"


def test_a_house_that_is_not_there_is_told_once_and_tried_ever_more_slowly(sea: Sea) -> None:
    waits = []
    for _ in range(6):
        sea.endpoint.refuses()
        begun = sea.clock.seconds()
        while not sea.endpoint.waiting:
            sea.clock.advance(0.5)
        waits.append(sea.clock.seconds() - begun)
    assert sea.near.taken() == f"-- {AWAY}\r\n".encode()
    assert (waits[0], waits[-1]) == (FIRST_DELAY, LAST_DELAY)
    assert sea.named()


def test_a_house_that_does_not_answer_is_told_once_and_waited_for(sea: Sea) -> None:
    far = sea.accepted()
    sea.clock.advance(PATIENCE * 3)
    assert sea.near.taken() == f"-- {SLOW}\r\n".encode()
    far.feed(b"-- This is chatroom. What is your name?\r\n")
    assert sea.near.taken().startswith(b"-- This is chatroom.")


def test_of_a_house_that_answered_nothing_more_is_said(sea: Sea) -> None:
    far = sea.named()
    sea.clock.advance(PATIENCE * 3)
    assert sea.near.taken() == b""
    far.end(error.ConnectionDone())
    sea.clock.advance(PROBE)
    sea.endpoint.refuses()
    sea.clock.advance(FIRST_DELAY)
    sea.accepted().end(error.ConnectionDone())
    sea.near.taken()
    sea.clock.advance(PATIENCE * 3)
    assert SLOW.encode() not in sea.near.taken()


def test_a_program_is_given_a_sign_of_life_each_time(sea: Sea) -> None:
    sea.near.feed(b'{"do":"hello","name":"bob"}\n')
    for _ in range(3):
        sea.endpoint.refuses()
        sea.clock.advance(LAST_DELAY)
    assert sea.near.taken().count(b'"code":"relay"') == 3
    assert b'"name":"*bob"' in sea.accepted().taken()


def test_a_house_that_is_gone_is_told_and_asks_for_the_name_again(sea: Sea) -> None:
    far = sea.named()
    far.end(error.ConnectionDone())
    sea.clock.advance(PROBE)
    sea.endpoint.refuses()
    assert sea.near.taken() == f"-- {GONE}\r\n".encode()
    sea.near.feed(b"is anybody there?\n")
    sea.clock.advance(FIRST_DELAY)
    far = sea.accepted()
    assert parse(far.taken()) is not None
    sea.near.feed(b"bob\n")
    assert far.taken() == b"*bob\n"


def test_a_password_typed_as_the_house_goes_is_for_nobody(sea: Sea) -> None:
    far = sea.accepted()
    sea.near.feed(b"ann\n")
    far.feed(b"-- Password for ann:\r\n")
    far.end(error.ConnectionDone())
    sea.near.feed(b"correct horse\n")
    sea.clock.advance(PROBE)
    sea.endpoint.refuses()
    assert sea.near.producerState == "producing"
    sea.clock.advance(FIRST_DELAY)
    found = parse(sea.accepted().taken())
    assert found is not None
    assert found[1] == b""


def test_who_has_typed_all_as_the_house_goes_is_not_kept(sea: Sea) -> None:
    far = sea.named()
    far.end(error.ConnectionDone())
    sea.near.finish()
    sea.clock.advance(PROBE)
    sea.endpoint.refuses()
    assert sea.near.disconnecting
    assert sea.near.taken() == b""
    assert not sea.endpoint.waiting


def test_a_house_that_meant_the_person_lets_them_go(sea: Sea) -> None:
    far = sea.named()
    far.feed(b"-- Goodbye.\r\n")
    far.end(error.ConnectionDone())
    sea.clock.advance(PROBE)
    probe = sea.accepted()
    assert probe.taken() == b""
    assert probe.disconnecting
    assert sea.near.disconnecting
    assert sea.near.taken() == b"-- Goodbye.\r\n"


def test_a_house_that_ends_it_without_a_word_may_not_know_the_relay(sea: Sea) -> None:
    sea.accepted().end(error.ConnectionDone())
    sea.clock.advance(PROBE)
    sea.accepted()
    assert sea.near.taken() == f"-- {UNBELIEVED}\r\n".encode()


def test_a_program_whose_house_is_gone_comes_back_by_itself(sea: Sea) -> None:
    sea.near.feed(b'{"do":"hello","name":"bob"}\n')
    far = sea.accepted()
    far.feed(b'{"is":"welcome"}\n')
    far.end(error.ConnectionDone())
    assert sea.near.disconnecting
    assert sea.endpoint.waiting == []


def test_the_end_of_input_passes_when_all_is_said(sea: Sea) -> None:
    far = sea.accepted()
    sea.near.feed(b"bob\nhi")
    sea.near.finish()
    assert not far.half_closed
    far.clear()
    far.feed(b"Welcome, *bob.\n")
    assert far.taken() == b"hi\n"
    assert far.half_closed


@pytest.mark.parametrize(("raw", "said"), [(b"x" * 70_000, b"-- That line is too long.\r\n"), (b"\x16\x03\x01", b"")])
def test_what_makes_no_sense_ends_the_crossing(sea: Sea, raw: bytes, said: bytes) -> None:
    far = sea.accepted()
    sea.near.feed(raw)
    assert sea.near.disconnecting
    assert sea.near.taken() == said
    assert far.disconnecting


def test_who_reads_nothing_is_not_waited_for(sea: Sea) -> None:
    far = sea.named()
    sea.near.full = True
    far.feed(b"-- Goodbye.\r\n")
    far.end(error.ConnectionDone())
    sea.clock.advance(PROBE)
    sea.accepted()
    assert not sea.near.lost
    sea.clock.advance(CLOSING)
    sea.clock.advance(0)
    assert sea.near.lost


def test_who_leaves_is_gone_from_the_house_and_is_counted_no_more(sea: Sea) -> None:
    far = sea.named()
    assert len(sea.relay.crossings) == 1
    sea.near.end()
    assert far.disconnecting
    assert sea.relay.crossings == set()
    sea.clock.advance(0)
    for _ in range(3):
        one = sea.person()
        sea.endpoint.refuses()
        one.end()
    assert sea.clock.getDelayedCalls() == []


def test_more_than_may_be_here_are_told(sea: Sea) -> None:
    sea.relay.people = 1
    other = sea.person()
    assert other.taken() == b"-- Too many people have come by this relay. Try again later.\r\n"
    assert other.disconnecting


def test_when_the_relay_stops_everybody_is_told(sea: Sea) -> None:
    far = sea.named()
    service = Farewell(sea.relay, ["a relay"])
    service.startService()
    service.stopService()
    assert sea.near.taken() == b"-- The relay is closing. Goodbye.\r\n"
    assert far.disconnecting


def test_through_a_relay_one_meets_the_people_of_the_house() -> None:
    world = World()
    ann = world.person("ann")
    sea = Sea()
    far = sea.accepted()
    bob = world.connect(world.front, world.wire("127.0.0.1"))

    def move() -> None:
        for _ in range(5):
            bob.sends(far.taken())
            far.feed(bob.wire.taken())

    sea.near.feed(b"bob\nhi\n/msg ann psst\n")
    move()
    ann.hears("-- *bob joined (2 here)", "*bob: hi", "(private) *bob: psst")
    ann.types("/msg *bob hello")
    move()
    assert sea.near.taken().endswith(b"(private) ann: hello\n")
    world.host().asks("ban", who="203.0.113.9", force=True)
    move()
    assert b"banned" in sea.near.taken()


@functools.cache
def _context() -> SSL.Context:
    with tempfile.TemporaryDirectory() as folder:
        now = time.time()
        return certificate.read(*certificate.write(Path(folder), *certificate.make("relay", ["localhost"], now)), now).context()


@pytest.mark.parametrize(
    ("alone", "first", "within"), [(False, b"\x16\x03\x01", True), (False, b"bob\n", False), (True, b"\x16", True)]
)
def test_a_place_takes_people_in_clear_and_encrypted_or_encrypted_alone(sea: Sea, alone: bool, first: bytes, within: bool) -> None:
    wire = Half(sea.clock, "203.0.113.9")
    wire.protocol = at_place(sea.relay, _context, alone).buildProtocol(wire.getPeer())
    wire.protocol.makeConnection(wire)
    wire.feed(first)
    assert isinstance(wire.protocol, Encrypted) is within
    assert isinstance(wire.protocol, Near) is not within


def test_who_says_nothing_at_a_place_is_led_on_after_a_moment(sea: Sea) -> None:
    wire = Half(sea.clock, "127.0.0.1")
    wire.protocol = at_place(sea.relay, _context, False).buildProtocol(wire.getPeer())
    wire.protocol.makeConnection(wire)
    sea.clock.advance(SILENCE)
    assert isinstance(wire.protocol, Near)
