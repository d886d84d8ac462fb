"""The host's own terminal: taken over for line editing while the house is open, and given back however the process ends.

The terminal is opened a second time, so that our never waiting for it is no concern of whoever shares standard input and output with
us. Keys come one by one and unechoed; Ctrl-C still interrupts.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO

from twisted.logger import ILogObserver, LogEvent, formatEventAsClassicLogText
from zope.interface import implementer

try:
    import termios
except ImportError:
    termios = None  # type: ignore[assignment]  # as on Windows, where there is nothing to take over

CONTROLLING = "/dev/tty"
"""The terminal of this process, where its name cannot be found out."""

_IFLAG, _LFLAG, _CC = 0, 3, 6


class Tty:
    """Be a terminal that is ours for a while."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._before: list[Any] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Give its columns and rows."""
        try:
            found = os.get_terminal_size(self.fd)
        except OSError:
            return 80, 24
        return found.columns, found.lines

    def take(self) -> None:
        """Have every key at once and unechoed."""
        self._before = termios.tcgetattr(self.fd)
        mode = termios.tcgetattr(self.fd)
        mode[_IFLAG] &= ~(termios.IXON | termios.INLCR)
        mode[_LFLAG] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        disabled = os.fpathconf(self.fd, "PC_VDISABLE")
        # A server that is stopped by a slip of the hand lets everybody wait.
        mode[_CC][termios.VSUSP] = bytes((disabled & 0xFF,))
        termios.tcsetattr(self.fd, termios.TCSANOW, mode)
        _TAKEN.add(self)

    def give_back(self) -> None:
        """Leave it as it was, and close it; do nothing if that is done."""
        before, self._before = self._before, None
        _TAKEN.discard(self)
        if before is not None:
            try:
                termios.tcsetattr(self.fd, termios.TCSANOW, before)
            except termios.error:
                # It is gone, as when its window was closed.
                pass
            os.close(self.fd)


_TAKEN: set[Tty] = set()


@atexit.register
def give_all_back() -> None:
    """Leave every terminal as it was."""
    for tty in list(_TAKEN):
        tty.give_back()


def own_terminal() -> str | None:
    """Name the terminal whose foreground we are at, with both input and output; None when there is none."""
    if termios is None:
        return None
    try:
        if not (os.isatty(0) and os.isatty(1)) or os.environ.get("TERM", "dumb") == "dumb":
            return None
        # In the background it is somebody else's, and taking it would stop us.
        if os.tcgetpgrp(0) != os.getpgrp():
            return None
        return os.ttyname(0)
    except OSError:
        return CONTROLLING if os.isatty(0) else None


def open_terminal(name: str) -> Tty | None:
    """Open a terminal by its name; None when that is not possible."""
    try:
        return Tty(os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK))
    except OSError:
        return None


@implementer(ILogObserver)
class LogAbove:
    """Write log lines to a stream, or above the prompt of whoever has taken the terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.above: Callable[[str], None] | None = None

    def __call__(self, event: LogEvent) -> None:
        """Write an event."""
        text = formatEventAsClassicLogText(event)
        if text is not None:
            (self.above or self.below)(text)

    def below(self, text: str) -> None:
        """Write to the stream."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # Nobody is there to read it, and nothing but the log to say so.
            pass


LOG = LogAbove(sys.__stdout__ or sys.stdout)
"""The log of a house that runs at a terminal."""


def show_above(line: str) -> bool:
    """Show a line above the prompt of the host's terminal, and nowhere else; tell whether there is one."""
    if LOG.above is None:
        return False
    LOG.above(f"{line}\n")
    return True


def log_observer() -> LogAbove:
    """Give what twistd is to log to (its option --logger)."""
    return LOG
