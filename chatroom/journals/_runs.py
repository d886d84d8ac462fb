"""Words in a row, stored as one row of the database, a run.

A row for each would take three places in three trees, and as many pages of every commit; while much is said, that was most of what
the journal did. The view `run_entries` gives the entries that they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatroom.core.fact import fact
from chatroom.core.words import Words, in_row
from chatroom.wire import record


@fact
class Run:
    """Be words in a row as they are stored: their log, time in milliseconds, id, count, and their author and texts in JSON."""

    log: str
    at: int
    id: str
    count: int
    by: str
    texts: str


def packed(words: Words, at: int) -> Run | None:
    """Give words as a run; None if they cannot be one. Raise UnicodeEncodeError when one is not Unicode."""
    by, texts = record.encode_words(words.by, words.texts)
    # SQLite ends a text of JSON where it holds a NUL.
    return None if "\\u0000" in texts else Run(words.log, at, words.id, len(words.texts), by, texts)


def numbers(ids: Sequence[str]) -> dict[str, list[int]]:
    """Give which words of which runs have these ids, as far as they are of runs."""
    found: dict[str, list[int]] = {}
    for shared, number in filter(None, map(in_row, ids)):
        found.setdefault(shared, []).append(number)
    return found
