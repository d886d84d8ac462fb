"""What a person types who has a name: words, and commands that begin with a slash."""

from __future__ import annotations

from chatroom.relay.transform import Transform
from chatroom.wire.typed import parse

LONGEST = 1 << 16
"""Bytes of one line, in either direction; more than a house takes of a person, or says before it welcomes one."""


class TooLong(Exception):
    """A line is longer than any would be."""


_NAMED = frozenset({"hello", "nick"})
_SECRET = frozenset({"passwd", "choose", "register"})
"""Commands in which a password stands, in which nothing is to be changed."""


def changed(text: str, transform: Transform) -> str:
    """Give what the house is to hear where somebody typed this."""
    request = parse(text)
    if not text.startswith("/") or text.startswith("//") or (request.verb == "say" and not text.lower().startswith("/say")):
        return transform.text(text)
    if request.verb in _SECRET or not request.tail:
        return text
    tail = transform.name(request.tail) if request.verb in _NAMED else transform.text(request.tail)
    return f"/{request.verb} {tail}"
