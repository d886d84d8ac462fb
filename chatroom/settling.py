"""What is there for good, kept from the garbage collector: it holds everybody up for as long as it looks at all there is.

A look at the modules and tables of an empty house takes tens of milliseconds, and comes after so many people have come and gone.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from twisted.application.service import Service

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

SETTLED = 1.0
"""Seconds after which a house that opens has made what it needs."""


class Settling(Service):
    """Set aside everything that the collector need not look at again: before anybody can come, and once more a moment later."""

    def __init__(self, reactor: Any) -> None:
        self.name = "settling in"
        self._reactor = reactor
        self._due: IDelayedCall | None = None

    def startService(self) -> None:
        """Look for garbage while nobody is there to wait for it, and set aside what is left."""
        super().startService()
        gc.collect()
        gc.freeze()
        self._due = self._reactor.callLater(SETTLED, gc.freeze)

    def stopService(self) -> None:
        """Set nothing aside any more."""
        super().stopService()
        if self._due is not None and self._due.active():
            self._due.cancel()
