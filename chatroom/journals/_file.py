"""The database file: taken for this process alone, opened, brought to the newest schema, copied.

A schema is a folder of numbered files, `0001_what.sql` and so on; each is applied in one transaction that ends by noting its number
in the file, so an upgrade killed half-way goes on where it stopped. Before the first one the old file is copied to `NAME.vN.bak`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from chatroom.core.seams import BackupFailed, JournalUnusable

Connect = Callable[..., sqlite3.Connection]

OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables."""
APPLICATION = 1667785076
"""What marks a database as ours, in its header; 0001 sets it."""
WAL_KEPT = 16 << 20
"""Bytes the log beside the file may keep between checkpoints."""
BUSY_SECONDS = 1.0
"""How long a write waits for another program that holds the file."""

SCHEMA: Traversable = files("chatroom.journals") / "schema"


def make_own(path: Path) -> None:
    """Make a file that only its owner may read, whatever the umask, if there is none; what SQLite puts beside it is as it is."""
    with suppress(OSError):  # SQLite says it better
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600))


def take(path: Path, connect: Connect = sqlite3.connect) -> sqlite3.Connection:
    """Hold `path` for this process while the connection given back is open; the lock of a dead process is no obstacle.

    SQLite's own locks let two servers share a file, each with its own idea of who is there: so a second file is locked for good.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalUnusable(f"SQLite {sqlite3.sqlite_version} is too old to keep the chat: install 3.37 or newer.")
    with explained(path):
        make_own(Path(f"{path}.lock"))
        lock = connect(f"{path}.lock", isolation_level=None, timeout=0.0, check_same_thread=False)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            lock.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise JournalUnusable(f"{path} is in use by another chatroom. Stop that one, or use another state folder.") from error
            raise
    return lock


def open_writer(path: Path, connect: Connect = sqlite3.connect) -> sqlite3.Connection:
    """Open the one connection that writes and checkpoints; raise sqlite3.Error when that fails."""
    make_own(path)
    db = connect(str(path), isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        db.text_factory = bytes
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "wal_autocheckpoint = 0",
            "secure_delete = ON",
            f"journal_size_limit = {WAL_KEPT}",
        ):
            db.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        db.close()
        raise
    return db


def open_reader(path: Path, connect: Connect = sqlite3.connect) -> sqlite3.Connection:
    """Open a connection that can neither write nor checkpoint."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    db = connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
    db.text_factory = bytes
    return db


def fault_of(copy: Path) -> str:
    """Tell what is wrong with a copy that nobody has open; empty when it is whole and ours."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
            (application,) = db.execute("PRAGMA application_id").fetchone()
    except sqlite3.Error as error:
        return str(error)
    if said != "ok":
        return str(said)
    # A file with nothing in it is a whole database to SQLite.
    return "" if application == APPLICATION else "it is not one of chatroom's"


def prepare(path: Path, connect: Connect = sqlite3.connect, schema: Traversable = SCHEMA) -> sqlite3.Connection:
    """Open `path` for writing, made or upgraded to the newest schema; raise JournalUnusable with what to do when that fails."""
    with explained(path):
        db = open_writer(path, connect)
        try:
            _check_ours(db, path)
            _upgrade(db, path, schema)
            db.execute("UPDATE house SET epoch = lower(hex(randomblob(8))) WHERE epoch = ''")
        except BaseException:
            db.close()
            raise
    return db


def copy(db: sqlite3.Connection, target: Path) -> None:
    """Copy what `db` holds now into one new file, on disk when this returns, marked so that it draws a new epoch when opened.

    Positions in the old order mean nothing in a restored one, where other words may follow: hence the new epoch.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        db.execute("VACUUM INTO ?", (str(part),))
        with closing(sqlite3.connect(part, isolation_level=None)) as made:
            made.execute("PRAGMA synchronous = FULL")
            made.execute("UPDATE house SET epoch = ''")
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def back_up(path: Path, target: Path) -> None:
    """Copy the live file at `path` to `target`, blocking; raise BackupFailed with a sentence for the host."""
    try:
        if target.exists():
            raise BackupFailed(f"{target} exists already, and nothing was written. Name another file.")
        with closing(open_reader(path)) as db:
            copy(db, target)
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(f"No backup was made at {target}: {error}. Name a file in a folder that can be written.") from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_ours(db: sqlite3.Connection, path: Path) -> None:
    (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    if bytes(mode) != b"wal":
        raise JournalUnusable(f"{path} is on a file system that cannot keep a write-ahead log. Use a state folder on a local disk.")
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION:
        raise JournalUnusable(f"{path} is another program's database. Name another file in `journal`.")


def _upgrade(db: sqlite3.Connection, path: Path, schema: Traversable) -> None:
    steps = {int(step.name[:4]): step for step in schema.iterdir() if step.name.endswith(".sql")}
    (version,) = db.execute("PRAGMA user_version").fetchone()
    newest = max(steps)
    if version > newest:
        raise JournalUnusable(
            f"{path} was written by a newer chatroom (schema {version}; this one knows {newest}). "
            "Install that version, or put a backup in its place."
        )
    if 0 < version < newest:
        copy(db, path.with_name(f"{path.name}.v{version}.bak"))
    for number in range(version + 1, newest + 1):
        _apply(db, number, steps[number].read_text(encoding="utf-8"))


def _apply(db: sqlite3.Connection, number: int, script: str) -> None:
    try:
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\n;PRAGMA user_version = {number};\nCOMMIT;")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a sentence for the host: what, why, and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise JournalUnusable(_explain(path, error)) from error
    except OSError as error:
        raise JournalUnusable(f"{path} cannot be prepared: {error.strerror or error}. Make its folder writable.") from error


def _explain(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"{path} is damaged ({error}). Move it away and start afresh, or put a backup in its place."
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return f"{path} cannot be opened ({error}). Its folder must exist and be readable and writable for this user."
    if code == sqlite3.SQLITE_READONLY:
        return f"{path} cannot be written ({error}). Make it and its folder writable for this user."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is held by another program ({error}). Close that one first."
    if code == sqlite3.SQLITE_FULL:
        return f"{path} cannot be opened: its disk is full. Make some space."
    return f"{path} cannot be used ({error}). Check its disk, or put a backup in its place."
