"""`prefix:web-`: the same letters before every name, so that one sees which relay somebody came by."""

from __future__ import annotations

from chatroom.core.likeness import fold
from chatroom.core.names import STAR
from chatroom.relay.transform import Transform, TransformUnusable

LONGEST = 16


class Prefix:
    """Put letters before names, behind a star that is there already."""

    def __init__(self, letters: str) -> None:
        self._letters = letters

    def name(self, name: str) -> str:
        """Put the letters before a name that does not begin with them."""
        bare = name.strip().lstrip(STAR)
        star = STAR if name.strip().startswith(STAR) else ""
        return star + bare if fold(bare).startswith(fold(self._letters)) else f"{star}{self._letters}{bare}"

    def text(self, text: str) -> str:
        """Leave words as they are."""
        return text


def open_transform(rest: str) -> Transform:
    """Make the prefix that is named."""
    if not 0 < len(rest) <= LONGEST or not all(char.isalnum() or char in "-_." for char in rest) or not rest[0].isalnum():
        raise TransformUnusable(f"prefix takes 1 to {LONGEST} letters, digits, - _ or dots. Write for example prefix:web-.")
    return Prefix(rest)
