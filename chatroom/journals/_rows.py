"""The rows of the database file: what is said to SQLite to write submissions, to find what is stored, and to forget what is too old.

Few statements, each doing much: every step of one gives up the interpreter, and waits for a busy reactor to get it back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from chatroom.core.events import NOBODY, Erased
from chatroom.journals import _runs
from chatroom.journals._plan import Head, Plan
from chatroom.journals._transaction import transaction
from chatroom.wire import record

CHUNKS = (512, 256, 128, 64, 32, 16, 8, 4, 2, 1)
"""Rows one statement takes: seen at 1,000 rows beside a busy thread, 4.8 ms this way and 27.6 with executemany.

Any number of rows takes few statements."""
TRIMMED = 500
"""Rows deleted in one transaction; 200,000 at once held the writer for 125 ms."""
LEFT = record.encode(Erased(NOBODY))
"""The kind and body of what is left of a removed entry; the view of what runs are says the same."""

_INSERT, _INSERT_RUNS = (
    {n: f"INSERT INTO {table} VALUES " + ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * n) for n in CHUNKS}  # noqa: S608
    for table in ("entries (place, log, seq, at, id, kind, body, origin)", "runs (place, log, seq, count, at, id, by, texts)")
)
_FIND = {
    n: "SELECT origin, json_group_array(json_array(name, seq, at, id, kind, body)) FROM "  # noqa: S608
    "(SELECT origin, name, seq, at, id, kind, body FROM entries JOIN logs USING (log) "
    f"WHERE origin IN ({', '.join(['?'] * n)}) ORDER BY place) GROUP BY origin"
    for n in CHUNKS
}
_UPSERT_LOG = (
    "INSERT INTO logs (log, name, head, newest) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (log) DO UPDATE SET head = excluded.head, newest = excluded.newest"
)
_LAST_OLD = """
WITH oldest AS MATERIALIZED (
    SELECT * FROM (SELECT place, place AS upto, at FROM entries ORDER BY place LIMIT ?1)
    UNION ALL SELECT * FROM (SELECT place, place + count - 1, at FROM runs ORDER BY place LIMIT ?1)
    ORDER BY place LIMIT ?1
)
SELECT max(upto) FROM oldest WHERE place < ifnull((SELECT min(place) FROM oldest WHERE at >= ?2), 1 << 62)
"""
_RAISE_FIRST = """
UPDATE logs SET first = gone.first FROM (
    SELECT log, max(upto) + 1 AS first FROM (
        SELECT log, seq AS upto FROM entries WHERE place <= ?1
        UNION ALL SELECT log, seq + count - 1 FROM runs WHERE place <= ?1
    ) GROUP BY log
) AS gone WHERE gone.log = logs.log
"""
_EMPTY = (
    "UPDATE entries SET kind = ?, body = ? WHERE log = ? AND seq < ? AND id IN (SELECT value FROM json_each(?)) AND kind <> 'removed'"
)
_EMPTY_OF_RUN = (
    "UPDATE runs SET texts = (SELECT json_group_array(iif({}, NULL, value)) FROM json_each(texts)) WHERE {} AND json_valid(texts)"
)
_EMPTY_NAMED = _EMPTY_OF_RUN.format("key IN (SELECT value FROM json_each(?))", "id = ? AND log = ? AND seq < ?")
_EMPTY_BEFORE = _EMPTY_OF_RUN.format("runs.seq + key < ?1", "log = ?2 AND seq < ?1 AND seq + count > ?1")
_MOST = "SELECT log, min(first + ?, head - ? + 1) FROM logs WHERE head - first >= ? LIMIT 1"

Item = TypeVar("Item")


def heads(db: sqlite3.Connection) -> dict[str, Head]:
    """Give where every log ends."""
    rows = db.execute("SELECT name, log, head, newest FROM logs").fetchall()
    return {name.decode(errors="replace"): Head(*numbers) for name, *numbers in rows}


def last_place(db: sqlite3.Connection) -> int:
    """Give the newest place in the order of the house that was ever given."""
    (place,) = db.execute("SELECT place FROM newest").fetchone()
    return int(place)


def find(db: sqlite3.Connection, origins: Iterable[str | None]) -> dict[str, bytes]:
    """Give what is stored of each of these origins, as far as there are any."""
    found: dict[str, bytes] = {}
    for part in _in_chunks([origin for origin in origins if origin is not None]):
        found.update((origin.decode(), rows) for origin, rows in db.execute(_FIND[len(part)], part))
    return found


def insert(db: sqlite3.Connection, plan: Plan) -> None:
    """Write what is planned."""
    for rows in _in_chunks(plan.rows):
        db.execute(_INSERT[len(rows)], tuple(chain.from_iterable(rows)))
    for runs in _in_chunks(plan.runs):
        db.execute(_INSERT_RUNS[len(runs)], tuple(chain.from_iterable(runs)))
    for log_key, seq, ids in plan.emptied:
        db.execute(_EMPTY, (*LEFT, log_key, seq, json.dumps(ids)))
        for shared, numbers in _runs.numbers(ids).items():
            db.execute(_EMPTY_NAMED, (json.dumps(numbers), shared, log_key, seq))
    for log, head in plan.heads.items():
        db.execute(_UPSERT_LOG, (head.key, log, head.seq, head.at))
    for key, value in plan.puts.items():
        if value is None:
            db.execute("DELETE FROM state WHERE key = ?", (key,))
        else:
            db.execute("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", (key, value))


def holds(db: sqlite3.Connection, plan: Plan) -> bool:
    """Tell whether what `plan` would have written is there: one row of it tells for all."""
    if plan.rows:
        _, log, seq, _, its_id, *_ = plan.rows[-1]
        row = db.execute("SELECT id FROM entries WHERE log = ? AND seq = ?", (log, seq)).fetchone()
        return row is not None and row[0] == its_id.encode()
    if plan.runs:
        _, log, seq, _, _, its_id, *_ = plan.runs[-1]
        row = db.execute("SELECT id FROM runs WHERE log = ? AND seq = ?", (log, seq)).fetchone()
        return row is not None and row[0] == its_id.encode()
    key, value = next(iter(plan.puts.items()))
    row = db.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return (row[0].decode() if row is not None else None) == value


def trim_old(db: sqlite3.Connection, before: int) -> bool:
    """Delete some entries from before a time in milliseconds; tell whether there were any."""
    (last,) = db.execute(_LAST_OLD, (TRIMMED, before)).fetchone()
    if last is None:
        return False
    with transaction(db):
        db.execute(_RAISE_FIRST, (last,))
        db.execute("DELETE FROM entries WHERE place <= ?", (last,))
        db.execute("DELETE FROM runs WHERE place <= ?", (last,))
        db.execute("UPDATE house SET forgotten = max(forgotten, ?)", (last,))
    return True


def trim_many(db: sqlite3.Connection, count: int) -> bool:
    """Delete some entries beyond `count` in a log; tell whether there were any."""
    row = db.execute(_MOST, (TRIMMED, count, count)).fetchone()
    if row is None:
        return False
    log, first = row
    with transaction(db):
        db.execute("DELETE FROM entries WHERE log = ? AND seq < ?", (log, first))
        db.execute("DELETE FROM runs WHERE log = ?1 AND seq < ?2 AND seq + count <= ?2", (log, first))
        db.execute(_EMPTY_BEFORE, (first, log))
        db.execute("UPDATE logs SET first = ? WHERE log = ?", (first, log))
    return True


def _in_chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut `items` into pieces of the sizes there are statements for."""
    start = 0
    for size in CHUNKS:
        while len(items) - start >= size:
            yield items[start : start + size]
            start += size
