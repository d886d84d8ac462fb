"""An order to close: told, done a moment later, and taken back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatroom.closing import Closing
from chatroom.spawn import deferred
from chatroom.testing import World


class ClosingTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.reactor = Clock()
        self.world = World()
        self.ann = self.world.person("ann")
        self.stops: list[float] = []
        ending: Any = SimpleNamespace(stop=lambda: self.stops.append(self.reactor.seconds()))
        self.closing = Closing(self.world.house, self.reactor, ending)

    def order(self, seconds: float | None, reason: str = "") -> bool:
        result: bool = self.successResultOf(deferred(self.closing.shutdown(seconds, reason)))
        self.world.rest()
        return result

    def test_an_order_to_close_now_is_told_and_done_a_moment_later(self) -> None:
        self.assertFalse(self.order(0.0, "new disk"))
        self.ann.hears("-- The house closes: new disk")
        self.assertEqual([], self.stops)
        self.reactor.advance(1)
        self.assertEqual([1.0], self.stops)

    def test_an_order_to_close_later_can_be_taken_back(self) -> None:
        self.order(300.0)
        self.ann.hears("-- The house closes in 5 minutes.")
        self.assertTrue(self.order(None))
        self.ann.hears("-- The house stays open.")
        self.reactor.advance(400)
        self.assertEqual([], self.stops)
        self.assertFalse(self.order(None))
        self.ann.hears()

    def test_a_later_order_takes_the_place_of_an_earlier_one(self) -> None:
        self.order(300.0)
        self.assertTrue(self.order(600.0))
        self.reactor.advance(400)
        self.assertEqual([], self.stops)
        self.reactor.advance(300)
        self.assertEqual([700.0], self.stops)
