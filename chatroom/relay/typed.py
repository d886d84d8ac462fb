"""One person's lines as they are typed at netcat or telnet, changed on their way to the house.

Rules
-----
- Until the house has welcomed somebody, a line that is no command is a name, unless the house has just asked for a password. What the
  house says is looked at for nothing else.
- So after each such line the next one waits for the house's verdict: whoever sends name, password and words at once is not to have
  words taken for a name, nor a name for a password.
- In doubt a line is a name: then somebody may have to type a password again, but nobody comes in by a name that was not changed.
- Telnet's own bytes are read as the house reads them, or what is one line here would be two there. Commands pass at once, apart from
  the lines; what stands for a letter is one, and subnegotiations, of which the house wants none, do not pass.
"""

from __future__ import annotations

import re
from collections import deque

from chatroom.core.errors import Refused
from chatroom.relay.speech import LONGEST, TooLong, changed
from chatroom.relay.transform import Transform
from chatroom.wire.telnet import Telnet
from chatroom.wire.typed import parse, tidy

_IAC = b"\xff"
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
        self._telnet = Telnet(passing=True)
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
        text, commands = self._telnet.feed(data)
        *lines, self._rest = (self._rest + text).split(b"\n")
        if len(self._rest) > LONGEST or self._telnet.overrun:
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

    def _sent(self) -> bytes:
        sent = []
        while self._lines and not self._waiting:
            line = self._changed(self._lines.popleft()).replace(_IAC, _IAC + _IAC)
            sent.append(line + b"\n")
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
