"""The colours of names: every name has the same one wherever it is shown."""

from __future__ import annotations

from zlib import crc32

from chatroom.core.likeness import fold

COLORS = (
    "#d7005f", "#d70087", "#d700d7", "#af5fd7", "#875fd7", "#5f5fff", "#0087d7", "#0087af",
    "#008787", "#00875f", "#008700", "#5f8700", "#878700", "#af5f00", "#d75f00", "#af5f5f",
)  # fmt: skip
"""Colours from the 256 of a terminal that can be read on white and on black."""
_LEVELS = (0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF)
"""What red, green and blue can be in the cube of those 256."""


def color_of(name: str) -> str:
    """Give the colour a name always has."""
    return COLORS[crc32(fold(name).encode("utf-8", "replace")) % len(COLORS)]


def number_of(color: str) -> int:
    """Give the number that one of these colours has in a terminal."""
    red, green, blue = (_LEVELS.index(int(color[at : at + 2], 16)) for at in (1, 3, 5))
    return 16 + 36 * red + 6 * green + blue
