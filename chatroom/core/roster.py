"""Who holds which name now, and whose a name is though nobody is here.

A roster knows nothing of sessions or members: a holder or owner is whatever object it is given.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from chatroom.core.errors import NameInvalid, NameReserved, NameTaken, NameTooSimilar
from chatroom.core.likeness import fold, looks, looks_of
from chatroom.core.names import BLANKS, RESERVED, STAR, is_address

Who = TypeVar("Who", bound=Hashable)


class _Register(Generic[Who]):
    """Hold names and whose they are, found by case key and by looks."""

    __slots__ = ("by_fold", "by_look", "ordered")

    def __init__(self) -> None:
        self.by_fold: dict[str, tuple[str, Who]] = {}
        self.by_look: dict[str, set[str]] = {}
        self.ordered: list[str] = []

    def put(self, name: str, who: Who) -> None:
        key = fold(name)
        self.remove(key)
        self.by_fold[key] = (name, who)
        insort(self.ordered, key)
        for look in looks(name):
            self.by_look.setdefault(look, set()).add(key)

    def remove(self, key: str) -> None:
        held = self.by_fold.pop(key, None)
        if held is None:
            return
        del self.ordered[bisect_left(self.ordered, key)]
        for look in looks(held[0]):
            self.by_look[look].discard(key)
            if not self.by_look[look]:
                del self.by_look[look]

    def is_held(self, name: str, who: Who | None) -> bool:
        """Tell whether `who` has this very name."""
        found = self.by_fold.get(fold(name))
        return who is not None and found is not None and found[1] == who

    def same(self, name: str, asker: Who | None) -> str | None:
        """Give the name that differs from `name` in case at most and is another's."""
        held = self.by_fold.get(fold(name))
        return held[0] if held is not None and held[1] != asker else None

    def similar(self, name: str, asker: Who | None) -> str | None:
        """Give a name that looks like `name` and is another's."""
        for look in looks(name):
            for key in self.by_look.get(look, ()):
                other, who = self.by_fold[key]
                if who != asker:
                    return other
        return None

    def beginning(self, key: str) -> Iterator[str]:
        """Iterate over the names whose key begins with `key`, in order."""
        for found in islice(self.ordered, bisect_left(self.ordered, key), None):
            if not found.startswith(key):
                return
            yield self.by_fold[found][0]


class Roster(Generic[Who]):
    """Know who holds which name now, and which names are owned by somebody even while absent.

    A check costs the same however many there are. The roster is as large as what was claimed and not released: whoever claims
    bounds it.
    """

    __slots__ = ("_held", "_owned", "_reserved")

    def __init__(self, reserved: Iterable[str] = RESERVED) -> None:
        self._reserved = looks_of(frozenset(reserved))
        self._held: _Register[Who] = _Register()
        self._owned: _Register[Hashable] = _Register()

    def __len__(self) -> int:
        """Count the names held."""
        return len(self._held.by_fold)

    def check(self, name: str, holder: Who | None = None, owner: Hashable | None = None) -> None:
        """Refuse a name that is an address, reserved, another's or looks like it; one's own in any case is free to `holder`.

        `owner` is whose owned names are free too. Raises `NameInvalid`, `NameReserved`, `NameTaken` or `NameTooSimilar`.
        """
        # A star says which way somebody came, and makes nobody else of them: what is owned or reserved is so under it, too.
        bare = name.removeprefix(STAR)
        if is_address(bare) and not self._owned.is_held(bare, owner):
            raise NameInvalid(what="an address")
        if not self._reserved.isdisjoint(looks(bare)) and not self._owned.is_held(bare, owner):
            raise NameReserved(name=name)
        if self._held.same(name, holder) is not None or self._owned.same(bare, owner) is not None:
            raise NameTaken(name=name)
        other = self._held.similar(name, holder) or self._owned.similar(bare, owner)
        if other is not None:
            raise NameTooSimilar(name=name, other=other)

    def claim(self, name: str, holder: Who, owner: Hashable | None = None) -> None:
        """Check a name and let `holder` have it, beside any other they hold until they release it."""
        self.check(name, holder, owner)
        self._held.put(name, holder)

    def release(self, name: str) -> None:
        """Let go of a name as it was claimed; one that has since been claimed in another case stays."""
        held = self._held.by_fold.get(fold(name))
        if held is not None and held[0] == name:
            self._held.remove(fold(name))

    def own(self, name: str, owner: Hashable) -> None:
        """Keep a name for `owner`, present or not; what is owned is not checked against what else is."""
        self._owned.put(name, owner)

    def disown(self, name: str) -> None:
        """Keep a name for its owner no longer."""
        self._owned.remove(fold(name))

    def find(self, text: str) -> Who | None:
        """Give whoever holds the name that `text` is, in any case."""
        held = self._held.by_fold.get(fold(text.strip(BLANKS)))
        return None if held is None else held[1]

    def near(self, prefix: str, limit: int = 20) -> tuple[str, ...]:
        """Give the first `limit` held names that begin with `prefix`, in any case, in order."""
        return tuple(islice(self._held.beginning(fold(prefix)), limit))
