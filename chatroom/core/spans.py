"""How long: lengths of time as people write and read them.

A length of time is numbers with units, `90s`, `1h30m`, `2 days and 3 hours`, or `for good`, which has no end. A number without a
unit is none: a guess would be wrong by sixty.
"""

from __future__ import annotations

import itertools
import math
import re

from chatroom.core.errors import SpanOrReason, SpanTooLong, SpanUnclear

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
"""Seconds in each unit, by its shortest name."""

LONGEST = 100 * 365 * UNITS["d"]
"""Whoever means more means for good."""

# Every quantifier is possessive: a hostile line costs its length and no more.
_UNIT = "(?:ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])"
_PART = rf"\d{{1,12}}+(?:\.\d{{1,6}}+)?+\ *+{_UNIT}"
_PARTS = rf"{_PART}(?:(?:\ *+,\ *+|\ ++and\ ++|\ *+){_PART})*+"
_ENDLESS = r"for\ ++good(?!\ ++reason)|for\ ++ever|forever|permanent(?:ly)?+"
_SPAN = re.compile(rf"(?P<endless>{_ENDLESS})|(?:for\ ++)?+(?P<parts>{_PARTS})", re.ASCII | re.IGNORECASE)
_NUMBERS = re.compile(r"([\d.]++)\ *+([a-z]++)", re.ASCII | re.IGNORECASE)
_ENDED = re.compile(r"[,:;.]?+(?:\s++|\Z)")
_DOUBTFUL = re.compile(r"[+-]?+\d", re.ASCII)


def span(text: str) -> float | None:
    """Read a length of time in seconds, None for one without an end; refuse anything else."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise SpanUnclear(text=text[:40])
    return _seconds(found)


def _seconds(found: re.Match[str]) -> float | None:
    if found["endless"]:
        return None
    total = sum(float(number) * UNITS[_unit(word.lower())] for number, word in _NUMBERS.findall(found["parts"]))
    if total > LONGEST:
        raise SpanTooLong(text=found[0][:40])
    return total


def _unit(word: str) -> str:
    return "ms" if word.startswith(("ms", "mill")) else word[0]


def whole(seconds: float | None) -> int:
    """Give a length of time in whole seconds, 0 for one without an end."""
    return 0 if seconds is None else math.ceil(seconds)


_SHOWN = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def told(seconds: float | None) -> str:
    """Say a length of time in its two largest units at most; whatever is more than nothing is at least a second."""
    if seconds is None or seconds > LONGEST:
        return "for good"
    if seconds <= 0:
        return "no time"
    whole = _rounded(math.ceil(seconds))
    if whole % (7 * 86400) == 0:
        return _counted(whole // (7 * 86400), "week")
    return " and ".join(_units(whole))


def _rounded(whole: int) -> int:
    """Round to the smaller of the two units that are shown."""
    for (_, size), (_, smaller) in itertools.pairwise(_SHOWN):
        if whole >= size:
            return (whole + smaller // 2) // smaller * smaller
    return whole


def _units(whole: int) -> list[str]:
    shown = []
    for name, size in _SHOWN:
        count, whole = divmod(whole, size)
        if count:
            shown.append(_counted(count, name))
    return shown


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def lasting(seconds: float | None) -> str:
    """Say how long something lasts: `for 10 minutes`, `for good`."""
    words = told(seconds)
    return words if words == "for good" else f"for {words}"


def remaining(until: float | None, now: float) -> str:
    """Say how much longer something lasts: `for 10 more minutes`, `for good`."""
    words = told(None if until is None else max(1.0, until - now))
    if words == "for good":
        return words
    count, _, rest = words.partition(" ")
    return f"for {count} more {rest}"


def leading(rest: str) -> tuple[float | None, str] | None:
    """Take a length of time off, if there is one, and refuse what may have been meant as one."""
    found = _SPAN.match(rest)
    ended = _ENDED.match(rest, found.end()) if found else None
    if found and ended:
        return _seconds(found), rest[ended.end() :]
    if _DOUBTFUL.match(rest):
        raise SpanOrReason(text=rest[:20])
    return None
