"""The store: one open database file, and how submissions become rows in it.

Rules
-----
- One thread uses a store at a time. It knows no threads, no reactor and nobody's words: rows come packed, and leave as they are.
- The atom is a submission. A batch goes in one transaction; when one row is at fault, or there is no space, the batch is halved
  and halved again until what is at fault is alone, or it is clear that nothing fits.
- Seqs are given here, as rows are written, and taken back with the transaction: so there is no hole.
- What is removed is emptied in the transaction that stores the removal. `secure_delete` overwrites what it said in the file; the log
  beside it still has it until the next `wipe`, which is due while `unwiped`.
- After a fault that spoils the connection nothing it says is believed. The file is opened again, its log is forced to disk, and
  what is found there is what was committed. What cannot be looked up is Unknown.

What is said to the database is in `_rows.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from chatroom.core.errors import Refused, StorageBroken
from chatroom.core.seams import Declined, Unknown
from chatroom.journals import _faults, _rows
from chatroom.journals._file import BUSY_SECONDS, Connect, open_writer
from chatroom.journals._parcel import Parcel
from chatroom.journals._plan import Found, Head, Plan, Result
from chatroom.journals._transaction import transaction

LOST = 100_000
"""Tickets remembered as not committed, for those that rest on them."""
FULL_TRIES = 16
"""Transactions in a row that find no space before the rest of their batch is taken to find none: one too large is alone by then."""


class Store:
    """Write submissions to one database file."""

    def __init__(self, path: Path, db: sqlite3.Connection, connect: Connect = sqlite3.connect) -> None:
        self.path = path
        self.fault = ""
        """Why the last attempt to write failed, for the host; empty once one has succeeded."""
        self.unmoved = 0
        """About how many bytes were written since the last checkpoint."""
        self.unwiped = True
        """Whether the write-ahead log may hold words that were removed since; also after a start, as nobody knows then."""
        self._connect = connect
        self._db: sqlite3.Connection | None = db
        self._heads: dict[str, Head] = {}
        self._last = 0
        """The place of the newest entry in the order of the house."""
        self._lost: dict[int, Refused] = {}
        self._committing = False
        self._full = 0
        self._load(db)

    @property
    def heads(self) -> dict[str, int]:
        """Give the newest seq of every log."""
        return {log: head.seq for log, head in self._heads.items()}

    @property
    def last_at(self) -> int:
        """Give the time of the newest entry, in milliseconds."""
        return max((head.at for head in self._heads.values()), default=0)

    def write(self, parcels: Sequence[Parcel]) -> list[Result]:
        """Store `parcels`, each wholly or not at all, in order; give what became of each."""
        self._full = 0
        return self._write(parcels)

    def give_up(self, parcels: Sequence[Parcel]) -> list[Result]:
        """Answer for `parcels` after a bug, and believe nothing held in memory from here on."""
        self.close()
        self._committing = False
        return self._without_writing(parcels, [], Unknown())

    def trim(self, *, before: int, count: int) -> bool:
        """Delete some entries from before a time in milliseconds, or beyond `count` in a log; True if there may be more. 0: no end."""
        with self._noting_faults():
            db = self._ready()
            more = _rows.trim_old(db, before) or (count > 0 and _rows.trim_many(db, count))
            self.unwiped = self.unwiped or more
            return more
        return False

    def checkpoint(self) -> None:
        """Move what the write-ahead log holds into the file."""
        with self._noting_faults():
            self._ready().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self.unmoved = 0

    def wipe(self) -> None:
        """Move what the write-ahead log holds into the file, and cut it off; while somebody reads, it is left for the next time."""
        with self._noting_faults():
            db = self._ready()
            db.execute("PRAGMA busy_timeout = 0")
            try:
                (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                db.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")
            self.unwiped = bool(busy)
            if not busy:
                self.unmoved = 0

    def probe(self) -> None:
        """Find out, by a write that changes nothing, whether a fault is over."""
        with self._noting_faults():
            db = self._ready()
            with transaction(db):
                db.execute("UPDATE house SET epoch = epoch")
            self.fault = ""

    def close(self) -> None:
        """Close the file."""
        db, self._db = self._db, None
        if db is not None:
            with suppress(sqlite3.Error):
                db.close()

    # One transaction.

    def _write(self, parcels: Sequence[Parcel]) -> list[Result]:
        plan = Plan(self._heads, self._last)
        results: list[Result] = []
        try:
            db = self._ready()
            plan = Plan(self._heads, self._last)
            found = _rows.find(db, [parcel.submission.origin for parcel in parcels])
            results = [self._place(plan, parcel, found, index) for index, parcel in enumerate(parcels)]
            if plan:
                self._commit(db, plan)
        except sqlite3.Error as error:
            return self._after(error, plan, parcels, results)
        self._heads.update(plan.heads)
        self._last = plan.place
        self._note_success(parcels, plan)
        return self._with_repeats(plan, results)

    def _place(self, plan: Plan, parcel: Parcel, found: dict[str, bytes], index: int) -> Result:
        submission = parcel.submission
        why = parcel.refusal
        if why is None and submission.rests_on:
            why = next((self._lost[one] for one in submission.rests_on if one in self._lost), None)
        if why is not None:
            return self._lose(parcel, Declined(why))
        origin = submission.origin
        if origin is not None:
            if origin in found:
                return Found(found[origin])
            if origin in plan.origins:
                plan.again[index] = origin
                return Unknown()
            if parcel.keeps:
                plan.origins.add(origin)
        return plan.add(parcel)

    def _commit(self, db: sqlite3.Connection, plan: Plan) -> None:
        with transaction(db):
            _rows.insert(db, plan)
            self._committing = True
        self._committing = False

    def _note_success(self, parcels: Sequence[Parcel], plan: Plan) -> None:
        if plan:
            self.fault = ""
            self._full = 0
            self.unwiped = self.unwiped or bool(plan.emptied)
            self.unmoved += sum(2 * parcel.size for parcel in parcels)

    def _with_repeats(self, plan: Plan, results: list[Result]) -> list[Result]:
        """Fill in the answers of those whose origin was stored earlier in the same transaction."""
        if plan.again:
            with self._noting_faults():
                found = _rows.find(self._ready(), list(plan.again.values()))
                for index, origin in plan.again.items():
                    results[index] = Found(found.get(origin, b"[]"))
        return results

    # When it fails.

    def _after(self, error: sqlite3.Error, plan: Plan, parcels: Sequence[Parcel], results: list[Result]) -> list[Result]:
        committing, self._committing = self._committing, False
        if self._worth_dividing(error) and len(parcels) > 1:
            middle = len(parcels) // 2
            return self._write(parcels[:middle]) + self._write(parcels[middle:])
        landed: bool | None = False
        if _faults.spoils_connection(error):
            landed = self._landed(plan, committing)
        if landed:
            self.unwiped = True
            return self._with_repeats(plan, results)
        outcome = Unknown() if landed is None else Declined(_faults.refusal(error))
        return self._without_writing(parcels, results, outcome)

    def _worth_dividing(self, error: sqlite3.Error) -> bool:
        """Note what failed; tell whether some of the submissions may be stored without the others."""
        if _faults.is_one_rows(error):
            return True
        self.fault = _faults.words(error)
        if _faults.is_full(error):
            self._full += 1
        return _faults.is_full(error) and self._full < FULL_TRIES

    def _landed(self, plan: Plan, committing: bool) -> bool | None:
        """Open the file again and see whether `plan` is in it; None when that cannot be found out.

        A sync that failed once may have dropped what it should have written, and succeed the next time. So what is read counts
        as being on disk only after the log was written into the file, and that was synced.
        """
        self.close()
        try:
            db = self._ready()
            (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if committing and busy:
                return None
            return committing and _rows.holds(db, plan)
        except sqlite3.Error:
            self.close()
            return None if committing else False

    def _without_writing(self, parcels: Sequence[Parcel], results: list[Result], outcome: Declined | Unknown) -> list[Result]:
        """Give `outcome` to those that needed the disk, and the rest what they would have had."""
        plan = Plan(self._heads, self._last)
        answers: list[Result] = []
        for index, parcel in enumerate(parcels):
            known = results[index] if results else None
            if isinstance(known, (Found, Declined)):
                answers.append(known)
            elif parcel.writes:
                answers.append(self._lose(parcel, outcome))
            else:
                answers.append(self._place(plan, parcel, {}, index))
        return answers

    def _lose(self, parcel: Parcel, outcome: Declined | Unknown) -> Declined | Unknown:
        """Remember that this was not committed, for what rests on it."""
        why = outcome.why if isinstance(outcome, Declined) else StorageBroken()
        self._lost[parcel.submission.ticket] = why
        while len(self._lost) > LOST:
            del self._lost[next(iter(self._lost))]
        return outcome

    # The connection.

    def _ready(self) -> sqlite3.Connection:
        if self._db is None:
            db = open_writer(self.path, self._connect)
            self._load(db)
            self._db = db
        return self._db

    def _load(self, db: sqlite3.Connection) -> None:
        self._heads, self._last = _rows.heads(db), _rows.last_place(db)

    @contextmanager
    def _noting_faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self.fault = _faults.words(error)
            if _faults.spoils_connection(error):
                self.close()
