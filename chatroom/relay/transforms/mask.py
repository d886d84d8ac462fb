"""`mask:darn,heck`: words that are not to be read, each of their letters a star."""

from __future__ import annotations

import re

from chatroom.relay.transform import Transform, TransformUnusable

MOST = 1000
LONGEST = 64


class Mask:
    """Cover words in what is said, wherever they stand as a word of their own, in any case."""

    def __init__(self, words: list[str]) -> None:
        either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        self._words = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)

    def name(self, name: str) -> str:
        """Leave names as they are: the house decides about those."""
        return name

    def text(self, text: str) -> str:
        """Cover every letter of such a word."""
        return self._words.sub(lambda found: "*" * len(found[0]), text)


def open_transform(rest: str) -> Transform:
    """Make the mask of the words that are named, with commas between them."""
    words = [word.strip() for word in rest.split(",") if word.strip()]
    if not 0 < len(words) <= MOST or any(len(word) > LONGEST for word in words):
        raise TransformUnusable(f"mask takes up to {MOST} words of up to {LONGEST} letters. Write for example mask:darn,heck.")
    return Mask(words)
