"""What somebody typed, with whatever their terminal mixed in: erasures, NULs, line ends of every kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from chatroom.core.errors import BadText
from chatroom.core.request import Request
from chatroom.wire.text import decode

_EDITED = re.compile(rb"[\x00\x08\x15\x17\x7f]")
_TYPED = re.compile(rb"[\x00\x08\x15\x17\x7f]|[^\x00\x08\x15\x17\x7f]+")
_PLAINLY_SAID = re.compile(rb"(?!/)[^\x00-\x20\x7f][^\x00-\x1f\x7f]*\r?").fullmatch
_VERB = re.compile(r"/([^ \t/][^ \t]*)[ \t]*(.*)", re.DOTALL)


def tidy(line: bytes) -> str:
    """Give what a raw line, without its newline, came to be after all that was erased; raise `BadText` unless it is UTF-8.

    A backspace or delete erases one character, ^W a word, ^U everything before it. NULs and carriage returns at the end go.
    """
    line = line.rstrip(b"\r\0")
    if _EDITED.search(line) is None:
        return decode(line)
    kept = bytearray()
    for typed in _TYPED.findall(line):
        edit = _EDITS.get(typed)
        if edit is None:
            kept += typed
        else:
            edit(kept)
    return decode(bytes(kept))


def parse(text: str) -> Request:
    """Understand a line: `/verb` and what follows, `//` for a text that begins with a slash, anything else is said as it is."""
    if not text.startswith("/"):
        return Request("say", text)
    if text.startswith("//"):
        return Request("say", text[1:])
    found = _VERB.fullmatch(text)
    if found is None:
        return Request("say", text)
    return Request(found[1].lower(), found[2].rstrip(" \t"))


def read_row(lines: Sequence[bytes]) -> tuple[int, list[str]]:
    """Tell how many of the first lines say something plainly, and what, in which `tidy` and `parse` find the same.

    There is nothing of any where one is not UTF-8.
    """
    plain = [line.removesuffix(b"\r") for line in takewhile(_PLAINLY_SAID, lines)]
    try:
        return len(plain), decode(b"\n".join(plain)).split("\n") if plain else []
    except BadText:
        return len(plain), []


def _nothing(kept: bytearray) -> None:
    """Change nothing."""


def _erase(kept: bytearray) -> None:
    """Take away one character, which in UTF-8 has at most three bytes after its first."""
    for _ in range(4):
        if not kept or kept.pop() & 0xC0 != 0x80:
            return


def _erase_word(kept: bytearray) -> None:
    while kept and kept[-1] == 0x20:
        kept.pop()
    while kept and kept[-1] != 0x20:
        kept.pop()


_EDITS: dict[bytes, Callable[[bytearray], None]] = {
    b"\x00": _nothing,
    b"\x08": _erase,
    b"\x7f": _erase,
    b"\x15": bytearray.clear,
    b"\x17": _erase_word,
}
