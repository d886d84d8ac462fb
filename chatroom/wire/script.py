"""What a script is shown: the words of people and the answers to what it asks; complaints and notices apart.

What belongs on standard error begins with `APART`, which nothing that was made visible can hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from chatroom.core.events import Entry
from chatroom.core.replies import Answer, Denied, Done, Entered, Exited, Notice, Page, Reply, Welcome
from chatroom.core.words import Placed
from chatroom.wire.console import ConsoleDialect
from chatroom.wire.line import LineDialect

APART = b"\0"
"""What a line begins with that is for standard error."""


@dataclass(frozen=True, slots=True)
class ScriptDialect(LineDialect):
    """Render for a script; for one that asked for one thing alone, not `listening`, nothing but the answer to that."""

    listening: bool = True

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render what happened, for whoever listens."""
        return LineDialect.entry(self, entry, room) if self.listening else b""

    def row(self, row: Placed, room: str) -> bytes:
        """Render words said in a row, for whoever listens."""
        return LineDialect.row(self, row, room) if self.listening else b""

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render what came to the inbox, for whoever listens; their own words are nobody's business further down a pipe."""
        return LineDialect.private(self, entry, own) if self.listening and not own else b""

    def reply(self, reply: Reply) -> bytes:
        """Render a reply; comings and goings of its own are nothing a script asked about."""
        match reply:
            case Welcome() | Entered() | Exited() | Done():
                return b""
            case Denied() | Notice():
                return apart(LineDialect.reply(self, reply))
        return LineDialect.reply(self, reply)

    def farewell(self, why: str) -> bytes:
        """Render why the connection ends."""
        return apart(LineDialect.farewell(self, why))


@dataclass(frozen=True, slots=True)
class ScriptConsoleDialect(ConsoleDialect):
    """Render for a script at a console: the answers, and all else apart."""

    def reply(self, reply: Reply) -> bytes:
        """Render a reply."""
        shown = ConsoleDialect.reply(self, reply)
        return shown if isinstance(reply, Answer | Page) else apart(shown)

    def farewell(self, why: str) -> bytes:
        """Render why the connection ends."""
        return apart(ConsoleDialect.farewell(self, why))


def apart(shown: bytes) -> bytes:
    """Mark every one of these lines for standard error."""
    return b"".join(APART + line for line in shown.splitlines(keepends=True))


def parted(shown: bytes) -> tuple[bytes, bytes]:
    """Part lines into those for standard output and those for standard error."""
    lines = shown.splitlines(keepends=True)
    out = b"".join(line for line in lines if not line.startswith(APART))
    return out, b"".join(line[len(APART) :] for line in lines if line.startswith(APART))
