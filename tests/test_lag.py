"""A reader that falls behind: what it is told, in which order, and that it is given one piece at a time."""

from __future__ import annotations

from typing import Any

import pytest

from chatroom.core.seams import Retention
from chatroom.lag import MOST_LEFT
from chatroom.testing import Person, SlowWorld, World
from chatroom.wires import DirectWire

KEY = "a key of enough characters"


def program(world: World, room: int, **hello: Any) -> tuple[Person, DirectWire]:
    """Let a program come in whose socket then has room for so many bytes."""
    wire = DirectWire(world.clock)
    found = world.program("prog", wire, **hello)
    wire.socket.room = room
    return found, wire


def read_all(world: World, person: Person, wire: DirectWire, step: int = 300) -> list[dict[str, Any]]:
    heard = person.objects()
    for _ in range(1000):
        wire.drain(step)
        world.rest()
        new = person.objects()
        heard += new
        if not new and not wire.buffered:
            return heard
    raise AssertionError("it never ends")


def texts(heard: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in heard if one.get("is") == "said"]


@pytest.mark.parametrize("step", [40, 90, 500, 5000])
def test_a_laggard_is_given_one_piece_at_a_time_and_everything_in_order(step: int) -> None:
    world = World(window=5, resume=100)
    person, wire = program(world, 50)
    ann = world.person("ann")
    for number in range(30):
        ann.types(str(number))
    heard = read_all(world, person, wire, step)
    assert texts(heard) == [*map(str, range(30))]


def test_a_laggard_whose_room_left_memory_is_told_who_is_there_now() -> None:
    world = World(window=5, resume=100)
    person, wire = program(world, 50)
    ann = world.person("ann")
    for number in range(30):
        ann.types(str(number))
    heard = read_all(world, person, wire)
    (who,) = [one for one in heard if one.get("is") == "who"]
    assert who["people"] == [{"name": "prog"}, {"name": "ann"}]


def test_a_laggard_is_told_what_is_too_much_and_what_is_no_longer_kept() -> None:
    world = World(window=5, resume=20)
    person, wire = program(world, 50)
    ann = world.person("ann")
    for number in range(1, 41):
        ann.types(str(number))
    world.journal.trim(Retention(count=15), world.wall())
    heard = read_all(world, person, wire)
    told = [(one["is"], one.get("after", one.get("text"))) for one in heard if one.get("is") in {"missed", "said"}]
    assert told == [("missed", 0), ("missed", 15), *(("said", str(number)) for number in range(26, 41))]
    assert [one["count"] for one in heard if one.get("is") == "missed"] == [15, 10]


Behind = tuple[SlowWorld, Person, DirectWire, Person]
"""The world, who lags and their wire, and who speaks."""


@pytest.fixture
def behind() -> Behind:
    """Give somebody who lags so far behind that most of it is on disk alone, and whose journal has not answered yet."""
    slow = SlowWorld(window=5, resume=100)
    wire = DirectWire(slow.clock)
    person = slow.program("prog", wire)
    wire.socket.room = 50
    ann = slow.person("ann")
    for number in range(1, 31):
        ann.types(str(number))
        slow.settle()
    wire.drain()
    return slow, person, wire, ann


def test_what_the_journal_cannot_read_is_counted_as_missed(behind: Behind) -> None:
    slow, person, _, _ = behind
    slow.disk._open = False
    slow.disk.answer()
    slow.rest()
    heard = person.objects()
    assert texts(heard) == [*map(str, range(26, 31))]
    assert [(one["count"], one["after"]) for one in heard if one.get("is") == "missed"] == [(25, 0)]


def test_who_leaves_a_room_while_lagging_is_shown_what_was_said_until_then_and_nothing_after(
    behind: Behind,
) -> None:
    slow, person, wire, ann = behind
    person.asks("leave", 1, room="lobby")
    for _ in range(5):
        slow.settle()
        slow.disk.answer()
    ann.types("after")
    slow.settle()
    heard = read_all(slow, person, wire)
    assert texts(heard) == [str(number) for number in range(1, 31)]
    assert heard[-1]["is"] == "exited"


def test_who_leaves_ever_more_rooms_without_reading_is_let_go() -> None:
    world = World()
    person, wire = program(world, 50)
    ann = world.person("ann")
    for number in range(MOST_LEFT + 2):
        ann.types(f"/join r{number}")
        person.asks("join", room=f"r{number}")
        ann.types("x" * 100)
        person.asks("leave", room=f"r{number}")
        ann.types("/leave")
    assert wire.lost


def test_a_laggard_gets_its_replies_and_a_private_word_in_their_places() -> None:
    world = World()
    person, wire = program(world, 50)
    ann = world.person("ann")
    ann.types("one")
    person.asks("ping", 1)
    ann.types("two", "/msg prog psst")
    person.asks("ping", 2)
    ann.types("three")
    heard = read_all(world, person, wire)
    order = [one.get("text", one.get("re")) for one in heard if one.get("is") != "joined"]
    assert order == ["one", 1, "two", "psst", 2, "three"]


def test_an_ignored_persons_lines_are_left_out_for_a_laggard_too() -> None:
    world = World()
    person, wire = program(world, 50)
    ann, bob = world.person("ann"), world.person("bob")
    person.asks("ignore", 1, name="bob")
    for one in (ann, bob, ann, bob):
        one.types("hi")
    assert [one["by"] for one in read_all(world, person, wire) if one.get("is") == "said"] == ["ann", "ann"]


def test_an_event_of_the_house_comes_once_to_a_laggard_in_several_rooms() -> None:
    world = World()
    ann = world.person("ann")
    ann.types("/join dev")
    person, wire = program(world, 50, rooms=["lobby", "dev"])
    ann.types("/nick anna", "/away", "/quit")
    heard = [one["is"] for one in read_all(world, person, wire)]
    assert heard == ["renamed", "away", "quit"]


def test_who_resumes_into_several_rooms_from_disk_gets_each_whole() -> None:
    world = World(window=5, resume=500)
    ann = world.person("ann")
    person = world.program("prog", rooms=["lobby", "dev"], key=KEY)
    ann.types("/join dev")
    person.leaves()
    for number in range(20):
        ann.types(f"/join {('lobby', 'dev')[number % 2]}", str(number))
    wire = DirectWire(world.clock, room=400)
    again = world.connect(world.native, wire)
    again.asks("hello", 0, name="prog", key=KEY, resume={room: [world.hub.epoch, 0] for room in ("lobby", "dev")})
    heard = read_all(world, again, wire)
    for room, parity in (("lobby", 0), ("dev", 1)):
        said = [one["text"] for one in heard if one.get("is") == "said" and one["room"] == room]
        assert said == [str(number) for number in range(parity, 20, 2)]
