"""What the house did, counted: for whoever asks how it is doing, for the monitor and for the log."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING

from chatroom.core.spans import told

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

    from chatroom.core.seams import JournalHealth

MARKS = 30
"""Ticks over which the messages of late are counted."""


def memory() -> str:
    """Tell how much memory the process takes, where the system says."""
    try:
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return "unknown"
    return f"{pages * os.sysconf('SC_PAGE_SIZE') / (1 << 20):.1f} MiB"


class Figures:
    """Count what the house did since it opened."""

    def __init__(self, clock: IReactorTime) -> None:
        self.messages = 0
        self.refused = 0
        self.faults = 0
        self.dropped = 0
        self._clock = clock
        self._opened_at = clock.seconds()
        self._marks: deque[tuple[float, int]] = deque([(clock.seconds(), 0)], maxlen=MARKS)
        """How many messages there had been at each of the last ticks."""

    @property
    def uptime(self) -> float:
        """Tell for how many seconds the house has been open."""
        return self._clock.seconds() - self._opened_at

    def mark(self) -> None:
        """Note how many messages there have been by now."""
        self._marks.append((self._clock.seconds(), self.messages))

    def rate(self) -> float:
        """Tell how many messages a second there were in the last minute or so."""
        (then, count), now = self._marks[0], self._clock.seconds()
        return (self.messages - count) / (now - then) if now > then else 0.0

    def told(self, health: JournalHealth, deliveries: int, lagging: int) -> dict[str, str]:
        """Tell it to whoever asks, a line for each."""
        return {
            "messages": f"{self.messages} since the start, {self.rate():.1f} a second lately",
            "deliveries": str(deliveries),
            "journal": "works" if health.ok else f"fails: {health.why}",
            "commits": f"{health.commits} in {health.batches} batches, {health.waiting} waiting",
            "commit latency": f"{health.commit_seconds * 1000:.1f} ms the last time",
            "laggards": f"{lagging} now, {self.dropped} let go",
            "refusals": str(self.refused),
            "faults": str(self.faults),
            "memory": memory(),
            "uptime": told(self.uptime),
        }
