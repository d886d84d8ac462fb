"""One person's lines as they are typed at netcat or telnet, changed on their way to the house.

Rules
-----
- Until the house has welcomed somebody, a line that is no command is a name, unless the house has just asked for a password. What the
  house says is looked at for nothing else.
- So after each such line the next one waits for the house's verdict: whoever sends name, password and words at once is not to have
  words taken for a name, nor a name for a password.
- In doubt a line is a name: then somebody may have to type a password again, but nobody comes in by a name that was not changed.
- Telnet's own commands pass at once and unchanged, apart from the lines.
"""

from __future__ import annotations

import re
from collections import deque

from chatroom.core.errors import Refused
from chatroom.relay.speech import LONGEST, TooLong, changed
from chatroom.relay.transform import Transform
from chatroom.wire.line import parse, tidy

_IAC, _SB = 0xFF, 0xFA
_SE = b"\xff\xf0"
_OPTIONS = range(0xFB, 0xFF)
_SAID = re.compile(rb"\xff[\xfb-\xfe].", re.DOTALL)
"""What a house says to telnet among its lines."""
_SECRETS = (b"-- Password for ", b"-- Choose a password:", b"-- And once more:")
_VERDICTS = (b"! ", b"-- What is your name?", *_SECRETS)
_WELCOME = b"Welcome, "


class Typed:
    """Follow one connection of the line protocol; see the module for the rules."""

    def __init__(self, transform: Transform) -> None:
        self._transform = transform
        self._rest = b""
        self._begun = b""
        """What has come of a command of telnet."""
        self._lines: deque[bytes] = deque()
        self._heard = b""
        self._named = False
        self._secret = False
        self._waiting = False
        """A name or password was sent of which the house has not said what it thinks."""

    @property
    def holding(self) -> bool:
        """Tell whether lines wait, so that no more are to be read."""
        return bool(self._lines)

    def typed(self, data: bytes) -> bytes:
        """Take what a person typed; give what is to be sent to the house now. Raises `TooLong`."""
        commands, text = self._apart(data)
        *lines, self._rest = (self._rest + text).split(b"\n")
        if len(self._rest) + len(self._begun) > LONGEST:
            raise TooLong
        self._lines.extend(lines)
        return commands + self._sent()

    def ended(self) -> bytes:
        """Take the end of what a person types; what was begun counts as a line."""
        if self._rest:
            self._lines.append(self._rest)
            self._rest = b""
        return self._sent()

    def heard(self, data: bytes) -> bytes:
        """Take what the house says; give what is to be sent to it now."""
        if self._named:
            return b""
        *lines, self._heard = (self._heard + data).split(b"\n")
        self._heard = self._heard[:LONGEST]
        for line in lines:
            self._judged(_SAID.sub(b"", line).rstrip(b"\r"))
        return self._sent()

    def notice(self, text: str) -> bytes:
        """Word something the relay has to say."""
        return f"-- {text}\r\n".encode()

    def _judged(self, line: bytes) -> None:
        if line.startswith(_WELCOME):
            self._named, self._waiting, self._heard = True, False, b""
        elif line.startswith(_VERDICTS):
            self._secret = line.startswith(_SECRETS)
            self._waiting = False

    def _apart(self, data: bytes) -> tuple[bytes, bytes]:
        """Take telnet's commands out of the text; what is begun of one is kept."""
        data = self._begun + data
        self._begun = b""
        commands, text, at = bytearray(), bytearray(), 0
        while (found := data.find(_IAC, at)) >= 0:
            text += data[at:found]
            end = _command_end(data, found)
            if end < 0:
                self._begun = data[found:]
                return bytes(commands), bytes(text)
            commands += data[found:end]
            at = end
        return bytes(commands), bytes(text + data[at:])

    def _sent(self) -> bytes:
        sent = []
        while self._lines and not self._waiting:
            sent.append(self._changed(self._lines.popleft()) + b"\n")
        return b"".join(sent)

    def _changed(self, line: bytes) -> bytes:
        try:
            text = tidy(line)
        except Refused:
            # The house cannot read it either, and says so.
            self._waiting = not self._named
            return line
        ending = b"\r" if line.endswith(b"\r") else b""
        if self._named:
            found = changed(text, self._transform)
        elif self._secret:
            self._waiting, found = True, text
        elif text.startswith("/"):
            self._waiting, found = parse(text).verb == "hello", changed(text, self._transform)
        else:
            self._waiting, found = True, self._transform.name(text)
        return line if found == text else found.encode() + ending


def _command_end(data: bytes, start: int) -> int:
    """Give where a command of telnet ends; -1 when that has not come yet."""
    if start + 1 >= len(data):
        return -1
    if data[start + 1] == _SB:
        end = data.find(_SE, start + 2)
        return end + 2 if end >= 0 else -1
    length = 3 if data[start + 1] in _OPTIONS else 2
    return start + length if start + length <= len(data) else -1
