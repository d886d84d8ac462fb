"""The search index: an SQLite file of its own beside the journal's, which it reads and never writes.

Rules
-----
- It is a cursor over the house: `feed` takes the next few hundred entries from the journal's file, in the order of the house, so that
  nothing of it stands in the way of what is said. All of that is done by SQLite, which lets go of the interpreter meanwhile.
- It can be made anew from the journal at any time: a file that is missing, damaged, of another epoch or another version is.
- What is removed, and what retention dropped, is taken out by `feed`, too. Where SQLite cannot overwrite the words of an index as it
  deletes them (before 3.42), they are gone when `tidy` has come to its end; nobody finds them from the beginning.
- A word finds those that begin with it. What finds nothing that way is looked for within words, too.

One thread uses an index at a time.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from chatroom.core.errors import SearchTooLong
from chatroom.core.fact import fact
from chatroom.core.likeness import fold
from chatroom.core.quest import Quest
from chatroom.journals import _faults
from chatroom.journals._file import BUSY_SECONDS, Connect, make_own
from chatroom.journals._transaction import transaction

STEP = 2000
"""Entries taken from the journal in one transaction; seen to cost 9 us each, and 13 with 500."""
PATIENCE = 0.25
"""Seconds after which a search is given up."""
LOOK = 50_000
"""Steps of SQLite between two looks at the time."""
MERGED = 64
"""Pages of the index rewritten in one step of `tidy`."""
VERSION = 2
"""What an index is that is made now; one of version 1 may lack what was said where places were given twice."""
SECURE = sqlite3.sqlite_version_info >= (3, 42, 0)
"""Whether this SQLite overwrites the words of an index as it deletes them."""
TRIGRAM = 3

_SCHEMA = """
CREATE TABLE cursor (epoch TEXT NOT NULL, version INTEGER NOT NULL, place INTEGER NOT NULL) STRICT;
CREATE TABLE lines (
    place INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    text TEXT AS (json_extract(body, '$.text')) VIRTUAL,
    author TEXT AS (
        CASE json_type(body, '$.by') WHEN 'array' THEN json_extract(body, '$.by[0]') ELSE json_extract(body, '$.by') END
    ) VIRTUAL
);
CREATE INDEX lines_seq ON lines (log, seq);
CREATE INDEX lines_id ON lines (id);
CREATE VIRTUAL TABLE words USING fts5 (text, content = 'lines', content_rowid = 'place', tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE parts USING fts5 (text, content = 'lines', content_rowid = 'place', tokenize = 'trigram');
"""
_TABLES = ("words", "parts")

_CURSOR = "SELECT cursor.place, newest.place FROM cursor, j.newest"
_UPTO = """
WITH next AS (
    SELECT min(place) AS place FROM (
        SELECT min(place) AS place FROM j.entries WHERE place > ?1 UNION ALL SELECT min(place) FROM j.runs WHERE place > ?1
    )
)
SELECT max(upto) FROM (
    SELECT max(place) AS upto FROM j.entries WHERE place BETWEEN (SELECT place FROM next) AND (SELECT place FROM next) + ?2
    UNION ALL SELECT max(place + count - 1) FROM j.runs WHERE place BETWEEN (SELECT place FROM next) AND (SELECT place FROM next) + ?2
)
"""
_TAKE = (
    "INSERT INTO lines SELECT place, log, seq, at, id, kind, body FROM j.entries "
    "WHERE place > ?1 AND place <= ?2 AND kind IN ('said', 'told') AND json_valid(body)"
)
_TAKE_RUNS = (
    "INSERT INTO lines SELECT place, log, seq, at, id, kind, body FROM j.run_entries "
    "WHERE run_place > ?1 AND run_place <= ?2 AND kind = 'said' AND json_valid(body)"
)
_ADD = "INSERT INTO {0} (rowid, text) SELECT place, text FROM lines WHERE place > ? AND place <= ?"
_REMOVED = (
    "INSERT OR IGNORE INTO temp.gone SELECT lines.place FROM j.entries AS removal, json_each(removal.body, '$.ids') AS named "
    "JOIN lines ON lines.id = named.value AND lines.log = removal.log "
    "WHERE removal.place > ? AND removal.place <= ? AND removal.kind = 'removed' AND lines.place < removal.place"
)
_TRIMMED = (
    "INSERT OR IGNORE INTO temp.gone "
    "SELECT lines.place FROM j.logs JOIN lines ON lines.log = logs.log AND lines.seq < logs.first LIMIT ?"
)
_UNADD = "INSERT INTO {0} ({0}, rowid, text) SELECT 'delete', place, text FROM lines WHERE place IN (SELECT place FROM temp.gone)"

_FIND = (
    "SELECT json_group_array(json_array(name, seq, at, id, kind, body)), count(*), min(place) FROM "
    "(SELECT lines.place, logs.name, lines.seq, lines.at, lines.id, lines.kind, lines.body FROM {source} "
    "JOIN j.logs ON logs.log = lines.log WHERE {match} AND lines.place < ? AND lines.at >= ? AND lines.at < ? "
    "AND logs.name IN (SELECT value FROM json_each(?)) AND (? = '' OR lines.author COLLATE NOCASE IN (?, ?)) "
    "ORDER BY {order} DESC LIMIT ?)"
)
_THROUGH = "{0} JOIN lines ON lines.place = {0}.rowid"
_LIKE = "lines.text LIKE ? ESCAPE '\\'"


@fact
class Hits:
    """Be what a search found: a JSON array of rows, their count, the place of the oldest if there may be more, else 0.

    `behind` counts the entries that were not looked at.
    """

    rows: bytes
    count: int
    oldest: int
    behind: int


class Index:
    """Hold the index of the journal at `journal` in the file at `path`; it is opened when it is first used."""

    def __init__(self, path: Path, journal: Path, connect: Connect = sqlite3.connect) -> None:
        self.path = path
        self.untidy = False
        """Whether words may be left of what was removed."""
        self._journal = journal
        self._connect = connect
        self._db: sqlite3.Connection | None = None

    def feed(self) -> bool:
        """Take in the next entries of the journal, and out what is gone; tell whether there may be more."""
        db = self._ready()
        place, last = db.execute(_CURSOR).fetchone()
        with transaction(db):
            (upto,) = db.execute(_UPTO, (place, STEP)).fetchone()
            if upto is not None:
                self._take(db, place, upto)
            db.execute(_TRIMMED, (STEP,))
            gone = self._drop(db)
            db.execute("UPDATE cursor SET place = ?", (last if upto is None else upto,))
        if gone:
            self.untidy = not SECURE
            db.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchall()
        return upto is not None or gone > 0

    def find(self, quest: Quest) -> Hits:
        """Find the newest entries that are asked for; raise SearchTooLong when that takes too long."""
        db = self._ready()
        if self._behind(db) <= STEP:
            self.feed()
        with _patience(db):
            found = self._find(db, quest, *_by_words(quest.terms))
            if not found[1]:
                found = self._find(db, quest, *_by_parts(quest.terms))
        return Hits(*found, self._behind(db))

    def tidy(self) -> bool:
        """Rewrite a little of the index, so that nothing is left of what was removed; tell whether there is more to do."""
        db = self._ready()
        before = db.total_changes
        for table in _TABLES:
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (-MERGED,))  # noqa: S608
        self.untidy = db.total_changes - before >= 2 * len(_TABLES)
        if not self.untidy:
            db.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchall()
        return self.untidy

    def discard(self) -> None:
        """Give the index up: it is made anew when it is used again."""
        self.close()
        for name in (self.path.name, f"{self.path.name}-wal", f"{self.path.name}-shm"):
            self.path.with_name(name).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        db, self._db = self._db, None
        if db is not None:
            with suppress(sqlite3.Error):
                db.close()

    # The file.

    def _ready(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = self._open()
        return self._db

    def _open(self) -> sqlite3.Connection:
        try:
            return self._opened()
        except sqlite3.Error as error:
            # A file of other tables is as good as a damaged one.
            if not (_faults.is_damage(error) or _faults.code_of(error) == sqlite3.SQLITE_ERROR):
                raise
        self.discard()
        return self._opened()

    def _opened(self) -> sqlite3.Connection:
        db = self._attached()
        (epoch,) = db.execute("SELECT epoch FROM j.house").fetchone()
        if not _is_of(db, epoch):
            db.close()
            self.discard()
            db = self._attached()
            db.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
            db.execute("INSERT INTO cursor VALUES (?, ?, 0)", (epoch.decode(), VERSION))
            self._secure(db)
        db.execute("CREATE TEMP TABLE gone (place INTEGER PRIMARY KEY)")
        return db

    def _attached(self) -> sqlite3.Connection:
        make_own(self.path)
        db = self._connect(
            f"{self.path.absolute().as_uri()}", uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
        )
        try:
            db.text_factory = bytes
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                db.execute(f"PRAGMA {pragma}").fetchall()
            db.execute("ATTACH ? AS j", (f"{self._journal.absolute().as_uri()}?mode=ro",))
        except BaseException:
            db.close()
            raise
        return db

    def _secure(self, db: sqlite3.Connection) -> None:
        if SECURE:
            for table in _TABLES:
                db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('secure-delete', 1)")  # noqa: S608

    # What it does.

    def _take(self, db: sqlite3.Connection, place: int, upto: int) -> None:
        for statement in (_TAKE, _TAKE_RUNS):
            db.execute(statement, (place, upto))
        for table in _TABLES:
            db.execute(_ADD.format(table), (place, upto))
        db.execute(_REMOVED, (place, upto))

    def _drop(self, db: sqlite3.Connection) -> int:
        for table in _TABLES:
            db.execute(_UNADD.format(table))
        dropped = db.execute("DELETE FROM lines WHERE place IN (SELECT place FROM temp.gone)").rowcount
        db.execute("DELETE FROM temp.gone")
        return dropped

    def _find(
        self, db: sqlite3.Connection, quest: Quest, source: str, order: str, match: Sequence[str], terms: Sequence[str]
    ) -> tuple[bytes, int, int]:
        statement = _FIND.format(source=source, match=" AND ".join(match), order=order)
        times = (round(quest.since * 1000), round(quest.until * 1000))
        by = (quest.by, quest.by, fold(quest.by))
        rows, count, oldest = db.execute(statement, (*terms, quest.older, *times, json.dumps(quest.logs), *by, quest.limit)).fetchone()
        return rows, count, oldest if count == quest.limit else 0

    def _behind(self, db: sqlite3.Connection) -> int:
        place, last = db.execute(_CURSOR).fetchone()
        return int(last - place)


def _is_of(db: sqlite3.Connection, epoch: bytes) -> bool:
    """Tell whether the index was made of this journal, by this version."""
    tables = db.execute("SELECT count(*) FROM main.sqlite_master WHERE name = 'cursor'").fetchone()
    if not tables[0] or db.execute("SELECT epoch, version FROM cursor").fetchone() != (epoch, VERSION):
        return False
    # A journal that somebody put back, file by file, may end before its index.
    place, last = db.execute(_CURSOR).fetchone()
    return bool(place <= last)


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""').replace("\0", " ") + '"'


def _by_words(terms: Sequence[str]) -> tuple[str, str, list[str], list[str]]:
    """Look for words that begin with the terms."""
    return _THROUGH.format("words"), "words.rowid", ["words MATCH ?"], [" ".join(f"{_quoted(term)} *" for term in terms)]


def _by_parts(terms: Sequence[str]) -> tuple[str, str, list[str], list[str]]:
    """Look for the terms anywhere; what is too short for the index is looked for in every line."""
    long = [term for term in terms if len(term) >= TRIGRAM]
    short = [term for term in terms if len(term) < TRIGRAM]
    likes = ["%" + term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for term in short]
    if not long:
        return "lines", "lines.place", [_LIKE] * len(likes), likes
    match = " ".join(map(_quoted, long))
    return _THROUGH.format("parts"), "parts.rowid", ["parts MATCH ?", *[_LIKE] * len(likes)], [match, *likes]


@contextmanager
def _patience(db: sqlite3.Connection) -> Iterator[None]:
    end = time.monotonic() + PATIENCE
    db.set_progress_handler(lambda: time.monotonic() > end, LOOK)
    try:
        yield
    except sqlite3.OperationalError as error:
        if _faults.code_of(error) == sqlite3.SQLITE_INTERRUPT:
            raise SearchTooLong from error
        raise
    finally:
        db.set_progress_handler(None, 0)
