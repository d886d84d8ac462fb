"""Line editing for terminals of every kind: telnet, SSH, the host's own.

Rules
-----
- What is typed stands in one row at the bottom (`_row.py`); a line wider than that scrolls sideways.
- `show` puts lines above that row and draws it anew. Keys that come together cost one drawing.
- A secret is not drawn, not remembered and not completed.
- While not `drawn`, the other end does its own editing (nc, a telnet in line mode): the same keys are obeyed and nothing is echoed.
- Bytes that are no UTF-8 become U+FFFD, so that whoever typed them sees it. Line, history and escape sequences are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any

from twisted.conch.insults.insults import ServerProtocol, TerminalProtocol

from chatroom.doors._past import Past
from chatroom.doors._row import bare, row
from chatroom.doors._typing import Typing
from chatroom.wire.text import UNSHOWN, visible

SEQUENCE = 32
"""Bytes of one escape sequence; what is longer is nobody's key."""
USUAL = 80
WIDTHS = range(20, 501)
"""Columns a terminal is believed to have."""
OFFERED = 60
"""Completions listed at once."""

BELL = b"\x07"
ERASE = b"\r\x1b[K"
REFRESH = b"\x1b[H\x1b[2J"

_UP, _DOWN, _RIGHT, _LEFT = b"[UP_ARROW]", b"[DOWN_ARROW]", b"[RIGHT_ARROW]", b"[LEFT_ARROW]"
_HOME, _END = b"[HOME]", b"[END]"
_WORD_LEFT, _WORD_RIGHT = b"[WORD_LEFT]", b"[WORD_RIGHT]"
_OTHER_KEYS = {
    b"\x1b[OA": _UP,
    b"\x1b[OB": _DOWN,
    b"\x1b[OC": _RIGHT,
    b"\x1b[OD": _LEFT,
    b"\x1b[OH": _HOME,
    b"\x1b[OF": _END,
    b"\x1b[1;5C": _WORD_RIGHT,
    b"\x1b[1;5D": _WORD_LEFT,
}
"""Keys as terminals in application mode send them, and what Twisted does not know."""


class Terminal(ServerProtocol):
    """Read keys and write to a terminal; keys that come together are drawn together."""

    transport: Any
    terminalProtocol: Any
    newline = b"\r\n"
    """What ends a line on the way out."""

    def write(self, data: bytes) -> None:
        """Write bytes, in which a newline ends a line."""
        self.transport.write(data.replace(b"\n", self.newline))

    def dataReceived(self, data: bytes) -> None:
        """Take keys, dropping an escape sequence that does not end, and draw what came of them."""
        for at in range(len(data)):
            super().dataReceived(data[at : at + 1])
            if self.state == b"bracket-escaped" and len(self.escBuf) > SEQUENCE:
                self.state = b"data"
        if self.terminalProtocol is not None:
            self.terminalProtocol.draw()


class Editor(TerminalProtocol):
    """Edit one line at a time, with a history and completion.

    `entered` is given each line, `left` is called by Ctrl-D on an empty one, `refused` when a line was too long to be taken; `complete`
    gives what the last word of a text may become.
    """

    terminal: Any

    def __init__(
        self,
        entered: Callable[[str], None],
        left: Callable[[], None],
        refused: Callable[[], None],
        complete: Callable[[str], Sequence[str]],
    ) -> None:
        self.entered = entered
        self.left = left
        self.refused = refused
        self.complete = complete
        self.drawn = False
        """Whether we show what is typed."""
        self.prompt: str | None = None
        """What stands before it; None while nothing is asked for."""
        self.secret = False
        self.erases = False
        """Whether what was entered goes from the screen, as it is shown another way."""
        self.interrupted: Callable[[], None] = self.clear
        """What Ctrl-C does."""
        self.width = USUAL
        self.typing = typing = Typing()
        self.past = Past()
        self._stale = False
        self._after_return = False
        self._listed = ""
        self._char = bytearray()
        self._wanted = 0
        self._edits = {key: edit for keys, edit in _edits(typing) for key in keys}
        self._does = self._deeds()

    def _deeds(self) -> dict[bytes, Callable[[], None]]:
        """Tell what keys do that do more than edit the line."""
        return {
            b"\r": self._return,
            b"\n": self._return,
            b"\t": self._tab,
            b"\x03": lambda: self.interrupted(),
            b"\x04": self._end_of_input,
            b"\x0c": self._refresh,
            _UP: self._up,
            b"\x10": self._up,
            _DOWN: self._down,
            b"\x0e": self._down,
        }

    @property
    def text(self) -> str:
        """Give what is typed so far."""
        return self.typing.text

    # -- what a door tells it

    def ask(self, prompt: str | None, *, secret: bool = False) -> None:
        """Put a prompt before what is typed from here on."""
        self.prompt, self.secret = prompt, secret
        if self.drawn:
            self._stale = True
            self.draw()
        elif prompt is not None:
            self.terminal.write(prompt.encode())

    def show(self, data: bytes) -> None:
        """Write whole lines above what is being typed."""
        if not self.drawn or self.prompt is None:
            self.terminal.write(data)
            return
        self.terminal.write(ERASE + data + self._row(self.prompt))
        self._stale = False

    def hush(self) -> None:
        """Take the prompt away, for good."""
        if self.drawn and self.prompt is not None:
            self.terminal.write(ERASE)
        self.prompt, self.secret = None, False
        self.typing.set(())

    def draw(self) -> None:
        """Show what has changed."""
        if self._stale and self.drawn and self.prompt is not None:
            self.terminal.write(b"\r" + self._row(self.prompt))
        self._stale = False

    def _row(self, prompt: str) -> bytes:
        return bare(prompt) if self.secret else row(prompt, self.typing.chars, self.typing.at, self.width)

    def clear(self) -> None:
        """Begin the line anew."""
        if self.drawn and self.prompt is not None and self.typing.chars:
            self._draw_at_end()
            self.terminal.write(b"^C\n")
        self.typing.clear()
        self._stale = True

    def terminalSize(self, width: int, height: int) -> None:
        """Draw for a window of another size, where no columns means that nobody knows (RFC 1073)."""
        self.width = min(max(width or USUAL, WIDTHS.start), WIDTHS.stop - 1)
        self._stale = True
        self.draw()

    # -- keys

    def keystrokeReceived(self, keyID: bytes, modifier: object) -> None:
        """Do what a key does, or take its character, which may come in several bytes."""
        again, self._after_return = self._after_return, keyID == b"\r"
        if again and keyID in {b"\n", b"\0"}:
            return
        if modifier is not None:
            return
        if len(keyID) == 1 and (keyID[0] >= 0x80 or self._wanted):
            self._collect(keyID[0])
        elif (edit := self._edits.get(keyID)) is not None:
            edit()
            self._stale = True
        elif (do := self._does.get(keyID)) is not None:
            do()
        elif len(keyID) == 1 and keyID >= b" ":
            self._insert(keyID.decode())

    def unhandledControlSequence(self, seq: bytes) -> None:
        """Know some more keys, and pass over all else."""
        key = _OTHER_KEYS.get(seq)
        if key is not None:
            self.keystrokeReceived(key, None)

    def _insert(self, char: str) -> None:
        if self.typing.insert(char):
            self._stale = True
        else:
            self._ring()

    def _collect(self, byte: int) -> None:
        """Take one byte of a character of several."""
        if byte & 0xC0 == 0x80 and self._wanted:
            self._char.append(byte)
            self._wanted -= 1
        else:
            if self._wanted:
                self._wanted = 0
                self._insert(UNSHOWN)
            if byte < 0x80:
                self.keystrokeReceived(bytes((byte,)), None)
                return
            self._char[:] = bytes((byte,))
            self._wanted = 1 if byte >> 5 == 6 else 2 if byte >> 4 == 14 else 3 if byte >> 3 == 30 else 0
        if not self._wanted:
            self._insert(bytes(self._char).decode("utf-8", "replace")[:1])

    def _return(self) -> None:
        """Give the line to whoever waits for it."""
        line, overflowed = self.text, self.typing.overflowed
        self._draw_at_end()
        if self.drawn:
            self.terminal.write(ERASE if self.erases else b"\n")
        if not self.secret:
            self.past.remember(line)
        self.typing.clear()
        if overflowed:
            self.refused()
        else:
            self.entered(line)
        self._stale = True  # what was entered may have changed the prompt

    def _draw_at_end(self) -> None:
        """Draw the line as it stays, with the cursor behind it."""
        self.typing.end()
        self._stale = True
        self.draw()

    def _end_of_input(self) -> None:
        if self.typing.chars:
            self.typing.delete()
            self._stale = True
        else:
            self.left()

    def _refresh(self) -> None:
        if self.drawn:
            self.terminal.write(REFRESH)
            self._stale = True

    def _up(self) -> None:
        if not self.secret:
            self._recall(self.past.up(self.text))

    def _down(self) -> None:
        if not self.secret:
            self._recall(self.past.down())

    def _recall(self, line: str | None) -> None:
        if line is not None:
            self.typing.set(line)
            self._stale = True

    def _tab(self) -> None:
        """Complete the last word before the cursor: as far as it is clear, then list what it may become."""
        if not self.drawn:
            self._insert(" ")
            return
        if self.secret or self.prompt is None:
            return
        before = self.typing.before
        word = before.rpartition(" ")[2]
        found = list(self.complete(before))[: OFFERED + 1]
        common = found[0] + " " if len(found) == 1 else _common(found)
        if common and common != word and (len(found) == 1 or len(common) > len(word)):
            self._replace(len(word), common)
        elif len(found) > 1 and self._listed == before:
            rows = wrap(visible("  ".join(found[:OFFERED])), self.width, break_on_hyphens=False)
            self.show("".join(f"{one}\n" for one in rows).encode())
        else:
            self._ring()
        self._listed = before

    def _replace(self, length: int, text: str) -> None:
        if self.typing.replace(length, text):
            self._stale = True
        else:
            self._ring()

    def _ring(self) -> None:
        if self.drawn:
            self.terminal.write(BELL)


def _edits(typing: Typing) -> tuple[tuple[tuple[bytes, ...], Callable[[], None]], ...]:
    """Tell which keys edit the line, and how."""
    return (
        ((b"\x08", b"\x7f"), typing.erase),
        ((b"[DELETE]",), typing.delete),
        ((b"\x02", _LEFT), typing.left),
        ((b"\x06", _RIGHT), typing.right),
        ((b"\x01", _HOME), typing.home),
        ((b"\x05", _END), typing.end),
        ((_WORD_LEFT,), typing.word_left),
        ((_WORD_RIGHT,), typing.word_right),
        ((b"\x0b",), typing.kill_after),
        ((b"\x15",), typing.kill_before),
        ((b"\x17",), typing.kill_word),
    )


def _common(words: Sequence[str]) -> str:
    """Give what all words begin with."""
    if not words:
        return ""
    first, last = min(words), max(words)
    length = 0
    while length < len(first) and first[length] == last[length]:
        length += 1
    return first[:length]
