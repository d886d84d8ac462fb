"""Submissions in the form a writer needs: all that takes Python's time is done in the reactor, before a thread sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chatroom.core.errors import Malformed, NotStored, Refused, TextTooLong
from chatroom.core.fact import fact
from chatroom.core.seams import Draft, Submission
from chatroom.core.words import Words
from chatroom.journals import _runs
from chatroom.journals._runs import Run
from chatroom.wire import record

LARGEST = 1 << 20
"""Bytes one submission may take; the edge allows far less."""
BESIDE = 100
"""Bytes a row takes besides its body, about."""
LATEST = 1 << 53
"""Milliseconds since 1970 that every part of this program can hold."""

HALF_A_CHARACTER = "That text holds half a character (a lone surrogate), which cannot be stored. Send it without."

Row = tuple[int, str, str, str]
"""The time in milliseconds, the id, the kind and the body of an entry."""


@fact
class Parcel:
    """Be a submission, ready to be written; `rows` has None for a passing draft, and is empty where all is one run."""

    submission: Submission
    rows: tuple[Row | None, ...]
    run: Run | None = None
    refusal: Refused | None = None
    size: int = 0
    keeps: bool = False
    """Whether any of this becomes entries that are read again, by which an origin is remembered."""
    writes: bool = False
    """Whether this needs the disk."""

    @property
    def drafts(self) -> int:
        """Count its drafts."""
        return len(self.submission.drafts)


def pack(submission: Submission) -> Parcel:
    """Make `submission` ready to be written, or refused if it can never be."""
    try:
        run = _run(submission)
        rows, size = _packed(submission.drafts) if run is None else ((), BESIDE + len(run.by) + len(run.texts))
        size += _check_beside(submission)
    except UnicodeEncodeError:
        return refuse(submission, Malformed(problem=HALF_A_CHARACTER))
    except (ValueError, OverflowError):
        return refuse(submission, NotStored())
    if size > LARGEST:
        return refuse(submission, TextTooLong(what="message", size=size, limit=LARGEST))
    keeps = run is not None or (size > 0 and any(rows))
    return Parcel(submission, rows, run, None, size, keeps, keeps or bool(submission.puts))


def refuse(submission: Submission, why: Refused) -> Parcel:
    """Make `submission` take its place in the order without being stored; what it held is let go."""
    return Parcel(Submission(submission.ticket, ()), (), refusal=why)


def milliseconds(at: float) -> int:
    """Give a time in whole milliseconds; raise ValueError or OverflowError when it is none."""
    ms = round(at * 1000)
    if not 0 <= ms < LATEST:
        raise ValueError(f"no time: {at}")
    return ms


def _packed(drafts: Iterable[Draft]) -> tuple[tuple[Row | None, ...], int]:
    rows = tuple(_rows(drafts))
    return rows, sum([BESIDE + len(row[3]) for row in rows if row is not None])


def _run(submission: Submission) -> Run | None:
    """Give a submission as a run if it is words in a row; one of words alone is as well a row like any other."""
    words = submission.drafts
    if not isinstance(words, Words) or len(words) < 2 or submission.origin is not None:
        return None
    _check(words.log)
    _check(words.id)
    return _runs.packed(words, milliseconds(words.at))


def _rows(drafts: Iterable[Draft]) -> Iterator[Row | None]:
    """Give the row of each; most are of one moment, which is looked at once."""
    moment, at = -1.0, 0
    for draft in drafts:
        if draft.at != moment:
            moment, at = draft.at, milliseconds(draft.at)
        yield _row(draft, at)


def _row(draft: Draft, at: int) -> Row | None:
    if not draft.kept:
        return None
    if not (draft.id.isascii() and draft.log.isascii()):
        _check(draft.log)
        _check(draft.id)
    return (at, draft.id, *record.encode(draft.event))


def _check_beside(submission: Submission) -> int:
    """Check what is stored beside the drafts, and give its size."""
    size = _check(submission.origin)
    for put in submission.puts:
        size += _check(put.key) + _check(put.value)
    return size


def _check(text: str | None) -> int:
    """Give the size of `text`; raise UnicodeEncodeError when it is not Unicode."""
    if text is None:
        return 0
    return len(text) if text.isascii() else len(text.encode())
