"""Work for the reactor's thread that would hold it too long if done at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from twisted.logger import Logger

LONGEST = 0.005
"""Seconds of work in one turn."""


class Later(Protocol):
    """Be what is needed of a clock."""

    def seconds(self) -> float:
        """Tell the time."""

    def callLater(self, delay: float, call: Callable[..., object], /, *args: object) -> Any:
        """Call later, in the reactor's thread."""


class Turns(Later, Protocol):
    """Be what is needed of a reactor."""

    def callFromThread(self, call: Callable[..., object], /, *args: object) -> None:
        """Call soon, in the reactor's thread."""


class Slices:
    """Do pieces of work in order, for a few milliseconds a turn; work is an iterator that yields where it may be interrupted."""

    _log = Logger()

    def __init__(self, turns: Later) -> None:
        self._turns = turns
        self._work: deque[Iterator[None]] = deque()
        self._due = False

    def run(self, *work: Iterator[None]) -> None:
        """Do `work` now if nothing is before it, as far as one turn goes."""
        self._work += work
        if not self._due:
            self._turn()

    def finish(self) -> None:
        """Do all that is left, however long it takes."""
        while self._work:
            self._step()

    def _turn(self) -> None:
        self._due = False
        end = self._turns.seconds() + LONGEST
        while self._work and self._turns.seconds() <= end:
            self._step()
        if self._work:
            self._due = True
            self._turns.callLater(0, self._turn)

    def _step(self) -> None:
        """Go on with the first piece; a bug in it ends it, and must not end those behind it."""
        work = self._work[0]
        try:
            next(work)
        except StopIteration:
            self._work.popleft()
        except Exception:
            self._work.popleft()
            self._log.failure("A piece of the journal's work failed")
