"""Limiting how many people a room takes."""

from __future__ import annotations

from chatroom.testing import Person, SlowWorld, World


def test_a_full_room_takes_nobody_more(world: World, ann: Person, bob: Person) -> None:
    ann.types("/join tea", "/limit", "/limit 1")
    ann.hears("-- You are in tea (1 here: ann).", "tea takes as many people as come.", "tea takes at most 1 people.")
    bob.types("/join tea")
    bob.hears("! tea is full: 1 people are there, the most it takes. Try again later.")
    ann.types("/limit 0")
    ann.hears("tea takes as many people as come.")
    bob.types("/join tea")
    assert bob.lines()[-1] == "-- You are in tea (2 here: ann, bob)."


def test_of_fifty_who_come_in_at_once_as_many_get_in_as_there_is_room_for() -> None:
    slow = SlowWorld()
    ann = slow.program("ann", rooms=["tea"])
    ann.asks("limit", 1, count=5)
    slow.settle()
    crowd = [slow.program(f"p{number}", rooms=[]) for number in range(50)]
    for one in crowd:
        one.asks("join", 1, room="tea")
    slow.settle()
    answers = [found["ok"] for one in crowd for found in one.objects() if found.get("re") == 1]
    assert (answers.count(True), answers.count(False)) == (4, 46)
    assert slow.hub.rooms["tea"].present == 5


def test_a_limit_that_was_not_stored_limits_nobody() -> None:
    slow = SlowWorld()
    ann, bob = slow.program("ann", rooms=["tea"]), slow.program("bob", rooms=[])
    ann.asks("limit", 1, count=1)
    bob.asks("join", 1, room="tea")
    slow.decline()
    slow.settle()
    assert [one["error"] for one in ann.objects() if one.get("re") == 1] == ["not-stored"]
    assert [one["error"] for one in bob.objects() if one.get("re") == 1] == ["room-full"]
    bob.asks("join", 2, room="tea")
    slow.settle()
    assert slow.hub.rooms["tea"].present == 2


def test_a_number_beyond_reason_is_refused(ann: Person) -> None:
    ann.types("/join tea", "/limit 99999999", "/limit many")
    first, second = ann.lines()[-2:]
    assert first.startswith("! COUNT is at most 1000000.")
    assert second.startswith("! COUNT is a number.")
