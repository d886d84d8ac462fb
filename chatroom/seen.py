"""A room as one client has seen it: each kept entry once, in order, whatever a server repeats or leaves out.

Rules
-----
- The position is the seq up to which everything kept was shown, or is known to be lost. It only grows within one epoch.
- An entry at or before the position is a repeat and is dropped. One further on than the next makes a *gap*: it and all that follows
  is held back, in order, until the entries between are fetched or known to be lost. What is held is bounded.
- Positions of another epoch mean nothing: the room's order starts anew.
- What the server says was removed is emptied here, too, before the removal is shown.

This module does not know how a gap is filled; `wanted` says what is to be fetched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chatroom.core.events import Ejected, Entry, Joined, Left, PutOut, Quit, Removed, Renamed, emptied
from chatroom.core.likeness import fold
from chatroom.core.replies import RoomView

KEPT = 200
"""Entries of a room a client remembers."""
HELD = 500
"""Entries held back behind a gap."""
PEOPLE = 20_000
"""People of one room a client remembers."""


@dataclass(frozen=True, slots=True)
class Lost:
    """`count` kept entries cannot be had."""

    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries with after < seq < before are missing."""

    after: int
    before: int


def empty(entries: deque[Entry], ids: tuple[str, ...]) -> None:
    """Let nothing be left of the words of those `entries` that were removed."""
    for index, entry in enumerate(entries):
        if entry.id in ids:
            entries[index] = emptied(entry)


class SeenRoom:
    """Hold what is known of one room."""

    __slots__ = ("_held", "_ids", "entries", "epoch", "gap", "mentions", "name", "people", "position", "since", "topic", "unread")

    def __init__(self, name: str) -> None:
        self.name = name
        self.topic = ""
        self.epoch = ""
        self.position = 0
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        """The newest that were shown, oldest first."""
        self.people: dict[str, str] = {}
        """Folded name to name."""
        self.unread = 0
        self.mentions = 0
        self.since: int | None = None
        """What came after this was new to our person when we came in."""
        self.gap: Gap | None = None
        """What is missing before anything held back can be shown."""
        self._held: deque[Entry] = deque()
        self._ids: dict[str, None] = {}

    def enter(self, view: RoomView, recent: tuple[Entry, ...], missed: int, resumed: bool) -> Iterator[Entry | Lost]:
        """Take the room as the server shows it to somebody who enters; give what is to be shown of it."""
        self.topic = view.topic
        self.people = {fold(name): name for name in view.people[:PEOPLE]}
        if view.epoch != self.epoch or view.seq < self.position:
            self._start_anew(view.epoch, recent[0].seq - 1 if recent else view.seq)
        self._forget_gap()
        yield from self.take_all(recent)
        if resumed and missed:
            self._open_gap(self.position + missed + 1)
        elif not resumed:
            self._open_gap(view.seq + 1)

    def take_all(self, entries: Iterable[Entry]) -> Iterator[Entry | Lost]:
        """Take several entries; give those that are to be shown now."""
        for entry in entries:
            yield from self.take(entry)

    def take(self, entry: Entry) -> Iterator[Entry | Lost]:
        """Take an entry as it comes; give what is to be shown now."""
        if self.gap is not None:
            yield from self._hold(entry)
        elif entry.kept and entry.seq > self.position + 1:
            self.gap = Gap(self.position, entry.seq)
            yield from self._hold(entry)
        elif self._is_new(entry):
            self._note(entry)
            yield entry

    def miss(self, after: int, count: int) -> None:
        """Take the server's word that `count` entries after seq `after` are left out."""
        self._open_gap(after + count + 1)

    def fill(self, page: Iterable[Entry]) -> Iterator[Entry | Lost]:
        """Take what could be fetched of the gap, and give it and what was held back, in order."""
        gap = self.gap
        if gap is None:
            return
        found = [entry for entry in page if entry.kept and self.position < entry.seq < gap.before]
        lost = gap.before - gap.after - 1 - len(found)
        if lost > 0:
            yield Lost(lost)
        for entry in found:
            if self._is_new(entry):
                self._note(entry)
                yield entry
        self.position = max(self.position, gap.before - 1)
        held = list(self._held)
        self._forget_gap()
        yield from self.take_all(held)

    def interrupted(self) -> None:
        """Note that the connection broke: what was held back comes again after the position."""
        self._forget_gap()

    def _start_anew(self, epoch: str, position: int) -> None:
        self.epoch = epoch
        self.position = max(0, position)

    def _open_gap(self, before: int) -> None:
        if self.gap is None and before > self.position + 1:
            self.gap = Gap(self.position, before)

    def _forget_gap(self) -> None:
        self.gap = None
        self._held.clear()

    def _hold(self, entry: Entry) -> Iterator[Entry | Lost]:
        self._held.append(entry)
        if len(self._held) > HELD:
            yield from self.fill(())

    def _is_new(self, entry: Entry) -> bool:
        if entry.kept and entry.seq and entry.seq <= self.position:
            return False
        return entry.id not in self._ids

    def _note(self, entry: Entry) -> None:
        if entry.kept and entry.seq:
            self.position = entry.seq
        self._ids[entry.id] = None
        if len(self._ids) > KEPT:
            del self._ids[next(iter(self._ids))]
        if isinstance(entry.event, Removed):
            empty(self.entries, entry.event.ids)
        self.entries.append(entry)

    def move(self, entry: Entry) -> bool:
        """Let people come, go and change names as `entry` says; tell whether anything changed."""
        before = len(self.people)
        name = entry.event.by.name
        match entry.event:
            case Joined() if before < PEOPLE:
                self.people[fold(name)] = name
            case Left() | Quit():
                self.people.pop(fold(name), None)
            case PutOut(who=who) | Ejected(who=who):
                self.people.pop(fold(who.name), None)
            case Renamed(new=new) if self.people.pop(fold(name), None) is not None:
                self.people[fold(new)] = new
                return True
            case _:
                return False
        return len(self.people) != before

    def names(self) -> tuple[str, ...]:
        """Name the people here, in alphabetical order."""
        return tuple(self.people[key] for key in sorted(self.people))
