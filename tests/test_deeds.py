"""What the hub wants done: what goes to the journal together."""

from __future__ import annotations

import pytest

from chatroom.core.seams import Submission
from chatroom.deeds import BUSY, LONGEST_GATHERING
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

    def says(self, text: str) -> None:
        self.ann.wire.feed(text.encode() + b"\n")

    def waiting(self) -> list[Submission]:
        self.clock.turn()
        return list(self.world.disk.waiting)


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
    hall.clock.rightNow += LONGEST_GATHERING
    assert len(hall.waiting()) == 3


def test_after_a_while_the_next_is_a_lone_message_again(hall: Hall) -> None:
    hall.says("hi")
    hall.waiting()
    hall.clock.rightNow += BUSY
    hall.says("one")
    assert len(hall.waiting()) == 2
