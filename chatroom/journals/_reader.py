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
from chatroom.core.fact import fact
from chatroom.core.seams import Slice, Trace
from chatroom.core.words import in_row
from chatroom.journals._file import Connect, open_reader

PAGE = 250
"""Rows read in one transaction."""

# Runs do not overlap: those that end before a seq are left out by where the last that begins before it does.
_PAGE = """SELECT json_group_array(json_array(seq, at, id, kind, body)), count(*) FROM (
    SELECT seq, at, id, kind, body FROM entries WHERE log = ?1 AND seq BETWEEN ?2 AND ?3
    UNION ALL
    SELECT seq, at, id, kind, body FROM run_entries
    WHERE log = ?1 AND run_seq BETWEEN (SELECT ifnull(max(seq), 0) FROM runs WHERE log = ?1 AND seq <= ?2) AND ?3
        AND seq BETWEEN ?2 AND ?3
)
"""
_ENDS = "SELECT log, first, head FROM logs WHERE name = ?"
_NUMBERED = "SELECT seq FROM entries WHERE log = ? AND id = ?"
_NUMBERED_IN_RUN = "SELECT seq + ?3 FROM runs WHERE log = ?1 AND id = ?2 AND count > ?3"
_AT = """SELECT at FROM (
    SELECT * FROM (SELECT seq, at FROM entries WHERE log = ?1 AND seq >= ?2 ORDER BY seq LIMIT 1)
    UNION ALL
    SELECT * FROM (
        SELECT max(seq, ?2), at FROM runs
        WHERE log = ?1 AND seq >= (SELECT ifnull(max(seq), 0) FROM runs WHERE log = ?1 AND seq <= ?2) AND seq + count > ?2
        ORDER BY seq LIMIT 1
    )
    ORDER BY seq LIMIT 1
)
"""

TRACED = 20_000
"""Entries looked at in one transaction for whose they are."""

_BY = """CASE json_type({0}, '{1}') WHEN 'array' THEN json_extract({0}, '{1}[1]') = ?3
    OR json_extract({0}, '{1}[0]') COLLATE NOCASE IN (SELECT value FROM json_each(?4))
    ELSE json_extract({0}, '{1}') COLLATE NOCASE IN (SELECT value FROM json_each(?4)) END"""
_TRACE = f"""SELECT json_group_array(json_array(name, id)), ifnull(max(place), 0), count(*) FROM (
    SELECT place, name, id FROM (
        SELECT place, log, id FROM entries
        WHERE place > ?1 AND place <= ?2
            AND CASE WHEN kind IN ('said', 'told') AND json_valid(body) THEN {_BY.format("body", "$.by")} END
        UNION ALL
        SELECT place, log, id FROM run_entries
        WHERE run_place BETWEEN (SELECT ifnull(max(place), 0) FROM runs WHERE place <= ?1) AND ?2 AND place > ?1 AND place <= ?2
            AND kind = 'said' AND CASE WHEN json_valid(by) AND json_valid(body) THEN {_BY.format("by", "$")} END
    ) JOIN logs USING (log)
    ORDER BY place LIMIT ?5
)
"""  # noqa: S608

Answer = Callable[[int, "list[bytes] | Refused"], None]


@fact
class Ends:
    """Be the number of a log, and the first and the last seq it has."""

    log: int
    first: int
    head: int


def pages(db: sqlite3.Connection, query: Slice) -> list[bytes]:
    """Read what `query` asks for, as JSON arrays of rows in no promised order."""
    known = db.execute(_ENDS, (query.log,)).fetchone()
    if known is None:
        return []
    ends = Ends(*known)
    found: list[bytes] = []
    left = query.limit
    low, high = bounds(db, ends, query)
    while left > 0 and low <= high:
        asked = min(left, PAGE)
        first, last = (low, min(high, low + asked - 1)) if query.oldest else (max(low, high - asked + 1), high)
        page, count = db.execute(_PAGE, (ends.log, first, last)).fetchone()
        if count:
            found.append(page)
        left -= count  # a damaged file may have a hole
        low, high = (last + 1, high) if query.oldest else (low, first - 1)
    return found


def bounds(db: sqlite3.Connection, ends: Ends, query: Slice) -> tuple[int, int]:
    """Give the first and the last seq that a query's entries may have."""
    low, high = max(query.after + 1, ends.first), min(query.before - 1, ends.head)
    if query.since is not None:
        first = _first(db, ends, query.since, later=not query.including)
        low = high + 1 if first is None else max(low, first)
    if query.until is not None:
        first = _first(db, ends, query.until, later=False)
        high = low - 1 if first is None else min(high, first - 1)
    return low, high


def _first(db: sqlite3.Connection, ends: Ends, point: str | float, *, later: bool) -> int | None:
    """Give the seq of the first entry at a point or after it; with `later` only after it. None when there is no such id."""
    if isinstance(point, str):
        seq = _numbered(db, ends.log, point)
        return None if seq is None or seq < ends.first else seq + later
    moment = round(point * 1000) + later
    low, high = ends.first, ends.head + 1
    while low < high:  # times stand in the order of the log
        middle = (low + high) // 2
        (at,) = db.execute(_AT, (ends.log, middle)).fetchone() or (moment,)
        low, high = (middle + 1, high) if at < moment else (low, middle)
    return low


def _numbered(db: sqlite3.Connection, log: int, id: str) -> int | None:
    """Give the seq of the entry with an id."""
    found, of_run = db.execute(_NUMBERED, (log, id)).fetchone(), in_row(id)
    if found is None and of_run is not None:
        found = db.execute(_NUMBERED_IN_RUN, (log, *of_run)).fetchone()
    return None if found is None else int(found[0])


def traces(db: sqlite3.Connection, trace: Trace) -> list[bytes]:
    """Find whose words are somebody's: a JSON array of logs and ids, and the place to go on from, 0 at the end."""
    (last,) = db.execute("SELECT place FROM newest").fetchone()
    upto, names = trace.after + TRACED, json.dumps(trace.names)
    found, place, count = db.execute(_TRACE, (trace.after, upto, trace.member, names, trace.limit)).fetchone()
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
