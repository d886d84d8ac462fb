"""What is not to be kept is forgotten now and then, but not by a clock that was set."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatroom.core.seams import Retention
from chatroom.forgetting import CLOCK_SET, TRIM_EVERY, Forgetting
from chatroom.testing import World

KEEP = Retention(age=86400.0, count=7)


class ForgettingTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.world = World()
        self.wrong = 0.0
        self.world.house.wall = lambda: self.world.wall() + self.wrong
        self.trimmed: list[tuple[Retention, float]] = []
        self.world.journal.trim = lambda retention, now: self.trimmed.append((retention, now))  # type: ignore[method-assign]  # to see it
        self.forgetting = Forgetting(self.world.house, KEEP)
        self.forgetting.startService()
        self.addCleanup(self.forgetting.stopService)

    def test_it_begins_a_while_after_the_start_and_goes_on(self) -> None:
        self.world.rest(TRIM_EVERY - 1)
        self.assertEqual([], self.trimmed)
        self.world.rest(2)
        self.assertEqual([KEEP], [keep for keep, _ in self.trimmed])
        self.world.rest(2 * TRIM_EVERY)
        self.assertEqual(3, len(self.trimmed))

    def test_nothing_is_forgotten_by_a_clock_that_was_set_nor_when_it_is_set_back(self) -> None:
        for self.wrong in (400 * 86400.0, 0.0):
            self.world.rest(TRIM_EVERY)
            self.assertEqual([], self.trimmed)
        self.world.rest(TRIM_EVERY)
        self.assertEqual(1, len(self.trimmed))

    def test_a_clock_that_is_a_little_off_is_believed(self) -> None:
        self.wrong = CLOCK_SET - 1
        self.world.rest(TRIM_EVERY)
        self.assertEqual([(KEEP, self.world.wall() + self.wrong)], self.trimmed)

    def test_it_ends_with_the_house(self) -> None:
        self.forgetting.stopService()
        self.world.rest(2 * TRIM_EVERY)
        self.assertEqual([], self.trimmed)
