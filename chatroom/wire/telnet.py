"""Telnet's own bytes (RFC 854): taken out of what a person types, and every option refused."""

from __future__ import annotations

import enum
from collections.abc import Callable

SUBNEGOTIATION = 1024
"""Bytes a subnegotiation may take; one that takes more is over."""
ANSWERS = 2
"""Times one and the same telnet request is answered over a connection's life."""
COMMANDS = 4096
"""Telnet's commands taken before a read without any; a client needs a handful."""

_IAC = 0xFF
_LOWEST = 236  # of telnet's commands (RFC 1184)
_SE, _BREAK, _INTERRUPT, _ARE_YOU_THERE, _ERASE, _ERASE_LINE, _SB = 240, 243, 244, 246, 247, 248, 250
_WILL, _WONT, _DO, _DONT = 251, 252, 253, 254

_REFUSALS = {_WILL: _DONT, _DO: _WONT}
_STANDS_FOR = {_BREAK: b"\x03", _INTERRUPT: b"\x03", _ERASE: b"\x08", _ERASE_LINE: b"\x15", _IAC: b"\xff"}
_HERE = b"\r\n[here]\r\n"


class _Inside(enum.Enum):
    TEXT = enum.auto()
    COMMAND = enum.auto()
    OPTION = enum.auto()
    SUBNEGOTIATION = enum.auto()
    SUBNEGOTIATION_COMMAND = enum.auto()


class Telnet:
    """Take telnet's commands (RFC 854) out of a stream, however it is cut, and refuse every option.

    Nothing is kept but where in a command the stream is: text passes through, the inside of a subnegotiation is dropped as it
    comes. A byte 255 that begins no telnet command is left in place; it is no UTF-8, so its line will be refused.
    """

    __slots__ = ("_answered", "_commands", "_inside", "_return", "_swallowed", "_verb", "overrun", "seen")

    def __init__(self) -> None:
        self.seen = False
        """The peer speaks telnet."""
        self.overrun = False
        """The peer sent more commands than anybody needs; nothing more is read of it."""
        self._commands = 0
        self._inside = _Inside.TEXT
        self._verb = 0
        self._return = False
        self._swallowed = 0
        self._answered: dict[bytes, int] = {}

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """Give what of `data` is text, and what to answer the peer's telnet."""
        if _IAC not in data and self._inside is _Inside.TEXT:
            self._commands = 0
            return self._newlines(data), b""
        text, answer, at = bytearray(), bytearray(), 0
        while at < len(data) and not self.overrun:
            at = _STEPS[self._inside](self, data, at, text, answer)
        return self._newlines(bytes(text)), bytes(answer)

    def _newlines(self, text: bytes) -> bytes:
        """Make telnet's carriage return and NUL a newline, also when they come apart."""
        if self._return and text.startswith(b"\0"):
            text = b"\n" + text[1:]
        if text:
            self._return = text.endswith(b"\r")
        return text.replace(b"\r\0", b"\r\n") if b"\0" in text else text

    def _text(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        end = data.find(_IAC, at)
        if end < 0:
            text += data[at:]
            return len(data)
        text += data[at:end]
        self._inside = _Inside.COMMAND
        return end + 1

    def _command(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        byte = data[at]
        self._inside = _Inside.TEXT
        self._commands += 1
        self.overrun = self._commands > COMMANDS
        if byte < _LOWEST:
            text += bytes((_IAC, byte))
            return at + 1
        self.seen = self.seen or byte != _IAC
        if _WILL <= byte <= _DONT:
            self._verb = byte
            self._inside = _Inside.OPTION
        elif byte == _SB:
            self._swallowed = 0
            self._inside = _Inside.SUBNEGOTIATION
        elif byte == _ARE_YOU_THERE and not answer.endswith(_HERE):
            answer += _HERE
        text += _STANDS_FOR.get(byte, b"")
        return at + 1

    def _option(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        """Refuse what is offered or asked for; the same only a few times, so that no two ends argue for ever (RFC 1143)."""
        self._inside = _Inside.TEXT
        refusal, request = _REFUSALS.get(self._verb), bytes((self._verb, data[at]))
        count = self._answered.get(request, 0)
        if refusal is not None and count < ANSWERS:
            self._answered[request] = count + 1
            answer += bytes((_IAC, refusal, data[at]))
        return at + 1

    def _subnegotiation(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        found = data.find(_IAC, at)
        end = len(data) if found < 0 else found
        left = max(0, SUBNEGOTIATION - self._swallowed)
        if end - at > left:
            self._inside = _Inside.TEXT
            return at + left
        self._swallowed += end - at + 2
        if found < 0:
            return end
        self._inside = _Inside.SUBNEGOTIATION_COMMAND
        return end + 1

    def _subnegotiation_command(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        over = data[at] == _SE or self._swallowed > SUBNEGOTIATION
        self._inside = _Inside.TEXT if over else _Inside.SUBNEGOTIATION
        return at + 1


_STEPS: dict[_Inside, Callable[[Telnet, bytes, int, bytearray, bytearray], int]] = {
    _Inside.TEXT: Telnet._text,
    _Inside.COMMAND: Telnet._command,
    _Inside.OPTION: Telnet._option,
    _Inside.SUBNEGOTIATION: Telnet._subnegotiation,
    _Inside.SUBNEGOTIATION_COMMAND: Telnet._subnegotiation_command,
}
