"""Names of people and rooms: which can be had.

Rules
-----
- A name is a PRECIS identifier (RFC 8265, UsernameCasePreserved) narrowed to letters, digits and `-`, `_`, `.`, so that no chat
  line, IRC message, mask or prompt can misread it. It begins with a letter or digit. Emoji are symbols, which PRECIS refuses.
- People's names, but not rooms', may also have the signs that nicks on IRC have: square and curly brackets, the backslash, the bar,
  the circumflex and the backtick; and begin with one of them, or with `_`.

How they are compared is in `likeness.py`, who has them in `roster.py`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network

from precis_i18n import get_profile

from chatroom.core.errors import (
    NameEmpty,
    NameInvalid,
    NameRefused,
    NameTooLong,
    RoomNameEmpty,
    RoomNameInvalid,
    RoomNameReserved,
    RoomNameTooLong,
)
from chatroom.core.likeness import fold, looks, looks_of

_WORDS = """
server system host house owner root admin administrator operator sysop moderator staff service services daemon chatroom console
nickserv chanserv channel everyone everybody all here nobody noone none anyone anybody someone somebody you me myself yourself
private notice
"""

STAR = "*"
"""What the names of those begin with whom a relay brings; no name has it of itself."""

RESERVED = frozenset(_WORDS.split())
"""Words nobody may be called, in any case and in any letters that look like them."""

RESERVED_ROOMS = frozenset({"private"})
"""Words no room may be called: `(private)` marks what is said to one person."""

BLANKS = " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What is stripped from around a name, and found within one is called a space."""

MARKS = 4
"""Combining marks one letter of a name may bear."""

_PUNCTUATION = "-_."
NICKS = "[]{}\\|^`"
"""What people's names may have beside letters, digits and `-_.`, as they could always on IRC (RFC 2812, section 2.3.1)."""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch
# Letters by category, delimiters by look: with one of them a name would read as if a line began or a mask ended.
_MISREAD = frozenset("ːꓽꓹꓻǃⵑ𐌟ᐸᐳᚲ𖼿Ⳇ𐊛")
_PRECIS = get_profile("UsernameCasePreserved")


@dataclass(frozen=True, slots=True)
class _Refusals:
    """Be the sentences for one kind of name, and what is particular to it."""

    empty: type[NameRefused]
    long: type[NameRefused]
    invalid: type[NameRefused]
    signs: str = ""
    """What such a name may have beside letters, digits and `-_.`."""


_PERSON = _Refusals(NameEmpty, NameTooLong, NameInvalid, NICKS)
_ROOM = _Refusals(RoomNameEmpty, RoomNameTooLong, RoomNameInvalid)


def clean_name(text: str, limit: int, *, starred: bool = False) -> str:
    """Give a person's name as it will be shown, at most `limit` characters, or refuse it with the reason.

    Where it may be `starred`, a star before it stays: so relays mark who comes through them.
    """
    name = text.strip(BLANKS)
    star = STAR if starred and name.startswith(STAR) else ""
    return star + _clean(name.removeprefix(star), limit, _PERSON)


def is_address(text: str) -> bool:
    """Tell whether a text reads as an address or network; a name that did would stand between it and a ban."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def clean_room(text: str, limit: int) -> str:
    """Give a room's name in small letters, without the leading `#`, or refuse it with the reason."""
    name = fold(_clean(text.strip(BLANKS).removeprefix("#"), limit, _ROOM))
    if len(name) > limit:
        raise RoomNameTooLong(limit=limit)
    if not looks_of(RESERVED_ROOMS).isdisjoint(looks(name)):
        raise RoomNameReserved(name=name)
    return name


def spelled_room(text: str, name: str) -> str:
    """Give a room's name as somebody wrote it, if that differs from the name in nothing but the case of plain letters."""
    written = text.strip(BLANKS).removeprefix("#")
    return written if written.isascii() and written.lower() == name else name


def _clean(text: str, limit: int, refusals: _Refusals) -> str:
    if not text.strip(_PUNCTUATION + refusals.signs):
        raise refusals.empty()
    # Composing shortens a text, by four at the very most; anything longer is not worth the work of looking at it.
    if len(text) > 4 * limit:
        raise refusals.long(limit=limit)
    name = text if _PLAIN(text) else _enforce(text, refusals)
    if len(name) > limit:
        raise refusals.long(limit=limit)
    if name.endswith("."):
        raise refusals.invalid(what="“.” at its end")
    return name


def _enforce(text: str, refusals: _Refusals) -> str:
    try:
        name: str = _PRECIS.enforce(text)
    except UnicodeEncodeError as error:
        raise refusals.invalid(what=_reason(text, error)) from None
    for char in name:
        if char in _MISREAD or (char.isascii() and not char.isalnum() and char not in _PUNCTUATION + refusals.signs):
            raise refusals.invalid(what=f"“{char}”")
    if not (_begins(name[0]) or (refusals.signs and name[0] in "_" + refusals.signs)):
        raise refusals.invalid(what=f"{_quoted(name[0])} at its start")
    if _piled().search(unicodedata.normalize("NFD", name)):
        raise refusals.invalid(what=f"more than {MARKS} marks on one letter")
    return name


_REASONS = {
    "controls": "control characters",
    "precis_ignorable_properties": "invisible characters",
    "zero_width_nonjoiner": "invisible characters",
    "zero_width_joiner": "invisible characters",
    "symbols": "emoji and other symbols",
    "bidi_rule": "letters of right-to-left and left-to-right scripts together",
    "unassigned": "characters that Unicode does not know",
    "not_idempotent": "such a mixture of characters",
}
"""What PRECIS calls its reasons, in a person's words."""


def _reason(text: str, error: UnicodeEncodeError) -> str:
    if any(char in BLANKS for char in text):
        return "spaces"
    reason = error.reason.rpartition("/")[2]
    offender = error.object[error.start : error.end]
    return _REASONS.get(reason) or _quoted(offender)


def _quoted(text: str) -> str:
    """Show a character, by its number where it cannot be seen."""
    if text.isprintable() and not unicodedata.combining(text[0]):
        return f"“{text}”"
    return f"U+{ord(text[0]):04X}"


def _begins(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "L" or category == "Nd"


@cache
def _piled() -> re.Pattern[str]:
    """Find a letter under too many marks."""
    marks = "".join(chr(point) for point in range(0x20000) if unicodedata.category(chr(point)) in {"Mn", "Me"})
    return re.compile(f"[{marks}]{{{MARKS + 1}}}")
