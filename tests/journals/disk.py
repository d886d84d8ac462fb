"""A disk whose faults a test decides, under the real SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from chatroom.contracts import Turns, joined, said
from chatroom.core.seams import Submission

Watch = Callable[[str, Any], None]


def fault(code: int, words: str = "a fault of the test's making") -> sqlite3.OperationalError:
    """Make the error SQLite would raise."""
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


def quiet(statement: str, values: Any) -> None:
    """Let everything be."""


class Disk:
    """Connect to SQLite with `before` and `after` called around each statement, and `connecting` before each connection."""

    def __init__(self) -> None:
        self.before: Watch = quiet
        self.after: Watch = quiet
        self.connecting: Callable[[], None] = lambda: None
        self.statements: list[str] = []
        self.writers: list[sqlite3.Connection] = []

    def connect(self, path: str, *, uri: bool = False, **options: Any) -> sqlite3.Connection:
        """Connect as sqlite3.connect does."""
        self.connecting()
        disk = self

        class Watched(sqlite3.Connection):
            def execute(self, statement: str, values: Iterable[Any] = (), /) -> sqlite3.Cursor:  # type: ignore[override]
                disk.statements.append(statement)
                disk.before(statement, values)
                cursor = super().execute(statement, values)  # type: ignore[arg-type]
                disk.after(statement, values)
                return cursor

        db = sqlite3.connect(path, uri=uri, factory=Watched, **options)
        if not uri:
            self.writers.append(db)
        return db

    def heal(self) -> None:
        """Have no more faults."""
        self.before = self.after = quiet
        self.connecting = lambda: None

    def fill(self) -> None:
        """Leave no space for a single page more."""
        db = self.writers[-1]
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")

    def empty(self) -> None:
        """Have space again."""
        self.writers[-1].execute("PRAGMA max_page_count = 1000000")


def on(word: str, error: sqlite3.Error | Exception) -> Watch:
    """Raise `error` at statements that begin with `word`."""

    def watch(statement: str, values: Any) -> None:
        if statement.startswith(word):
            raise error

    return watch


def post(ticket: int, text: str = "", origin: str | None = None, rests_on: tuple[int, ...] = ()) -> Submission:
    """Say something in the lobby."""
    return Submission(ticket, (said(text or str(ticket)),), origin=origin, rests_on=rests_on)


def arrive(ticket: int) -> Submission:
    """Come into the lobby, which passes."""
    return Submission(ticket, (joined(str(ticket)),))


__all__ = ["Disk", "Turns", "arrive", "fault", "on", "post", "quiet"]
