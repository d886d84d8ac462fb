"""What is held of a log in memory: its newest entries, in stretches, as they came.

Rules
-----
- Entries that came together are held together, as what they came as, and fall out together: words in a row stay one thing. A line,
  which is one entry with what is known of it, is made for who looks at it.
- A window is bounded by weight, and by count: it holds as many as it may, and of the oldest stretch all. The newest stretch stays,
  whatever its size.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Container, Iterator, Sequence
from itertools import count, islice, repeat
from operator import attrgetter

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


@fact
class Line:
    """Be an entry, its order in the house, and the session it came from, if that is still known."""

    order: int
    entry: Entry
    source: object | None


@fact
class Stretch:
    """Hold entries that came together, all kept or none: the place, order and seq of the first, whose they are,
    how many they are, and their weight.
    """

    place: int
    order: int
    seq: int | None
    """None if they are passing."""
    entries: Sequence[Entry]
    source: object | None
    count: int
    size: int

    @property
    def kept(self) -> bool:
        """Tell whether they are on disk and have seqs of their own."""
        return self.seq is not None

    @property
    def last(self) -> int:
        """Tell the order of the last."""
        return self.order + self.count - 1

    def lines(self) -> Iterator[Line]:
        """Make a line for each."""
        return map(Line, count(self.order), self.entries, repeat(self.source))

    def newest_first(self) -> Iterator[Line]:
        """Make a line for each, the last first."""
        return map(Line, count(self.order + self.count - 1, -1), reversed(self.entries), repeat(self.source))

    def seq_before(self, place: int) -> int:
        """Tell the seq of the last kept entry before one of its places."""
        return self.entries[0].seq if self.seq is None else self.seq + place - self.place - 1

    def without(self, ids: Container[str]) -> Stretch:
        """Give it with nothing left of the words of the entries with these ids."""
        if not any(entry.id in ids for entry in self.entries):
            return self
        left = tuple([emptied(entry) if entry.id in ids else entry for entry in self.entries])
        return Stretch(self.place, self.order, self.seq, left, self.source, self.count, sum(map(weight, left)))


class Window:
    """Hold the newest stretches of a log."""

    __slots__ = ("_stretches", "count", "max_bytes", "max_count", "size")

    def __init__(self, max_count: int, max_bytes: int) -> None:
        self.max_count = max_count
        self.max_bytes = max_bytes
        self._stretches: deque[Stretch] = deque()
        self.count = 0
        """How many entries there are."""
        self.size = 0
        """What they weigh."""

    def add(self, stretch: Stretch) -> None:
        """Hold the newest stretch, and drop the oldest while there is too much."""
        self._stretches.append(stretch)
        self._hold(self.count + stretch.count, self.size + stretch.size)

    def resize(self, max_count: int, max_bytes: int) -> None:
        """Hold so many entries and bytes from now on."""
        self.max_count, self.max_bytes = max_count, max_bytes
        self._hold(self.count, self.size)

    def empty(self, ids: Container[str]) -> None:
        """Let nothing be left of the words of the entries with these ids."""
        self._stretches = deque([stretch.without(ids) for stretch in self._stretches])
        self.size = sum([stretch.size for stretch in self._stretches])

    def since(self, place: int) -> Iterator[Stretch]:
        """Iterate over the stretches from the one on that holds what stands at `place`, or else from the first on."""
        index = bisect_right(self._stretches, place, key=_place)
        return islice(self._stretches, max(0, index - 1), None)

    def newest_first(self) -> Iterator[Stretch]:
        """Iterate over the stretches, the last first."""
        return reversed(self._stretches)

    def _hold(self, count: int, size: int) -> None:
        """Hold so much, less the oldest where that is too much."""
        stretches = self._stretches
        while len(stretches) > 1 and (size > self.max_bytes or count - stretches[0].count >= self.max_count):
            gone = stretches.popleft()
            count -= gone.count
            size -= gone.size
        self.count, self.size = count, size


_place = attrgetter("place")
