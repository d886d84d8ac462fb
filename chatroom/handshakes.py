"""How many TLS handshakes are under way, of each address and in all: each costs more than most of what comes after it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chatroom.core.crowd import Household, household

if TYPE_CHECKING:
    from collections.abc import Callable

HANDSHAKES = 2000
"""Handshakes under way at once; more than that are not begun."""
HANDSHAKES_EACH = 64
"""Those of them that one address from elsewhere may have."""


class Handshakes:
    """Count the handshakes under way, by address."""

    def __init__(self, most: int = HANDSHAKES, each: int = HANDSHAKES_EACH) -> None:
        self._most = most
        self._each = each
        self._under_way: Counter[Household | None] = Counter()

    def __len__(self) -> int:
        """Tell how many there are."""
        return self._under_way.total()

    def may_begin(self, address: str) -> bool:
        """Tell whether one more may begin; this machine's own count in all alone."""
        home = household(address)
        return len(self) < self._most and (home is None or self._under_way[home] < self._each)

    def begin(self, address: str) -> Callable[[], None]:
        """Count one more; give what is to be called when it is over."""
        home = household(address)
        self._under_way[home] += 1

        def over() -> None:
            self._under_way[home] -= 1
            if not self._under_way[home]:
                del self._under_way[home]

        return over
