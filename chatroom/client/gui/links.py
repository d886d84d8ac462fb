"""Addresses of pages within what people say: found in one pass, and opened only when they are what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 2000
"""Characters of an address; a longer one is text."""

_LINK = re.compile(rf"\bhttps?://[^\s<>\"“”«»]{{1,{LONGEST}}}", re.IGNORECASE)
_TRAILING = ".,;:!?'…"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def split(text: str) -> Iterator[tuple[str, bool]]:
    """Give a text in pieces, in order, and of each whether it is an address."""
    done = 0
    for found in _LINK.finditer(text):
        link = _trimmed(found[0])
        if found.start() > done:
            yield text[done : found.start()], False
        yield link, True
        done = found.start() + len(link)
    if done < len(text):
        yield text[done:], False


def _trimmed(link: str) -> str:
    """Leave out what belongs to the sentence around an address: its full stop, and a bracket that opened before it."""
    while link[-1] in _TRAILING or (link[-1] in _PAIRS and link.count(link[-1]) > link.count(_PAIRS[link[-1]])):
        link = link[:-1]
    return link
