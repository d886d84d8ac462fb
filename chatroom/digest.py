"""Log lines of which there may be floods: some of each kind every minute, and then how many more there were.

So the log tells who came, went or was refused, one line each, and no crowd can fill a disk with it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime
    from twisted.logger import Logger

    from chatroom.core.session import Session

MOST = 20
"""Lines of a kind in one minute."""
MINUTE = 60.0


class Digest:
    """Write to a log what may come in floods; whoever has it looks at the time now and then (`tick`)."""

    def __init__(self, log: Logger, clock: IReactorTime, most: int = MOST) -> None:
        self._log = log
        self._clock = clock
        self._most = most
        self._since = clock.seconds()
        self._counts: Counter[str] = Counter()

    def info(self, kind: str, format: str, **fields: object) -> None:
        """Write a line, unless there were too many of its kind; kinds are few and known when the program is written."""
        self.tick()
        self._counts[kind] += 1
        if self._counts[kind] <= self._most:
            self._log.info(format, **fields)

    def tick(self) -> None:
        """Tell, once a minute, of how many lines there is only this."""
        if self._clock.seconds() - self._since >= MINUTE:
            self.sum_up()

    def sum_up(self) -> None:
        """Tell how many lines more there would have been, and begin anew."""
        counts, self._counts, self._since = self._counts, Counter(), self._clock.seconds()
        for kind, count in counts.items():
            if count > self._most:
                self._log.info("… and {count} more in the last minute: {kind}", count=count - self._most, kind=kind)


def who(session: Session) -> str:
    """Name whoever has a session, and their door and address, as one short line."""
    name = "somebody" if session.person is None else session.person.name
    return f"{name[:64]} ({session.door} {session.address[:64]})"
