"""What somebody is in a room."""

from __future__ import annotations

import enum


class Standing(enum.IntEnum):
    """Order people by what they are in a room; who has a rank in the house has it there too."""

    NOBODY = 0
    VOICED = 1
    OPERATOR = 2
    OWNER = 3
    MODERATOR = 4
    ADMIN = 5

    def titled(self, room: str) -> str:
        """Give the standing as somebody has it."""
        return _TITLES[self].format(room)


_TITLES = {
    Standing.NOBODY: "nobody in {}",
    Standing.VOICED: "somebody with a voice in {}",
    Standing.OPERATOR: "an operator of {}",
    Standing.OWNER: "the owner of {}",
    Standing.MODERATOR: "a moderator",
    Standing.ADMIN: "an admin",
}
