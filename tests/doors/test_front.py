"""The front door: who is led where by their first bytes, however those are cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatroom.core.relays import Relays
from chatroom.testing import Person, World
from chatroom.threshold import SILENCE
from chatroom.wire.proxy import RELAY, Header, Place, render

HELLO = b'{"do":"hello","id":0,"name":"ann"}\n'


@pytest.fixture
def world() -> World:
    return World()


def knock(world: World) -> Person:
    return world.connect(world.front)


def in_pieces(person: Person, raw: bytes, cut: int) -> None:
    for piece in (raw[:cut], raw[cut:]):
        if piece:
            person.sends(piece)


def test_who_says_nothing_is_greeted_after_a_moment(world: World) -> None:
    one = knock(world)
    world.rest(SILENCE - 0.01)
    one.hears()
    world.rest(0.01)
    one.hears("-- This is chatroom. What is your name?")
    one.types("ann")
    assert one.lines()[0] == "Welcome, ann."


def test_who_speaks_at_once_is_not_asked_what_they_have_said(world: World) -> None:
    one = knock(world)
    one.types("ann", "hi")
    assert one.lines() == [
        "Welcome, ann.",
        "Type /help for commands; anything else is said to everyone in the room.",
        "-- You are in lobby (1 here: ann).",
    ]


@pytest.mark.parametrize("cut", range(len(HELLO)))
def test_a_program_is_led_to_the_native_door_wherever_its_first_bytes_are_cut(world: World, cut: int) -> None:
    one = knock(world)
    in_pieces(one, HELLO, cut)
    assert [heard["is"] for heard in one.objects()] == ["welcome", "entered"]


@pytest.mark.parametrize("before", [b" ", b"\r\n", b"\t\n \n"])
def test_blanks_before_the_first_object_are_skipped(world: World, before: bytes) -> None:
    one = knock(world)
    for byte in before:
        one.sends(bytes([byte]))
    one.sends(HELLO)
    assert [heard["is"] for heard in one.objects()] == ["welcome", "entered"]


def test_endless_blanks_are_decided_on(world: World) -> None:
    one = knock(world)
    one.sends(b" " * 300)
    one.sends(b"\n")
    assert one.lines() == ["! A name needs at least one letter or digit. Type the name you want to be called."]


def test_a_blank_line_alone_is_a_person_waiting_to_be_greeted(world: World) -> None:
    one = knock(world)
    one.sends(b"\r\n")
    world.rest(SILENCE)
    assert one.lines()[-1].startswith("! A name needs")


@pytest.mark.parametrize("first", [b"\xff\xfb\x1f", b"a", b"\x08", "ä".encode(), b"\x1b[A", b"\x03"])
def test_what_a_person_or_telnet_could_send_leads_to_the_line_door(world: World, first: bytes) -> None:
    one = knock(world)
    one.sends(first)
    assert not one.wire.disconnecting
    assert len(world.hub.sessions) == 1


PROXY_1 = b"PROXY TCP4 192.0.2.7 192.0.2.8 4711 5000\r\n"
PROXY_2 = b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes(12)


@pytest.mark.parametrize("header", [PROXY_1, PROXY_2], ids=["version 1", "version 2"])
@pytest.mark.parametrize("cut", range(12))
def test_a_strangers_proxy_header_closes_the_connection_wherever_it_is_cut(world: World, header: bytes, cut: int) -> None:
    one = knock(world)
    in_pieces(one, header, cut)
    assert one.wire.lost
    one.hears(
        "! You come by a proxy that this house does not know, or are one. Its host can name it in the settings, as relays.addresses."
    )
    assert world.hub.sessions == set()


RELAYED = Header(Place("203.0.113.9", 4711), Place("192.0.2.8", 5000), ((RELAY, b""),))


def brought(world: World, header: bytes, address: str = "127.0.0.1") -> Person:
    one = world.connect(world.front, world.wire(address))
    one.sends(header)
    return one


@pytest.mark.parametrize("cut", range(0, 50, 7))
def test_who_passes_a_connection_on_is_believed_about_where_it_comes_from(world: World, cut: int) -> None:
    for header in (PROXY_1, render(RELAYED)):
        one = world.connect(world.front, world.wire("127.0.0.1"))
        in_pieces(one, header + b"ann\n", cut)
        assert one.lines()[0] == "Welcome, ann."
        (session,) = world.hub.sessions
        assert session.address in {"192.0.2.7", "203.0.113.9"}
        one.types("/quit")


def test_who_is_passed_on_and_says_nothing_is_greeted(world: World) -> None:
    one = brought(world, render(RELAYED))
    world.rest(SILENCE)
    one.hears("-- This is chatroom. What is your name?")


def test_a_ban_hits_who_is_passed_on_and_nobody_else(world: World) -> None:
    world.host().asks("ban", who="203.0.113.9", force=True)
    eve = brought(world, render(RELAYED) + b"eve\n")
    assert eve.lines()[0].startswith("-- You are banned")
    bob = brought(world, render(Header(Place("203.0.113.10", 1), Place("192.0.2.8", 5000))) + b"bob\n")
    assert bob.lines()[0] == "Welcome, bob."


def test_only_a_relay_brings_names_that_begin_with_a_star(world: World) -> None:
    assert brought(world, render(RELAYED) + b"*ann\n").lines()[0] == "Welcome, *ann."
    for header in (b"", PROXY_1, render(Header(RELAYED.source, RELAYED.target))):
        refused = brought(world, header + b"*bob\n").lines()[-1]
        assert refused == "! A name cannot contain “*”. Use letters, digits, and - _ . between them."


def test_a_secret_is_believed_wherever_it_is_shown_from(world: World) -> None:
    world.hub.rules = replace(world.hub.rules, relays=Relays((), "open sesame, please"))
    for secret, here in ((b"", False), (b"open sesame, pleas", False), (b"open sesame, please", True)):
        header = Header(RELAYED.source, RELAYED.target, ((RELAY, secret),))
        one = brought(world, render(header) + b"ann\n", "198.51.100.7")
        assert (not one.wire.lost and one.lines()[0] == "Welcome, ann.") is here


def test_what_is_no_header_after_all_closes_the_connection(world: World) -> None:
    assert brought(world, b"PROXY TCP4 nonsense\r\n").wire.lost


def test_a_second_header_is_no_header(world: World) -> None:
    one = brought(world, render(RELAYED) + PROXY_1)
    assert one.lines()[0].startswith("! A name cannot contain spaces")


def test_somebody_whose_name_begins_like_a_proxy_header_gets_in(world: World) -> None:
    for name in ("P", "PROX", "PROXY", "Proxy2"):
        one = knock(world)
        one.sends(name.encode())
        one.sends(b"\n")
        assert one.lines()[0] == f"Welcome, {name}."


@pytest.mark.parametrize("first", [b"\x16\x03\x01\x02\x00\x01\x00", b"\x01", b"\x05\x01\x00", b"\x04\x01"])
def test_tls_and_other_machines_are_turned_away(world: World, first: bytes) -> None:
    one = knock(world)
    one.sends(first)
    assert one.wire.lost
    assert one.wire.taken() == b""


@pytest.mark.parametrize("cut", [0, 1, 3, 10, 17])
def test_http_is_the_web_doors_and_its_body_is_not_said(world: World, cut: int) -> None:
    bob = world.person("bob")
    one = knock(world)
    in_pieces(one, b"POST /x HTTP/1.1\r\nHost: localhost\r\n\r\nmallory\n/msg bob hi\n", cut)
    assert one.wire.taken().startswith(b"HTTP/1.1 404 Not Found\r\n")
    bob.hears()
    assert len(world.hub.people) == 1


def test_http_after_the_greeting_is_turned_away_too(world: World) -> None:
    one = knock(world)
    world.rest(SILENCE)
    one.sends(b"GET / HTTP/1.0\r\n\r\n")
    assert b"HTTP/1.1 400" in one.wire.taken()
    assert one.wire.lost


def test_who_hangs_up_before_being_greeted_leaves_nothing(world: World) -> None:
    timers = len(world.clock.getDelayedCalls())
    knock(world).leaves()
    assert len(world.clock.getDelayedCalls()) == timers
    assert world.hub.sessions == set()
