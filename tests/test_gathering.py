"""What goes to the journal together: a lone message goes at once, and of many as many as come in a moment."""

from __future__ import annotations

import pytest

from chatroom.core.seams import Draft
from chatroom.gathering import BUSY, LONGEST
from chatroom.testing import Person, SlowWorld
from tests.turns import Turns


class Hall:
    """Be a house of which every turn can be seen."""

    def __init__(self) -> None:
        self.clock = Turns()
        self.world = SlowWorld(clock=self.clock)
        self.ann: Person = self.world.person("ann")
        self.world.settle()
        self.world.rest(1.0)

    def says(self, *texts: str) -> None:
        self.ann.wire.feed(b"".join(text.encode() + b"\n" for text in texts))

    def waiting(self) -> list[Draft]:
        self.clock.turn()
        return [draft for submission in self.world.disk.waiting for draft in submission.drafts]


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_lone_message_goes_to_the_journal_in_the_next_turn(hall: Hall) -> None:
    hall.says("hi")
    assert len(hall.waiting()) == 1


def test_of_a_busy_house_turns_are_gathered_until_one_brings_nothing_more(hall: Hall) -> None:
    hall.says("hi")
    assert len(hall.waiting()) == 1
    hall.says("one")
    assert len(hall.waiting()) == 1
    hall.says("two")
    assert len(hall.waiting()) == 1
    assert len(hall.waiting()) == 3


def test_it_is_gathered_for_no_longer_than_is_stated(hall: Hall) -> None:
    hall.says("hi")
    hall.waiting()
    hall.says("one")
    assert len(hall.waiting()) == 1
    hall.says("two")
    hall.clock.rightNow += LONGEST
    assert len(hall.waiting()) == 3


def test_after_a_while_the_next_is_a_lone_message_again(hall: Hall) -> None:
    hall.says("hi")
    hall.waiting()
    hall.clock.rightNow += BUSY
    hall.says("one")
    assert len(hall.waiting()) == 2


def test_a_house_that_closes_hands_over_what_it_has_and_no_turn_finds_it_again(hall: Hall) -> None:
    hall.says("hi")
    hall.waiting()
    hall.says("the last")
    hall.clock.turn()
    hall.world.house.gathering.hand_over()
    before = sum(len(submission.drafts) for submission in hall.world.disk.waiting)
    assert before == 2
    assert len(hall.waiting()) == before
