"""The part of a room's log that is held in memory, and the positions readers hold in it.

Rules
-----
- Entries are only appended, in the journal's order. Each gets a *place*: a number one higher than the last, never used again.
  Places count passing entries too; seqs count kept ones only.
- What is removed is emptied in place: seqs and places stay as they are.
- Memory is bounded by count and by bytes (`window.py`); what falls out at the old end is still in the journal, if it was kept.
- A reader's cursor is a place: everything before it has been delivered. A cursor older than the window has *fallen out*;
  it goes on from the journal.
- The newest kept entries are held apart as well, so that a crowd's comings and goings do not push out what was said last.

The log does not know who reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain, islice

from chatroom.core.events import Entry
from chatroom.core.window import ENTRY_OVERHEAD, Line, Stretch, Window, weight
from chatroom.core.words import Placed


def fitting(entries: Iterable[Entry], size: int) -> list[Entry]:
    """Give the first of `entries` that are within `size` bytes; at least one if there is any."""
    found: list[Entry] = []
    for entry in entries:
        size -= weight(entry)
        if size < 0 and found:
            break
        found.append(entry)
    return found


class Log:
    """Hold the newest entries of one log."""

    __slots__ = ("_all", "_hole", "_kept", "end", "head")

    def __init__(self, head: int = 0, *, count: int = 1000, size: int = 1 << 20) -> None:
        self.head = head
        """The seq of the last kept entry."""
        self.end = 0
        """The place the next entry will get."""
        self._all = Window(count, size)
        self._kept = Window(count, size)
        self._hole = 0
        """The last seq that was passed over: it may be on disk, stored when nobody could tell, but was never shown."""

    @property
    def max_count(self) -> int:
        """Tell how many entries are held, where they are not too large."""
        return self._all.max_count

    @property
    def max_bytes(self) -> int:
        """Tell how much they may weigh."""
        return self._all.max_bytes

    @property
    def start(self) -> int:
        """Tell the place of the oldest entry in memory."""
        return self.end - self._all.count

    @property
    def start_seq(self) -> int:
        """Tell the seq after which everything kept is in memory."""
        first = next(self._all.since(0), None)
        return self.head if first is None else max(self._hole, first.seq_before(first.place))

    def append(self, entry: Entry, order: int = 0, source: object | None = None) -> Stretch:
        """Add the newest entry, drop the oldest while there are too many, and give it as it is held."""
        return self._add(Stretch(self.end, order, entry.seq if entry.kept else None, (entry,), source, 1, weight(entry)))

    def extend(self, row: Placed, order: int, source: object | None) -> Stretch:
        """Add words in a row, the first of which has this order in the house; give them as they are held."""
        count = len(row.texts)
        size = ENTRY_OVERHEAD * count + sum(map(len, row.texts))
        return self._add(Stretch(self.end, order, row.first, row, source, count, size))

    def _add(self, stretch: Stretch) -> Stretch:
        if stretch.seq is not None:
            self._keep(stretch, stretch.seq)
        self._all.add(stretch)
        self.end += stretch.count
        return stretch

    def _keep(self, stretch: Stretch, first: int) -> None:
        if first <= self.head:
            raise ValueError(f"seq {first} after {self.head}")
        if first > self.head + 1:
            self._hole = first - 1
        self.head = first + stretch.count - 1
        self._kept.add(stretch)

    def resize(self, count: int, size: int) -> None:
        """Hold so many entries and bytes from now on."""
        self._all.resize(count, size)
        self._kept.resize(count, size)

    def preload(self, entries: Iterable[Entry]) -> None:
        """Fill an empty window with the tail that the journal remembers, up to `head`."""
        for entry in entries:
            stretch = Stretch(self.end, 0, entry.seq, (entry,), None, 1, weight(entry))
            self._kept.add(stretch)
            self._all.add(stretch)
            self.end += 1

    def empty(self, ids: Container[str]) -> None:
        """Let nothing be left of the words of the entries with these ids."""
        self._all.empty(ids)
        self._kept.empty(ids)

    def line(self, seq: int) -> Line | None:
        """Find the line of kept entry `seq` in memory."""
        return self.newest(lambda line: line.entry.kept and line.entry.seq == seq)

    def newest(self, wanted: Callable[[Line], bool]) -> Line | None:
        """Find the newest line in memory that is `wanted`."""
        lines = chain.from_iterable(stretch.newest_first() for stretch in self._all.newest_first())
        return next(filter(wanted, lines), None)

    def newest_kept(self, wanted: Callable[[Entry], bool]) -> Entry | None:
        """Find the newest kept entry in memory that is `wanted`."""
        return next(filter(wanted, self._newest_kept()), None)

    def since(self, place: int) -> Iterator[Line]:
        """Iterate over what is in memory from `place` on, oldest first."""
        stretches = self._all.since(place)
        first = next(stretches, None)
        if first is None:
            return iter(())
        lines = islice(first.lines(), max(0, place - first.place), None)
        return chain(lines, chain.from_iterable(stretch.lines() for stretch in stretches))

    def last(self, count: int, *, size: int = 1 << 62) -> tuple[Entry, ...]:
        """Give the newest `count` kept entries within `size` bytes, oldest first; at least one if there is any."""
        return tuple(reversed(fitting(islice(self._newest_kept(), count), size)))

    def place_after(self, seq: int) -> int | None:
        """Find the place right after kept entry `seq`; None when entries after it have fallen out of memory."""
        if seq < self.start_seq:
            return None
        for stretch in self._all.newest_first():
            if stretch.seq is not None and stretch.seq <= seq:
                return stretch.place + min(stretch.count, seq - stretch.seq + 1)
        return self.start

    def seq_before(self, place: int) -> int:
        """Tell the seq of the last kept entry before `place`."""
        stretch = next(self._all.since(place), None) if place < self.end else None
        return self.head if stretch is None else stretch.seq_before(max(place, stretch.place))

    def between(self, after: int, before: int, limit: int) -> tuple[Entry, ...] | None:
        """Give the newest `limit` kept entries with after < seq < before, or None if some may only be on disk."""
        found: list[Entry] = []
        first = next(self._kept.since(0), None)
        start = max(self._hole, self.head if first is None else first.seq_before(first.place))
        for entry in self._newest_kept():
            if len(found) >= limit or entry.seq <= max(after, start):
                break
            if entry.seq < before:
                found.append(entry)
        whole = len(found) >= limit or start <= after
        return tuple(reversed(found)) if whole else None

    def _newest_kept(self) -> Iterator[Entry]:
        return chain.from_iterable(reversed(stretch.entries) for stretch in self._kept.newest_first())
