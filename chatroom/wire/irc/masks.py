"""Masks as IRC writes them: `*` is anything, `?` one character.

A piece between stars, once found, is not looked for again further on, so that what a mask costs grows with the text alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chatroom.core.likeness import fold

LONGEST = 512
"""Characters of a mask; a line holds no longer one."""

_HOST = re.compile(r"(?=.{1,253}\.?$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?").fullmatch


def matches(mask: str, text: str) -> bool:
    """Tell whether a mask covers a text, without regard to case; one that is too long covers nothing."""
    return len(mask) <= LONGEST and _compiled(fold(mask)).fullmatch(fold(text)) is not None


@lru_cache(maxsize=1024)
def _compiled(mask: str) -> re.Pattern[str]:
    first, *middle = ["".join("." if char == "?" else re.escape(char) for char in piece) for piece in mask.split("*")]
    if not middle:
        return re.compile(first, re.DOTALL)
    last = middle.pop()
    between = "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return re.compile(f"{first}{between}.*{last}", re.DOTALL)


def is_host(text: str) -> bool:
    """Tell whether a text is a host's name in full, in ASCII."""
    return _HOST(text.lower()) is not None


def is_mask(text: str) -> bool:
    """Tell whether a text is more than one name."""
    return "*" in text or "?" in text
