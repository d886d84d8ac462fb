"""What one transaction is going to write, and what becomes of each submission in it."""

from __future__ import annotations

from collections.abc import Sequence

from chatroom.core.events import Removed
from chatroom.core.fact import fact
from chatroom.core.seams import Declined, Submission, Unknown
from chatroom.journals._parcel import Parcel, Row
from chatroom.journals._runs import Run

EntryRow = tuple[int, int, int, int, str, str, str, str | None]
"""A row of `entries`: place, log, seq, at, id, kind, body, origin."""
RunRow = tuple[int, int, int, int, int, str, str, str]
"""A row of `runs`: place, log, seq, count, at, id, by, texts."""


@fact
class Stored:
    """The submission is on disk, with these seqs for its drafts."""

    seqs: Sequence[int]


@fact
class Found:
    """The submission was on disk before: a JSON array of its rows."""

    rows: bytes


Result = Stored | Found | Declined | Unknown


class Head:
    """Be the newest of one log."""

    __slots__ = ("at", "key", "seq")

    def __init__(self, key: int, seq: int, at: int) -> None:
        self.key = key
        self.seq = seq
        self.at = at


class Plan:
    """Collect what a transaction is going to write; nothing else changes before it is committed."""

    __slots__ = ("_base", "_made", "again", "emptied", "heads", "origins", "place", "puts", "rows", "runs")

    def __init__(self, base: dict[str, Head], place: int) -> None:
        self._base = base
        self._made = 0
        self.place = place
        """The place of the newest entry in the order of the house."""
        self.heads: dict[str, Head] = {}
        self.rows: list[EntryRow] = []
        self.runs: list[RunRow] = []
        self.emptied: list[tuple[int, int, tuple[str, ...]]] = []
        """The log and seq of each removal, and the ids of what it removes."""
        self.puts: dict[str, str | None] = {}
        self.origins: set[str] = set()
        self.again: dict[int, str] = {}
        """Submissions whose origin stands earlier in the same plan, by their index."""

    def head(self, log: str) -> int:
        """Tell the newest seq of `log` at this point of the plan."""
        head = self.heads.get(log) or self._base.get(log)
        return head.seq if head is not None else 0

    def add(self, parcel: Parcel) -> Stored:
        """Take in a submission, and give its drafts their seqs."""
        submission = parcel.submission
        for put in submission.puts:
            self.puts[put.key] = put.value
        if parcel.run is not None:
            return Stored(self._add_run(parcel.run))
        return Stored(self._add_each(submission, parcel.rows))

    def _add_run(self, run: Run) -> Sequence[int]:
        head = self.heads.get(run.log) or self._open(run.log)
        seqs = range(head.seq + 1, head.seq + run.count + 1)
        self.runs.append((self.place + 1, head.key, seqs[0], run.count, run.at, run.id, run.by, run.texts))
        self.place += run.count
        head.seq += run.count
        head.at = max(head.at, run.at)
        return seqs

    def _add_each(self, submission: Submission, rows: Sequence[Row | None]) -> Sequence[int]:
        seqs = []
        for draft, row in zip(submission.drafts, rows, strict=True):
            if row is None:
                seqs.append(self.head(draft.log))
                continue
            head = self.heads.get(draft.log) or self._open(draft.log)
            head.seq += 1
            head.at = max(head.at, row[0])
            self.place += 1
            self.rows.append((self.place, head.key, head.seq, *row, submission.origin))
            seqs.append(head.seq)
            if isinstance(draft.event, Removed):
                self.emptied.append((head.key, head.seq, draft.event.ids))
        return seqs

    def _open(self, log: str) -> Head:
        known = self._base.get(log)
        if known is None:
            # Logs are never deleted, so that their keys run from 1 without a hole.
            self._made += 1
            known = Head(len(self._base) + self._made, 0, 0)
        head = self.heads[log] = Head(known.key, known.seq, known.at)
        return head

    def __bool__(self) -> bool:
        return bool(self.rows or self.runs or self.puts)
