"""A moment as protocols write it: RFC 3339 in UTC, with milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


def stamp(at: float) -> str:
    """Write a moment, given in seconds since 1970."""
    second, thousandths = divmod(round(at * 1000), 1000)
    return f"{_second(second)}.{thousandths:03d}Z"


@lru_cache(maxsize=64)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
