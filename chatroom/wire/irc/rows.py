"""Plain words in a row: what clients send most of all, read together.

A row is lines that come one after another, are all words to one room and nothing else, and hold no control characters. Whatever is
not clearly that is read message by message, by `message.py`; of a row that would find the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatroom.core.fact import fact
from chatroom.wire.irc.message import LINE

_HEAD = re.compile(rb"PRIVMSG (#[^\0-\x20,\x7f]+) :").match
_CONTROL = re.compile(r"[\0-\x09\x0b-\x1f\x7f]").search


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
    head, start = found[0], found.end()
    texts = []
    for line in lines:
        text = line[start:-1] if line.endswith(b"\r") else line[start:]
        if not line.startswith(head) or len(text) > LINE - 2 - start:
            break
        texts.append(text)
    try:
        target, joined = found[1].decode(), b"\n".join(texts).decode()
    except UnicodeDecodeError:
        return None
    return None if not texts or _CONTROL(joined) else Row(target, joined.split("\n"))
