"""The journal that forgets everything when the program ends: for tests, and for houses that want no trace.

Given a clock it settles on the reactor's next turn. Without one it does nothing until it is told to: a test then decides when,
and whether, something was stored.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import itemgetter
from pathlib import Path

from twisted.internet.defer import Deferred, succeed

from chatroom.core.errors import Busy, NotStored, Refused, ShuttingDown, StorageBroken
from chatroom.core.events import Entry, Removed, Said, Told, emptied
from chatroom.core.likeness import fold
from chatroom.core.quest import Quest
from chatroom.core.seams import (
    Committed,
    Declined,
    Fetched,
    JournalHealth,
    JournalUnusable,
    LogState,
    Outcome,
    Recovered,
    Retention,
    Searched,
    Settled,
    Slice,
    Submission,
    Trace,
    Traced,
    Traces,
    Unknown,
)
from chatroom.journals._parcel import Parcel, milliseconds, pack, refuse
from chatroom.journals._scan import scan
from chatroom.journals._slices import Later, Slices

KEPT = 100_000
"""Entries kept of each log."""
WAITING = 50_000
"""Submissions that may wait."""
LOST = 100_000
"""Tickets remembered as not committed."""


def open_journal(rest: str, folder: Path, turns: Later) -> MemoryJournal:
    """Give the journal that `memory:` names; nothing follows the colon."""
    if rest:
        raise JournalUnusable(f"memory:{rest} means nothing. Write memory alone.")
    return MemoryJournal(turns)


class MemoryJournal:
    """Keep logs in memory; opened again after closing, it still has them."""

    def __init__(self, clock: Later | None = None, *, kept: int = KEPT, waiting: int = WAITING) -> None:
        self._clock = clock
        self._kept = kept
        self._most_waiting = waiting
        self._epoch = secrets.token_hex(8)
        self._heads: dict[str, int] = {}
        self._logs: dict[str, deque[tuple[Entry, str | None]]] = {}
        self._ids: set[tuple[str, str]] = set()
        self._origins: dict[str, list[Entry]] = {}
        self._state: dict[str, str] = {}
        self._last_at = 0.0
        self._lost: dict[int, Refused] = {}
        self._waiting: deque[Parcel] = deque()
        self._places: dict[str, deque[int]] = {}
        """Where each of a log's entries stands in the order of the house."""
        self._place = 0
        self._queries: deque[Callable[[], None]] = deque()
        self._due = False
        self._open = False
        self._commits = 0
        self._batches = 0

    # What every journal does.

    def open(self, settled: Settled, *, tail: int) -> Recovered:
        """Give what is remembered."""
        self._settled = settled
        self._open = True
        self._lost.clear()  # whoever opens it counts tickets anew
        logs = {log: LogState(head, self._tail(log, tail)) for log, head in self._heads.items()}
        return Recovered(self._epoch, logs, dict(self._state), self._last_at)

    def submit(self, submissions: Sequence[Submission]) -> None:
        """Take submissions."""
        for submission in submissions:
            self._waiting.append(self._pack(submission))
        self._schedule()

    def read(self, query: Slice, fetched: Fetched) -> None:
        """Take a query."""
        self._queries.append(lambda: fetched(self._find(query)))
        self._schedule()

    def search(self, quest: Quest, found: Searched) -> None:
        """Take a quest: all that is remembered is looked through, a little at a time."""
        self._queries.append(lambda: self._search(quest, found))
        self._schedule()

    def trace(self, trace: Trace, found: Traced) -> None:
        """Take the question where somebody's words stand."""
        self._queries.append(lambda: found(self._trace(trace)))
        self._schedule()

    def trim(self, retention: Retention, now: float) -> None:
        """Forget what `retention` does not keep, at once."""
        for log in self._logs.values():
            while log and self._is_over(retention, now, log):
                self._forget(log)

    def health(self) -> JournalHealth:
        """Tell how the journal is doing."""
        return JournalHealth(self._open, "" if self._open else "not open", self._commits, self._batches, len(self._waiting))

    def close(self, patience: float) -> Deferred[bool]:
        """Settle what waits; with nobody to do it any more, what a test left waiting is not stored."""
        if self._clock is not None:
            self._turn()
        stored = not self._waiting
        self._open = False
        self._tell(len(self._waiting), lambda _: Unknown())
        self.answer()
        return succeed(stored)

    # What a test decides.

    def settle(self, n: int | None = None) -> None:
        """Store the first `n` of what waits, or all of it, and tell."""
        before = self._commits
        self._tell(n, self._store)
        self._batches += self._commits > before

    def decline(self, why: Refused | None = None, n: int = 1) -> None:
        """Tell of the first `n` that they are not stored."""
        self._tell(n, lambda parcel: self._lose(parcel, why or NotStored()))

    def unknown(self, n: int = 1, *, stored: bool = False) -> None:
        """Tell of the first `n` that it is not known; in truth they are `stored` or not."""
        self._tell(n, lambda parcel: self._forget_whether(parcel, stored))

    def answer(self, n: int | None = None) -> None:
        """Answer the first `n` queries, or all of them."""
        for _ in range(len(self._queries) if n is None else n):
            self._queries.popleft()()

    @property
    def waiting(self) -> tuple[Submission, ...]:
        """Give what waits."""
        return tuple(parcel.submission for parcel in self._waiting)

    # Storing.

    def _pack(self, submission: Submission) -> Parcel:
        if not self._open:
            return refuse(submission, ShuttingDown())
        return refuse(submission, Busy()) if len(self._waiting) >= self._most_waiting else pack(submission)

    def _schedule(self) -> None:
        if self._clock is not None and not self._due:
            self._due = True
            self._clock.callLater(0, self._turn)

    def _turn(self) -> None:
        self._due = False
        if self._waiting:
            self.settle()
        self.answer()

    def _tell(self, n: int | None, decide: Callable[[Parcel], Outcome]) -> None:
        """Tell of all at once, after all has been decided: who is told may submit more."""
        count = len(self._waiting) if n is None else n
        parcels = [self._waiting.popleft() for _ in range(count)]
        outcomes = [(parcel.submission.ticket, decide(parcel)) for parcel in parcels]
        if outcomes:
            self._settled(outcomes)

    def _store(self, parcel: Parcel) -> Outcome:
        submission = parcel.submission
        why = parcel.refusal
        if why is None and submission.rests_on:
            why = next((self._lost[one] for one in submission.rests_on if one in self._lost), None)
        if why is None and submission.origin in self._origins:
            return Committed(tuple(self._origins[submission.origin]), repeated=True)
        if why is None and self._has_ids(submission):
            why = NotStored()
        return self._keep(parcel) if why is None else self._lose(parcel, why)

    def _has_ids(self, submission: Submission) -> bool:
        ids = [(draft.log, draft.id) for draft in submission.drafts if draft.kept]
        return len(set(ids)) < len(ids) or not self._ids.isdisjoint(ids)

    def _keep(self, parcel: Parcel) -> Committed:
        submission = parcel.submission
        self._commits += parcel.writes
        entries = tuple(self._placed(submission))
        for put in submission.puts:
            if put.value is None:
                self._state.pop(put.key, None)
            else:
                self._state[put.key] = put.value
        return Committed(entries)

    def _placed(self, submission: Submission) -> Iterator[Entry]:
        for draft in submission.drafts:
            seq = self._heads.get(draft.log, 0) + draft.kept
            entry = Entry(draft.log, seq, milliseconds(draft.at) / 1000, draft.id, draft.event)
            if draft.kept:
                self._remember(entry, submission.origin)
                if isinstance(entry.event, Removed):
                    self._empty(entry.log, frozenset(entry.event.ids))
            yield entry

    def _remember(self, entry: Entry, origin: str | None) -> None:
        log = self._logs.setdefault(entry.log, deque())
        log.append((entry, origin))
        self._place += 1
        self._places.setdefault(entry.log, deque()).append(self._place)
        self._heads[entry.log] = entry.seq
        self._ids.add((entry.log, entry.id))
        self._last_at = max(self._last_at, entry.at)
        if origin is not None:
            self._origins.setdefault(origin, []).append(entry)
        while len(log) > self._kept:
            self._forget(log)

    def _empty(self, log: str, ids: frozenset[str]) -> None:
        """Let nothing be left of what is removed."""
        entries = self._logs[log]
        for index, (entry, origin) in enumerate(entries):
            if entry.id in ids and not isinstance(entry.event, Removed):
                left = emptied(entry)
                entries[index] = (left, origin)
                if origin is not None:
                    same = self._origins[origin]
                    same[same.index(entry)] = left

    def _forget(self, log: deque[tuple[Entry, str | None]]) -> None:
        entry, origin = log.popleft()
        self._places[entry.log].popleft()
        self._ids.discard((entry.log, entry.id))
        if origin is not None:
            self._origins[origin].remove(entry)
            if not self._origins[origin]:
                del self._origins[origin]

    def _is_over(self, retention: Retention, now: float, log: deque[tuple[Entry, str | None]]) -> bool:
        too_many = 0 < retention.count < len(log)
        return too_many or (retention.age > 0 and log[0][0].at < now - retention.age)

    def _lose(self, parcel: Parcel, why: Refused) -> Declined:
        self._lost[parcel.submission.ticket] = why
        while len(self._lost) > LOST:
            del self._lost[next(iter(self._lost))]
        return Declined(why)

    def _forget_whether(self, parcel: Parcel, stored: bool) -> Unknown:
        if stored:
            self._store(parcel)
        self._lose(parcel, StorageBroken())
        return Unknown()

    # Searching.

    def _placed_entries(self, log: str) -> list[tuple[int, Entry]]:
        entries = self._logs.get(log, ())
        return list(zip(self._places.get(log, ()), (entry for entry, _ in entries), strict=True))

    def _search(self, quest: Quest, found: Searched) -> None:
        if not self._open:
            found(ShuttingDown())
            return
        newest = (reversed(self._placed_entries(log)) for log in quest.logs)
        work = scan(merge(*newest, key=itemgetter(0), reverse=True), quest, found)
        if self._clock is None:
            deque(work, maxlen=0)
        else:
            Slices(self._clock).run(work)

    def _trace(self, trace: Trace) -> Traces | Refused:
        if not self._open:
            return ShuttingDown()
        names = {fold(name) for name in trace.names}
        placed = merge(*map(self._placed_entries, self._logs), key=itemgetter(0))
        words = ((place, entry) for place, entry in placed if place > trace.after and isinstance(entry.event, Said | Told))
        theirs = (
            (place, entry)
            for place, entry in words
            if fold(entry.event.by.name) in names or (trace.member and entry.event.by.member == trace.member)
        )
        found = list(islice(theirs, trace.limit))
        return Traces(tuple((entry.log, entry.id) for _, entry in found), found[-1][0] if len(found) == trace.limit else None)

    # Reading.

    def _tail(self, log: str, limit: int) -> tuple[Entry, ...]:
        return () if log.startswith("@") else self._newest(Slice(log, limit))

    def _find(self, query: Slice) -> tuple[Entry, ...] | Refused:
        if not self._open:
            return ShuttingDown()
        query = self._bounded(query)
        return self._oldest(query) if query.oldest else self._newest(query)

    def _bounded(self, query: Slice) -> Slice:
        """Give a query its bounds as seqs."""
        if query.since is None and query.until is None:
            return query
        after, before = query.after, query.before
        if query.since is not None:
            first = self._first(query.log, query.since, later=not query.including)
            after = before if first is None else max(after, first - 1)
        if query.until is not None:
            first = self._first(query.log, query.until, later=False)
            before = after if first is None else min(before, first)
        return Slice(query.log, query.limit, after, before, query.oldest)

    def _first(self, log: str, point: str | float, *, later: bool) -> int | None:
        """Give the seq of the first entry at a point or after it; with `later` only after it. None when there is no such id."""
        entries = [entry for entry, _ in self._logs.get(log, ())]
        if isinstance(point, str):
            return next((entry.seq + later for entry in entries if entry.id == point), None)
        end = entries[-1].seq + 1 if entries else 1
        return next((entry.seq for entry in entries if entry.at > point or (entry.at == point and not later)), end)

    def _oldest(self, query: Slice) -> tuple[Entry, ...]:
        log = self._logs.get(query.log, ())
        return tuple(islice((e for e, _ in log if query.after < e.seq < query.before), max(0, query.limit)))

    def _newest(self, query: Slice) -> tuple[Entry, ...]:
        log = self._logs.get(query.log, deque())
        found = islice((e for e, _ in reversed(log) if query.after < e.seq < query.before), max(0, query.limit))
        return tuple(found)[::-1]
