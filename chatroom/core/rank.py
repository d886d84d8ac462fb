"""Who may do what, in four steps."""

from __future__ import annotations

import enum


class Rank(enum.IntEnum):
    """Order people by what they may do."""

    GUEST = 0
    MEMBER = 1
    MODERATOR = 2
    ADMIN = 3

    def __str__(self) -> str:
        return self.name.lower()

    @property
    def titled(self) -> str:
        """Give the rank as somebody has it: a guest, an admin."""
        return f"{'an' if self is Rank.ADMIN else 'a'} {self}"
