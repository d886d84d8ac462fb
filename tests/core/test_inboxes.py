"""Notes for who is not here, and inboxes that are resumed by position."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from chatroom.core.errors import DiskFull
from chatroom.core.showing import HELD
from chatroom.testing import Person, SlowWorld, World, member, password_of

KEY = "the secret key of ann"


@pytest.fixture
def world() -> World:
    return World(members=[member("ann"), member("cat")], notes=4, notes_each=2, page=3)


def logs_in(world: World, name: str = "ann") -> Person:
    """Let a member come in by the line door with their password."""
    person = world.connect()
    person.types(name, password_of(name))
    return person


def private(person: Person) -> list[str]:
    """Give the private words that somebody was shown."""
    return [line.partition("(private) ")[2] for line in person.lines() if "(private) " in line]


def told(person: Person) -> list[dict[str, Any]]:
    return [one for one in person.objects() if one.get("is") == "told"]


def test_what_waits_is_shown_to_the_first_device_and_live_words_to_all(world: World) -> None:
    bob = world.person("bob")
    bob.types("/msg ann one")
    first = logs_in(world)
    assert private(first) == ["bob: one"]
    second = logs_in(world)
    bob.types("/msg ann two")
    assert (private(first), private(second)) == (["bob: two"], ["bob: two"])


def test_two_devices_that_come_at_once_show_what_waits_once() -> None:
    world = SlowWorld(members=[member("ann")])
    bob = world.person("bob")
    bob.types("/msg ann one")
    world.settle()
    first, second = logs_in(world), logs_in(world)
    world.settle()
    world.settle()
    assert sorted([*private(first), *private(second)]) == ["bob: one"]


def test_a_note_comes_to_programs_as_what_is_told(world: World) -> None:
    bob = world.person("bob")
    bob.types("/msg ann one")
    ann = world.connect(world.native)
    ann.asks("hello", 0, name="ann", password=password_of("ann"))
    welcome, *found = ann.objects()
    assert welcome["inbox"] == [world.hub.epoch, 0]
    assert [(one["text"], one["seq"]) for one in found if one["is"] == "told"] == [("one", 1)]


def test_a_note_has_one_id_in_both_inboxes(world: World) -> None:
    bot = world.program("bot")
    answer = bot.answer("tell", to="ann", text="one")
    ann = world.connect(world.native)
    ann.asks("hello", 0, name="ann", password=password_of("ann"))
    assert [one["id"] for one in told(ann)] == [answer["id"]]


def test_notes_are_bounded_for_each_sender_and_each_member(world: World) -> None:
    world = World(members=[member("ann"), *(member(name) for name in ("cat", "dan", "eve"))], notes=4, notes_each=2)
    cat, dan, eve = (logs_in(world, name) for name in ("cat", "dan", "eve"))
    cat.types(*["/msg ann hi"] * 3)
    dan.types(*["/msg ann hi"] * 2)
    eve.types("/msg ann hi")
    full = "already, the most that are kept. Try again later."
    assert cat.lines()[-1] == f"! ann is not here, and 2 messages from you wait for them {full}"
    assert eve.lines()[-1] == f"! ann is not here, and 4 private messages wait for them {full}"
    ann = logs_in(world)
    assert len(private(ann)) == 4
    ann.types("/quit")
    cat.lines()
    cat.types("/msg ann hi")
    assert cat.lines()[-1] == "-- ann is not here; your message is kept until they come."


def test_guests_are_one_sender_under_all_their_names(world: World) -> None:
    for name in ("one", "two", "three"):
        guest = world.person(name)
        guest.types("/msg ann hi")
    assert "2 messages from guests wait" in guest.lines()[-1]


def test_what_waited_before_a_restart_counts(world: World) -> None:
    for name in ("cat", "bob"):
        sender = logs_in(world, "cat") if name == "cat" else world.person(name)
        sender.types(*["/msg ann hi"] * 2)
    again = world.restarted()
    bob = again.person("bob")
    bob.types("/msg ann hi")
    assert "4 private messages wait" in bob.lines()[-1]


def test_a_note_that_was_not_stored_does_not_count() -> None:
    world = SlowWorld(members=[member("ann")], notes_each=1)
    bob = world.person("bob")
    bob.types("/msg ann one")
    world.disk.decline(DiskFull())
    world.rest()
    bob.types("/msg ann two")
    world.settle()
    assert bob.lines()[-1] == "-- ann is not here; your message is kept until they come."


def test_a_note_that_is_sent_again_is_one(world: World) -> None:
    bot = world.program("bot", key="the secret key of bot")
    first = bot.answer("tell", to="ann", text="one")
    again = bot.answer("tell", to="ann", text="one")
    assert (again["id"], again.get("repeated")) == (first["id"], True)
    assert world.hub.memory.inboxes._notes["m-ann"].total() == 1


def test_more_than_a_page_is_cut_at_the_newest_and_said(world: World) -> None:
    cat, bob = logs_in(world, "cat"), world.person("bob")
    for number in range(2):
        cat.types(f"/msg ann {number}")
        bob.types(f"/msg ann {number}")
    ann = logs_in(world)
    lines = [line for line in ann.lines() if "alone" in line or "(private)" in line]
    assert lines[0] == "-- Said to you alone while you were not here, the newest of it; /history @NAME has what was before that:"
    assert len(lines) == 4


def test_own_words_do_not_come_back_as_news(world: World) -> None:
    ann, bob = logs_in(world), world.person("bob")
    ann.types("/msg bob hi", "/msg ann note to myself")
    ann.types("/quit")
    bob.types("/msg ann hello")
    assert private(logs_in(world)) == ["bob: hello"]


def test_notes_of_who_is_ignored_are_not_shown(world: World) -> None:
    bob = world.person("bob")
    ann = world.logged_in("ann", key=KEY)
    ann.asks("ignore", 1, name="bob")
    ann.leaves()
    bob.types("/msg ann hi")
    again = world.connect(world.native)
    again.asks("hello", 0, name="ann", password=password_of("ann"), key=KEY)
    assert told(again) == []


def test_the_inbox_of_a_member_is_resumed_by_position_even_after_a_restart(world: World) -> None:
    bob = world.person("bob")
    ann = world.connect(world.native)
    ann.asks("hello", 0, name="ann", password=password_of("ann"), key=KEY)
    epoch, seq = ann.objects()[0]["inbox"]
    bob.types("/msg ann one", "/msg ann two")
    seq = told(ann)[0]["seq"]
    ann.leaves()
    bob.types("/msg ann three")
    again = world.restarted()
    ann = again.connect(again.native)
    ann.asks("hello", 0, name="ann", password=password_of("ann"), key=KEY, resume={"@": [epoch, seq]})
    found = ann.objects()
    assert [one["text"] for one in found if one["is"] == "told"] == ["two", "three"]
    assert [one["room"] for one in found if one["is"] == "entered"] == ["lobby"]


def test_what_waits_for_who_marks_waits_until_it_is_marked(world: World) -> None:
    bob = world.person("bob")
    bob.types("/msg ann one", "/msg ann two")
    ann = world.connect(world.native)
    ann.asks("hello", 0, name="ann", password=password_of("ann"), marks=True)
    assert [one["text"] for one in told(ann)] == ["one", "two"]
    ann.asks("seen", 1, room="@", seq=1)
    ann.asks("quit")
    assert private(logs_in(world)) == ["bob: two"]


def test_a_member_who_is_removed_gets_nothing_any_more(world: World) -> None:
    bob = world.person("bob")
    bob.types("/msg ann one")
    bob.lines()
    world.hub.erasure.grace = 0.0
    world.members.replace([member("cat")])
    bob.types("/msg ann two")
    bob.hears("! Nobody here is called ann. Type /who to see who is here.")
    world.rest(2.0)
    assert world.hub.memory.inboxes.head("@m-ann") == 0


def test_who_sits_at_a_console_alone_is_not_here(world: World) -> None:
    world = World(members=[member("ann")])
    bob = world.person("bob")
    bob.types("/msg ann one")
    assert bob.lines()[-1] == "-- ann is not here; your message is kept until they come."


def slow_with_a_note() -> SlowWorld:
    """Give a slow world with a member at one device, for whom a note came while they were away."""
    world = SlowWorld(members=[member("ann")])
    bob = world.person("bob")
    bob.types("/msg ann hi")
    world.settle()
    return world


def comes_in(world: SlowWorld) -> Person:
    """Let the member come in, as far as the disk need not answer."""
    ann = world.connect(world.native)
    ann.asks("hello", 0, name="ann", password=password_of("ann"))
    world.disk.settle()
    world.rest()
    return ann


def texts(person: Person) -> list[str]:
    return [one["text"] for one in told(person)]


def test_notes_that_could_not_be_read_are_shown_to_the_next_device() -> None:
    world = slow_with_a_note()
    first = comes_in(world)
    with patch.object(world.disk, "_find", lambda query: DiskFull()):
        world.settle()
    assert texts(first) == []
    second = comes_in(world)
    world.settle()
    assert texts(second) == ["hi"]


def test_notes_on_their_way_to_a_connection_that_ends_are_shown_to_the_next() -> None:
    world = slow_with_a_note()
    first, second = comes_in(world), comes_in(world)
    world.settle()
    assert [texts(first), texts(second)] == [["hi"], []]
    world = slow_with_a_note()
    first = comes_in(world)
    comes_in(world)
    first.leaves()
    third = comes_in(world)
    world.settle()
    assert texts(third) == ["hi"]


def test_what_comes_while_what_waited_is_still_read_is_shown_after_it() -> None:
    world = slow_with_a_note()
    bob, ann = world.person("cat-lover"), comes_in(world)
    bob.types("/msg ann live", "/msg ann and more")
    world.disk.settle()
    world.rest()
    assert texts(ann) == []
    world.settle()
    assert texts(ann) == ["hi", "live", "and more"]


def test_what_was_held_back_meanwhile_is_not_overtaken_by_what_comes_later() -> None:
    world = slow_with_a_note()
    bob, ann = world.person("cat-lover"), comes_in(world)
    bob.types("/msg ann first")
    world.disk.settle()
    world.rest()
    ann.asks("tell", 1, to="cat-lover", text="of my own, which waits for the disk")
    world.disk.answer()
    world.rest()
    assert texts(ann) == ["hi", "first"]


def test_what_comes_while_what_waited_cannot_be_read_is_shown_all_the_same() -> None:
    world = slow_with_a_note()
    bob, ann = world.person("cat-lover"), comes_in(world)
    bob.types("/msg ann live")
    world.disk.settle()
    with patch.object(world.disk, "_find", lambda query: DiskFull()):
        world.settle()
    assert texts(ann) == ["live"]


def test_no_more_is_held_back_than_the_bound() -> None:
    world = slow_with_a_note()
    bob, ann = world.program("cat-lover"), comes_in(world)
    for number in range(HELD + 1):
        bob.asks("tell", number, to="ann", text=str(number))
        world.disk.settle()
        world.rest()
    assert texts(ann) == [str(HELD)]
    world.settle()
    assert texts(ann) == ["hi", *(str(number) for number in range(HELD))]
