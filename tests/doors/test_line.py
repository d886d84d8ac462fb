"""The line door: greeting, naming, line ends, telnet, and what a connection may not do."""

from __future__ import annotations

import pytest

from chatroom.testing import SlowWorld, World


@pytest.fixture
def world() -> World:
    return World()


def test_who_uses_bare_newlines_is_answered_with_bare_newlines(world: World) -> None:
    ann = world.connect()
    ann.wire.taken()
    ann.sends(b"ann\n")
    said = ann.wire.taken()
    assert b"Welcome, ann.\n" in said
    assert b"\r" not in said


@pytest.mark.parametrize("first", [b"ann\r\n", b"ann\r\0", b"\xff\xfb\x1fann\n"])
def test_telnet_is_answered_with_carriage_returns(world: World, first: bytes) -> None:
    ann = world.connect()
    ann.sends(first)
    said = ann.wire.taken()
    assert b"Welcome, ann.\r\n" in said
    assert said.count(b"\n") == said.count(b"\r\n")


def test_both_kinds_read_the_same_room(world: World) -> None:
    ann, bob = world.connect(), world.connect()
    ann.sends(b"ann\r\n")
    bob.sends(b"bob\n")
    cat = world.person("cat")
    ann.wire.taken(), bob.wire.taken()
    cat.types("hi")
    assert (ann.wire.taken(), bob.wire.taken()) == (b"cat: hi\r\n", b"cat: hi\n")


def test_what_a_terminal_offers_is_refused_once_and_not_argued_about(world: World) -> None:
    ann = world.person("ann")
    ann.sends(b"\xff\xfb\x1f\xff\xfd\x01")
    assert ann.wire.taken() == b"\xff\xfe\x1f\xff\xfc\x01"
    ann.sends(b"\xff\xfb\x1f" * 100)
    assert ann.wire.taken().count(b"\xff\xfe\x1f") <= 2


def test_telnets_interrupt_leaves_and_does_not_say_what_was_begun(world: World) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    ann.lines()
    bob.sends(b"\xff\xfb\x1fnearly sai")
    bob.sends(b"d\xff\xf4\xff\xfd\x06and more\r\n")
    ann.hears("-- bob left (1 here)")
    assert bob.wire.lost


def test_interrupting_the_question_for_a_name_hangs_up(world: World) -> None:
    one = world.connect()
    one.sends(b"\xff\xfb\x1f")
    one.lines()
    one.sends(b"ann\x03")
    (last,) = one.lines()
    assert last.endswith("-- Goodbye.")
    assert one.wire.lost
    assert world.hub.people == {}


def test_what_is_refused_as_a_name_can_be_tried_again_but_not_for_ever() -> None:
    world = World(tries=5)
    world.person("ann")
    one, other = world.connect(), world.connect()
    one.lines(), other.lines()
    for name in ["ann"] * 4:
        one.types(name)
        other.types(name)
    assert one.lines() == ["! ann is taken. Choose another name."] * 4
    one.types("bob")
    assert one.lines()[0] == "Welcome, bob."
    other.types("ann", "ann", "late")
    assert other.lines()[-1] == "-- Too many tries without a name. Connect again when you have one."
    assert other.wire.lost


def test_commands_can_be_asked_for_before_the_name_and_are_no_names(world: World) -> None:
    one = world.connect()
    one.lines()
    one.types("/who", "/nick bob", "/hlep", "//bob")
    assert [line[:1] for line in one.lines()] == ["!"] * 4
    assert world.hub.people == {}


def test_a_name_longer_than_a_line_may_be_is_refused(world: World) -> None:
    one = world.connect()
    one.lines()
    one.types("x" * 20_000)
    one.hears("! That line is longer than 16384 bytes. Nothing of it was sent: send it in parts.")
    one.types("bob")
    assert one.lines()[0] == "Welcome, bob."


def test_lines_typed_before_the_name_is_confirmed_are_said(world: World) -> None:
    bob = world.person("bob")
    ann = world.connect()
    ann.sends(b"ann\nhello\n/me waves\n")
    bob.hears("-- ann joined (2 here)", "ann: hello", "* ann waves")


def test_nothing_is_said_under_a_name_that_is_refused(world: World) -> None:
    bob, cat = world.person("bob"), world.person("cat")
    bob.lines()
    one = world.connect()
    one.sends(b"cat\nhello everybody\n")
    bob.hears()
    cat.hears()


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1", b"POST /a?b HTTP/1.0\r", b"OPTIONS * HTTP/1.1", b"PRI * HTTP/2.0"])
def test_http_is_answered_with_400_and_cut(world: World, line: bytes) -> None:
    one = world.connect()
    one.wire.taken()
    one.sends(line + b"\n\nmallory\nhi\n")
    said = one.wire.taken()
    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert said.count(b"HTTP/1.1") == 1
    assert one.wire.lost
    assert world.hub.people == {}


def test_a_person_may_speak_of_http(world: World) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    ann.types("GET / HTTP/1.1")
    bob.hears("ann: GET / HTTP/1.1")


def test_what_was_said_yesterday_bears_its_day(world: World) -> None:
    ann = world.person("ann")
    ann.types("old news")
    world.clock.rightNow += 86400 * 2  # as where the machine has slept
    ann.lines()
    ann.types("/history")
    (line,) = ann.lines()
    assert line.startswith("[2023-11-1")
    assert line.endswith("] ann: old news")


def test_a_goodbye_is_the_last_thing_sent() -> None:
    slow = SlowWorld()
    ann = slow.person("ann")
    ann.types("last", "/quit", "/who", "more")
    slow.settle()
    ann.hears("-- Goodbye.")


def test_others_connections_are_not_told_by_a_flooded_one(world: World) -> None:
    flood, ann = world.person("flood"), world.person("ann")
    flood.wire.feed(b"x\n" * 1000)
    ann.types("hello")
    assert ann.wire.producerState == "producing"
    assert [line for line in flood.lines() if line.startswith("ann:")] == ["ann: hello"]


def test_no_more_than_some_blank_lines_wait_to_be_looked_at_with_or_before_a_name(world: World) -> None:
    one = world.connect()
    one.wire.feed(b"mallory\n" + b"\n" * 60000 + b"hello\n" + b"\r\n" * 5000)
    world.rest()
    assert [line for line in one.lines() if "try" in line or "Too many" in line] == []
    assert [getattr(entry.event, "text", "") for entry in world.hub.rooms["lobby"].log.last(1)] == ["hello"]


@pytest.mark.parametrize("blanks", [b"\n" * 3, b"\r\n" * 3])
def test_a_few_blank_lines_before_a_name_stay_as_many(world: World, blanks: bytes) -> None:
    one = world.connect()
    one.wire.feed(blanks)
    world.rest()
    assert sum("at least one letter" in line for line in one.lines()) == 3


def test_blank_lines_however_many_are_nothing_and_what_is_between_them_is_said(world: World) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    ann.lines()
    bob.sends(b"one\n" + b"\n" * 60_000 + b"two\r\n" + b"\r\n" * 60_000 + b"three\n")
    assert ann.lines() == ["bob: one", "bob: two", "bob: three"]
