"""Whether a text speaks to somebody: whether it holds their name."""

from __future__ import annotations

import re
from functools import lru_cache

from chatroom.core.likeness import fold


def mentions(text: str, name: str) -> bool:
    """Tell whether `text` holds `name` as a word of its own, in any case."""
    return bool(name) and _word(fold(name)).search(fold(text)) is not None


@lru_cache(maxsize=64)
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
