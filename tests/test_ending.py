"""Signals end the process in good order, then at once; the exit status tells."""

from __future__ import annotations

import atexit
import signal
from collections.abc import Callable, Iterator

import pytest
from twisted.internet.testing import MemoryReactorClock

from chatroom.ending import FAILED, Ending


class Reactor(MemoryReactorClock):
    """Remember whether it was told to stop."""

    stopped = False

    def stop(self) -> None:
        self.stopped = True

    def callFromThread(self, call: Callable[[], None]) -> None:
        call()


@pytest.fixture
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def left() -> list[int]:
    return []


@pytest.fixture
def reactor() -> Reactor:
    return Reactor()


def test_the_first_signal_stops_in_good_order(reactor: Reactor, left: list[int]) -> None:
    reactor.running = True
    Ending(reactor, left.append).signalled(signal.SIGTERM)
    assert reactor.stopped
    assert left == []


def test_the_second_signal_ends_at_once(reactor: Reactor, left: list[int]) -> None:
    reactor.running = True
    ending = Ending(reactor, left.append)
    ending.signalled(signal.SIGINT)
    ending.signalled(signal.SIGINT)
    assert left == [128 + signal.SIGINT]


def test_a_signal_while_everything_is_starting_stops_it_as_soon_as_it_runs(reactor: Reactor, left: list[int]) -> None:
    reactor.running = False
    Ending(reactor, left.append).signalled(signal.SIGTERM)
    assert not reactor.stopped
    reactor.running = True
    for hook, arguments, options in reactor.whenRunningHooks:
        hook(*arguments, **options)
    assert reactor.stopped
    assert left == []


def test_a_second_signal_ends_even_a_start_that_is_stuck(reactor: Reactor, left: list[int]) -> None:
    reactor.running = False
    ending = Ending(reactor, left.append)
    ending.signalled(signal.SIGINT)
    ending.signalled(signal.SIGINT)
    assert left == [128 + signal.SIGINT]


def test_both_signals_are_taken_over_again_when_the_reactor_has_taken_them(signals: None, reactor: Reactor, left: list[int]) -> None:
    ending = Ending(reactor, left.append)
    ending.prepare()
    atexit.unregister(ending._exit)
    for number in (signal.SIGINT, signal.SIGTERM):
        assert signal.getsignal(number) == ending.signalled
        signal.signal(number, signal.SIG_IGN)
    for hook, arguments, options in reactor.whenRunningHooks:
        hook(*arguments, **options)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == [ending.signalled] * 2


def test_the_exit_status_says_whether_all_was_well(reactor: Reactor, left: list[int]) -> None:
    ending = Ending(reactor, left.append)
    ending._exit()
    assert left == []
    ending.failed()
    ending._exit()
    assert left == [FAILED]
