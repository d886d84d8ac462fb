"""Telling a person who looks elsewhere that words are for them: by the desktop where it can, else by the bell."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable
from typing import Any

from chatroom.wire.text import visible

QUIET = 3.0
"""Seconds between two notifications, however many mention us."""

LONGEST = 200
PROGRAM = "notify-send"


class Notifier:
    """Tell the desktop, at most once in `QUIET`; `bell` is rung where there is no desktop to tell."""

    def __init__(self, reactor: Any, bell: Callable[[], None], program: str | None = None) -> None:
        self._reactor = reactor
        self._bell = bell
        self._program = program if program is not None else shutil.which(PROGRAM)
        self._last = -QUIET

    def notify(self, title: str, text: str) -> None:
        """Show a notification, or ring."""
        now = self._reactor.seconds()
        if now - self._last < QUIET:
            return
        self._last = now
        if not self._program:
            self._bell()
            return
        from twisted.internet.protocol import ProcessProtocol

        # The desktop reads marks of its own in the second of these.
        words = [visible(title)[:LONGEST], html.escape(visible(text)[:LONGEST])]
        arguments = [PROGRAM, "--app-name=chatroom", "--", *(one.encode("utf-8", "replace").decode() for one in words)]
        try:
            self._reactor.spawnProcess(ProcessProtocol(), self._program, arguments, env=None)
        except OSError:
            self._bell()
