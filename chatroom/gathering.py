"""What is submitted, gathered for the journal.

Rules
-----
- Submissions of one reactor turn go to the journal together: a lone one at once, and nobody waits for more to come.
- While much is said, a batch is gathered until a turn brings nothing more, for a few milliseconds at most: each costs a sync, and a
  write to every reader.
- Where the last batch was large, this one is expected to be: then the thread sleeps for a moment first. What comes meanwhile is read
  at once afterwards, and not piece by piece as it comes: each piece costs a turn of the reactor and a submission.
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
LARGE = 16
"""Entries of a batch after which the next is expected to be large, too."""
NAP = 0.0003
"""Seconds for which the thread sleeps then: 64 messages on their way are read in two pieces, and in three to four without it."""


class Gathering:
    """Gather submissions, and give them to `submit`; `sleep` is how the thread does that."""

    def __init__(self, clock: IReactorTime, submit: Callable[[Sequence[Submission]], None], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._submit = submit
        self.sleep = sleep
        self._batch: list[Submission] = []
        self._call: IDelayedCall | None = None
        self._gathered = 0
        """How much of the batch there was a turn ago."""
        self._until = 0.0
        self._handed_over_at = 0.0
        self._large = False
        """Whether the last batch was."""

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
            self._large = sum([len(one.drafts) for one in batch]) >= LARGE
            self._handed_over_at = self._clock.seconds()
            self._submit(batch)

    def _gather(self) -> None:
        count, now = len(self._batch), self._clock.seconds()
        if now - self._handed_over_at >= BUSY or count == self._gathered or now >= self._until:
            self.hand_over()
        else:
            if self._large and not self._gathered:
                self.sleep(NAP)
            self._gathered = count
            self._call = self._clock.callLater(0, self._gather)
