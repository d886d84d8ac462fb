"""The first bytes at the one port, from friends and others: slow, split, empty, mixed and hostile; bounded in time and size."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from twisted.internet.interfaces import IProtocolFactory
from twisted.internet.protocol import Factory, Protocol

from chatroom.doors.front import FrontDoor
from chatroom.testing import World
from chatroom.threshold import SILENCE, UNDECIDED, Threshold
from chatroom.tls import EncryptedDoor
from chatroom.wire.proxy import LONGEST, LONGEST_LINE, Header, Place, render, render_line
from chatroom.wires import Wire

FAR = Header(Place("203.0.113.9", 4711), Place("192.0.2.8", 5000))
KINDS = [
    ("tls", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64))),
    ("json", b'{"do":"hello","id":1,"name":"ann"}\n'),
    ("json", b'\r\n \t{"do":"ping"}\n'),
    ("web", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("web", b"POST /rooms/lobby HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi"),
    ("web", b"OPTIONS * HTTP/1.0\r\n\r\n"),
    ("web", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("ssh", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
    ("irc", b"CAP LS 302\r\nNICK ann\r\nUSER ann 0 * :Ann\r\n"),
    ("irc", b"NICK ann\r\nUSER ann 0 * :Ann\r\n"),
    ("irc", b"PASS secret\r\nNICK ann\r\n"),
    ("irc", b"USER ann 0 * :Ann\r\nNICK ann\r\n"),
    ("line", b"ann\r\nhello\r\n"),
    ("line", b"/hello ann\n"),
    ("line", b"PROXY\n"),
    ("line", b"Getty\n"),
    ("line", b"\xff\xfd\x03\xff\xfb\x18ann\r\n"),
    ("line", "Ärger\n".encode()),
]
"""How each kind of client begins, and at which door it is to be."""
FIRST = st.sampled_from(KINDS)


class Heard(Protocol):
    """Be somebody at a door that only listens."""

    def __init__(self, door: str, heard: list[tuple[str, bytes]]) -> None:
        self._door = door
        self._all = heard
        self._all.append((door, b""))

    def dataReceived(self, data: bytes) -> None:
        self._all[-1] = (self._door, self._all[-1][1] + data)


class Ear:
    """Be a door that knows its own as the real one does, and only listens."""

    def __init__(self, name: str, recognises: Callable[[bytes], bool | None], heard: list[tuple[str, bytes]]) -> None:
        self.name = name
        self.recognises = recognises
        made: Any = Factory()
        made.buildProtocol = lambda addr: Heard(name, heard)
        self.factory: IProtocolFactory = made


@functools.cache
def a_world() -> World:
    return World()


class Port:
    """Be one connection to the port of a house whose doors only listen; `heard` is at which door what was."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.heard: list[tuple[str, bytes]] = []
        world = a_world()
        self.clock = world.clock
        tls = EncryptedDoor(lambda: SSL.Context(SSL.TLS_SERVER_METHOD), world.front, world.clock)
        real = (tls, world.native, world.web, world.ssh, world.irc, world.line)
        door = FrontDoor([Ear(one.name, one.recognises, self.heard) for one in real], world.house)
        self.wire = Wire(self.clock, address)
        self.wire.protocol = door.factory.buildProtocol(self.wire.getPeer())
        self.wire.protocol.makeConnection(self.wire)

    @property
    def waits(self) -> bool:
        """Tell whether it is not known yet who this is."""
        return not self.wire.lost and isinstance(self.wire.protocol, Threshold)

    def says(self, *pieces: bytes, between: float = 0.0) -> Port:
        """Send pieces, with so many seconds between them."""
        for piece in pieces:
            self.wire.feed(piece)
            self.clock.advance(between)
        return self

    def end(self) -> None:
        """Go."""
        self.clock.advance(0)
        self.wire.end()


def cut(whole: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at these places."""
    ends = sorted({place % len(whole) for place in places} | {0, len(whole)})
    return [whole[start:end] for start, end in itertools.pairwise(ends)]


@pytest.mark.parametrize(("door", "whole"), KINDS, ids=[f"{number} {door}" for number, (door, _) in enumerate(KINDS)])
def test_every_kind_is_told_apart_wherever_its_bytes_are_cut(door: str, whole: bytes) -> None:
    for place in range(len(whole)):
        assert Port().says(*cut(whole, [place])).heard == [(door, whole)], place
    assert Port().says(*(bytes([byte]) for byte in whole)).heard == [(door, whole)]


@given(FIRST, st.lists(st.integers(0, 1000), max_size=8), st.sampled_from([b"", render(FAR), render_line(FAR)]))
def test_so_it_is_in_any_pieces_and_behind_a_proxy(first: tuple[str, bytes], places: list[int], header: bytes) -> None:
    door, whole = first
    assert Port().says(*cut(header + whole, places)).heard == [(door, whole)]


@given(FIRST, st.lists(st.integers(0, 1000), max_size=4), st.floats(0.0, 2.0))
def test_whoever_takes_their_time_is_at_their_door_or_a_persons_and_nothing_is_lost(
    first: tuple[str, bytes], places: list[int], pause: float
) -> None:
    door, whole = first
    ((found, heard),) = Port().says(*cut(whole, places), between=pause).heard
    assert found in {door, "line"}
    assert heard == whole


@given(FIRST, FIRST)
def test_of_several_kinds_at_once_the_first_counts(first: tuple[str, bytes], second: tuple[str, bytes]) -> None:
    assert Port().says(first[1] + second[1]).heard == [(first[0], first[1] + second[1])]


def test_a_person_who_types_slowly_gets_every_letter_through() -> None:
    for name in ("GET", "PROXY TCP", "NICK", "SSH", "CAPTAIN"):
        letters = [bytes([byte]) for byte in f"{name}\r\n".encode()]
        assert Port().says(*letters, between=0.5).heard == [("line", f"{name}\r\n".encode())]


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=6), st.sampled_from(["127.0.0.1", "192.0.2.9"]))
def test_whatever_comes_it_is_decided_within_so_many_bytes_and_so_much_time(pieces: list[bytes], address: str) -> None:
    port = Port(address)
    for number, piece in enumerate(pieces, 1):
        port.says(piece)
        held = len(b"".join(pieces[:number]))
        assert held < max(UNDECIDED, LONGEST_LINE, LONGEST + 16) or not port.waits
    port.clock.advance(SILENCE)
    port.clock.advance(0)
    assert not port.waits
    assert len(port.heard) == (0 if port.wire.lost or port.wire.disconnecting else 1)


@pytest.mark.parametrize(
    "endless",
    [b" ", b"\r\n", b"PROXY TCP4 1", b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x08\x00", b"SSH", b"\x16"],
    ids=["blanks", "blank lines", "a PROXY line", "a PROXY header", "SSH", "TLS"],
)
def test_what_never_becomes_clear_is_decided_on(endless: bytes) -> None:
    port = Port()
    port.says(endless * (3000 // len(endless) + 1))
    assert not port.waits


def test_who_comes_and_goes_without_a_word_leaves_nothing() -> None:
    before = len(a_world().clock.getDelayedCalls())
    for first in (b"", b"P", b"\x16"):
        port = Port().says(first) if first else Port()
        port.wire.end()
        assert port.heard == []
    assert len(a_world().clock.getDelayedCalls()) == before
