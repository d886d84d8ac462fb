"""What programs are told about people: those who are here, and a bounded memory of those who were.

A person's `host` names who they are to others, never where they are: a member by id, a guest by a mark of this stay.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from chatroom.core.events import Author
from chatroom.core.fact import fact
from chatroom.core.likeness import fold
from chatroom.core.rank import Rank
from chatroom.core.session import Person

REMEMBERED = 1000
"""People who left and are remembered."""
STAYS_EACH = 10
"""Stays of one name that are remembered."""
REAL = 128
"""Bytes of what somebody says they are really called."""
UNKNOWN = "unknown"
"""What stands for what nobody has said."""


@fact
class Stayed:
    """Be what is remembered of somebody who was here under this name."""

    author: Author
    user: str
    host: str
    real: str
    at: float
    """When they left, or were called otherwise."""


def host(person: Person) -> str:
    """Give what stands for the place somebody is at."""
    return host_of(person.author, person.id)


def host_of(author: Author, stay: str = "") -> str:
    """Give what stands for the place of a member, or of a guest whose stay has this id."""
    if author.member is not None:
        return f"{author.member}.member"
    return f"{_mark(stay) if stay else UNKNOWN}.guest"


@lru_cache(maxsize=16384)
def _mark(stay: str) -> str:
    return hashlib.blake2b(stay.encode(), digest_size=5).hexdigest()


def facts(person: Person, now: float, asker: Person) -> dict[str, Any]:
    """Give what a program is told about a person; where they connect from is told to moderators alone."""
    known: dict[str, Any] = {
        "name": person.name,
        "user": person.user or UNKNOWN,
        "host": host(person),
        "real": person.real or person.name,
        "rank": str(person.rank),
        "since": person.since,
        "idle": max(0.0, now - person.active),
        "doors": sorted({session.door for session in person.sessions}),
    }
    if person.author.member is not None:
        known["member"] = person.author.member
    if person.away:
        known["away"] = person.away
    if person.bot:
        known["bot"] = True
    if person.sessions and all(session.encrypted for session in person.sessions):
        known["encrypted"] = True
    if asker.rank >= Rank.MODERATOR:
        known["addresses"] = sorted({session.address for session in person.sessions})
    return known


class Departed:
    """Remember who was here, by every name they had; the oldest are forgotten."""

    __slots__ = ("_by_name", "most")

    def __init__(self, most: int = REMEMBERED) -> None:
        self.most = most
        self._by_name: OrderedDict[str, list[Stayed]] = OrderedDict()

    def __len__(self) -> int:
        """Count the names."""
        return len(self._by_name)

    def note(self, person: Person, author: Author, now: float) -> None:
        """Remember that somebody is called `author.name` no longer."""
        key = fold(author.name)
        stays = self._by_name.setdefault(key, [])
        stays.append(Stayed(author, person.user or UNKNOWN, host(person), person.real or author.name, now))
        del stays[:-STAYS_EACH]
        self._by_name.move_to_end(key)
        while len(self._by_name) > self.most:
            self._by_name.popitem(last=False)

    def called(self, name: str) -> Iterator[Stayed]:
        """Iterate over the stays under a name, the last one first."""
        return reversed(self._by_name.get(fold(name), ()))
