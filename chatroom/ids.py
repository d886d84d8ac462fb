"""Entry ids: short, ASCII, unique over restarts, in the order of time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from itertools import count


def id_source(now: Callable[[], float] = time.time, boot: str | None = None) -> Callable[[], str]:
    """Make a function that gives a new id each time: milliseconds, this start's random mark, and a counter."""
    mark = boot or secrets.token_hex(2)
    counter = count()
    stem, begun = "", -1

    def new_id() -> str:
        nonlocal stem, begun
        at = int(now() * 1000)
        if at != begun:
            stem, begun = f"{at:x}{mark}", at
        return f"{stem}{next(counter):x}"

    return new_id
