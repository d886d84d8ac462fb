"""Who is in a room, as NAMES lists it: cut into lines once, and kept while others come at most.

A list of thousands is asked for by everybody who comes in, so only who came since the last time is added to it.
"""

from __future__ import annotations

from itertools import islice

from chatroom.core.keeping import standing
from chatroom.core.profile import UNKNOWN, host
from chatroom.core.room import Room
from chatroom.core.session import Person
from chatroom.core.settings import VOICE
from chatroom.core.standing import Standing
from chatroom.wire.irc.modes import MARKS

KEPT = 100
"""Lists that are kept."""
STEP = 32
"""Bytes by which the rows of two lists differ, so that clients with nicks of about the same length share one."""

_MARKS = {one: MARKS[one.name.lower()] for one in Standing}

Shape = tuple[bool, bool]
"""Whether a client is shown every mark, and users and hosts beside the names."""


class Names:
    """Be one room's list in one shape, as rows of at most so many bytes."""

    __slots__ = ("_edition", "_listed", "_most", "_shape", "_size", "room", "rows")

    def __init__(self, room: Room, shape: Shape, most: int) -> None:
        self.room = room
        self.rows: list[str] = []
        self._shape = shape
        self._most = most
        self._edition = room.edition
        self._listed = 0
        self._size = most
        """Bytes in the last row."""

    def refresh(self) -> None:
        """Add who came since, or list everybody anew when there is more to it."""
        if self._edition != self.room.edition:
            self._edition, self._listed, self._size = self.room.edition, 0, self._most
            self.rows.clear()
        came = len(self.room.occupants) - self._listed
        self._listed += came
        for person in reversed(list(islice(reversed(self.room.occupants), came))):
            self._add(word(person, self.room, self._shape))

    def _add(self, word: str) -> None:
        size = len(word) if word.isascii() else len(word.encode())
        self._size += 1 + size
        if self._size <= self._most:
            self.rows[-1] += " " + word
        else:
            self._size = size
            self.rows.append(word)


def word(person: Person, room: Room, shape: Shape) -> str:
    """Give somebody as the list of a room shows them."""
    every, users = shape
    marks = marks_of(person, room, every=every)
    return f"{marks}{person.name}!{person.user or UNKNOWN}@{host(person)}" if users else marks + person.name


def marks_of(person: Person, room: Room, *, every: bool) -> str:
    """Give the marks of what somebody is in a room: the highest, or every one."""
    here = standing(person, room)
    marks = _MARKS[here]
    if every and here > Standing.VOICED and room.rights.holds(VOICE, person.inbox):
        marks += MARKS["voiced"]
    return marks


class Lists:
    """Keep the lists of some rooms; the one that was made first goes first."""

    __slots__ = ("_lists",)

    def __init__(self) -> None:
        self._lists: dict[tuple[str, Shape, int], Names] = {}

    def __len__(self) -> int:
        """Count the lists."""
        return len(self._lists)

    def rows(self, room: Room, shape: Shape, most: int) -> list[str]:
        """Give the rows that list who is in a room, each of at most so many bytes, or a little less."""
        most -= most % STEP
        found = self._lists.get((room.name, shape, most))
        if found is None or found.room is not room:
            while len(self._lists) >= KEPT:
                del self._lists[next(iter(self._lists))]
            found = self._lists[room.name, shape, most] = Names(room, shape, most)
        found.refresh()
        return found.rows
