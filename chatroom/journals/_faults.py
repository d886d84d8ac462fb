"""What SQLite can fail with, and what that means to the people in the house."""

from __future__ import annotations

import sqlite3

from chatroom.core.errors import DiskFull, NotStored, StorageBroken, StorageReadOnly

_REFUSALS: dict[int, type[NotStored]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: StorageReadOnly,
    sqlite3.SQLITE_PERM: StorageReadOnly,
    sqlite3.SQLITE_BUSY: NotStored,
    sqlite3.SQLITE_LOCKED: NotStored,
    sqlite3.SQLITE_CONSTRAINT: NotStored,
    sqlite3.SQLITE_TOOBIG: NotStored,
    sqlite3.SQLITE_MISMATCH: NotStored,
}

_PASSING = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_ONE_ROWS = {sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH}


def code_of(error: sqlite3.Error) -> int:
    """Give the primary code of `error`; what the sqlite3 module itself found wrong with a row counts as a constraint."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return int(code) & 0xFF
    is_row = isinstance(error, (sqlite3.InterfaceError, sqlite3.DataError, sqlite3.IntegrityError))
    return sqlite3.SQLITE_CONSTRAINT if is_row else sqlite3.SQLITE_ERROR


def refusal(error: sqlite3.Error) -> NotStored:
    """Give what people are told."""
    return _REFUSALS.get(code_of(error), StorageBroken)()


def words(error: sqlite3.Error) -> str:
    """Give what the host is told."""
    return f"{refusal(error).code}: {error}"


def is_one_rows(error: sqlite3.Error) -> bool:
    """Tell whether a single row is at fault, and the rest of its batch is not."""
    return code_of(error) in _ONE_ROWS


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether the file is not what it should be."""
    return code_of(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_full(error: sqlite3.Error) -> bool:
    """Tell whether there was no space."""
    return code_of(error) == sqlite3.SQLITE_FULL


def spoils_connection(error: sqlite3.Error) -> bool:
    """Tell whether the file must be opened again before anything it says is believed."""
    code = code_of(error)
    return code not in _PASSING and code not in _ONE_ROWS
