"""A line while it is typed: its characters, and where among them the cursor stands. It knows neither keys nor terminals."""

from __future__ import annotations

from collections.abc import Iterable

from chatroom.doors._row import columns

LONGEST = 4096
"""Characters of one line."""


class Typing:
    """Be a line that is typed, of at most `LONGEST` characters; `overflowed` when there were more, until some are taken away."""

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.at = 0
        self.overflowed = False

    @property
    def text(self) -> str:
        """Give what is typed so far."""
        return "".join(self.chars)

    @property
    def before(self) -> str:
        """Give what stands before the cursor."""
        return "".join(self.chars[: self.at])

    # -- characters

    def insert(self, char: str) -> bool:
        """Put a character where the cursor is; tell whether there was room."""
        if len(self.chars) >= LONGEST:
            self.overflowed = True
            return False
        self.chars.insert(self.at, char)
        self.at += 1
        return True

    def replace(self, length: int, text: str) -> bool:
        """Put a text in the place of so many characters before the cursor; tell whether there was room."""
        if len(self.chars) - length + len(text) > LONGEST:
            return False
        self.chars[self.at - length : self.at] = text
        self.at += len(text) - length
        return True

    def set(self, chars: Iterable[str]) -> None:
        """Be another line, with the cursor at its end."""
        self.chars = list(chars)
        self.at = len(self.chars)

    def clear(self) -> None:
        """Begin anew."""
        self.overflowed = False
        self.set(())

    def erase(self) -> None:
        """Take away the character before the cursor."""
        if self.at > 0:
            self._cut(self.at - 1, self.at)

    def delete(self) -> None:
        """Take away the character under the cursor."""
        self._cut(self.at, self.at + 1)

    def kill_before(self) -> None:
        """Take away all before the cursor."""
        self._cut(0, self.at)

    def kill_after(self) -> None:
        """Take away all from the cursor on."""
        self._cut(self.at, len(self.chars))

    def kill_word(self) -> None:
        """Take away the word before the cursor."""
        self._cut(self._word_begin(), self.at)

    # -- the cursor

    def left(self) -> None:
        """Go one character to the left, with what stands on it."""
        while self.at > 0:
            self.at -= 1
            if columns(self.chars[self.at]):
                return

    def right(self) -> None:
        """Go one character to the right, with what stands on it."""
        if self.at < len(self.chars):
            self.at += 1
        while self.at < len(self.chars) and not columns(self.chars[self.at]):
            self.at += 1

    def home(self) -> None:
        """Go to the line's beginning."""
        self.at = 0

    def end(self) -> None:
        """Go to the line's end."""
        self.at = len(self.chars)

    def word_left(self) -> None:
        """Go to the beginning of the word before the cursor."""
        self.at = self._word_begin()

    def word_right(self) -> None:
        """Go to the end of the word after the cursor."""
        while self.at < len(self.chars) and self.chars[self.at] == " ":
            self.at += 1
        while self.at < len(self.chars) and self.chars[self.at] != " ":
            self.at += 1

    def _word_begin(self) -> int:
        at = self.at
        while at > 0 and self.chars[at - 1] == " ":
            at -= 1
        while at > 0 and self.chars[at - 1] != " ":
            at -= 1
        return at

    def _cut(self, begin: int, end: int) -> None:
        del self.chars[begin:end]
        self.overflowed = False
        self.at = begin
