"""Words that one person says to one room in a row: drafts that have all but their texts and ids in common.

They are a sequence of drafts like any other; whoever takes many of them at once need not make each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from chatroom.core.events import Author, Entry, Said
from chatroom.core.seams import Draft


class Words(Sequence[Draft]):
    """Be the drafts of `texts`, said by somebody at one moment."""

    __slots__ = ("at", "by", "ids", "log", "texts")

    def __init__(self, log: str, by: Author, texts: Sequence[str], ids: Sequence[str], at: float) -> None:
        self.log = log
        self.by = by
        self.texts = texts
        self.ids = ids
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
            return Words(self.log, self.by, self.texts[index], self.ids[index], self.at)
        return Draft(self.log, Said(self.by, self.texts[index]), self.ids[index], self.at)

    def placed(self, first: int, at: float) -> tuple[Entry, ...]:
        """Give the entries they became, the first of which has this seq."""
        log, by = self.log, self.by
        seqs = range(first, first + len(self.texts))
        return tuple([Entry(log, seq, at, one, Said(by, text)) for seq, one, text in zip(seqs, self.ids, self.texts, strict=True)])
