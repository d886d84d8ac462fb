"""The threshold before every place: who is believed about the connections they bring, and what that costs everybody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from twisted.internet.interfaces import IProtocolFactory, ISSLTransport

from chatroom.brought import Brought, is_private
from chatroom.core.flood import FloodLimits
from chatroom.core.rank import Rank
from chatroom.core.relays import Relays
from chatroom.core.rules import Rules
from chatroom.registry import DOORS
from chatroom.service import speaking
from chatroom.testing import Person, World, member
from chatroom.threshold import SILENCE, STRANGER, Threshold, ThresholdFactory, belief_of
from chatroom.wire.proxy import ENCRYPTED, RELAY, TLS, Header, Place, render, render_line
from chatroom.wires import DirectWire, Wire

FAR = Header(Place("203.0.113.9", 4711), Place("192.0.2.8", 5000))
BY_TLS = replace(FAR, told=((TLS, ENCRYPTED),))
NEAR = Header(Place("127.0.0.1", 4711), Place("127.0.0.1", 5000))
HEADERS = pytest.mark.parametrize("written", [render(FAR), render_line(FAR)], ids=["version 2", "version 1"])
SAID = {
    "line": b"ann\n",
    "json": b'{"do":"hello","name":"ann"}\n',
    "irc": b"NICK ann\r\nUSER ann 0 * :Ann\r\n",
    "web": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "ssh": b"SSH-2.0-test\r\n",
    "console": b"dana\r\n",
}
"""How somebody begins to speak at each door."""
ANSWERED = {
    "line": b"Welcome, ann.",
    "json": b'"you":"ann"',
    "irc": b" 001 ann ",
    "web": b"200 OK",
    "ssh": b"SSH-2.0-chatroom",
    "console": b"assword",
}


@pytest.fixture
def world() -> World:
    return World(members=[member("dana", Rank.ADMIN)])


def place(world: World, door: str) -> IProtocolFactory:
    """Give what is spoken at a port of a door's own."""
    nobody: Any = None
    return speaking(world.house, nobody, DOORS.load(door).open_door(world.house), False)


def come(world: World, door: str, address: str = "127.0.0.1") -> Person:
    """Connect to a port of a door's own."""
    return world._connect(place(world, door), world.wire(address))


@HEADERS
@pytest.mark.parametrize("door", SAID)
def test_every_door_learns_who_is_brought_and_serves_them(world: World, door: str, written: bytes) -> None:
    one = come(world, door)
    one.sends(written + SAID[door])
    world.rest(2)
    assert ANSWERED[door] in one.wire.taken()
    assert {session.address for session in world.hub.sessions} <= {"203.0.113.9"}


@HEADERS
@pytest.mark.parametrize("door", sorted(SAID.keys() - {"web"}))
def test_a_ban_hits_who_is_brought_at_every_door(world: World, door: str, written: bytes) -> None:
    world.host().asks("ban", who="203.0.113.9", force=True)
    one = come(world, door)
    one.sends(written)
    world.rest(10)
    assert b"You are banned" in one.wire.taken()
    assert one.wire.lost


@HEADERS
def test_a_header_may_come_in_pieces(world: World, written: bytes) -> None:
    for cut in range(1, len(written)):
        one = come(world, "line")
        one.sends(written[:cut])
        one.sends(written[cut:])
        one.hears("-- This is chatroom. What is your name?")
        one.leaves()


def test_who_might_be_believed_is_waited_for_a_moment_and_then_served(world: World) -> None:
    one = come(world, "line")
    world.rest(SILENCE - 0.01)
    one.hears()
    world.rest(0.01)
    one.hears("-- This is chatroom. What is your name?")


def test_who_might_be_believed_and_speaks_at_once_is_served_at_once(world: World) -> None:
    one = come(world, "line")
    one.types("ann")
    assert "Welcome, ann." in one.lines()


def test_who_would_not_be_believed_is_not_waited_for(world: World) -> None:
    one = come(world, "line", "198.51.100.7")
    one.hears("-- This is chatroom. What is your name?")


def test_a_header_of_who_would_not_be_believed_makes_nobody_of_it(world: World) -> None:
    header = render(FAR)
    for cut in range(1, len(header)):
        one = come(world, "line", "198.51.100.7")
        one.sends(header[:cut])
        one.sends(header[cut:])
        assert one.wire.taken().endswith(STRANGER)
        assert one.wire.lost
    assert world.hub.sessions == set()


def test_where_a_secret_is_believed_everybody_may_show_it(world: World) -> None:
    world.hub.rules = replace(world.hub.rules, relays=Relays((), "open sesame, please"))
    one = come(world, "line", "198.51.100.7")
    one.sends(render(replace(FAR, told=((RELAY, b"open sesame, please"),))))
    one.hears("-- This is chatroom. What is your name?")
    assert [session.address for session in world.hub.sessions] == ["203.0.113.9"]


def test_who_comes_by_a_unix_socket_is_believed_as_loopback_is() -> None:
    assert Relays().listed("")
    assert not Relays(("192.0.2.0/24",)).listed("")


def test_a_header_without_an_end_is_given_up(world: World) -> None:
    for begun in (b"PROXY TCP4 " + b"1" * 200, render(FAR)[:14] + b"\xff\xff" + bytes(5000)):
        one = come(world, "line")
        one.sends(begun)
        assert one.wire.lost
    assert world.hub.sessions == set()


def test_what_came_while_the_server_did_something_else_is_looked_at_before_anybody_is_given_up(world: World) -> None:
    one = world.connect(world.front)
    # The reactor was busy for so long that the time is up, and it looks at that before it reads what has come.
    waiting: Any
    (waiting,) = [call for call in world.clock.getDelayedCalls() if call.getTime() == world.clock.seconds() + SILENCE]
    waiting.func()
    one.sends(SAID["json"])
    assert [heard["is"] for heard in one.objects()] == ["welcome", "entered"]


def test_a_stranger_is_noted_once_and_costs_no_session(world: World) -> None:
    before = world.house.figures.refused
    one = world.connect(world.front, world.wire("198.51.100.7"))
    one.sends(render(FAR))
    assert world.house.figures.refused == before + 1
    assert world.hub.sessions == set()
    assert not [call for call in world.clock.getDelayedCalls() if call.getTime() < world.clock.seconds() + SILENCE]


@pytest.mark.parametrize("address", ["198.51.100.7", "127.0.0.1"])
def test_a_browser_that_agreed_on_http_may_connect_ahead_and_say_nothing_for_long(world: World, address: str) -> None:
    wire: Any = world.wire(address)
    wire.negotiated = b"http/1.1"
    one = world.connect(world.front, wire)
    world.rest(5)
    one.hears()
    one.sends(SAID["web"])
    assert ANSWERED["web"] in one.wire.taken()


def test_who_agreed_on_http_may_be_brought(world: World) -> None:
    world.host().asks("ban", who="203.0.113.9", force=True)
    wire: Any = world.wire("127.0.0.1")
    wire.negotiated = b"http/1.1"
    one = world.connect(world.front, wire)
    one.sends(render(FAR) + SAID["web"])
    assert b"HTTP/1.1" in one.wire.taken()


# -- what may be read on the way


def passwords(world: World, *headers: Header) -> str:
    """Come in as a member in a house that takes no password in clear; give what is said to the password."""
    one = come(world, "json")
    one.sends(b"".join(map(render, headers)))
    one.asks("hello", 0, name="dana", password="dana's password")
    return str(one.objects()[0].get("error"))


def test_a_password_is_taken_from_who_came_to_the_proxy_encrypted_or_never_left_this_machine() -> None:
    world = World(Rules(clear_passwords=False), members=[member("dana", Rank.ADMIN)])
    assert passwords(world, FAR) == "password-in-clear"
    assert passwords(world, Header()) == "password-in-clear"
    for told in (BY_TLS, NEAR):
        assert passwords(world, told) != "password-in-clear"
    assert passwords(world) != "password-in-clear"


class Secured(Wire):
    """Be a connection that is encrypted."""

    def getPeerCertificate(self) -> object:
        return object()


def test_how_a_proxy_came_says_nothing_about_who_it_brings(world: World) -> None:
    from zope.interface import alsoProvides

    wire = Secured(world.clock, "127.0.0.1")
    alsoProvides(wire, ISSLTransport)
    assert is_private(wire)
    brought = Brought(wire, FAR.source, relayed=False)
    assert not is_private(brought)
    assert not ISSLTransport.providedBy(brought)
    shown: Any = brought
    assert shown.getPeerCertificate() is None
    assert is_private(Brought(wire, FAR.source, relayed=False, encrypted=True))


# -- what it costs


def test_nothing_stays_between_a_door_and_the_connection_it_was_given(world: World) -> None:
    for written in (b"", render(FAR)):
        wire = DirectWire(world.clock)
        wire.peerAddr = world.wire("127.0.0.1").peerAddr
        one = world._connect(ThresholdFactory(world.line.factory, belief_of(world.house), [world.native, world.line]), wire)
        one.sends(written + b"ann\n")
        (reader,) = [reader for reader in world.house.readers.values() if reader.session.person is not None]
        assert not isinstance(wire.protocol, Threshold)
        assert reader.outlet.direct
        assert reader.outlet.send == wire.socket.send
        one.types("/quit")
        assert wire.lost


def test_there_is_one_threshold_before_the_front_door(world: World) -> None:
    nobody: Any = None
    assert speaking(world.house, nobody, world.front, False) is world.front.factory


# -- who waits counts


def test_who_waits_at_the_front_door_counts_towards_their_address_and_is_told_when_it_is_too_many() -> None:
    world = World(floods=FloodLimits(address_connections=2))
    far = "203.0.113.7"
    first, second, third = (world._connect(world.front.factory, world.wire(far)) for _ in range(3))
    assert third.wire.lost
    third.hears("! There are 2 connections open from your address, the most allowed. Close one first.")
    world._connect(world.front.factory, world.wire("203.0.113.99"))
    first.leaves()
    fourth = world._connect(world.front.factory, world.wire(far))
    assert not fourth.wire.lost
    world.rest(1.0)
    assert (world.hub.guard.crowd.total, world.hub.guard.crowd.addresses) == (3, 2)
    assert second.lines() == fourth.lines() == ["-- This is chatroom. What is your name?"]
    assert world.house.figures.refused == 1


def test_who_waits_at_the_front_door_counts_towards_the_total_once() -> None:
    world = World(floods=FloodLimits(connections=2))
    first = world._connect(world.front.factory, world.wire("203.0.113.7"))
    first.types('{"do": "hello", "name": "ann"}')
    world._connect(world.front.factory, world.wire("203.0.113.8"))
    assert world.hub.guard.crowd.total == 2
    assert world._connect(world.front.factory, world.wire("203.0.113.9")).wire.lost
    first.leaves()
    assert world.hub.guard.crowd.total == 1
    assert not world._connect(world.front.factory, world.wire("203.0.113.9")).wire.lost


def test_who_brings_others_is_not_bounded_as_one_address() -> None:
    world = World(Rules(relays=Relays(("203.0.113.0/24",))), floods=FloodLimits(address_connections=1))
    for number in range(5):
        one = world._connect(world.front.factory, world.wire("203.0.113.7"))
        assert not one.wire.lost
        one.sends(render(replace(FAR, source=Place(f"198.51.100.{number}", 4711))) + b'{"do": "ping", "id": 1}\n')
        assert b'"ok":true' in one.wire.taken()
    assert world.hub.guard.crowd.total == 5
