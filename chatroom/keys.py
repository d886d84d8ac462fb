"""The keys of rooms our person came in with: said again when a connection begins anew, so that nobody has to type them twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MOST = 100
"""Keys that are remembered, and that wait to be seen to fit; the oldest are forgotten."""


class Keys:
    """Remember what let us into rooms; nothing of it leaves the memory but to the house itself."""

    __slots__ = ("_by_room", "_tried")

    def __init__(self) -> None:
        self._by_room: dict[str, str] = {}
        self._tried: dict[int, str] = {}

    def typed(self, id: int, text: str) -> None:
        """Note a key that stands in what was typed, and asked for under this id."""
        verb, _, rest = text.partition(" ")
        _, _, key = rest.strip().partition(" ")
        if verb.lower() == "/join" and key.strip():
            _put(self._tried, id, key.strip())

    def answered(self, id: object, room: str | None) -> None:
        """Note that a request let us into a room, or, without one, that it did not."""
        key = self._tried.pop(id, None) if isinstance(id, int) else None
        if key is not None and room is not None:
            _put(self._by_room, room, key)

    def of(self, rooms: Iterable[str]) -> dict[str, str]:
        """Give the keys of these rooms."""
        return {room: self._by_room[room] for room in rooms if room in self._by_room}


def _put(kept: dict[Any, str], at: str | int, key: str) -> None:
    kept.pop(at, None)
    kept[at] = key
    while len(kept) > MOST:
        del kept[next(iter(kept))]
