"""Telnet's own bytes (RFC 854): taken out of what a person types, and every option refused but those we ask for ourselves."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection

SUBNEGOTIATION = 1024
"""Bytes a subnegotiation may take; one that takes more is over."""
ANSWERS = 2
"""Times one and the same telnet request is answered over a connection's life."""
COMMANDS = 2048
"""Telnet's commands taken before a read without any; a client needs a handful."""

ECHO, SUPPRESS_GO_AHEAD, WINDOW_SIZE = 1, 3, 31
"""Options a terminal's line editing wants: RFC 857, RFC 858, RFC 1073."""
KEPT = 16
"""Bytes kept of a subnegotiation; a window's size is told in five."""

_IAC = 0xFF
_LOWEST = 236  # of telnet's commands (RFC 1184)
_SE, _BREAK, _INTERRUPT, _ARE_YOU_THERE, _ERASE, _ERASE_LINE, _SB = 240, 243, 244, 246, 247, 248, 250
_WILL, _WONT, _DO, _DONT = 251, 252, 253, 254

_REFUSALS = {_WILL: _DONT, _DO: _WONT}
_STANDS_FOR = {_BREAK: b"\x03", _INTERRUPT: b"\x03", _ERASE: b"\x08", _ERASE_LINE: b"\x15", _IAC: b"\xff"}
_HERE = b"\r\n[here]\r\n"
_DEEDS = frozenset({_BREAK, _INTERRUPT, _ARE_YOU_THERE})
"""Commands that are for whoever answers the person, at once."""


class _Inside(enum.Enum):
    TEXT = enum.auto()
    COMMAND = enum.auto()
    OPTION = enum.auto()
    SUBNEGOTIATION = enum.auto()
    SUBNEGOTIATION_COMMAND = enum.auto()


class Telnet:
    """Take telnet's commands (RFC 854) out of a stream, however it is cut, and refuse every option.

    Nothing is kept but where in a command the stream is: text passes through, the inside of a subnegotiation is dropped as it
    comes. A byte 255 that begins no telnet command is left in place; it is no UTF-8, so its line will be refused. What we want to
    do (`offers`) or want done (`asks`) is written in `opening`; what the peer answers to that is in `agreed` and `size`.
    Who only passes on what the peer sends (`passing`) is given, in place of answers, the commands that are for whom it is passed to.
    """

    __slots__ = (
        "_answered",
        "_asks",
        "_commands",
        "_concealing",
        "_inner",
        "_inside",
        "_offers",
        "_passing",
        "_return",
        "_swallowed",
        "_verb",
        "agreed",
        "overrun",
        "seen",
        "size",
    )

    def __init__(self, offers: Collection[int] = (), asks: Collection[int] = (), *, passing: bool = False) -> None:
        self._passing = passing
        self._offers = tuple(offers)
        self._asks = tuple(asks)
        self._inner = bytearray()
        self.agreed: set[int] = set()
        """Options offered or asked for that the peer has agreed to."""
        self.size: tuple[int, int] | None = None
        """Columns and rows of the peer's window, if it was asked and told."""
        self.seen = False
        """The peer speaks telnet."""
        self.overrun = False
        """The peer sent more commands than anybody needs; nothing more is read of it."""
        self._commands = 0
        self._concealing = False
        self._inside = _Inside.TEXT
        self._verb = 0
        self._return = False
        self._swallowed = 0
        self._answered: dict[bytes, int] = {}

    @property
    def opening(self) -> bytes:
        """Give what offers and asks for options."""
        offers = [bytes((_IAC, _WILL, option)) for option in self._offers]
        return b"".join([*offers, *(bytes((_IAC, _DO, option)) for option in self._asks)])

    def conceal(self) -> bytes:
        """Give what keeps the peer's terminal from showing what is typed: we claim to echo it, and do not (RFC 857)."""
        if self._concealing:
            return b""
        self._concealing = True
        if ECHO not in self._offers:
            # For good: an answer may still come when we have taken the offer back.
            self._offers = (*self._offers, ECHO)
        return bytes((_IAC, _WILL, ECHO))

    def reveal(self) -> bytes:
        """Give what makes the peer's terminal show again what is typed; nothing unless it was concealed."""
        if not self._concealing:
            return b""
        self._concealing = False
        self.agreed.discard(ECHO)
        return bytes((_IAC, _WONT, ECHO))

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """Give what of `data` is text, and what to answer the peer's telnet, or to pass on of it."""
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
        if self._passing and byte in _DEEDS:
            answer += bytes((_IAC, byte))
            return at + 1
        if _WILL <= byte <= _DONT:
            self._verb = byte
            self._inside = _Inside.OPTION
        elif byte == _SB:
            self._swallowed = 0
            self._inner.clear()
            self._inside = _Inside.SUBNEGOTIATION
        elif byte == _ARE_YOU_THERE and not answer.endswith(_HERE):
            answer += _HERE
        text += _STANDS_FOR.get(byte, b"")
        return at + 1

    def _option(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        """Refuse what is offered or asked for; the same only a few times, so that no two ends argue for ever (RFC 1143)."""
        self._inside = _Inside.TEXT
        if self._passing:
            answer += bytes((_IAC, self._verb, data[at]))
            return at + 1
        if data[at] in (self._offers if self._verb in {_DO, _DONT} else self._asks):
            self._settle(data[at])
            return at + 1
        refusal, request = _REFUSALS.get(self._verb), bytes((self._verb, data[at]))
        count = self._answered.get(request, 0)
        if refusal is not None and count < ANSWERS:
            self._answered[request] = count + 1
            answer += bytes((_IAC, refusal, data[at]))
        return at + 1

    def _settle(self, option: int) -> None:
        """Take the answer to what we proposed; answering it in turn would never end (RFC 1143)."""
        if self._verb in {_DO, _WILL}:
            self.agreed.add(option)
        else:
            self.agreed.discard(option)

    def _keep(self, part: bytes) -> None:
        if self._asks:
            self._inner += part[: KEPT - len(self._inner)]

    def _read_inner(self) -> None:
        inner = self._inner
        if len(inner) == 5 and inner[0] == WINDOW_SIZE and WINDOW_SIZE in self._asks:
            self.size = inner[1] << 8 | inner[2], inner[3] << 8 | inner[4]

    def _subnegotiation(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        found = data.find(_IAC, at)
        end = len(data) if found < 0 else found
        left = max(0, SUBNEGOTIATION - self._swallowed)
        if end - at > left:
            self._inside = _Inside.TEXT
            return at + left
        self._keep(data[at:end])
        self._swallowed += end - at + 2
        if found < 0:
            return end
        self._inside = _Inside.SUBNEGOTIATION_COMMAND
        return end + 1

    def _subnegotiation_command(self, data: bytes, at: int, text: bytearray, answer: bytearray) -> int:
        self._commands += 1
        self.overrun = self._commands > COMMANDS
        over = data[at] == _SE or self._swallowed > SUBNEGOTIATION
        if data[at] == _IAC:
            self._keep(b"\xff")
        elif data[at] == _SE:
            self._read_inner()
        self._inside = _Inside.TEXT if over else _Inside.SUBNEGOTIATION
        return at + 1


_STEPS: dict[_Inside, Callable[[Telnet, bytes, int, bytearray, bytearray], int]] = {
    _Inside.TEXT: Telnet._text,
    _Inside.COMMAND: Telnet._command,
    _Inside.OPTION: Telnet._option,
    _Inside.SUBNEGOTIATION: Telnet._subnegotiation,
    _Inside.SUBNEGOTIATION_COMMAND: Telnet._subnegotiation_command,
}
