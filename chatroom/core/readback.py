"""Reading back: a log is looked through from one end of what is asked for until enough is found that is wanted of it.

What is not wanted is passed over, so one question may take several readings of the journal, at most `READINGS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.events import Author, Entry
from chatroom.core.likeness import fold
from chatroom.core.reading import Further
from chatroom.core.seams import Slice

READINGS = 25
"""Readings of the journal for one question, before it is asked whether to go on."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT").match

Shown = Callable[[tuple[Entry, ...], int], Effect]
"""Make of what was found an answer; entries from the seq given on were not looked at, 0 is none."""


class Readback:
    """Look through one log; `query.limit` is how much is read at a time, `enough` tells when what was found suffices."""

    __slots__ = ("_call", "_found", "_query", "_readings", "_remembered", "enough", "show", "wanted")

    def __init__(self, call: Call, query: Slice, remembered: Callable[[Slice], tuple[Entry, ...] | None], show: Shown) -> None:
        self._call = call
        self._query = query
        self._remembered = remembered
        self._found: tuple[Entry, ...] = ()
        self._readings = 0
        self.show = show
        self.wanted: Callable[[Entry], bool] = lambda _: True
        self.enough: Callable[[tuple[Entry, ...]], bool] = lambda _: False

    def start(self) -> None:
        """Begin to read."""
        further = self._further()
        self._call.read(further.query, further.remembered, further.then)

    def _further(self) -> Further:
        query = self._query
        return Further(query, lambda: self._remembered(query), self._read)

    def _read(self, entries: tuple[Entry, ...]) -> Effect | Further:
        self._readings += 1
        fits = tuple(filter(self.wanted, entries))
        self._found = (*self._found, *fits) if self._query.oldest else (*fits, *self._found)
        whole = len(entries) < self._query.limit
        if self.enough(self._found) or whole or self._readings == READINGS:
            return self.show(self._found, 0 if whole else self._edge(entries))
        edge = self._edge(entries)
        self._query = replace(self._query, after=edge) if self._query.oldest else replace(self._query, before=edge)
        return self._further()

    def _edge(self, entries: tuple[Entry, ...]) -> int:
        return entries[-1 if self._query.oldest else 0].seq


def point(call: Call, field: str) -> str | float | None:
    """Give a point in a log, from an argument: a time in seconds, or an entry's id."""
    given: str | None = call.args.get(field)
    if given is None or not _TIME(given):
        return given
    try:
        return datetime.fromisoformat(given).timestamp()
    except (ValueError, OverflowError):
        raise call.verb.wrong(f"The field {field} is not a time.") from None


def excerpt(entries: Iterable[Entry], query: Slice) -> tuple[Entry, ...]:
    """Give what a query asks for of all the entries of one log."""
    whole = tuple(entries)
    after, before = query.after, query.before
    if query.since is not None:
        first = _first(whole, query.since, later=not query.including)
        after = before if first is None else max(after, first - 1)
    if query.until is not None:
        first = _first(whole, query.until, later=False)
        before = after if first is None else min(before, first)
    found = tuple([entry for entry in whole if after < entry.seq < before])
    return found[: query.limit] if query.oldest else found[max(0, len(found) - query.limit) :]


def _first(entries: tuple[Entry, ...], at: str | float, *, later: bool) -> int | None:
    """Give the seq of the first entry at a point or after it; with `later` only after it. None when there is no such id."""
    if isinstance(at, str):
        return next((entry.seq + later for entry in entries if entry.id == at), None)
    end = entries[-1].seq + 1 if entries else 1
    return next((entry.seq for entry in entries if entry.at > at or (entry.at == at and not later)), end)


def of_inbox(call: Call) -> Callable[[Slice], tuple[Entry, ...] | None]:
    """Remember what stands in the caller's own inbox, if that is held in memory: a guest's is, and nowhere else."""

    def remembered(query: Slice) -> tuple[Entry, ...] | None:
        guest = call.hub.memory.inboxes.guest(call.person.inbox)
        return None if guest is None else excerpt(guest.entries, query)

    return remembered


def named(call: Call, name: str) -> Callable[[Author], bool]:
    """Tell who is meant by a name: the member who bears it, or whoever bore it; a mail is known to members alone."""
    member = call.hub.keeper.members.find(name) if "@" not in name or call.person.author.member is not None else None
    if member is not None:
        return lambda author: author.member == member.id
    return lambda author: fold(author.name) == fold(name)
