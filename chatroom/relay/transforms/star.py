"""`star`: a star before every name, by which the house lets nobody but a relay's people be called."""

from __future__ import annotations

from chatroom.core.names import STAR
from chatroom.relay.transform import Transform, plain


class Star:
    """Put a star before names, and leave words as they are."""

    def name(self, name: str) -> str:
        """Put one star before a name, however many there are."""
        return STAR + name.strip().lstrip(STAR)

    def text(self, text: str) -> str:
        """Leave words as they are."""
        return text


def open_transform(rest: str) -> Transform:
    """Make the star."""
    plain(rest, "star")
    return Star()
