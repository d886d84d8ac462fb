"""Which names are the same, and which look the same.

Rules
-----
- A name is shown as its owner typed it, and compared folded: no two people differ by case alone.
- It is also compared by its *looks*, after UTS #39: every character becomes the one its whole look-alike family is known by.
  A name has two looks where case changes shapes: Cyrillic `В` looks like `B`, though its small letter does not look like `b`.
  Two names are too similar when they share either.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from confusable_homoglyphs.utils import load


def fold(name: str) -> str:
    """Give the key by which names are the same: two that differ in case, width or composition have one."""
    if name.isascii():
        return name.lower()
    folded = name
    # Unicode's own folding needs a second round after composing for a handful of Greek letters.
    for _ in range(2):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", folded).casefold())
    return folded


# What the data leaves out: shapes that differ in a code chart but not on a screen.
_ALIKE = {
    "0": "o",
    "1": "l",
    "i": "l",
    "|": "l",
    "m": "rn",
    "w": "vv",
    **dict(zip("ʙᴄᴅᴇꜰɢʜɪᴊᴋʟɴᴏᴘʀꜱᴛᴜᴠʏᴢ", "bcdefghijklnoprstuvyz", strict=True)),
    "ᴀ": "a",
    "ᴍ": "rn",
    "ᴡ": "vv",
    **dict(zip("вкнтηκτυχ", "bkhtnktux", strict=True)),
    "м": "rn",
    "\u200c": "",
    "\u200d": "",
}


@cache
def _prototypes() -> dict[int, str]:
    """Map each character to the one its family is known by; the data is read once and let go.

    The data lists for each character all it is confused with. Families are stars: many sources around one prototype, and where
    there are but two members either may stand for both.
    """
    table: dict[int, str] = {}
    data = {_undirected(key): [_undirected(alike["c"]) for alike in found] for key, found in load("confusables.json").items()}
    for char, found in data.items():
        if len(char) == 1 and len(found) == 1:
            other = found[0]
            pair = data[other] == [char]
            if not pair or len(other) > 1 or (not char.isascii(), char) > (not other.isascii(), other):
                table[ord(char)] = unicodedata.normalize("NFD", other)
    return table


def _undirected(text: str) -> str:
    """Drop the direction marks with which the data shields right-to-left characters."""
    return text.replace("\u200e", "")


@cache
def _shapes() -> dict[int, str]:
    """Map each character of a folded name to what it looks like, folded too and looked up until nothing changes."""
    table = _prototypes() | {ord(char): alike for char, alike in _ALIKE.items()}
    return {point: _settled(alike, table) for point, alike in table.items()}


def _settled(alike: str, table: dict[int, str]) -> str:
    seen = [alike]
    while (alike := unicodedata.normalize("NFD", fold(alike)).translate(table)) not in seen:
        seen.append(alike)
    return min(seen[seen.index(alike) :])


_DOTTED = re.compile("(?<=[lj])\u0307+")


@lru_cache(maxsize=16384)
def skeleton(name: str) -> str:
    """Give what a name looks like when its case is set aside; look-alikes have one skeleton (UTS #39)."""
    shape = unicodedata.normalize("NFD", fold(name)).translate(_shapes())
    return unicodedata.normalize("NFD", _DOTTED.sub("", shape))


def looks(name: str) -> tuple[str, ...]:
    """Give the skeletons of a name: folded, and as its capitals are shaped."""
    first = skeleton(name)
    if name.isascii():
        return (first,)
    second = skeleton(unicodedata.normalize("NFD", name).translate(_prototypes()))
    return (first,) if first == second else (first, second)


@cache
def looks_of(words: frozenset[str]) -> frozenset[str]:
    """Give all that any of some words looks like."""
    return frozenset(look for word in words for look in looks(word))
