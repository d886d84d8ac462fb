"""Entry ids: short, ASCII, unique over restarts, in the order of time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from itertools import count


class Ids:
    """Give a new id each time: milliseconds, this start's random mark, and a counter."""

    def __init__(self, now: Callable[[], float] = time.time, boot: str | None = None) -> None:
        self._now = now
        self._mark = boot or secrets.token_hex(2)
        self._counter = count()

    def __call__(self) -> str:
        """Give one."""
        return f"{int(self._now() * 1000):x}{self._mark}{next(self._counter):x}"
