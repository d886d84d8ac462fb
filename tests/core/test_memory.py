"""What is remembered of members, and that each entry reaches a member who comes and goes once."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatroom.core.errors import DiskFull
from chatroom.core.memory import Memory
from chatroom.core.seen_positions import EVERY
from chatroom.rounds import AROUND, TICK
from chatroom.testing import Person, SlowWorld, World, member, password_of


@pytest.fixture
def world() -> World:
    return World(members=[member("ann"), member("cat")])


def logs_in(world: World, name: str = "ann") -> Person:
    """Let a member come in by the line door with their password."""
    person = world.connect()
    person.types(name, password_of(name))
    return person


def new(person: Person) -> list[str]:
    """Give the texts that somebody was shown, whether they were there or not."""
    return [line.rpartition(": ")[2] for line in person.lines() if line.startswith("bob: ") or "] bob: " in line]


def position(world: World, name: str = "ann") -> int | None:
    """Give how far a member has seen the lobby, as it stands on disk."""
    stored = world.journal.open(world.house.deeds.settled, tail=0).state.get(f"seen/m-{name}")
    return json.loads(stored)["lobby"][1] if stored else None


def test_who_was_never_here_sees_the_last_of_what_was_said_like_a_guest() -> None:
    world = World(members=[member("ann")], recent=2)
    bob = world.person("bob")
    bob.types("one", "two", "three")
    assert new(logs_in(world)) == ["two", "three"]


def test_who_saw_an_empty_room_has_missed_all_that_was_said_since() -> None:
    world = World(members=[member("ann")], recent=2)
    logs_in(world).types("/quit")
    world.person("bob").types("one", "two", "three")
    assert new(logs_in(world)) == ["one", "two", "three"]


def test_a_guest_who_comes_back_is_nobody_who_was_here(world: World) -> None:
    eve, bob = world.person("eve"), world.person("bob")
    bob.types("one")
    eve.types("/quit")
    again = world.connect()
    again.types("eve")
    assert new(again) == ["one"]


def test_what_another_device_has_shown_is_not_new(world: World) -> None:
    first, bob = logs_in(world), world.person("bob")
    bob.types("one")
    second = logs_in(world)
    assert "-- Nothing new since you were here." in second.lines()
    bob.types("two")
    assert (new(first), new(second)) == (["one", "two"], ["two"])


def test_who_came_and_went_by_another_door_has_seen_it(world: World) -> None:
    ann, bob = world.logged_in("ann"), world.person("bob")
    bob.types("one")
    ann.asks("quit")
    bob.types("two")
    assert new(logs_in(world)) == ["two"]


def test_a_stalled_device_has_seen_what_its_cursor_passed(world: World) -> None:
    ann, bob = logs_in(world), world.person("bob")
    bob.types("one")
    ann.wire.full = True
    bob.types("two")
    bob.types("three")
    ann.leaves()
    assert new(logs_in(world)) == ["three"]


def test_a_machine_is_shown_nothing_and_may_ask() -> None:
    world = World(members=[member("ann")])
    ann, bob = world.logged_in("ann"), world.person("bob")
    bob.types("one")
    ann.asks("quit")
    bob.types("two", "three")
    ann = world.connect(world.native)
    ann.asks("hello", 0, name="ann", password=password_of("ann"), bot=True)
    (entered,) = [one for one in ann.objects() if one["is"] == "entered"]
    assert (entered["recent"], entered["since"]) == ([], 1)
    bob.types("four")
    assert [entry["text"] for entry in ann.answer("missed")["entries"]] == ["two", "three"]


def test_a_program_is_told_since_when_and_what_was_left_out() -> None:
    world = World(members=[member("ann")], missed=2)
    ann, bob = world.logged_in("ann"), world.person("bob")
    bob.types("one")
    ann.asks("quit")
    bob.types("two", "three", "four")
    again = world.connect(world.native)
    again.asks("hello", 0, name="ann", password=password_of("ann"))
    (entered,) = [one for one in again.objects() if one["is"] == "entered"]
    assert ([entry["text"] for entry in entered["recent"]], entered["since"], entered["missed"]) == (["three", "four"], 1, 1)
    assert [entry["text"] for entry in again.answer("missed")["entries"]] == ["two", "three", "four"]


def test_who_resumes_by_position_gets_nothing_twice(world: World) -> None:
    bob = world.person("bob")
    ann = world.logged_in("ann", key="the secret key of ann")
    bob.types("one", "two")
    ann.leaves()
    bob.types("three")
    again = world.connect(world.native)
    epoch = world.hub.epoch
    again.asks("hello", 0, name="ann", password=password_of("ann"), key="the secret key of ann", resume={"lobby": [epoch, 1]})
    found = again.objects()
    assert [one["recent"] for one in found if one["is"] == "entered"] == [[]]
    assert [one["text"] for one in found if one["is"] == "said"] == ["two", "three"]
    assert [entry["text"] for entry in again.answer("missed")["entries"]] == ["two", "three"]


def test_positions_are_saved_now_and_then_without_anybody_leaving(world: World) -> None:
    logs_in(world)
    bob = world.person("bob")
    bob.types("one")
    world.rest(AROUND * TICK + EVERY)
    assert position(world) == 1


def test_positions_are_saved_when_the_last_device_leaves_and_when_the_house_closes(world: World) -> None:
    ann, bob = logs_in(world), world.person("bob")
    bob.types("one")
    ann.types("/quit")
    assert position(world) == 1
    logs_in(world)
    bob.types("two")
    again = world.restarted()
    assert position(again) == 2
    assert "-- Nothing new since you were here." in logs_in(again).lines()


def test_what_could_not_be_saved_is_saved_later() -> None:
    world = SlowWorld(members=[member("ann")])
    ann = world.connect()
    ann.types("ann", password_of("ann"))
    world.settle()
    ann.types("one")
    world.settle()
    ann.types("/quit")
    world.disk.decline(DiskFull(), len(world.disk.waiting))
    assert position(world) is None
    world.rest(EVERY + TICK)
    world.settle()
    assert position(world) == 1


def test_a_member_who_is_removed_is_forgotten(world: World) -> None:
    ann, bob = logs_in(world), world.person("bob")
    bob.types("one")
    ann.types("/quit")
    world.hub.erasure.grace = 0.0
    world.members.replace([member("cat")])
    world.rest(TICK)
    assert position(world) is None


def test_who_is_removed_while_here_leaves_nothing_behind(world: World) -> None:
    logs_in(world)
    world.person("bob").types("one")
    world.hub.erasure.grace = 0.0
    world.members.replace([member("cat")])
    world.rest(EVERY + TICK)
    assert position(world) is None
    assert len(world.hub.memory.seen) == 0


def test_a_client_that_marks_has_seen_what_it_says_and_no_more(world: World) -> None:
    ann, bob = world.logged_in("ann", marks=True), world.person("bob")
    bob.types("one", "two", "three")
    ann.asks("seen", 1, room="lobby", seq=2)
    ann.asks("quit")
    assert new(logs_in(world)) == ["three"]


def test_a_mark_beyond_the_end_is_one_at_the_end(world: World) -> None:
    ann, bob = world.logged_in("ann"), world.person("bob")
    bob.types("one")
    assert ann.answer("seen", room="lobby", seq=1 << 50)["ok"]
    ann.asks("quit")
    bob.types("two")
    assert new(logs_in(world)) == ["two"]


def test_nobody_is_looked_at_when_something_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    logs_in(world)
    bob = world.person("bob")
    looked: list[object] = []
    monkeypatch.setattr(Memory, "mark", lambda *what: looked.append(what))
    bob.types(*map(str, range(100)))
    assert world.hub.rooms["lobby"].log.head == 100
    assert looked == []


MOVES = st.lists(
    st.tuples(st.sampled_from(["says", "comes", "goes", "waits", "leaves", "joins", "restarts"]), st.integers(0, 2)), max_size=40
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(MOVES)
def test_each_entry_is_seen_once_by_a_member_who_comes_and_goes(moves: list[tuple[str, int]]) -> None:
    """Whatever devices there are: nobody's first sight of an entry is left out, and no device repeats what another showed before."""
    world = World(members=[member("ann")], missed=1000, window=1000)
    devices: list[Person] = []
    bob = world.person("bob")
    said = 0
    shown: list[int] = []
    in_room: dict[Person, bool] = {}
    reached = 0
    logs_in(world).types("/quit")

    def look() -> None:
        nonlocal reached
        fresh = [[int(text) for text in new(device)] for device in devices]
        for texts in fresh:
            assert texts == sorted(set(texts))
            assert not texts or texts[0] > 0
        seen = sorted({text for texts in fresh for text in texts})
        # What is shown now was not shown before on any device, but to devices that are here together at once.
        assert all(text > reached for text in seen)
        shown.extend(seen)
        reached = max([reached, *seen])

    def start() -> Person:
        device = logs_in(world)
        in_room[device] = True
        return device

    bob.types("0")
    first = start()
    first.types("/quit")
    first.lines()
    for move, which in moves:
        device = devices[which % len(devices)] if devices else None
        if move == "says":
            said += 1
            bob.types(str(said))
        elif move == "comes" and len(devices) < 3:
            devices.append(start())
        elif move == "waits":
            world.rest(7.0)
        elif move == "restarts":
            look()
            world = world.restarted()
            devices.clear()
            bob = world.person("bob")
        elif device is not None and move == "goes":
            device.types("/quit")
            look()
            devices.remove(device)
        elif device is not None and move == "leaves" and in_room[device]:
            device.types("/leave")
            in_room[device] = False
        elif device is not None and move == "joins" and not in_room[device]:
            device.types("/join lobby")
            in_room[device] = True
        look()
    devices.append(start())
    look()
    assert shown == list(range(1, said + 1))
