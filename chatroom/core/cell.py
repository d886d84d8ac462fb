"""A value on its way to the disk: what is stored, and in order the changes that were submitted since.

A change that was not stored is undone alone; those submitted after it stand.
"""

from __future__ import annotations

from typing import Any


class Cell:
    """Hold a value that is stored, and in order those that were submitted since; the newest counts."""

    __slots__ = ("_pending", "stored")

    def __init__(self, stored: Any = None) -> None:
        self.stored = stored
        self._pending: dict[object, Any] = {}

    @property
    def value(self) -> Any:
        """Give the value that counts."""
        return next(reversed(self._pending.values())) if self._pending else self.stored

    @property
    def pending(self) -> bool:
        """Tell whether a change is under way."""
        return bool(self._pending)

    def put(self, change: object, value: Any) -> None:
        """Let another value count while a change is under way."""
        self._pending[change] = value

    def settle(self, change: object, *, stored: bool) -> None:
        """Note what became of a change."""
        if change in self._pending:
            value = self._pending.pop(change)
            self.stored = value if stored else self.stored


class Cells(dict[str, Cell]):
    """Hold values by key; what is neither stored nor on its way there is not held."""

    def put(self, key: str, change: object, value: Any) -> None:
        """Let another value count while a change is under way."""
        self.setdefault(key, Cell()).put(change, value)

    def settle(self, key: str, change: object, *, stored: bool) -> None:
        """Note what became of a change; nothing is held of what was forgotten meanwhile."""
        cell = self.get(key)
        if cell is None:
            return
        cell.settle(change, stored=stored)
        if cell.stored is None and not cell.pending:
            del self[key]
