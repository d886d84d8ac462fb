"""The log of a house in the background: one file of a bounded size, the last few before it, and no harm where it cannot be written.

A line that finds no room on the disk is lost, and nothing else is. How many were is said once, when there is room again;
until then whoever asks how the house is doing is told.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEventAsClassicLogText
from twisted.python.logfile import LogFile
from zope.interface import implementer

from chatroom.logs import Logs

MODE = 0o600


@implementer(ILogObserver)
class Logbook:
    """Write the log to a file, once it was said which; the file is opened with the first line."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._owner: tuple[int, int] | None = None
        self.bounds = Logs()
        self._file: LogFile | None = None
        self._lost = 0
        self._why = ""

    @property
    def trouble(self) -> str:
        """Tell what keeps lines from being written, and how many are lost by now; nothing where the last one was written."""
        return f"fails: {self._why}; {self._lost} {'line is' if self._lost == 1 else 'lines are'} lost" if self._lost else ""

    def keep(self, path: Path) -> None:
        """Write to this file from now on."""
        self.path = path

    def take_over(self, twistd: MutableMapping[str, Any], usual: Path | None) -> bool:
        """Write the file that twistd would, else the `usual` one, if any; tell whether that or something else is the log."""
        if twistd["syslog"] or twistd.get("logger") is not None or twistd["logfile"] == "-":
            return True
        named = twistd["logfile"] or usual
        if named is None:
            return False
        # Absolute, because twistd may go elsewhere.
        self.keep(Path(named).absolute())
        twistd["logger"] = f"{__name__}.{log_observer.__name__}"
        return True

    def give_to(self, uid: int, gid: int) -> None:
        """Make the file another user's, who will be the one to go on with it."""
        self._owner = uid, gid

    def obey(self, bounds: Logs) -> None:
        """Keep so much from now on."""
        self.bounds = bounds
        self.close()

    def __call__(self, event: LogEvent) -> None:
        """Write an event."""
        text = formatEventAsClassicLogText(event)
        if text is None or self.path is None:
            return
        try:
            self._opened(self.path).write((self._on_those_lost(event) + text).encode("utf-8", "backslashreplace"))
        except (OSError, ValueError) as why:
            self._lost += 1
            self._why = getattr(why, "strerror", None) or str(why)
            self.close()
        else:
            self._lost = 0

    def turn(self) -> None:
        """Begin a new file; where another program has moved the old one away, go on with the one that is there now."""
        if self._file is None or self.path is None:
            return
        try:
            if self.path.exists() and self.path.stat().st_size:
                self._file.rotate()
            else:
                self._file.reopen()
        except OSError:
            # The next line says why it could not be written.
            self.close()

    def close(self) -> None:
        """Close the file; it is opened again with the next line."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError, ValueError, AttributeError):  # as it may have failed between two files
                file.close()

    def _opened(self, path: Path) -> LogFile:
        if self._file is None:
            # What is no file, as /dev/null, is not to be moved, nor to become anybody's own.
            ours = path.is_file() or not path.exists()
            self._file = LogFile(
                path.name, str(path.parent), self.bounds.size if ours else 0, MODE if ours else None, self.bounds.files
            )
            if ours and self._owner is not None:
                os.chown(path, *self._owner)
        return self._file

    def _on_those_lost(self, event: LogEvent) -> str:
        """Say how many lines were lost before this one."""
        if not self._lost:
            return ""
        told = {
            "log_time": event["log_time"],
            "log_level": LogLevel.warn,
            "log_namespace": __name__,
            "log_format": "{lost} lines before this one are lost, as they could not be written: {why}",
            "lost": self._lost,
            "why": self._why,
        }
        # The last of them may have been cut in its middle.
        return f"\n{formatEventAsClassicLogText(told)}"


LOG = Logbook()
"""The log of this process, when it is a house in the background."""


def log_observer() -> Logbook:
    """Give what twistd is to log to (its option --logger)."""
    return LOG
