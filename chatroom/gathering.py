"""What is submitted, gathered for the journal.

Rules
-----
- Submissions of one reactor turn go to the journal together: a lone one at once, and nobody waits for more to come.
- While much is said, a batch is gathered until a turn brings nothing more, for a few milliseconds at most: each costs a sync, and a
  write to every reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from chatroom.core.seams import Submission

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

BUSY = 0.01
"""Seconds after a batch in which the next one is gathered over some turns, as it may be the beginning of many."""
LONGEST = 0.002
"""Seconds for which a batch is gathered at most."""


class Gathering:
    """Gather submissions, and give them to `submit`."""

    def __init__(self, clock: IReactorTime, submit: Callable[[Sequence[Submission]], None]) -> None:
        self._clock = clock
        self._submit = submit
        self._batch: list[Submission] = []
        self._call: IDelayedCall | None = None
        self._gathered = 0
        """How much of the batch there was a turn ago."""
        self._until = 0.0
        self._handed_over_at = 0.0

    def add(self, submission: Submission) -> None:
        """Take a submission, to be given on soon."""
        self._batch.append(submission)
        if self._call is None:
            self._gathered, self._until = 0, self._clock.seconds() + LONGEST
            self._call = self._clock.callLater(0, self._gather)

    def hand_over(self) -> None:
        """Give on what there is now."""
        if self._call is not None and self._call.active():
            self._call.cancel()
        self._call = None
        batch, self._batch = self._batch, []
        if batch:
            self._handed_over_at = self._clock.seconds()
            self._submit(batch)

    def _gather(self) -> None:
        count, now = len(self._batch), self._clock.seconds()
        if now - self._handed_over_at >= BUSY or count == self._gathered or now >= self._until:
            self.hand_over()
        else:
            self._gathered = count
            self._call = self._clock.callLater(0, self._gather)
