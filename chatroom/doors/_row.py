"""The row at the bottom of a terminal: a prompt and what is typed, as much of it as fits.

Columns are counted by `wcwidth`, on what is shown: text is shown by `visible`, so that nothing typed or pasted does anything to a
terminal.
"""

from __future__ import annotations

from collections.abc import Sequence

from wcwidth import wcswidth

from chatroom.wire.text import visible

CLEAR = "\x1b[K"


def columns(text: str) -> int:
    """Count the columns a text takes where it is shown."""
    return max(0, wcswidth(visible(text)))


def row(prompt: str, chars: Sequence[str], cursor: int, width: int) -> bytes:
    """Write prompt and characters, as many as fit around the cursor, and leave the cursor where it belongs."""
    widths = [columns(char) for char in chars]
    first, last = _window(widths, cursor, max(1, width - columns(prompt) - 1))
    after = sum(widths[cursor:last])
    back = f"\x1b[{after}D" if after else ""
    shown = "".join(visible(char) for char in chars[first:last])
    return f"{visible(prompt)}{shown}{CLEAR}{back}".encode("utf-8", "replace")


def bare(prompt: str) -> bytes:
    """Write a prompt, and nothing of what is typed after it."""
    return f"{visible(prompt)}{CLEAR}".encode("utf-8", "replace")


def _window(widths: Sequence[int], cursor: int, room: int) -> tuple[int, int]:
    """Find the part of a line that fits in `room` columns: from its beginning if the cursor is then in it."""
    first, used = 0, sum(widths[:cursor])
    while used > room:
        # Half a row at a time, so that typing on does not move the whole line with every key.
        dropped = 0
        while first < cursor and dropped * 2 < room:
            dropped += widths[first]
            first += 1
        used -= dropped
    last = cursor
    while last < len(widths) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    return first, last
