"""The windows' turn within the reactor: often while somebody does something, seldom while nobody does.

Twisted's own support for tkinter looks as often at an idle window as at a busy one, which an idle one pays for with its battery.
"""

from __future__ import annotations

import tkinter as tk
from typing import Any

BUSY = 0.012
"""Seconds between two looks while somebody types, points or resizes."""

IDLE = 0.06
"""Seconds between two looks otherwise: what comes from the house is drawn no later than that."""

CALM = 1.0
"""Seconds after the last deed in which somebody still counts as busy."""

DEEDS = ("<Key>", "<Button>", "<Motion>", "<MouseWheel>", "<Configure>")


class Pulse:
    """Let `root` and its windows do what they have to, until `stop`."""

    def __init__(self, root: tk.Tk, reactor: Any) -> None:
        self._root = root
        self._reactor = reactor
        self._busy_until = 0.0
        self._call: Any = None
        self._over = False
        for deed in DEEDS:
            root.bind_all(deed, self._done, add="+")

    def start(self) -> None:
        """Begin, and go on."""
        self._root.update()
        # A window that ended the program meanwhile is not looked at again.
        if not self._over:
            busy = self._reactor.seconds() < self._busy_until
            self._call = self._reactor.callLater(BUSY if busy else IDLE, self.start)

    def stop(self) -> None:
        """Look no more."""
        self._over = True
        if self._call is not None and self._call.active():
            self._call.cancel()

    def _done(self, event: object) -> None:
        self._busy_until = self._reactor.seconds() + CALM
