from __future__ import annotations

from collections.abc import Callable, Iterator

from twisted.trial.unittest import TestCase

from chatroom.journals._slices import Slices


class Reactor:
    """Take one turn at a time, and tell the time work has taken."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[Callable[..., object]] = []

    def seconds(self) -> float:
        return self.now

    def callLater(self, delay: float, call: Callable[..., object], /, *args: object) -> None:
        self.calls.append(call)

    def turn(self) -> None:
        calls, self.calls = self.calls, []
        for call in calls:
            call()


class SlicesTests(TestCase):
    def setUp(self) -> None:
        self.clock = Reactor()
        self.slices = Slices(self.clock)
        self.done: list[str] = []

    def work(self, name: str, steps: int, each: float = 0.0) -> Iterator[None]:
        for step in range(steps):
            self.clock.now += each
            self.done.append(f"{name}{step}")
            yield

    def test_short_work_is_done_at_once_and_in_order(self) -> None:
        self.slices.run(self.work("a", 2))
        self.slices.run(self.work("b", 1))
        assert self.done == ["a0", "a1", "b0"]
        assert not self.clock.calls

    def test_long_work_gives_way_after_five_milliseconds_and_what_follows_waits(self) -> None:
        self.slices.run(self.work("a", 5, 0.003))
        self.slices.run(self.work("b", 1))
        assert self.done == ["a0", "a1"]
        self.clock.turn()
        assert self.done == ["a0", "a1", "a2", "a3"]
        self.clock.turn()
        assert self.done[4:] == ["a4", "b0"]
        assert not self.clock.calls

    def test_what_is_left_can_be_finished_in_one_go(self) -> None:
        self.slices.run(self.work("a", 5, 0.003))
        self.slices.finish()
        assert len(self.done) == 5
        self.clock.turn()
        assert len(self.done) == 5

    def test_work_given_together_shares_one_turn(self) -> None:
        self.slices.run(self.work("a", 1, 0.003), self.work("b", 1, 0.003), self.work("c", 1, 0.003))
        assert self.done == ["a0", "b0"]
        self.clock.turn()
        assert self.done == ["a0", "b0", "c0"]

    def test_a_bug_ends_one_piece_of_work_alone(self) -> None:
        def broken() -> Iterator[None]:
            yield
            raise RuntimeError("a bug")

        self.slices.run(broken())
        self.slices.run(self.work("b", 1))
        assert self.done == ["b0"]
        assert len(self.flushLoggedErrors(RuntimeError)) == 1
