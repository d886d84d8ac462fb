"""Search without an index, for what is held in memory: every entry is looked at, the newest first, a little at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from chatroom.core.events import Entry, Said, Told
from chatroom.core.likeness import fold
from chatroom.core.quest import Quest
from chatroom.core.seams import Findings

AT_ONCE = 500
"""Entries looked at before it is looked at whether the turn has been long enough."""


def bare(text: str) -> str:
    """Give a text without case and accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))


def scan(entries: Iterable[tuple[int, Entry]], quest: Quest, found: Callable[[Findings], None]) -> Iterator[None]:
    """Look through entries, the newest first, each with its place in the order of the house; tell what was found at the end."""
    terms = [bare(term) for term in quest.terms]
    words: list[tuple[int, Entry]] = []
    parts: list[tuple[int, Entry]] = []
    for count, (place, entry) in enumerate(entries, 1):
        if _may_be(entry, place, quest):
            text = bare(_text(entry))
            if len(parts) < quest.limit and all(term in text for term in terms):
                parts.append((place, entry))
            if all(_word(term).search(text) for term in terms):
                words.append((place, entry))
        if len(words) >= quest.limit:
            break
        if count % AT_ONCE == 0:
            yield
    hits = words or parts
    found(Findings(tuple(entry for _, entry in hits), hits[-1][0] if len(hits) == quest.limit else None, 0))


def _may_be(entry: Entry, place: int, quest: Quest) -> bool:
    event = entry.event
    return (
        isinstance(event, Said | Told)
        and place < quest.older
        and quest.since <= entry.at < quest.until
        and (not quest.by or fold(event.by.name) == fold(quest.by))
    )


def _text(entry: Entry) -> str:
    event = entry.event
    return event.text if isinstance(event, Said | Told) else ""


@lru_cache(maxsize=64)
def _word(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(term)}")
