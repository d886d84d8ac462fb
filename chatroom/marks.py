"""How far our person has seen each room, and what was told them in private: what of that the house is still to be told."""

from __future__ import annotations

from collections.abc import Iterator

Mark = tuple[str, int]
"""An epoch, and the seq up to which everything was seen."""

MOST = 200
"""Rooms of which it is known what the house was told; the oldest are forgotten, and told again."""


class Marks:
    """Gather what was seen, so that the house is told of it now and then and not for every line."""

    __slots__ = ("_due", "_told")

    def __init__(self) -> None:
        self._due: dict[str, Mark] = {}
        self._told: dict[str, Mark] = {}

    def saw(self, room: str, mark: Mark) -> None:
        """Note that our person has seen a room up to there."""
        if mark[1] and self._told.get(room) != mark:
            self._due[room] = mark
            while len(self._due) > MOST:
                del self._due[next(iter(self._due))]

    def due(self) -> Iterator[tuple[str, int]]:
        """Give what the house is to be told now, and take it as told."""
        due, self._due = self._due, {}
        for room, mark in due.items():
            self._told.pop(room, None)
            self._told[room] = mark
            yield room, mark[1]
        while len(self._told) > MOST:
            del self._told[next(iter(self._told))]
