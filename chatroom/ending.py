"""How the process ends: what signals do, and the exit status.

twistd ends a service that was told to stop by dying of the same signal again, so that a clean stop would look like a crash to whoever
waits for it. Here SIGINT and SIGTERM stop the reactor; the exit status says whether all was well; a second signal ends at once.
"""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Callable
from typing import Any

FAILED = 1
"""The exit status when something did not end well, or could not even begin."""


class Ending:
    """Hold how this process is going to end."""

    def __init__(self, reactor: Any, leave: Callable[[int], Any] = os._exit) -> None:
        self._reactor = reactor
        self._leave = leave
        self._asked = False
        self.status = 0

    def prepare(self) -> None:
        """Take over the signals, now and again when the reactor has taken them, and the exit status."""
        self._listen()
        self._reactor.callWhenRunning(self._listen)
        # twistd returns from a stopped reactor as if all were well; its own clean-up is done by then.
        atexit.register(self._exit)

    def failed(self) -> None:
        """End with a status that says so."""
        self.status = FAILED

    def stop(self) -> None:
        """End in good order, if the reactor runs."""
        if self._reactor.running:
            self._reactor.stop()

    def signalled(self, number: int, frame: object = None) -> None:
        """Stop in good order, once everything is up if it is only just starting; at once when asked a second time."""
        if self._asked:
            self._leave(128 + number)
        elif self._reactor.running:
            self._reactor.callFromThread(self.stop)
        else:
            self._reactor.callWhenRunning(self.stop)
        self._asked = True

    def _listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.signalled)

    def _exit(self) -> None:
        if self.status:
            self._leave(self.status)
