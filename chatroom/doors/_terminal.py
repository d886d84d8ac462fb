"""The host's own terminal, where `twistd -n` runs: what is typed is said to everyone as the server, `/verb` commands the house.

The lobby's lines and the log appear above what is being typed; the lobby's are shown here and logged nowhere. Where standard input or
output is no terminal, or we are in its background, nothing of this happens.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.application.service import Service
from twisted.internet.protocol import connectionDone
from twisted.internet.stdio import StandardIO

from chatroom.doors._console import Console
from chatroom.doors._tty import LOG, LogAbove, Tty, open_terminal, own_terminal
from chatroom.doors._when import local_time
from chatroom.wire.console import ConsoleDialect, parse_host
from chatroom.wire.text import visible

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from chatroom.house import House

PROMPT = "> "
LOG_LINES = 200
"""Lines of one log entry that are shown."""


class HostConsole(Console):
    """Be the host's console: nobody logs in, and nobody is too slow."""

    door = "terminal"

    def __init__(self, house: House, interrupt: Callable[[], None], lost: Callable[[], None]) -> None:
        super().__init__(house, ConsoleDialect(local_time(house.wall), slashed=True))
        self._lost = lost
        self.editor.drawn = True
        self.editor.interrupted = interrupt

    def connectionMade(self) -> None:
        """Be the host, and see the lobby."""
        super().connectionMade()
        self.house.admit_host(self.reader)
        lobby = self.house.hub.rooms[self.house.hub.rules.lobby]
        self.reader.enter(lobby, lobby.log.end, None)
        self.editor.ask(PROMPT)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Give the terminal back."""
        super().connectionLost(reason)
        self._lost()

    def dataReceived(self, data: bytes) -> None:
        """Take what was typed."""
        self.typed(data)

    def line(self, text: str) -> None:
        """Announce a line, or ask for a verb."""
        if text.strip():
            self.house.perform(self.reader, parse_host(text))

    def left(self) -> None:
        """Say how to stop: the end of input must not close a house by a slip of the hand."""
        self.notice("Ctrl-C stops the house, and so does /shutdown.")

    def above(self, text: str) -> None:
        """Show a piece of the log, unless the terminal takes nothing now: what is said of that would itself be logged."""
        if self.reader.lagging and not self.reader.behind:
            return
        lines = text.removesuffix("\n").split("\n")[:LOG_LINES]
        self.reader.give("".join(f"{visible(line)}\n" for line in lines).encode("utf-8", "replace"))


class HostTerminal(Service):
    """Have the host's terminal be a console while the house is open."""

    def __init__(self, house: House, reactor: Any, *, enabled: bool = True, log: LogAbove = LOG) -> None:
        self.name = "the host's terminal"
        self._house = house
        self._reactor = reactor
        self._enabled = enabled
        self._log = log
        self._tty: Tty | None = None
        self._streams: Any = None
        self._console: HostConsole | None = None

    def startService(self) -> None:
        """Take the terminal over, if we are at one."""
        super().startService()
        name = own_terminal() if self._enabled else None
        tty = open_terminal(name) if name is not None else None
        if tty is not None:
            self.run(tty)

    def run(self, tty: Tty) -> None:
        """Be a console at this terminal."""
        self._tty = tty
        tty.take()
        self._console = console = HostConsole(self._house, _interrupt, self._give_back)
        console.editor.terminalSize(*tty.size)
        streams: Any = StandardIO
        # Files of its own, as it closes them.
        self._streams = streams(console, stdin=os.dup(tty.fd), stdout=os.dup(tty.fd), reactor=self._reactor)
        self._log.above = self._above
        signal.signal(signal.SIGWINCH, self._resized)

    def stopService(self) -> None:
        """Give the terminal back."""
        super().stopService()
        if self._console is not None:
            self._console.editor.hush()
            self._give_back()
            self._streams.loseConnection()

    def _above(self, text: str) -> None:
        if threading.current_thread() is not threading.main_thread():
            self._reactor.callFromThread(self._above, text)
        elif self._console is not None:
            self._console.above(text)
        else:
            self._log.below(text)

    def _resized(self, number: int, frame: object) -> None:
        self._reactor.callFromThread(self._measure)

    def _measure(self) -> None:
        if self._tty is not None and self._console is not None:
            self._console.editor.terminalSize(*self._tty.size)

    def _give_back(self) -> None:
        tty, self._tty, self._console = self._tty, None, None
        self._log.above = None
        if tty is not None:
            tty.give_back()
            signal.signal(signal.SIGWINCH, signal.SIG_DFL)


def _interrupt() -> None:
    """Do what Ctrl-C does, where a terminal leaves it to us."""
    signal.raise_signal(signal.SIGINT)
