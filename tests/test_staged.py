"""Children start in order, stop in reverse, and one that fails takes down those below it."""

from __future__ import annotations

from typing import Any

from twisted.application.service import Service
from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatroom.staged import Staged


class Child(Service):
    """Write down what is asked of it, and wait or fail as told."""

    def __init__(self, name: str, diary: list[str]) -> None:
        self.name = name
        self.diary = diary
        self.start_result: Any = None
        self.stop_result: Any = None

    def privilegedStartService(self) -> None:
        self.diary.append(f"privileged {self.name}")

    def startService(self) -> Any:
        super().startService()
        self.diary.append(f"start {self.name}")
        if isinstance(self.start_result, Exception):
            raise self.start_result
        return self.start_result

    def stopService(self) -> Any:
        super().stopService()
        self.diary.append(f"stop {self.name}")
        if isinstance(self.stop_result, Exception):
            raise self.stop_result
        return self.stop_result


class StagedTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.diary: list[str] = []
        self.clock = Clock()
        self.low, self.middle, self.top = (Child(name, self.diary) for name in ("low", "middle", "top"))
        self.staged = Staged(self.clock, (self.low, self.middle, self.top), patience=5)

    def test_children_start_in_order_and_stop_in_reverse(self) -> None:
        self.staged.privilegedStartService()
        self.successResultOf(self.staged.startService())
        self.assertEqual(0, self.successResultOf(self.staged.stopService()))
        self.assertEqual(
            [f"{step} {name}" for step in ("privileged", "start") for name in ("low", "middle", "top")],
            self.diary[:6],
        )
        self.assertEqual(["stop top", "stop middle", "stop low"], self.diary[6:])

    def test_a_child_waits_until_the_one_below_is_up(self) -> None:
        rising: Deferred[None] = Deferred()
        self.low.start_result = rising
        started = self.staged.startService()
        self.assertEqual(["start low"], self.diary)
        rising.callback(None)
        self.successResultOf(started)
        self.assertEqual(["start low", "start middle", "start top"], self.diary)

    def test_a_child_stops_only_when_the_one_above_is_down(self) -> None:
        self.successResultOf(self.staged.startService())
        sinking: Deferred[None] = Deferred()
        self.top.stop_result = sinking
        stopped = self.staged.stopService()
        self.assertEqual("stop top", self.diary[-1])
        sinking.callback(None)
        self.successResultOf(stopped)
        self.assertEqual(["stop top", "stop middle", "stop low"], self.diary[-3:])

    def test_a_child_that_cannot_start_stops_those_below_and_starts_none_above(self) -> None:
        self.middle.start_result = ValueError("no")
        self.failureResultOf(self.staged.startService(), ValueError)
        self.assertEqual(["start low", "start middle", "stop low"], self.diary)

    def test_a_child_that_starts_for_too_long_counts_as_failed(self) -> None:
        self.top.start_result = Deferred()
        started = self.staged.startService()
        self.clock.advance(5)
        self.failureResultOf(started, defer.TimeoutError)
        self.assertEqual(["stop middle", "stop low"], self.diary[-2:])

    def test_a_child_that_fails_to_stop_keeps_no_other_from_stopping(self) -> None:
        self.successResultOf(self.staged.startService())
        self.top.stop_result = ValueError("stuck")
        self.middle.stop_result = Deferred()
        stopped = self.staged.stopService()
        self.clock.advance(5)
        self.assertEqual(2, self.successResultOf(stopped))
        self.assertEqual("stop low", self.diary[-1])
        self.assertEqual(1, len(self.flushLoggedErrors(ValueError)))
        self.assertEqual(1, len(self.flushLoggedErrors(defer.TimeoutError)))

    def test_stopping_while_starting_waits_for_the_one_that_is_starting(self) -> None:
        rising: Deferred[None] = Deferred()
        self.middle.start_result = rising
        started = self.staged.startService()
        stopped = self.staged.stopService()
        self.assertNoResult(stopped)
        rising.callback(None)
        self.successResultOf(started)
        self.assertEqual(0, self.successResultOf(stopped))
        self.assertEqual(["start low", "start middle", "stop middle", "stop low"], self.diary)

    def test_stages_nest(self) -> None:
        outer = Staged(self.clock, (self.staged, extra := Child("extra", self.diary)))
        self.successResultOf(outer.startService())
        self.assertEqual(["start low", "start middle", "start top", "start extra"], self.diary)
        self.assertTrue(extra.running)
        self.successResultOf(outer.stopService())
        self.assertEqual(["stop extra", "stop top", "stop middle", "stop low"], self.diary[-4:])
