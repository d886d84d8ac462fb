"""The thread that reads, over a connection of its own that can neither write nor checkpoint.

A page is one statement that gives one row: the thread then runs C alone and does not fight a busy reactor for the interpreter
at every row. Nothing stays open between pages, so that the write-ahead log can start over.
"""

from __future__ import annotations

import json
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chatroom.core.errors import HistoryUnreadable, Refused
from chatroom.core.seams import Slice, Trace
from chatroom.journals._file import Connect, open_reader

PAGE = 250
"""Rows read in one transaction."""

_PAGE = (
    "SELECT json_group_array(json_array(seq, at, id, kind, body)), count(*), min(seq), max(seq) FROM "
    "(SELECT seq, at, id, kind, body FROM entries WHERE log = (SELECT log FROM logs WHERE name = ?) "
    "AND seq > ? AND seq < ? ORDER BY seq {} LIMIT ?)"
)
_OLDEST = _PAGE.format("ASC")
_NEWEST = _PAGE.format("DESC")

_NUMBERED = "SELECT seq FROM entries WHERE log = (SELECT log FROM logs WHERE name = ?) AND id = ?"
_ENDS = "SELECT first, head FROM logs WHERE name = ?"
_AT = "SELECT at FROM entries WHERE log = (SELECT log FROM logs WHERE name = ?) AND seq >= ? ORDER BY seq LIMIT 1"

TRACED = 20_000
"""Entries looked at in one transaction for whose they are."""

_TRACE = """
SELECT json_group_array(json_array(name, id)), ifnull(max(place), 0), count(*) FROM (
    SELECT place, name, id FROM entries JOIN logs USING (log)
    WHERE place > ? AND place <= ? AND CASE WHEN kind IN ('said', 'told') AND json_valid(body) THEN
        CASE json_type(body, '$.by') WHEN 'array' THEN json_extract(body, '$.by[1]') = ?
            OR json_extract(body, '$.by[0]') COLLATE NOCASE IN (SELECT value FROM json_each(?))
        ELSE json_extract(body, '$.by') COLLATE NOCASE IN (SELECT value FROM json_each(?)) END
    END
    ORDER BY place LIMIT ?
)
"""

Answer = Callable[[int, "list[bytes] | Refused"], None]


def pages(db: sqlite3.Connection, query: Slice) -> list[bytes]:
    """Read what `query` asks for, as JSON arrays of rows in no promised order."""
    found: list[bytes] = []
    left = query.limit
    after, before = bounds(db, query)
    while left > 0:
        asked = min(left, PAGE)
        statement = _OLDEST if query.oldest else _NEWEST
        page, count, lowest, highest = db.execute(statement, (query.log, after, before, asked)).fetchone()
        if count:
            found.append(page)
            after, before = (highest, before) if query.oldest else (after, lowest)
        left = left - count if count == asked else 0
    return found


def bounds(db: sqlite3.Connection, query: Slice) -> tuple[int, int]:
    """Give the seqs between which a query's entries stand."""
    after, before = query.after, query.before
    if query.since is not None:
        first = _first(db, query.log, query.since, later=not query.including)
        after = before if first is None else max(after, first - 1)
    if query.until is not None:
        first = _first(db, query.log, query.until, later=False)
        before = after if first is None else min(before, first)
    return after, before


def _first(db: sqlite3.Connection, log: str, point: str | float, *, later: bool) -> int | None:
    """Give the seq of the first entry at a point or after it; with `later` only after it. None when there is no such id."""
    if isinstance(point, str):
        found = db.execute(_NUMBERED, (log, point)).fetchone()
        return None if found is None else int(found[0]) + later
    moment = round(point * 1000) + later
    low, high = db.execute(_ENDS, (log,)).fetchone() or (1, 0)
    high += 1
    while low < high:  # times stand in the order of the log
        middle = (low + high) // 2
        (at,) = db.execute(_AT, (log, middle)).fetchone() or (moment,)
        low, high = (middle + 1, high) if at < moment else (low, middle)
    return int(low)


def traces(db: sqlite3.Connection, trace: Trace) -> list[bytes]:
    """Find whose words are somebody's: a JSON array of logs and ids, and the place to go on from, 0 at the end."""
    (last,) = db.execute("SELECT ifnull(max(place), 0) FROM entries").fetchone()
    upto, names = trace.after + TRACED, json.dumps(trace.names)
    found, place, count = db.execute(_TRACE, (trace.after, upto, trace.member, names, names, trace.limit)).fetchone()
    after = place if count == trace.limit else upto
    return [found, b"%d" % (after if after < last else 0)]


class Reader:
    """Answer queries one after another; `answer` is called in this thread."""

    def __init__(self, path: Path, connect: Connect, answer: Answer) -> None:
        self._path = path
        self._connect = connect
        self._answer = answer
        self._jobs: queue.SimpleQueue[tuple[int, Slice | Trace, Answer] | None] = queue.SimpleQueue()
        self._db: sqlite3.Connection | None = None

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="journal reader", daemon=True).start()

    def ask(self, number: int, query: Slice | Trace, answer: Answer | None = None) -> None:
        """Answer `query` under `number`, to `answer` if that is somebody else."""
        self._jobs.put((number, query, answer or self._answer))

    def stop(self) -> None:
        """Answer what was asked, and then no more."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            number, query, answer = job
            answer(number, self._read(query))
        self._close()

    def _read(self, query: Slice | Trace) -> list[bytes] | Refused:
        try:
            if self._db is None:
                self._db = open_reader(self._path, self._connect)
            return traces(self._db, query) if isinstance(query, Trace) else pages(self._db, query)
        except (sqlite3.Error, OverflowError, UnicodeEncodeError):
            self._close()
            return HistoryUnreadable()

    def _close(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            with suppress(sqlite3.Error):
                db.close()
