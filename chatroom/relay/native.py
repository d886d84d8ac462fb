"""One person's lines of the native protocol, changed on their way to the house."""

from __future__ import annotations

import re

from chatroom.core.errors import Refused
from chatroom.relay.speech import LONGEST, TooLong, changed
from chatroom.relay.transform import Transform
from chatroom.wire.json import dumps
from chatroom.wire.strict import loads

_NAMED = frozenset({"hello", "nick"})
"""Verbs whose `name` is what somebody calls themselves."""


NOTHING = b"{"
"""What is passed on for a line that is no object: the house cannot read it either, and nowhere is it a name."""
_ODD = re.compile(rb"[\0\xff]")


def change(line: bytes, transform: Transform) -> bytes:
    """Give what the house is to hear for a line; one it cannot read stays as it is where nobody could take it for two."""
    try:
        found = loads(line)
    except Refused:
        return line if line.lstrip().startswith(b"{") and not _ODD.search(line) else NOTHING if line.strip() else b""
    before = dict(found)
    verb, name, text = found.get("do"), found.get("name"), found.get("text")
    if verb in _NAMED and isinstance(name, str):
        found["name"] = transform.name(name)
    elif verb == "line" and isinstance(text, str):
        found["text"] = changed(text, transform)
    elif isinstance(text, str):
        found["text"] = transform.text(text)
    return line if found == before else dumps(found).rstrip(b"\n")


class Native:
    """Follow one connection of the native protocol."""

    holding = False

    def __init__(self, transform: Transform) -> None:
        self._transform = transform
        self._rest = b""

    def typed(self, data: bytes) -> bytes:
        """Take what a program says; give what is to be sent to the house. Raises `TooLong`."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST:
            raise TooLong
        return b"".join(change(line, self._transform) + b"\n" for line in lines)

    def ended(self) -> bytes:
        """Take the end of what a program says; what was begun counts as a line."""
        rest, self._rest = self._rest, b""
        return change(rest, self._transform) if rest else b""

    def heard(self, data: bytes) -> bytes:
        """Take what the house says, which means nothing here."""
        return b""

    def notice(self, text: str) -> bytes:
        """Word something the relay has to say."""
        return dumps({"is": "notice", "code": "relay", "text": text})
