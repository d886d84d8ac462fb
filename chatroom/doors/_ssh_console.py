"""The console by SSH: `ssh HOST admin` for moderators and admins, who have shown who they are by then; or one command of it.

Exit codes are those of `chatroom console`: 0 all was done, 1 something was refused, 3 it ended before all was answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chatroom.core.errors import ConsoleIsForModerators
from chatroom.core.replies import Denied, Done, Reply, Welcome
from chatroom.core.request import Request
from chatroom.doors._console import IDLE, Console, Paper
from chatroom.doors._ssh_visit import DOOR, Visit
from chatroom.wire.console import ConsoleDialect, parse
from chatroom.wire.script import ScriptConsoleDialect, parted

if TYPE_CHECKING:
    from chatroom.reader import Reader

REFUSED = 1
UNANSWERED = 3
PROMPT = "> "


class Office(Console):
    """Be a console at a terminal, or for lines that are piped in, or for one command."""

    door = DOOR

    def __init__(self, channel: Any, command: str, *, idle: float = IDLE) -> None:
        self._connection = channel.conn.connection
        terminal = channel.terminal
        drawn = terminal is not None and not command
        dialect = ConsoleDialect if drawn else ScriptConsoleDialect
        super().__init__(self._connection.house, dialect(self._connection.when), idle=idle)
        self._command = command
        self._failed = False
        self._done = False
        self._inside = False
        if drawn:
            self.editor.drawn = True
            self.editor.terminalSize(terminal.width, terminal.height)

    # -- connection

    def connectionMade(self) -> None:
        """Leave the chat for the console, as the same member."""
        super().connectionMade()
        session = self.reader.session
        if session.credentials.identified is None:
            self.house.refuse(self.reader, Request("hello"), ConsoleIsForModerators())
        else:
            self.house.perform(self.reader, Request("hello", fields={"name": session.credentials.identified.name}))
        if self._command and self._inside:
            self.house.perform(self.reader, parse(self._command))
        if self._command or not self._inside:
            self.house.perform(self.reader, Request("quit"))
        elif self.editor.drawn:
            self.editor.ask(PROMPT)
            self.stir()

    def meet(self) -> Reader:
        """Be known as a console."""
        before = self._connection.visit
        person = before.reader.session.person
        member = person.author.member if person is not None else None
        self.house.disconnected(before.reader)
        visit = Visit(self.house, self._connection.address, self._connection, self.dialect, OfficePaper(self), console=True)
        self._connection.visit = visit
        visit.reader.session.credentials.identified = self.house.hub.keeper.members.get(member) if member is not None else None
        visit.reader.listener = self._heard
        return visit.reader

    def part(self) -> None:
        """Leave that to the connection."""

    def resized(self, width: int, height: int) -> None:
        """Draw for a window of another size."""
        self.editor.terminalSize(width, height)

    # -- what is typed

    def dataReceived(self, data: bytes) -> None:
        """Take what was typed, or piped in."""
        if not self._command:
            if self.editor.drawn:
                self.stir()
            self.typed(data)

    def readConnectionLost(self) -> None:
        """Take the end of what is piped in; one command has none."""
        if not self._command:
            super().readConnectionLost()

    def line(self, text: str) -> None:
        """Ask for a verb."""
        if text.strip():
            self.house.perform(self.reader, parse(text))

    def _heard(self, reply: Reply) -> None:
        match reply:
            case Welcome():
                self._inside = True
            case Denied():
                self._failed = True
            case Done(verb="quit"):
                self._done = True

    @property
    def quiet(self) -> bool:
        """Tell whether greetings and goodbyes are nobody's concern."""
        return bool(self._command) and not self._failed

    @property
    def code(self) -> int:
        """Tell how it went."""
        if not self._done:
            return UNANSWERED
        return REFUSED if self._failed and not self.editor.drawn else 0


class OfficePaper(Paper):
    """Write above the prompt; to a script what it asked for, and the rest apart, without greetings where it has one command."""

    _console: Office

    def write(self, data: bytes) -> None:
        """Write whole lines."""
        office = self._console
        if office.editor.drawn:
            super().write(data)
            return
        out, complaints = parted(data)
        if out:
            office.terminal.write(out)
        if not office.quiet:
            office.transport.complain(complaints)

    def loseConnection(self) -> None:
        """Leave the terminal clean, and end with the exit code."""
        self._console.editor.hush()
        self._console.transport.exit(self._console.code)

    def hold(self) -> None:
        """Read nothing more for now."""
        self._console.hold()

    def go_on(self) -> None:
        """Read again."""
        self._console.go_on()
