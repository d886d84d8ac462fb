"""What our person has seen, and what the house is told of it."""

from __future__ import annotations

from chatroom.marks import MOST, Marks


def test_only_the_newest_of_each_room_is_told_and_once() -> None:
    marks = Marks()
    marks.saw("lobby", ("e", 1))
    marks.saw("lobby", ("e", 2))
    marks.saw("dev", ("e", 9))
    assert list(marks.due()) == [("lobby", 2), ("dev", 9)]
    marks.saw("lobby", ("e", 2))
    assert list(marks.due()) == []


def test_what_was_seen_in_another_epoch_is_told_again_and_nothing_is_nothing() -> None:
    marks = Marks()
    marks.saw("lobby", ("e", 2))
    assert list(marks.due()) == [("lobby", 2)]
    marks.saw("lobby", ("f", 2))
    marks.saw("dev", ("f", 0))
    assert list(marks.due()) == [("lobby", 2)]


def test_no_more_rooms_are_remembered_than_the_bound() -> None:
    marks = Marks()
    for number in range(MOST + 10):
        marks.saw(f"r{number}", ("e", 1))
    assert len(list(marks.due())) == MOST
    for number in range(MOST + 10):
        marks.saw(f"s{number}", ("e", 1))
        list(marks.due())
    marks.saw("s0", ("e", 1))
    assert list(marks.due()) == [("s0", 1)]
