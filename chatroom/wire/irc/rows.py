"""Plain words in a row: what clients send most of all, read together.

A row is lines that come one after another, are all words to one room and nothing else, and hold no control characters. Whatever is
not clearly that is read message by message, by `message.py`; of a row that would find the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from chatroom.core.fact import fact
from chatroom.wire.irc.message import LINE

_HEAD = re.compile(rb"PRIVMSG (#[^\0-\x20,\x7f]+) :").match
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x0A})


@fact
class Row:
    """Be words said to `target` one after another, each its own message."""

    target: str
    texts: list[str]


def read_row(lines: Sequence[bytes]) -> Row | None:
    """Read as many of the first lines as are a row; None if not even the first is."""
    found = _HEAD(lines[0]) if lines else None
    if found is None:
        return None
    texts = _texts(lines, found[0])
    joined = b"\n".join(texts)
    if not texts or len(joined.translate(None, _CONTROLS)) < len(joined):
        return None
    try:
        return Row(found[1].decode(), joined.decode().split("\n"))
    except UnicodeDecodeError:
        return None


def _texts(lines: Sequence[bytes], head: bytes) -> list[bytes]:
    """Give what follows `head` in the first lines, as far as each begins with it and is not too long."""
    most = LINE - 2 - len(head)
    end = b"\r\n" if lines[0].endswith(b"\r") else b"\n"
    texts = b"\n".join(lines)[len(head) :].removesuffix(end[:-1]).split(end + head)
    if len(texts) == len(lines) and max(map(len, texts)) <= most:  # as most often: all are of the row, and end alike
        return texts
    texts = [line.removeprefix(head).removesuffix(b"\r") for line in takewhile(lambda line: line.startswith(head), lines)]
    return [*takewhile(lambda text: len(text) <= most, texts)]
