"""What is done when the process gets a signal."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.application.service import Service


class AtSignal(Service):
    """Do something at a signal, where the system has it, in the reactor's own time."""

    def __init__(self, signal_name: str, reactor: Any, do: Callable[[], None]) -> None:
        self.name = f"what {signal_name} does"
        self._number: int | None = getattr(signal, signal_name, None)
        self._reactor = reactor
        self._do = do
        self._before: Any = None

    def startService(self) -> None:
        """Take the signal."""
        super().startService()
        if self._number is not None:
            with suppress(ValueError):  # not the main thread: nobody sends signals to that
                self._before = signal.signal(self._number, self.signalled)

    def stopService(self) -> None:
        """Let the signal do what it did."""
        super().stopService()
        if self._number is not None and self._before is not None:
            signal.signal(self._number, self._before)
            self._before = None

    def signalled(self, number: int, frame: object = None) -> None:
        """Note that it has come."""
        self._reactor.callFromThread(self._do)
