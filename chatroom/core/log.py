"""The part of a room's log that is held in memory, and the positions readers hold in it.

Rules
-----
- Entries are only appended, in the journal's order. Each gets a *place*: a number one higher than the last, never used again.
  Places count passing entries too; seqs count kept ones only.
- What is removed is emptied in place: seqs and places stay as they are.
- Memory is bounded by count and by bytes; what falls out at the old end is still in the journal, if it was kept.
- A reader's cursor is a place: everything before it has been delivered. A cursor older than the window has *fallen out*;
  it goes on from the journal.
- The newest kept entries are held apart as well, so that a crowd's comings and goings do not push out what was said last.

The log does not know who reads it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import count, islice, repeat

from chatroom.core.events import Entry, Said, Told, TopicChanged, emptied
from chatroom.core.fact import fact

ENTRY_OVERHEAD = 300
"""About what an entry takes in memory besides its text, in bytes."""


def weight(entry: Entry) -> int:
    """Estimate the bytes of memory `entry` takes."""
    event = entry.event
    if isinstance(event, Said | Told):
        return ENTRY_OVERHEAD + len(event.text)
    if isinstance(event, TopicChanged):
        return ENTRY_OVERHEAD + len(event.topic)
    return ENTRY_OVERHEAD


def weights(entries: Iterable[Entry]) -> list[int]:
    """Estimate the bytes of memory each of these takes, most of which are words."""
    return [ENTRY_OVERHEAD + len(one.event.text) if type(one.event) is Said else weight(one) for one in entries]


def fitting(entries: Iterable[Entry], size: int) -> list[Entry]:
    """Give the first of `entries` that are within `size` bytes; at least one if there is any."""
    found: list[Entry] = []
    for entry in entries:
        size -= weight(entry)
        if size < 0 and found:
            break
        found.append(entry)
    return found


@fact
class Line:
    """Hold an entry in the window: its order in the house, the session it came from, if that is still known, and its weight."""

    order: int
    entry: Entry
    source: object | None
    size: int = 0


class Log:
    """Hold the newest entries of one log."""

    __slots__ = ("_hole", "_kept", "_kept_weight", "_lines", "_weight", "end", "head", "max_bytes", "max_count")

    def __init__(self, head: int = 0, *, count: int = 1000, size: int = 1 << 20) -> None:
        self.head = head
        """The seq of the last kept entry."""
        self.end = 0
        """The place the next entry will get."""
        self.max_count = count
        self.max_bytes = size
        self._lines: deque[Line] = deque()
        self._weight = 0
        self._kept: deque[Line] = deque()
        self._kept_weight = 0
        self._hole = 0
        """The last seq that was passed over: it may be on disk, stored when nobody could tell, but was never shown."""

    @property
    def start(self) -> int:
        """Tell the place of the oldest entry in memory."""
        return self.end - len(self._lines)

    @property
    def start_seq(self) -> int:
        """Tell the seq after which everything kept is in memory."""
        if not self._lines:
            return self.head
        first = self._lines[0].entry
        return max(self._hole, first.seq - 1 if first.kept else first.seq)

    def append(self, entry: Entry, order: int = 0, source: object | None = None) -> Line:
        """Add the newest entry, drop the oldest while there are too many, and give its line."""
        (line,) = self.extend((entry,), order, source)
        return line

    def extend(self, entries: Sequence[Entry], order: int, source: object | None) -> tuple[Line, ...]:
        """Add the newest entries, all kept or none, the first of which has this order in the house; give their lines."""
        sizes = weights(entries)
        lines = tuple(map(Line, count(order), entries, repeat(source), sizes))
        size = sum(sizes)
        if entries[0].kept:
            self._keep(lines, size)
        self._lines += lines
        self.end += len(lines)
        self._weight += size
        if len(self._lines) > self.max_count or self._weight > self.max_bytes:
            self._drop_lines()
        return lines

    def _keep(self, lines: Sequence[Line], size: int) -> None:
        first = lines[0].entry.seq
        if first <= self.head:
            raise ValueError(f"seq {first} after {self.head}")
        if first > self.head + 1:
            self._hole = first - 1
        self.head = lines[-1].entry.seq
        self._kept += lines
        self._kept_weight += size
        if len(self._kept) > self.max_count or self._kept_weight > self.max_bytes:
            self._drop_kept()

    def _drop_lines(self) -> None:
        self._weight -= _drop(self._lines, self.max_count, self._weight - self.max_bytes)

    def resize(self, count: int, size: int) -> None:
        """Hold so many entries and bytes from now on."""
        self.max_count, self.max_bytes = count, size
        self._drop_lines()
        self._drop_kept()

    def preload(self, entries: Iterable[Entry]) -> None:
        """Fill an empty window with the tail that the journal remembers, up to `head`."""
        for entry in entries:
            line = Line(0, entry, None, weight(entry))
            self._kept.append(line)
            self._kept_weight += line.size
            self._lines.append(line)
            self.end += 1
            self._weight += line.size
        self._drop_kept()

    def empty(self, ids: Container[str]) -> None:
        """Let nothing be left of the words of the entries with these ids."""
        self._weight -= _empty(self._lines, ids)
        self._kept_weight -= _empty(self._kept, ids)

    def line(self, seq: int) -> Line | None:
        """Find the line of kept entry `seq` in memory."""
        return next((line for line in reversed(self._lines) if line.entry.kept and line.entry.seq == seq), None)

    def newest(self, wanted: Callable[[Line], bool]) -> Line | None:
        """Find the newest line in memory that is `wanted`."""
        return next((line for line in reversed(self._lines) if wanted(line)), None)

    def newest_kept(self, wanted: Callable[[Entry], bool]) -> Entry | None:
        """Find the newest kept entry in memory that is `wanted`."""
        return next(filter(wanted, self._newest_first()), None)

    def since(self, place: int) -> Iterator[Line]:
        """Iterate over what is in memory from `place` on, oldest first."""
        return islice(self._lines, max(0, place - self.start), None)

    def _drop_kept(self) -> None:
        self._kept_weight -= _drop(self._kept, self.max_count, self._kept_weight - self.max_bytes)

    def last(self, count: int, *, size: int = 1 << 62) -> tuple[Entry, ...]:
        """Give the newest `count` kept entries within `size` bytes, oldest first; at least one if there is any."""
        return tuple(reversed(fitting(islice(self._newest_first(), count), size)))

    def place_after(self, seq: int) -> int | None:
        """Find the place right after kept entry `seq`; None when entries after it have fallen out of memory."""
        if seq < self.start_seq:
            return None
        place = self.end
        for line in reversed(self._lines):
            if line.entry.seq <= seq and line.entry.kept:
                break
            place -= 1
        return place

    def seq_before(self, place: int) -> int:
        """Tell the seq of the last kept entry before `place`."""
        line = next(self.since(place), None) if place < self.end else None
        if line is None:
            return self.head
        return line.entry.seq - 1 if line.entry.kept else line.entry.seq

    def between(self, after: int, before: int, limit: int) -> tuple[Entry, ...] | None:
        """Give the newest `limit` kept entries with after < seq < before, or None if some may only be on disk."""
        found: list[Entry] = []
        start = max(self._hole, self._kept[0].entry.seq - 1 if self._kept else self.head)
        for entry in self._newest_first():
            if len(found) >= limit or entry.seq <= max(after, start):
                break
            if entry.seq < before:
                found.append(entry)
        whole = len(found) >= limit or start <= after
        return tuple(reversed(found)) if whole else None

    def _newest_first(self) -> Iterator[Entry]:
        return (line.entry for line in reversed(self._kept))


def _drop(lines: deque[Line], most: int, excess: int) -> int:
    """Drop the oldest lines: those beyond `most`, and then as many as weigh the `excess`, but not the last; give their weight."""
    gone = sum([lines.popleft().size for _ in range(len(lines) - most)])
    while gone < excess and len(lines) > 1:
        gone += lines.popleft().size
    return gone


def _empty(lines: deque[Line], ids: Container[str]) -> int:
    """Let nothing be left of the words of some entries; give how much less they weigh."""
    less = 0
    for index, line in enumerate(lines):
        if line.entry.id in ids:
            left = emptied(line.entry)
            lines[index] = Line(line.order, left, line.source, weight(left))
            less += line.size - weight(left)
    return less
