"""Entry ids: short, ASCII, unique over restarts, in the order of time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from itertools import count

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def id_source(now: Callable[[], float] = time.time, boot: str | None = None) -> Callable[[], str]:
    """Make a function that gives a new id each time: milliseconds, this start's random mark, a counter, in base 36."""
    mark = boot or base36(secrets.randbelow(36**4)).rjust(4, "0")
    counter = count()
    stem = ["", 0]

    def new_id() -> str:
        at = int(now() * 1000)
        if at != stem[1]:
            stem[:] = [base36(at) + mark, at]
        return f"{stem[0]}{base36(next(counter))}"

    return new_id


def base36(number: int) -> str:
    """Write a number that is not negative in base 36."""
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
        if not number:
            return digits
