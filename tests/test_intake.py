"""A connection is read from when there is no reason against it, and only then."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import TestCase

from chatroom.intake import Hold, Intake


class Told:
    """Note what a connection is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def hold(self) -> None:
        self.heard.append("hold")

    def go_on(self) -> None:
        self.heard.append("go on")


class IntakeTests(TestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.told = Told()
        self.intake = Intake(self.told, self.clock)

    def test_it_is_held_by_the_first_reason_and_let_go_with_the_last(self) -> None:
        self.intake.hold(Hold.REPLIES)
        self.intake.hold(Hold.ANSWER)
        self.intake.release(Hold.REPLIES)
        assert self.told.heard == ["hold"]
        self.intake.release(Hold.ANSWER)
        assert self.told.heard == ["hold", "go on"]

    def test_a_reason_that_is_not_there_cannot_be_taken_back(self) -> None:
        self.intake.release(Hold.REPLIES)
        self.intake.hold(Hold.ANSWER)
        self.intake.release(Hold.REPLIES)
        assert self.told.heard == ["hold"]

    def test_a_pause_ends_by_itself(self) -> None:
        self.intake.pause(3.0)
        self.clock.advance(2.9)
        assert self.told.heard == ["hold"]
        self.clock.advance(0.2)
        assert self.told.heard == ["hold", "go on"]

    def test_the_end_of_a_pause_does_not_undo_another_reason(self) -> None:
        self.intake.pause(3.0)
        self.intake.hold(Hold.REPLIES)
        self.clock.advance(3.0)
        assert self.told.heard == ["hold"]

    def test_a_pause_is_replaced_by_the_next(self) -> None:
        self.intake.pause(3.0)
        self.intake.pause(5.0)
        self.clock.advance(4.0)
        assert self.told.heard == ["hold"]
        self.clock.advance(1.0)
        assert self.told.heard == ["hold", "go on"]

    def test_nothing_is_read_after_the_last_line(self) -> None:
        self.intake.pause(3.0)
        self.intake.hold(Hold.END)
        self.clock.advance(3.0)
        assert self.told.heard == ["hold"]
        assert self.intake.ending

    def test_a_connection_that_is_lost_leaves_no_timer_behind(self) -> None:
        self.intake.pause(300.0)
        self.intake.gone()
        assert self.clock.getDelayedCalls() == []
        self.intake.release(Hold.PACE)
        assert self.told.heard == ["hold"]
