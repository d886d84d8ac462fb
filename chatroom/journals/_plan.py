"""What one transaction is going to write, and what becomes of each submission in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

from chatroom.core.events import Removed
from chatroom.core.fact import fact
from chatroom.core.seams import Declined, Submission, Unknown
from chatroom.core.words import Words
from chatroom.journals._parcel import Parcel, Row

EntryRow = tuple[int, int, int, str, str, str, str | None]
"""A row of `entries`: log, seq, at, id, kind, body, origin."""


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

    __slots__ = ("_base", "_made", "again", "emptied", "heads", "origins", "puts", "rows")

    def __init__(self, base: dict[str, Head]) -> None:
        self._base = base
        self._made = 0
        self.heads: dict[str, Head] = {}
        self.rows: list[EntryRow] = []
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
        if isinstance(submission.drafts, Words):
            return Stored(self._add_words(submission, submission.drafts.log, [*filter(None, parcel.rows)]))
        return Stored(self._add_each(submission, parcel.rows))

    def _add_words(self, submission: Submission, log: str, rows: Sequence[Row]) -> Sequence[int]:
        head = self.heads.get(log) or self._open(log)
        seqs = range(head.seq + 1, head.seq + len(rows) + 1)
        head.seq += len(rows)
        head.at = max(head.at, rows[0][0])
        self.rows += zip(repeat(head.key), seqs, *zip(*rows, strict=True), repeat(submission.origin))
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
            self.rows.append((head.key, head.seq, *row, submission.origin))
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
        return bool(self.rows or self.puts)
