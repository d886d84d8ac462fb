"""A signal does what it is to do in the reactor's own time, and afterwards what it did before."""

from __future__ import annotations

import signal
from collections.abc import Callable

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from chatroom.signals import AtSignal


class Reactor(MemoryReactorClock):
    """Do what threads and signals ask for in a turn of its own."""

    def callFromThread(self, call: Callable[[], None]) -> None:
        self.callLater(0, call)


class SignalTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.reactor = Reactor()
        self.done: list[int] = []

    def test_it_is_done_in_the_reactors_own_time(self) -> None:
        one = AtSignal("SIGUSR1", self.reactor, lambda: self.done.append(1))
        before = signal.getsignal(signal.SIGUSR1)
        one.startService()
        signal.raise_signal(signal.SIGUSR1)
        self.assertEqual([], self.done)
        self.reactor.advance(0)
        self.assertEqual([1], self.done)
        one.stopService()
        self.assertEqual(before, signal.getsignal(signal.SIGUSR1))

    def test_a_signal_that_the_system_does_not_have_is_none(self) -> None:
        one = AtSignal("SIGNONE", self.reactor, lambda: self.done.append(1))
        one.startService()
        one.stopService()
        self.assertEqual([], [*self.done, *self.reactor.getDelayedCalls()])
