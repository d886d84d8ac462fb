"""How long the house waits for its journal: what it asks is answered in the end, though a disk that hangs may never answer.

What is read, searched or traced is refused after `PATIENCE`, and whoever asked goes on; what comes later is dropped. What was submitted
has no such end, as nobody could say what becomes of it. But a journal that settles nothing for so long is not well, and says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.logger import Logger

from chatroom.core.errors import HistoryUnreadable, Refused, SearchUnusable
from chatroom.core.quest import Quest
from chatroom.core.seams import (
    Fetched,
    Journal,
    JournalHealth,
    Outcome,
    Recovered,
    Retention,
    Searched,
    Settled,
    Slice,
    Submission,
    Trace,
    Traced,
)

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

PATIENCE = 30.0
"""Seconds that the journal may take to answer."""
STUCK = f"it has answered nothing for {PATIENCE:.0f} seconds, as where a disk hangs"


class Patience:
    """Be a journal that does not keep anybody waiting for ever."""

    _log = Logger()

    def __init__(self, journal: Journal, clock: IReactorTime) -> None:
        self._journal = journal
        self._clock = clock
        self._under_way = 0
        """Submissions that are not settled."""
        self._since = 0.0
        """When the journal settled something last, or was first asked to after that."""
        self._silent: set[str] = set()
        """What it did not answer the last time."""

    def open(self, settled: Settled, *, tail: int) -> Recovered:
        """Open the journal."""
        self._under_way = 0
        return self._journal.open(partial(self._settled, settled), tail=tail)

    def submit(self, submissions: Sequence[Submission]) -> None:
        """Hand over submissions."""
        if not self._under_way:
            self._since = self._clock.seconds()
        self._under_way += len(submissions)
        self._journal.submit(submissions)

    def _settled(self, settled: Settled, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        self._since = self._clock.seconds()
        self._under_way -= len(outcomes)
        settled(outcomes)

    def read(self, query: Slice, fetched: Fetched) -> None:
        """Have entries read, or refuse."""
        self._journal.read(query, self._in_time("a reading", fetched, HistoryUnreadable))

    def search(self, quest: Quest, found: Searched) -> None:
        """Have words looked for, or refuse."""
        self._journal.search(quest, self._in_time("a search", found, SearchUnusable))

    def trace(self, trace: Trace, found: Traced) -> None:
        """Have it found where somebody's words stand, or refuse."""
        self._journal.trace(trace, self._in_time("a tracing", found, HistoryUnreadable))

    def trim(self, retention: Retention, now: float) -> None:
        """Have forgotten what is not to be kept."""
        self._journal.trim(retention, now)

    def health(self) -> JournalHealth:
        """Tell how the journal is doing; one that is stuck cannot say so itself."""
        health = self._journal.health()
        stuck = self._under_way > 0 and self._clock.seconds() - self._since >= PATIENCE
        if not (health.ok and stuck):
            return health
        return JournalHealth(False, STUCK, health.commits, health.batches, health.waiting, health.commit_seconds)

    def close(self, patience: float) -> Awaitable[bool]:
        """Close the journal."""
        return self._journal.close(patience)

    def _in_time(self, what: str, answer: Callable[[Any], None], late: type[Refused]) -> Callable[[Any], None]:
        """Give what takes an answer, unless that was refused as it took too long."""

        def take(found: Any) -> None:
            if giving_up.active():
                giving_up.cancel()
                self._silent.discard(what)
                answer(found)

        giving_up = self._clock.callLater(PATIENCE, self._give_up, what, answer, late)
        return take

    def _give_up(self, what: str, answer: Callable[[Any], None], late: type[Refused]) -> None:
        if what not in self._silent:
            self._silent.add(what)
            self._log.warn("the journal did not answer {what} within {span:.0f} seconds: who asks is refused", what=what, span=PATIENCE)
        answer(late())
