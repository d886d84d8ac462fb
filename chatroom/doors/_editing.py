"""Line editing for terminals of every kind: telnet, SSH, the host's own.

Rules
-----
- What is typed stands in one row at the bottom; a line wider than that scrolls sideways. Columns are counted by `wcwidth`, on what is
  shown: text is shown by `visible`, so that nothing typed or pasted does anything to a terminal.
- `show` puts lines above that row and draws it anew. Keys that come together cost one drawing.
- A secret is not drawn, not remembered and not completed.
- While not `drawn`, the other end does its own editing (nc, a telnet in line mode): the same keys are obeyed and nothing is echoed.
- Bytes that are no UTF-8 become U+FFFD, so that whoever typed them sees it. Line, history and escape sequences are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any

from twisted.conch.insults.insults import ServerProtocol
from twisted.conch.recvline import HistoricRecvLine
from wcwidth import wcswidth

from chatroom.wire.text import UNSHOWN, visible

LONGEST = 4096
"""Characters of one line."""
HISTORY = 200
"""Lines remembered."""
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
_OTHER_KEYS = {
    b"\x1b[OA": _UP,
    b"\x1b[OB": _DOWN,
    b"\x1b[OC": _RIGHT,
    b"\x1b[OD": _LEFT,
    b"\x1b[OH": _HOME,
    b"\x1b[OF": _END,
    b"\x1b[1;5C": b"[WORD_RIGHT]",
    b"\x1b[1;5D": b"[WORD_LEFT]",
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


class Editor(HistoricRecvLine):
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
        self.lineBuffer: list[bytes] = []
        self.lineBufferIndex = 0
        self.historyLines: list[bytes] = []
        self.historyPosition = 0
        self._draft: list[bytes] = []
        self._stale = False
        self._overflowed = False
        self._after_return = False
        self._listed = ""
        self._char = bytearray()
        self._wanted = 0

    def connectionMade(self) -> None:
        """Learn the keys; the terminal is left as it is."""
        self.keyHandlers = {
            b"\r": self.handle_RETURN,
            b"\n": self.handle_RETURN,
            b"\t": self.handle_TAB,
            b"\x08": self.handle_BACKSPACE,
            b"\x7f": self.handle_BACKSPACE,
            b"[DELETE]": self.handle_DELETE,
            _LEFT: self.handle_LEFT,
            _RIGHT: self.handle_RIGHT,
            _HOME: self.handle_HOME,
            _END: self.handle_END,
            _UP: self.handle_UP,
            _DOWN: self.handle_DOWN,
            b"[WORD_LEFT]": self._word_left,
            b"[WORD_RIGHT]": self._word_right,
            b"\x01": self.handle_HOME,
            b"\x02": self.handle_LEFT,
            b"\x03": lambda: self.interrupted(),
            b"\x04": self._end_of_input,
            b"\x05": self.handle_END,
            b"\x06": self.handle_RIGHT,
            b"\x0b": self._kill_after,
            b"\x0c": self._refresh,
            b"\x0e": self.handle_DOWN,
            b"\x10": self.handle_UP,
            b"\x15": self._kill_before,
            b"\x17": self._kill_word,
        }

    @property
    def text(self) -> str:
        """Give what is typed so far."""
        return b"".join(self.lineBuffer).decode("utf-8", "replace")

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
        self.terminal.write(ERASE + data + self._row())
        self._stale = False

    def hush(self) -> None:
        """Take the prompt away, for good."""
        if self.drawn and self.prompt is not None:
            self.terminal.write(ERASE)
        self.prompt, self.secret = None, False
        self._set([])

    def draw(self) -> None:
        """Show what has changed."""
        if self._stale and self.drawn and self.prompt is not None:
            self.terminal.write(b"\r" + self._row())
        self._stale = False

    def clear(self) -> None:
        """Begin the line anew."""
        if self.drawn and self.prompt is not None and self.lineBuffer:
            self.handle_END()
            self.draw()
            self.terminal.write(b"^C\n")
        self._overflowed = False
        self._set([])

    def terminalSize(self, width: int, height: int) -> None:
        """Draw for a window of another size, where no columns means that nobody knows (RFC 1073)."""
        self.width = min(max(width or USUAL, WIDTHS.start), WIDTHS.stop - 1)
        self.height = height
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
            return
        press = self.keyHandlers.get(keyID)
        if press is not None:
            press()
        elif len(keyID) == 1 and keyID >= b" ":
            self.characterReceived(keyID, False)

    def unhandledControlSequence(self, seq: bytes) -> None:
        """Know some more keys, and pass over all else."""
        key = _OTHER_KEYS.get(seq)
        if key is not None:
            self.keystrokeReceived(key, None)

    def characterReceived(self, ch: bytes, moreCharactersComing: bool) -> None:
        """Put a character where the cursor is."""
        if len(self.lineBuffer) >= LONGEST:
            self._overflowed = True
            self._ring()
            return
        self.lineBuffer.insert(self.lineBufferIndex, ch)
        self.lineBufferIndex += 1
        self._stale = True

    def _collect(self, byte: int) -> None:
        if byte & 0xC0 == 0x80 and self._wanted:
            self._char.append(byte)
            self._wanted -= 1
        else:
            if self._wanted:
                self._wanted = 0
                self.characterReceived(UNSHOWN.encode(), False)
            if byte < 0x80:
                self.keystrokeReceived(bytes((byte,)), None)
                return
            self._char[:] = bytes((byte,))
            self._wanted = 1 if byte >> 5 == 6 else 2 if byte >> 4 == 14 else 3 if byte >> 3 == 30 else 0
        if not self._wanted:
            self.characterReceived(bytes(self._char).decode("utf-8", "replace")[:1].encode(), False)

    def handle_RETURN(self) -> None:
        """Give the line to whoever waits for it."""
        line, secret = self.text, self.secret
        self.handle_END()
        self._stale = self.drawn
        self.draw()
        if self.drawn:
            self.terminal.write(ERASE if self.erases else b"\n")
        if not secret:
            self._remember(b"".join(self.lineBuffer))
        overflowed, self._overflowed = self._overflowed, False
        self._set([])
        if overflowed:
            self.refused()
        else:
            self.entered(line)
        self._stale = True  # what was entered may have changed the prompt

    def _remember(self, line: bytes) -> None:
        if line.strip() and self.historyLines[-1:] != [line]:
            self.historyLines.append(line)
            del self.historyLines[:-HISTORY]
        self.historyPosition = len(self.historyLines)

    def handle_LEFT(self) -> None:
        """Go one character to the left, with what stands on it."""
        while self.lineBufferIndex > 0:
            self._go(self.lineBufferIndex - 1)
            if _width(_shown(self.lineBuffer[self.lineBufferIndex])):
                return

    def handle_RIGHT(self) -> None:
        """Go one character to the right, with what stands on it."""
        if self.lineBufferIndex < len(self.lineBuffer):
            self._go(self.lineBufferIndex + 1)
        while self.lineBufferIndex < len(self.lineBuffer) and not _width(_shown(self.lineBuffer[self.lineBufferIndex])):
            self._go(self.lineBufferIndex + 1)

    def handle_HOME(self) -> None:
        """Go to the line's beginning."""
        self._go(0)

    def handle_END(self) -> None:
        """Go to the line's end."""
        self._go(len(self.lineBuffer))

    def _word_left(self) -> None:
        self._go(self._word_begin())

    def _word_right(self) -> None:
        at, line = self.lineBufferIndex, self.lineBuffer
        while at < len(line) and line[at] == b" ":
            at += 1
        while at < len(line) and line[at] != b" ":
            at += 1
        self._go(at)

    def handle_BACKSPACE(self) -> None:
        """Take away the character before the cursor."""
        if self.lineBufferIndex > 0:
            self._cut(self.lineBufferIndex - 1, self.lineBufferIndex)

    def handle_DELETE(self) -> None:
        """Take away the character under the cursor."""
        self._cut(self.lineBufferIndex, self.lineBufferIndex + 1)

    def _kill_before(self) -> None:
        self._cut(0, self.lineBufferIndex)

    def _kill_after(self) -> None:
        self._cut(self.lineBufferIndex, len(self.lineBuffer))

    def _kill_word(self) -> None:
        self._cut(self._word_begin(), self.lineBufferIndex)

    def _word_begin(self) -> int:
        at, line = self.lineBufferIndex, self.lineBuffer
        while at > 0 and line[at - 1] == b" ":
            at -= 1
        while at > 0 and line[at - 1] != b" ":
            at -= 1
        return at

    def _end_of_input(self) -> None:
        if self.lineBuffer:
            self.handle_DELETE()
        else:
            self.left()

    def _refresh(self) -> None:
        if self.drawn:
            self.terminal.write(REFRESH)
            self._stale = True

    def handle_UP(self) -> None:
        """Show the line before in the history."""
        if self.secret or self.historyPosition == 0:
            return
        if self.historyPosition == len(self.historyLines):
            self._draft = self.lineBuffer
        self._recall(self.historyPosition - 1)

    def handle_DOWN(self) -> None:
        """Show the line after in the history, or at its end what was being typed."""
        if self.secret or self.historyPosition >= len(self.historyLines):
            return
        self._recall(self.historyPosition + 1)

    def _recall(self, position: int) -> None:
        self.historyPosition = position
        if position == len(self.historyLines):
            self._set(self._draft)
        else:
            self._set([char.encode() for char in self.historyLines[position].decode("utf-8", "replace")])

    def handle_TAB(self) -> None:
        """Complete the last word before the cursor: as far as it is clear, then list what it may become."""
        if not self.drawn:
            self.characterReceived(b" ", False)
            return
        if self.secret or self.prompt is None:
            return
        before = b"".join(self.lineBuffer[: self.lineBufferIndex]).decode("utf-8", "replace")
        word = before.rpartition(" ")[2]
        found = list(self.complete(before))[: OFFERED + 1]
        common = found[0] + " " if len(found) == 1 else _common(found)
        if common and common != word and (len(found) == 1 or len(common) > len(word)):
            self._replace(len(word), common)
        elif len(found) > 1 and self._listed == before:
            rows = wrap(visible("  ".join(found[:OFFERED])), self.width, break_on_hyphens=False)
            self.show("".join(f"{row}\n" for row in rows).encode())
        else:
            self._ring()
        self._listed = before

    def _replace(self, length: int, text: str) -> None:
        chars = [char.encode() for char in text]
        begin = self.lineBufferIndex - length
        if len(self.lineBuffer) - length + len(chars) > LONGEST:
            self._ring()
            return
        self.lineBuffer[begin : self.lineBufferIndex] = chars
        self._go(begin + len(chars))

    def _ring(self) -> None:
        if self.drawn:
            self.terminal.write(BELL)

    # -- the line

    def _go(self, index: int) -> None:
        self.lineBufferIndex = index
        self._stale = True

    def _cut(self, begin: int, end: int) -> None:
        del self.lineBuffer[begin:end]
        self._overflowed = False
        self._go(begin)

    def _set(self, chars: list[bytes]) -> None:
        self.lineBuffer = list(chars)
        self._go(len(chars))

    def _row(self) -> bytes:
        """Write prompt and line, as much of it as fits around the cursor, and leave the cursor where it belongs."""
        prompt = visible(self.prompt or "")
        if self.secret:
            return prompt.encode() + b"\x1b[K"
        shown = [_shown(char) for char in self.lineBuffer]
        widths = [_width(char) for char in shown]
        first, last = _window(widths, self.lineBufferIndex, max(1, self.width - _width(prompt) - 1))
        after = sum(widths[self.lineBufferIndex : last])
        back = f"\x1b[{after}D" if after else ""
        return f"{prompt}{''.join(shown[first:last])}\x1b[K{back}".encode("utf-8", "replace")


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


def _common(words: Sequence[str]) -> str:
    """Give what all words begin with."""
    if not words:
        return ""
    first, last = min(words), max(words)
    length = 0
    while length < len(first) and first[length] == last[length]:
        length += 1
    return first[:length]


def _shown(char: bytes) -> str:
    return visible(char.decode("utf-8", "replace"))


def _width(text: str) -> int:
    return max(0, wcswidth(text))
