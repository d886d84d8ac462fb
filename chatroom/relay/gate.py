"""Whether a connection is read: it is while there is no reason not to."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer


@implementer(IPushProducer)
class Gate:
    """Let a transport be read while there is no reason not to."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._reasons: set[str] = set()

    def close(self, reason: str) -> None:
        """Read no more, for one reason more."""
        if not self._reasons:
            self._transport.pauseProducing()
        self._reasons.add(reason)

    def open(self, reason: str) -> None:
        """Take a reason back."""
        if reason in self._reasons:
            self._reasons.discard(reason)
            if not self._reasons:
                self._transport.resumeProducing()

    def pauseProducing(self) -> None:
        """Read no more: the other side takes nothing."""
        self.close("full")

    def resumeProducing(self) -> None:
        """Read on."""
        self.open("full")

    def stopProducing(self) -> None:
        """Do nothing: the end of the connection tells it all."""
