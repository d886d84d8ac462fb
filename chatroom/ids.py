"""Entry ids: short, ASCII, unique over restarts, in the order of time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from itertools import count, islice


class Ids:
    """Give a new id each time: milliseconds, this start's random mark, and a counter."""

    def __init__(self, now: Callable[[], float] = time.time, boot: str | None = None) -> None:
        self._now = now
        self._mark = boot or secrets.token_hex(2)
        self._counter = count()
        self._begun = -1
        self._stem = ""

    def __call__(self) -> str:
        """Give one."""
        return f"{self._current()}{next(self._counter):x}"

    def row(self, length: int) -> list[str]:
        """Give so many of one moment."""
        stem = self._current()
        return [f"{stem}{number:x}" for number in islice(self._counter, length)]

    def _current(self) -> str:
        at = int(self._now() * 1000)
        if at != self._begun:
            self._begun, self._stem = at, f"{at:x}{self._mark}"
        return self._stem
