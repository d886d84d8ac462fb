"""What somebody looks for: words, and by whom, where and when they were said.

Rules
-----
- A term is a word, or several in double quotes, which stand together. All terms must be there, in any order, in any case, with any
  accents; a word also finds those that begin with it.
- `from:NAME`, `in:ROOM`, `after:DATE`, `before:DATE` and `older:NUMBER` are filters; a date is a day, 2026-11-21, in UTC. `after`
  includes that day, `before` does not. What only looks like a filter, such as `http://…`, is a term.
- What is looked for is bounded, so that what it costs is.

This module does not know how it is found.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from chatroom.core.errors import NoSuchDay, NothingToFind, TooManyTerms
from chatroom.core.fact import fact

MOST_TERMS = 10
"""Terms of one search."""
LONGEST = 256
"""Characters that are looked at."""

_PART = re.compile(
    r'\s*(?:(?P<filter>from|in|after|before|older):(?P<value>[^\s"]+)|"(?P<quoted>[^"]*)"?|(?P<word>[^\s"]+))', re.IGNORECASE
)
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)", re.ASCII)


@fact
class Quest:
    """Ask for entries whose words hold all `terms`, newest first.

    `logs` are the names of those that may be looked at; `by` is whom they are from, as people type it; `since` and `until` are
    times, and `older` a place in the order of the house, before which they must stand.
    """

    terms: tuple[str, ...]
    logs: tuple[str, ...]
    limit: int
    by: str = ""
    since: float = 0.0
    until: float = float(1 << 40)
    older: int = 1 << 62


@fact
class Wanted:
    """Be what somebody typed, understood."""

    terms: tuple[str, ...]
    by: str = ""
    room: str = ""
    since: float = 0.0
    until: float = float(1 << 40)
    older: int = 1 << 62


def wanted(text: str) -> Wanted:
    """Understand what somebody looks for, or refuse it."""
    terms: list[str] = []
    filters: dict[str, str] = {}
    for part in _PART.finditer(text[:LONGEST]):
        if part["filter"]:
            filters[part["filter"].lower()] = part["value"]
        else:
            terms.append(" ".join((part["quoted"] or part["word"] or "").split()))
    terms = [term for term in terms if any(char.isalnum() for char in term)]
    if not terms:
        raise NothingToFind
    if len(terms) > MOST_TERMS:
        raise TooManyTerms(limit=MOST_TERMS)
    older = filters.get("older", "")
    return Wanted(
        tuple(terms),
        filters.get("from", ""),
        filters.get("in", ""),
        _day(filters["after"]) if "after" in filters else 0.0,
        _day(filters["before"]) if "before" in filters else float(1 << 40),
        int(older) if older.isascii() and older.isdigit() and len(older) < 17 else 1 << 62,
    )


def _day(text: str) -> float:
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        raise NoSuchDay(text=text[:40]) from None
