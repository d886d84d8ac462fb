"""The journal that keeps everything in one SQLite file: `sqlite:chatroom.db`.

Here is the side that lives in the reactor's thread. Submissions are packed and put to the one thread that writes; what became of
a batch comes back in one call, and is turned into entries and told in slices. Queries go to a thread that reads, and their rows
become entries in slices, too. What both may hold is bounded: who submits too much is refused, in turn.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from chatroom.core.errors import Busy, Refused, ShuttingDown
from chatroom.core.events import Entry
from chatroom.core.quest import Quest
from chatroom.core.seams import (
    BackupFailed,
    Committed,
    Declined,
    Draft,
    Fetched,
    JournalHealth,
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
    Unknown,
)
from chatroom.core.words import Words
from chatroom.journals import _file
from chatroom.journals._file import SCHEMA, Connect
from chatroom.journals._index import Index
from chatroom.journals._parcel import Parcel, milliseconds, pack, refuse
from chatroom.journals._plan import Found, Result, Stored
from chatroom.journals._reader import Reader, pages
from chatroom.journals._searcher import Searcher
from chatroom.journals._seeking import Seeking
from chatroom.journals._slices import Slices, Turns
from chatroom.journals._store import Store
from chatroom.journals._writer import Report, Stop, Trim, Writer
from chatroom.wire import record

__all__ = ["BackupFailed", "SqliteJournal"]

WAITING = 50_000
"""Submissions that may wait to be written."""
WAITING_BYTES = 64 << 20
QUERIES = 10_000
"""Queries that may wait to be answered."""
LONGEST_READ = 10_000
"""Entries one query may give."""
TAILS = 20_000
"""Entries that all logs together may give as their tails when the journal opens, so that many rooms don't make a slow start."""
AT_ONCE = 100
"""Drafts whose outcome is told, or rows read, before it is looked at whether the turn has been long enough."""


def open_journal(rest: str, folder: Path, turns: Turns) -> SqliteJournal:
    """Give the journal that `sqlite:FILE` names, where FILE lies in `folder` unless it says otherwise."""
    return SqliteJournal(folder / (rest or "chatroom.db"), turns)


class SqliteJournal:
    """Keep logs in the SQLite file at `path`; `turns` is the reactor."""

    def __init__(self, path: str | Path, turns: Turns, *, connect: Connect = sqlite3.connect, schema: Traversable = SCHEMA) -> None:
        self.path = Path(path)
        self._turns = turns
        self._connect = connect
        self._schema = schema
        self._slices = Slices(turns)
        self._settled: Settled = lambda outcomes: None
        self._waiting: deque[Parcel] = deque()
        self._waiting_bytes = 0
        self._late: list[int] = []
        self._queries: dict[int, tuple[str, Fetched]] = {}
        self._asked = 0
        self._closers: list[Deferred[bool]] = []
        self._closing = True
        self._closed: bool | None = True
        self._health = JournalHealth(False, "not open")
        self._clean = True
        self._backing_up = False

    # Opening.

    def open(self, settled: Settled, *, tail: int) -> Recovered:
        """Open the file, blocking; raise JournalUnusable with what to do when that cannot be."""
        self._lock = _file.take(self.path)
        try:
            db = _file.prepare(self.path, self._connect, self._schema)
            with _file.explained(self.path):
                store = Store(self.path, db, self._connect)
                recovered = _recover(db, store, tail)
        except BaseException:
            self._lock.close()
            raise
        self._settled = settled
        self._writer = Writer(store, self._from_writer, self._writer_ended)
        self._reader = Reader(self.path, self._connect, self._from_reader)
        index = Index(self.path.with_suffix(".search.db"), self.path, self._connect)
        self._seeking = Seeking(self._turns, lambda answer: Searcher(index, answer, self._searcher_ended), self._reader, _found)
        self._writer.start()
        self._reader.start()
        self._health = JournalHealth(True)
        self._closing, self._closed, self._clean = False, None, True
        return recovered

    # Writing.

    def submit(self, submissions: Sequence[Submission]) -> None:
        """Take submissions; they are written together with whatever else waits."""
        if self._closing:
            self._refuse_late(submissions)
            return
        parcels = [self._pack(submission) for submission in submissions]
        if parcels:
            self._writer.put(parcels)

    def trim(self, retention: Retention, now: float) -> None:
        """Forget what `retention` does not keep, a few hundred entries at a time between other work."""
        before = milliseconds(max(0.0, now - retention.age)) if retention.age > 0 else 0
        if not self._closing:
            self._writer.put(Trim(before, retention.count))

    def health(self) -> JournalHealth:
        """Tell how the journal is doing."""
        health = self._health
        return JournalHealth(health.ok, health.why, health.commits, health.batches, len(self._waiting), health.commit_seconds)

    def _pack(self, submission: Submission) -> Parcel:
        if len(self._waiting) >= WAITING or self._waiting_bytes >= WAITING_BYTES:
            parcel = refuse(submission, Busy())
        else:
            parcel = pack(submission)
        self._waiting.append(parcel)
        self._waiting_bytes += parcel.size
        return parcel

    def _from_writer(self, report: Report) -> None:
        self._turns.callFromThread(self._reported, report)

    def _reported(self, report: Report) -> None:
        if self._closed is not None:
            return
        kept = sum([parcel.drafts for parcel in report.parcels if parcel.keeps])
        if kept:
            self._seeking.more(kept)
        old = self._health
        written = sum(map(_is_commit, report.parcels, report.results))
        seconds = report.seconds if report.parcels else old.commit_seconds
        self._health = JournalHealth(not report.fault, report.fault, old.commits + written, old.batches + bool(written), 0, seconds)
        self._slices.run(*(self._telling(report, piece) for piece in _pieces(report.parcels)))

    def _telling(self, report: Report, piece: slice) -> Iterator[None]:
        """Tell what became of a piece of a batch, in one go: a bug in who is told must not cost the other pieces."""
        self._tell(zip(report.parcels[piece], report.results[piece], strict=True))
        yield

    def _tell(self, became: Iterator[tuple[Parcel, Result]]) -> None:
        outcomes: list[tuple[int, Outcome]] = []
        for parcel, result in became:
            self._waiting.popleft()
            self._waiting_bytes -= parcel.size
            self._clean = self._clean and not isinstance(result, Unknown)
            outcomes.append((parcel.submission.ticket, _outcome(parcel, result)))
        self._settled(outcomes)

    # Reading.

    def read(self, query: Slice, fetched: Fetched) -> None:
        """Read entries in the thread for it; at most 10,000."""
        if self._closing or len(self._queries) >= QUERIES:
            self._turns.callLater(0, fetched, ShuttingDown() if self._closing else Busy())
            return
        self._asked += 1
        self._queries[self._asked] = (query.log, fetched)
        bounded = replace(query, limit=min(query.limit, LONGEST_READ))
        self._reader.ask(self._asked, bounded)

    def _from_reader(self, number: int, answer: list[bytes] | Refused) -> None:
        self._turns.callFromThread(self._answered, number, answer)

    def _answered(self, number: int, answer: list[bytes] | Refused) -> None:
        if number not in self._queries:
            return
        if isinstance(answer, Refused):
            self._queries.pop(number)[1](answer)
        else:
            self._slices.run(self._fetching(number, answer))

    def _fetching(self, number: int, found: list[bytes]) -> Iterator[None]:
        """Make entries of rows, piece by piece, and give them."""
        log = self._queries[number][0]
        entries: list[Entry] = []
        for page in found:
            rows = _rows(page)
            for start in range(0, len(rows), AT_ONCE):
                entries += [_entry(log, *row) for row in rows[start : start + AT_ONCE]]
                yield
        entries.sort(key=_by_seq)
        if number in self._queries:
            self._queries.pop(number)[1](tuple(entries))

    # Searching.

    def search(self, quest: Quest, found: Searched) -> None:
        """Look for words in the thread for it."""
        self._seeking.search(quest, found)

    def trace(self, trace: Trace, found: Traced) -> None:
        """Look for somebody's words in the thread that reads."""
        self._seeking.trace(trace, found)

    # Copying.

    def backup(self, target: str | Path) -> Deferred[None]:
        """Copy what is on disk now to one new file, beside other work; fail with BackupFailed."""
        done: Deferred[None] = Deferred()
        if self._backing_up:
            done.errback(Failure(BackupFailed("Another backup is being made. Wait for it to end.")))
            return done
        self._backing_up = True
        threading.Thread(target=self._copy, args=(Path(target), done), name="journal backup", daemon=True).start()
        return done

    def _copy(self, target: Path, done: Deferred[None]) -> None:
        try:
            _file.back_up(self.path, target)
        except BackupFailed as error:
            self._turns.callFromThread(self._copied, done, error)
        else:
            self._turns.callFromThread(self._copied, done, None)

    def _copied(self, done: Deferred[None], error: BackupFailed | None) -> None:
        self._backing_up = False
        if error is None:
            done.callback(None)
        else:
            done.errback(Failure(error))

    # Closing.

    def close(self, patience: float) -> Deferred[bool]:
        """Write what waits, for at most `patience` seconds, and close."""
        done: Deferred[bool] = Deferred()
        if self._closed is not None:
            done.callback(self._closed)
            return done
        self._closers.append(done)
        if not self._closing:
            self._closing = True
            self._deadline = self._turns.callLater(patience, self._give_up)
            self._reader.stop()
            self._seeking.stop()
        return done

    def _refuse_late(self, submissions: Sequence[Submission]) -> None:
        """Answer what comes too late, after everything that did not."""
        tickets = [submission.ticket for submission in submissions]
        if self._closed is None:
            self._late += tickets
        else:
            self._turns.callLater(0, self._decline, tickets)

    def _decline(self, tickets: list[int]) -> None:
        if tickets:
            self._settled([(ticket, Declined(ShuttingDown())) for ticket in tickets])

    def _searcher_ended(self) -> None:
        # The connection that writes is to be the last, which clears up after all.
        self._writer.put(Stop())

    def _writer_ended(self) -> None:
        self._turns.callFromThread(self._ended)

    def _ended(self) -> None:
        """Close for good: the thread has written what there was."""
        self._lock.close()
        if self._closed is None:
            self._slices.finish()
            self._finish(self._clean)

    def _give_up(self) -> None:
        """Stop waiting for a thread that does not come back; whether it wrote the rest is not known."""
        self._slices.finish()
        lost = [(parcel.submission.ticket, Unknown()) for parcel in self._waiting]
        self._waiting.clear()
        self._waiting_bytes = 0
        if lost:
            self._settled(lost)
        self._finish(self._clean and not lost)

    def _finish(self, clean: bool) -> None:
        self._closed = clean
        self._health = JournalHealth(False, "closed", self._health.commits, self._health.batches)
        if self._deadline.active():
            self._deadline.cancel()
        late, self._late = self._late, []
        self._decline(late)
        queries, self._queries = self._queries, {}
        for _, fetched in queries.values():
            fetched(ShuttingDown())
        self._seeking.finish()
        closers, self._closers = self._closers, []
        for done in closers:
            done.callback(clean)


def _pieces(parcels: Sequence[Parcel]) -> Iterator[slice]:
    """Cut parcels into pieces of not many more than `AT_ONCE` drafts."""
    start = drafts = 0
    for end, parcel in enumerate(parcels, 1):
        drafts += max(1, parcel.drafts)
        if drafts >= AT_ONCE or end == len(parcels):
            yield slice(start, end)
            start, drafts = end, 0


_TYPES = [int, int, str, str, str]
"""What a row holds: seq, at, id, kind, body."""


def _recover(db: sqlite3.Connection, store: Store, tail: int) -> Recovered:
    heads = store.heads
    rooms = sum(not log.startswith("@") for log in heads)
    each = min(tail, TAILS // max(1, rooms))
    logs = {log: LogState(head, () if log.startswith("@") else _tail(db, log, each)) for log, head in heads.items()}
    (epoch,) = db.execute("SELECT epoch FROM house").fetchone()
    state = {key.decode(errors="replace"): value.decode(errors="replace") for key, value in db.execute("SELECT key, value FROM state")}
    return Recovered(epoch.decode(), logs, state, store.last_at / 1000)


def _tail(db: sqlite3.Connection, log: str, limit: int) -> tuple[Entry, ...]:
    entries = [_entry(log, *row) for page in pages(db, Slice(log, limit)) for row in _rows(page)]
    return tuple(sorted(entries, key=_by_seq))


def _outcome(parcel: Parcel, result: Result) -> Outcome:
    if isinstance(result, Stored):
        return Committed(_placed(parcel.submission.drafts, result.seqs))
    if isinstance(result, Found):
        return Committed(tuple(_entry(*row) for row in _rows(result.rows)), repeated=True)
    return result


def _is_commit(parcel: Parcel, result: Result) -> bool:
    return isinstance(result, Stored) and parcel.writes


def _placed(drafts: Sequence[Draft], seqs: Sequence[int]) -> Sequence[Entry]:
    if isinstance(drafts, Words):
        return drafts.placed(seqs[0], round(drafts.at * 1000) / 1000)
    return tuple(
        [Entry(draft.log, seq, round(draft.at * 1000) / 1000, draft.id, draft.event) for draft, seq in zip(drafts, seqs, strict=True)]
    )


def _entry(log: str, seq: int, at: int, id: str, kind: str, body: str) -> Entry:
    return Entry(log, seq, at / 1000, id, record.decode(kind, body, inbox=log.startswith("@")))


def _found(page: bytes) -> tuple[Entry, ...]:
    return tuple(_entry(*row) for row in _rows(page))


def _rows(page: bytes) -> list[Any]:
    """Read a page; what a broken disk made of one row must not stop the others."""
    return [row for row in json.loads(page.decode(errors="replace")) if [*map(type, row)][-5:] == _TYPES]


def _by_seq(entry: Entry) -> int:
    return entry.seq
