"""Words that one person says to one room in a row: drafts that have all but their texts and ids in common.

They are a sequence of drafts like any other, and become one of entries; whoever takes many of them at once need not make each.
They share one id, of which each has its number: so nobody else's id has a dot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from chatroom.core.events import Author, Entry, Said
from chatroom.core.seams import Draft


class Words(Sequence[Draft]):
    """Be the drafts of `texts`, said by somebody at one moment."""

    __slots__ = ("at", "by", "id", "log", "texts")

    def __init__(self, log: str, by: Author, texts: Sequence[str], id: str, at: float) -> None:
        self.log = log
        self.by = by
        self.texts = texts
        self.id = id
        self.at = at

    def __len__(self) -> int:
        """Count them."""
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> Draft: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Draft]: ...

    def __getitem__(self, index: int | slice) -> Draft | Sequence[Draft]:
        """Make the draft of one, or those of some."""
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        return Draft(self.log, Said(self.by, self.texts[number]), f"{self.id}.{number}", self.at)

    def placed(self, first: int, at: float) -> Placed:
        """Give the entries they became, the first of which has this seq."""
        return Placed(self, first, at)


class Placed(Sequence[Entry]):
    """Be the entries that words became, which are made when somebody first looks at one."""

    __slots__ = ("_made", "at", "by", "first", "id", "log", "texts")

    def __init__(self, words: Words, first: int, at: float) -> None:
        self.id = words.id
        self.log = words.log
        self.by = words.by
        self.texts = words.texts
        self.first = first
        """The seq of the first."""
        self.at = at
        self._made: tuple[Entry, ...] = ()

    def __len__(self) -> int:
        """Count them."""
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Entry, ...]: ...

    def __getitem__(self, index: int | slice) -> Entry | tuple[Entry, ...]:
        """Give one, or some."""
        return self._entries()[index]

    def __iter__(self) -> Iterator[Entry]:
        """Give one after another."""
        return iter(self._entries())

    def __reversed__(self) -> Iterator[Entry]:
        """Give one after another, the last first."""
        return reversed(self._entries())

    def _entries(self) -> tuple[Entry, ...]:
        if not self._made:
            log, by, at, stem = self.log, self.by, self.at, f"{self.id}."
            numbered = enumerate(self.texts, self.first)
            self._made = tuple([Entry(log, seq, at, f"{stem}{seq - self.first}", Said(by, text)) for seq, text in numbered])
        return self._made


def in_row(id: str) -> tuple[str, int] | None:
    """Give the id that words in a row share, and which of them has this id; None if it is not such an id."""
    shared, dot, number = id.rpartition(".")
    return (shared, int(number)) if dot and number.isascii() and number.isdigit() and len(number) < 10 else None
