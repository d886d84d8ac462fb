"""A coroutine runs at once; its failure is taken by whoever waits, else logged."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatroom.spawn import deferred, spawn


async def answer(to: Deferred[int]) -> int:
    return 2 * await to


class SpawnTests(SynchronousTestCase):
    def test_it_runs_until_it_waits_and_then_goes_on(self) -> None:
        asked: Deferred[int] = Deferred()
        result = deferred(answer(asked))
        self.assertNoResult(result)
        asked.callback(21)
        self.assertEqual(42, self.successResultOf(result))

    def test_whoever_waits_takes_the_failure(self) -> None:
        asked: Deferred[int] = Deferred()
        result = deferred(answer(asked))
        asked.errback(ValueError("no"))
        self.failureResultOf(result, ValueError)

    def test_a_failure_that_nobody_waits_for_is_logged_once(self) -> None:
        asked: Deferred[int] = Deferred()
        result = spawn(answer(asked), "asking")
        asked.errback(ValueError("no"))
        self.assertIsNone(self.successResultOf(result))
        self.assertEqual(1, len(self.flushLoggedErrors(ValueError)))
