"""Lines in: every line end, every cut, every bound, through the line door of a house in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost

from chatroom.receiver import LINES_A_TURN
from chatroom.testing import Person, SlowWorld, World
from tests.turns import Turns


@pytest.fixture
def world() -> World:
    return World(line=100, text=80)


def pair(world: World) -> tuple[Person, Person]:
    ann, bob = world.person("ann"), world.person("bob")
    ann.lines()
    return ann, bob


@pytest.mark.parametrize(
    ("raw", "heard"),
    [
        (b"hi\r\n", ["ann: hi"]),
        (b"hi\n", ["ann: hi"]),
        (b"hi\r\0", ["ann: hi"]),
        (b"\r\n\n  \n\r\n", []),
        (b"hello\x08\x08\x08\x08\x08hi\r\n", ["ann: hi"]),
        (b"\x08\x7fhi\n", ["ann: hi"]),
        (b"h\0i\n", ["ann: hi"]),
        ("äö\x08ü\n".encode(), ["ann: äü"]),
        (b"\xff\xfb\x1fhi\r\n", ["ann: hi"]),
        (b"\xff\xfa\x1f\0\x50\0\x18\xff\xf0hi\r\n", ["ann: hi"]),
        (b"one\ntwo\r\nthree\n", ["ann: one", "ann: two", "ann: three"]),
        (b"a\rforged: b\n", []),  # a lone carriage return, which would forge a line elsewhere, is refused
        (b"\x1b[2Jboo\n", ["ann: ␛[2Jboo"]),
    ],
)
def test_a_line_is_what_its_writer_meant_however_it_was_sent(world: World, raw: bytes, heard: list[str]) -> None:
    ann, bob = pair(world)
    ann.sends(raw)
    bob.hears(*heard)
    for cut in range(1, len(raw)):
        ann.sends(raw[:cut])
        ann.sends(raw[cut:])
        bob.hears(*heard)


@given(cuts=st.lists(st.integers(0, 60), max_size=8))
def test_text_split_anywhere_is_put_together_again(cuts: list[int]) -> None:
    world = World()
    ann, bob = pair(world)
    raw = "häh? 日本語 🙂 ok\r\nzwei\n\xff".encode("utf-8", "surrogatepass") + b"\xff\xf1\n/me tanzt\n"
    at = 0
    for cut in [*sorted(cuts), len(raw)]:
        ann.wire.feed(raw[at:cut])
        at = max(at, cut)
    world.rest()
    bob.hears("ann: häh? 日本語 🙂 ok", "ann: zwei", "ann: ÿ", "* ann tanzt")


def test_bytes_that_are_no_utf8_are_refused_with_their_place_and_the_connection_lives(world: World) -> None:
    ann, bob = pair(world)
    ann.sends(b"caf\xe9\nok\n")
    ann.hears("! That text is not valid UTF-8 at byte 3. Set your client to UTF-8 and send it again.")
    bob.hears("ann: ok")


@pytest.mark.parametrize("pieces", [1, 3, 50])
def test_an_overlong_line_is_refused_once_and_the_connection_lives(world: World, pieces: int) -> None:
    ann, bob = pair(world)
    raw = b"x" * 1000 + b"\nafter\n"
    step = len(raw) // pieces + 1
    for at in range(0, len(raw), step):
        ann.sends(raw[at : at + step])
    ann.hears("! That line is longer than 100 bytes. Nothing of it was sent: send it in parts.")
    bob.hears("ann: after")


def test_an_overlong_line_without_end_takes_no_memory(world: World) -> None:
    ann, _ = pair(world)
    for _ in range(1000):
        ann.wire.feed(b"x" * 1000)
        assert len(ann.wire.protocol._rest) <= 100
    assert not ann.wire.protocol._waiting


def test_a_line_of_exactly_the_limit_is_taken(world: World) -> None:
    ann, bob = pair(world)
    ann.sends(b"/say " + b" " * 60 + b"x" * 35 + b"\n")
    assert len(bob.lines()) == 1
    ann.sends(b"/say " + b" " * 60 + b"x" * 36 + b"\n")
    bob.hears()


def test_sixty_four_thousand_lines_in_one_read_are_looked_at_in_turns() -> None:
    clock = Turns()
    world = World(clock=clock)
    ann, bob = pair(world)
    ann.wire.feed(b" \n" * 65536)
    assert len(ann.wire.protocol._waiting) == 65536 - LINES_A_TURN
    assert ann.wire.producerState == "paused"
    bob.wire.feed(b"me too\n")
    for _ in range(4):  # to the journal, from it, out
        clock.turn()
    assert len(ann.wire.protocol._waiting) >= 65536 - 5 * LINES_A_TURN
    ann.hears("bob: me too")
    world.rest()
    assert ann.wire.producerState == "producing"
    ann.types("done")
    bob.hears("ann: done")


def test_the_end_of_input_is_the_end_of_the_last_line_and_of_the_session(world: World) -> None:
    ann, bob = pair(world)
    ann.wire.feed(b"one\ntwo")
    ann.wire.finish()
    world.rest()
    bob.hears("ann: one", "ann: two", "-- ann left (1 here)")
    ann.hears("-- Goodbye.")
    assert ann.wire.lost


def test_the_end_of_input_waits_for_what_was_said_before() -> None:
    slow = SlowWorld()
    ann = slow.connect(slow.native)
    ann.wire.feed(b'{"do":"hello","id":0,"name":"ann"}\n{"do":"say","id":1,"room":"lobby","text":"last"}')
    ann.wire.finish()
    slow.rest()
    assert not ann.wire.lost
    slow.settle()
    assert [one["is"] if "is" in one else one["re"] for one in ann.objects()] == ["welcome", "entered", 1, "bye"]
    assert ann.wire.lost


def test_the_end_of_input_inside_an_overlong_line_still_refuses_it(world: World) -> None:
    ann, bob = pair(world)
    ann.wire.feed(b"x" * 1000)
    ann.wire.finish()
    world.rest()
    ann.hears("! That line is longer than 100 bytes. Nothing of it was sent: send it in parts.", "-- Goodbye.")
    bob.hears("-- ann left (1 here)")


def test_the_end_of_input_at_once_ends_the_connection(world: World) -> None:
    for door in (world.line, world.native):
        one = world.connect(door)
        one.wire.finish()
        world.rest()
        assert one.wire.lost
    assert world.hub.sessions == set()


def test_a_reset_connection_is_seen_as_leaving_and_what_came_with_it_is_dropped(world: World) -> None:
    ann, bob = pair(world)
    ann.wire.feed(b" \n" * 200 + b"never seen\n")
    ann.wire.end(ConnectionLost())
    world.rest()
    bob.hears("-- ann left (1 here)")
    assert len(world.clock.getDelayedCalls()) == 1  # the house's own
