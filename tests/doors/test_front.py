"""The front door: who is led where by their first bytes, however those are cut."""

from __future__ import annotations

import pytest

from chatroom.doors.front import SILENCE
from chatroom.testing import Person, World

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
def test_a_proxy_header_closes_the_connection_wherever_it_is_cut(world: World, header: bytes, cut: int) -> None:
    one = knock(world)
    in_pieces(one, header, cut)
    assert one.wire.lost
    assert one.wire.taken() == b""
    assert world.hub.sessions == set()


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
