"""Closing the house by an admin's order, now or after a while; the order can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chatroom.core.spans import told
from chatroom.ending import Ending
from chatroom.house import House

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

SOON = 0.2
"""Seconds between an order to close and the closing, so that whoever gave it is answered."""


class Closing:
    """Close the house when an admin says so, now or after a while."""

    def __init__(self, house: House, reactor: Any, ending: Ending) -> None:
        self._house = house
        self._reactor = reactor
        self._ending = ending
        self._due: IDelayedCall | None = None

    async def shutdown(self, seconds: float | None, reason: str) -> bool:
        """Close in so many seconds and tell everybody, or, with None, not after all; tell whether that was under way."""
        due, self._due = self._due, None
        pending = due is not None and due.active()
        if due is not None and pending:
            due.cancel()
        if seconds is None:
            if pending:
                self._house.tell_everybody("shutdown", "The house stays open.")
            return pending
        why = f": {reason}" if reason else "."
        if seconds:
            self._house.tell_everybody("shutdown", f"The house closes in {told(seconds)}{why}")
        else:
            self._house.tell_everybody("shutdown", f"The house closes{why}")
        self._due = self._reactor.callLater(max(seconds, SOON), self._ending.stop)
        return pending
