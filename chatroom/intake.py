"""Whether a connection is read from: it is, as long as there is no reason against it.

The reasons come and go each for itself, so that none undoes another; the connection is told only when the first comes and when the
last is gone.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime


class Connection(Protocol):
    """Be what a door gives the house to govern one connection's input."""

    def hold(self) -> None:
        """Read nothing more for now."""

    def go_on(self) -> None:
        """Read again."""


class Hold(enum.Enum):
    """Be a reason not to read."""

    REPLIES = enum.auto()
    """Many replies wait."""
    ANSWER = enum.auto()
    """An office has not answered yet."""
    PACE = enum.auto()
    """So much was sent that what comes next has to wait."""
    END = enum.auto()
    """It was given its last line, or is about to be."""


class Intake:
    """Govern the input of one connection."""

    __slots__ = ("_clock", "_connection", "_pause", "reasons")

    def __init__(self, connection: Connection, clock: IReactorTime) -> None:
        self._connection = connection
        self._clock = clock
        self._pause: IDelayedCall | None = None
        self.reasons: set[Hold] = set()

    @property
    def ending(self) -> bool:
        """Tell whether nothing will be read any more."""
        return Hold.END in self.reasons

    def hold(self, why: Hold) -> None:
        """Read nothing while there is this reason."""
        if not self.reasons:
            self._connection.hold()
        self.reasons.add(why)

    def release(self, why: Hold) -> None:
        """Read again, unless there is another reason not to."""
        if why in self.reasons:
            self.reasons.discard(why)
            if not self.reasons:
                self._connection.go_on()

    def pause(self, seconds: float) -> None:
        """Read nothing for so long."""
        self._forget()
        self.hold(Hold.PACE)
        self._pause = self._clock.callLater(seconds, self.release, Hold.PACE)

    def gone(self) -> None:
        """Wait for nothing more: the connection is lost."""
        self._forget()
        self.reasons.add(Hold.END)

    def _forget(self) -> None:
        if self._pause is not None and self._pause.active():
            self._pause.cancel()
        self._pause = None
