"""Scripts by SSH: lines piped in are said, or one command is done; what is refused goes to standard error and into the exit code.

Exit codes: 0 all was done; 4 something was refused or may not have been done, as with `chatroom join`. SSH's own 255 says that nobody
was let in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chatroom.core.errors import LineTooLong, Refused
from chatroom.core.replies import Denied, Done, Reply
from chatroom.core.request import Request
from chatroom.receiver import BoundedLineReceiver
from chatroom.wire.console import parse as understand
from chatroom.wire.script import ScriptDialect, apart, parted
from chatroom.wire.typed import parse, tidy

if TYPE_CHECKING:
    from chatroom.reader import Reader

FAILED = 4


class Pipe(BoundedLineReceiver):
    """Be a program that says lines and hears lines, until its input ends."""

    door = "ssh"
    listening = True

    def __init__(self, channel: Any) -> None:
        connection = channel.conn.connection
        super().__init__(connection.house)
        self._visit = connection.visit
        self._dialect = ScriptDialect(connection.when, "\n", self.house.hub.rules.lobby, self.listening)
        self._failed = False
        self._done = False
        """Whether all that was asked for is answered."""

    def dialect(self) -> ScriptDialect:
        """Speak to a script."""
        return self._dialect

    # -- connection

    def connectionMade(self) -> None:
        """Come into the lobby."""
        self.reader = self.meet()
        self.reader.dialect = self._dialect
        self.reader.session.bot = True
        self.reader.listener = self._heard
        self._visit.turn_to(self, bytes if self.listening else apart)
        self.house.perform(self.reader, Request("join", self.house.hub.rules.lobby))

    def meet(self) -> Reader:
        """Be known already."""
        reader: Reader = self._visit.reader
        return reader

    def part(self) -> None:
        """Leave that to the connection."""

    def resized(self, width: int, height: int) -> None:
        """Pass over it: there is no terminal."""

    # -- lines

    def lineReceived(self, line: bytes) -> None:
        """Say a line, or do what it asks for."""
        try:
            text = tidy(line)
        except Refused as why:
            self.house.refuse(self.reader, Request("say"), why)
            return
        if text.strip():
            self.house.perform(self.reader, parse(text))

    def lineLengthExceeded(self, line: bytes) -> None:
        """Refuse the line, and go on."""
        self.house.refuse(self.reader, Request("say"), LineTooLong(limit=self.longest))

    def inputEnded(self) -> None:
        """Leave when everything is done."""
        self.house.perform(self.reader, Request("quit"))

    def _heard(self, reply: Reply) -> None:
        if isinstance(reply, Denied):
            self._failed = True
        elif isinstance(reply, Done) and reply.verb == "quit":
            self._done = True

    # -- what the house sees of it

    def write(self, data: bytes) -> None:
        """Write to standard output, and what is to be apart to standard error; no goodbyes."""
        if self._done:
            return
        out, complaints = parted(data)
        if out:
            self.transport.write(out)
        self.transport.complain(complaints)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Tell whoever writes when it is too much."""
        self.transport.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """Tell nobody any more."""
        self.transport.unregisterProducer()

    def loseConnection(self) -> None:
        """End with the exit code."""
        self.transport.exit(FAILED if self._failed or not self._done else 0)


class Errand(Pipe):
    """Be a program that wants one thing done."""

    listening = False

    def __init__(self, channel: Any, command: str) -> None:
        super().__init__(channel)
        self._command = command

    def connectionMade(self) -> None:
        """Do it, and leave when it is done."""
        super().connectionMade()
        self.house.perform(self.reader, understand(self._command))
        self.house.perform(self.reader, Request("quit"))

    def dataReceived(self, data: bytes) -> None:
        """Pass over what is piped in: the command is all there is to do."""

    def readConnectionLost(self) -> None:
        """Pass over the end of that, too."""
