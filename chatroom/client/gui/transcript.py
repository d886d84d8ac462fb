"""What stands in a pane, line by line, without the widget: where each day begins, what is oldest, and what is too much.

Rules
-----
- A pane holds blocks of lines. A block is an entry, a remark of the client, or the heading of a day, which stands before the first
  entry of that day.
- New blocks come at the end, older ones at the beginning. Beyond `MOST_LINES` the oldest go; they can be read back from the house.

This module does not know what a widget is: it says which lines are to be inserted or deleted, and where.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatroom.client.wording import Line

MOST_LINES = 5000
"""Lines a pane holds while it shows the newest."""

MOST_READ_BACK = 20_000
"""Lines it holds while somebody reads further up."""


@dataclass(frozen=True, slots=True)
class Block:
    """Be lines that belong together; `seq` is 0 but for kept entries, `id` and `day` are empty for remarks."""

    lines: Sequence[Line]
    seq: int = 0
    day: str = ""
    id: str = ""
    heading: bool = False


@dataclass(slots=True)
class _Held:
    """Be a block that stands in a pane: how many lines, and what it is."""

    lines: int
    block: Block

    @classmethod
    def of(cls, block: Block) -> _Held:
        return cls(len(block.lines), Block((), block.seq, block.day, block.id, block.heading))


class Transcript:
    """Hold the sizes of the blocks in a pane, oldest first."""

    __slots__ = ("_held", "lines")

    def __init__(self) -> None:
        self._held: deque[_Held] = deque()
        self.lines = 0

    @property
    def oldest(self) -> int:
        """Give the seq of the oldest entry held; 0 when there is none."""
        return next((one.block.seq for one in self._held if one.block.seq), 0)

    def holds(self, id: str) -> bool:
        """Tell whether what one entry said stands here."""
        return any(one.block.id == id for one in self._held)

    @property
    def full(self) -> bool:
        """Tell whether nothing older may be added."""
        return self.lines >= MOST_READ_BACK

    def add(self, block: Block) -> list[Line]:
        """Take a block at the end; give the lines to be inserted there."""
        found = [_heading(block.day), block] if block.day and block.day != self._last_day() else [block]
        self._held.extend(map(_Held.of, found))
        return self._grown(found)

    def put_before(self, page: Iterable[Block]) -> tuple[int, list[Line]]:
        """Take older blocks, oldest first; give how many lines at the beginning are to be deleted, and those to be inserted there."""
        found: list[Block] = []
        day = ""
        for block in page:
            if block.day and block.day != day:
                found.append(_heading(block.day))
                day = block.day
            found.append(block)
        deleted = self._repeated_heading(day)
        self._held.extendleft(map(_Held.of, reversed(found)))
        return deleted, self._grown(found)

    def trim(self) -> int:
        """Let go of the oldest blocks beyond the bound; give how many lines at the beginning are to be deleted."""
        deleted = 0
        while self.lines > MOST_LINES:
            deleted += self._drop_first()
        return deleted

    def remove(self, id: str) -> tuple[int, int]:
        """Let go of what one entry said; give the number of its first line, from 1, and how many are to be deleted."""
        first = 1
        for one in self._held:
            if one.block.id == id:
                count, one.lines = one.lines, 0
                self.lines -= count
                return first, count
            first += one.lines
        return first, 0

    def _last_day(self) -> str:
        return next((one.block.day for one in reversed(self._held) if one.block.day), "")

    def _repeated_heading(self, day: str) -> int:
        first = self._held[0].block if self._held else None
        return self._drop_first() if first is not None and first.heading and first.day == day else 0

    def _drop_first(self) -> int:
        count = self._held.popleft().lines
        self.lines -= count
        return count

    def _grown(self, found: Sequence[Block]) -> list[Line]:
        lines = [line for block in found for line in block.lines]
        self.lines += len(lines)
        return lines


def _heading(day: str) -> Block:
    return Block([[("day", day)]], day=day, heading=True)
