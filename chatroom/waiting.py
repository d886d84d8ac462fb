"""What a client asked for and was not answered yet: kept over broken connections, sent again under the same ids, bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chatroom.core.errors import TooMuch

COUNT = 1000
"""Requests that may wait at once."""

SIZE = 4 << 20
"""Bytes of requests that may wait at once."""

TRIES = 10
"""How often a request is sent that the house was too busy or unsure to answer for good."""

PAUSE = 2.0
"""Seconds before such a request is sent again."""


class TooMuchWaits(TooMuch):
    """{count} messages wait to be sent already, the most that are kept. Wait until some are through."""


@dataclass(slots=True)
class Waits:
    """Be one request: its line, what was typed for it, and when it is to be sent again, if at a time."""

    line: bytes
    text: str
    sent: bool = False
    tries: int = 1
    again_at: float | None = None


class Unanswered:
    """Hold requests in the order they were made."""

    __slots__ = ("_by_id", "_size")

    def __init__(self) -> None:
        self._by_id: dict[int, Waits] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._by_id)

    def check(self, size: int) -> None:
        """Refuse when `size` bytes more are too much."""
        if len(self._by_id) >= COUNT or self._size + size > SIZE:
            raise TooMuchWaits(count=len(self._by_id))

    def add(self, id: int, line: bytes, text: str) -> None:
        """Keep a request until `answered`."""
        self.check(len(line))
        self._size += len(line)
        self._by_id[id] = Waits(line, text)

    def answered(self, id: object) -> Waits | None:
        """Forget a request, and give it; None when there is none of that id."""
        found = self._by_id.pop(id, None) if isinstance(id, int) else None
        if found is not None:
            self._size -= len(found.line)
        return found

    def postpone(self, id: object, now: float) -> bool:
        """Send a request again a little later; False when that was done often enough."""
        found = self._by_id.get(id) if isinstance(id, int) else None
        if found is None or found.tries >= TRIES:
            return False
        found.tries += 1
        found.again_at = now + PAUSE
        return True

    def interrupted(self) -> None:
        """Note that whatever was sent may not have arrived."""
        for one in self._by_id.values():
            one.sent = False
            one.again_at = None

    def to_send(self, now: float) -> Iterator[bytes]:
        """Give the lines that are to be sent now, in order, and take them as sent."""
        for one in self._by_id.values():
            if not one.sent or (one.again_at is not None and one.again_at <= now):
                one.sent = True
                one.again_at = None
                yield one.line
