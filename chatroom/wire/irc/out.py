"""Lines on their way out, and texts cut into as many as they need; nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from chatroom.wire.irc.message import LINE, joined, write_tags

_COMMANDS = "AWAY ERROR KICK KILL NOTICE PART PRIVMSG QUIT SETNAME TOPIC WALLOPS"
_NUMERICS = "301 302 303 311 312 314 319 322 332 352 353 372 730 731 732"
TEXTS = frozenset(f"{_COMMANDS} {_NUMERICS}".split())
"""What ends with a text, before which there is always a colon, as some clients look for it."""
CUT = "\u2026"
"""What ends a line of which more was meant than fits: a topic set elsewhere, where topics may be longer."""
LONGEST_REPEATED = 100
"""Characters of what a client gave that are repeated to it as the context of an answer."""
ACTION = "\x01ACTION {}\x01"
# What IRC shows as formatting (bold, colour, hex colour, reset, monospace, reverse, italic, strike, underline), \x01 of CTCP and the
# tab pass; everything else that steers a terminal is shown as its picture.
_CONTROLS = re.compile("[\x00\x05-\x08\x0a-\x0e\x10\x12-\x15\x17-\x1c\x7f]")
_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}


@dataclass(slots=True)
class Out:
    """Be a line on its way out, to which tags may still be added."""

    body: str
    tags: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return write_tags(self.tags) + self.body


def line(source: str, command: str, *params: str, tags: dict[str, str] | None = None) -> Out:
    """Make a line from a source; an end of line within the last parameter is shown as a picture."""
    if not params:
        return Out(f":{source} {command}", tags or {})
    *before, last = params
    colon = command in TEXTS and (len(params) > 1 or command != "PART")
    return Out(_fitting(f":{source} {joined(command, *before, shown(last), colon=colon)}"), tags or {})


def parting(server: str, text: str) -> Out:
    """Make the last line of a connection, which has no source."""
    return Out(line(server, "ERROR", text).body.removeprefix(f":{server} "))


def numeric(server: str, number: str, nick: str, params: tuple[str, ...]) -> Out:
    """Make a numeric; what a client gave that cannot stand in the middle of a line is not repeated."""
    return Out(_fitting(f":{server} {number} {nick}{_rest(number, params)}"))


def announcement(server: str, number: str, nick: str, params: tuple[str, ...]) -> Out:
    """Make a numeric of words that are all the server's own."""
    return Out(_fitting(f":{server} {number} {nick}{_announced(number, params)}"))


@lru_cache(maxsize=256)
def _rest(number: str, params: tuple[str, ...]) -> str:
    """Give what follows the nick in a numeric; most of what a server says it says to everybody, so it is kept."""
    if not params:
        return ""
    *before, last = params
    return _written(number, *map(repeated, before), last)


@lru_cache(maxsize=16)
def _announced(number: str, params: tuple[str, ...]) -> str:
    """Give what follows the nick in a numeric of the server's own words."""
    return _written(number, *params)


def _written(number: str, *params: str) -> str:
    *before, last = params
    return joined(number, *before, shown(last), colon=number in TEXTS).removeprefix(number)


def _fitting(body: str) -> str:
    """Give a line that fits; of one that does not, it is seen that more was meant."""
    if 4 * len(body) <= LINE:
        return body
    raw = body.encode("utf-8", "replace")
    return body if len(raw) <= LINE - 2 else raw[: LINE - 2 - len(CUT.encode())].decode("utf-8", "ignore") + CUT


def shortened(text: str, limit: int) -> str:
    """Give a text of at most `limit` bytes; of a longer one it is seen that there was more."""
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= limit else raw[: max(0, limit - len(CUT.encode()))].decode("utf-8", "ignore") + CUT


def repeated(param: str) -> str:
    """Give a parameter as it was given, or a star if it is empty, too long or no single word."""
    word = param and len(param) <= LONGEST_REPEATED and not param.startswith(":") and " " not in param
    return shown(param) if word else "*"


def shown(text: str) -> str:
    """Give one line of a text as an IRC client may read it."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub(lambda found: _PICTURES[found[0]], text)


def encoded(lines: Iterable[Out]) -> bytes:
    """Give lines as bytes."""
    return "".join([f"{one}\r\n" for one in lines]).encode("utf-8", "replace")


def room_for(source: str, command: str, *params: str) -> int:
    """Tell how many bytes of text fit into a line."""
    return LINE - 2 - len(f":{source} {' '.join([command, *params])} :".encode())


def pieces(text: str, limit: int) -> Iterator[str]:
    """Cut one line of text into pieces of at most `limit` bytes, after a blank where there is one."""
    raw = text.encode("utf-8", "replace")
    while len(raw) > limit:
        end = limit
        while end > 0 and raw[end] & 0xC0 == 0x80:
            end -= 1
        blank = raw.rfind(b" ", end // 2, end)
        end = blank + 1 if blank > 0 else end
        yield raw[:end].decode()
        raw = raw[end:]
    yield raw.decode()


def stamped(body: str, at: float) -> str:
    """Put the time before words, for a client that could not tell otherwise that they are old."""
    head, colon, text = body.partition(" :")
    if not colon:
        head, _, text = body.rpartition(" ")
    when = f"[{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}]"
    if text.startswith("\x01ACTION "):
        return f"{head} :\x01ACTION {when} {text.removeprefix(chr(1) + 'ACTION ')}"
    return f"{head} :{when} {text}"
