"""Names of people and rooms: which can be had, which are the same, and which look the same.

Rules
-----
- A name is a PRECIS identifier (RFC 8265, UsernameCasePreserved) narrowed to letters, digits and `-`, `_`, `.`, so that no chat
  line, IRC message, mask or prompt can misread it. It begins with a letter or digit. Emoji are symbols, which PRECIS refuses.
- People's names, but not rooms', may also have the signs that nicks on IRC have: square and curly brackets, the backslash, the bar,
  the circumflex and the backtick; and begin with one of them, or with `_`.
- It is shown as its owner typed it, and compared folded: no two people differ by case alone.
- It is also compared by its *looks*, after UTS #39: every character becomes the one its whole look-alike family is known by.
  A name has two looks where case changes shapes: Cyrillic `В` looks like `B`, though its small letter does not look like `b`.
  Two names are too similar when they share either.

This module knows nothing of sessions or members: a holder or owner is whatever object it is given.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import ip_network
from itertools import islice
from typing import Generic, TypeVar

from confusable_homoglyphs.utils import load
from precis_i18n import get_profile

from chatroom.core.errors import (
    NameEmpty,
    NameInvalid,
    NameRefused,
    NameReserved,
    NameTaken,
    NameTooLong,
    NameTooSimilar,
    RoomNameEmpty,
    RoomNameInvalid,
    RoomNameReserved,
    RoomNameTooLong,
)

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
    if not _reserved_looks(RESERVED_ROOMS).isdisjoint(looks(name)):
        raise RoomNameReserved(name=name)
    return name


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


def fold(name: str) -> str:
    """Give the key by which names are the same: two that differ in case, width or composition have one."""
    if name.isascii():
        return name.lower()
    folded = name
    # Unicode's own folding needs a second round after composing for a handful of Greek letters.
    for _ in range(2):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", folded).casefold())
    return folded


# What the data leaves out: shapes that differ in a code chart but not on a screen.
_ALIKE = {
    "0": "o",
    "1": "l",
    "i": "l",
    "|": "l",
    "m": "rn",
    "w": "vv",
    **dict(zip("ʙᴄᴅᴇꜰɢʜɪᴊᴋʟɴᴏᴘʀꜱᴛᴜᴠʏᴢ", "bcdefghijklnoprstuvyz", strict=True)),
    "ᴀ": "a",
    "ᴍ": "rn",
    "ᴡ": "vv",
    **dict(zip("вкнтηκτυχ", "bkhtnktux", strict=True)),
    "м": "rn",
    "\u200c": "",
    "\u200d": "",
}


@cache
def _prototypes() -> dict[int, str]:
    """Map each character to the one its family is known by; the data is read once and let go.

    The data lists for each character all it is confused with. Families are stars: many sources around one prototype, and where
    there are but two members either may stand for both.
    """
    table: dict[int, str] = {}
    data = {_undirected(key): [_undirected(alike["c"]) for alike in found] for key, found in load("confusables.json").items()}
    for char, found in data.items():
        if len(char) == 1 and len(found) == 1:
            other = found[0]
            pair = data[other] == [char]
            if not pair or len(other) > 1 or (not char.isascii(), char) > (not other.isascii(), other):
                table[ord(char)] = unicodedata.normalize("NFD", other)
    return table


def _undirected(text: str) -> str:
    """Drop the direction marks with which the data shields right-to-left characters."""
    return text.replace("\u200e", "")


@cache
def _shapes() -> dict[int, str]:
    """Map each character of a folded name to what it looks like, folded too and looked up until nothing changes."""
    table = _prototypes() | {ord(char): alike for char, alike in _ALIKE.items()}
    return {point: _settled(alike, table) for point, alike in table.items()}


def _settled(alike: str, table: dict[int, str]) -> str:
    seen = [alike]
    while (alike := unicodedata.normalize("NFD", fold(alike)).translate(table)) not in seen:
        seen.append(alike)
    return min(seen[seen.index(alike) :])


_DOTTED = re.compile("(?<=[lj])\u0307+")


@lru_cache(maxsize=16384)
def skeleton(name: str) -> str:
    """Give what a name looks like when its case is set aside; look-alikes have one skeleton (UTS #39)."""
    shape = unicodedata.normalize("NFD", fold(name)).translate(_shapes())
    return unicodedata.normalize("NFD", _DOTTED.sub("", shape))


def looks(name: str) -> tuple[str, ...]:
    """Give the skeletons of a name: folded, and as its capitals are shaped."""
    first = skeleton(name)
    if name.isascii():
        return (first,)
    second = skeleton(unicodedata.normalize("NFD", name).translate(_prototypes()))
    return (first,) if first == second else (first, second)


@cache
def _reserved_looks(words: frozenset[str]) -> frozenset[str]:
    return frozenset(look for word in words for look in looks(word))


Who = TypeVar("Who", bound=Hashable)


class _Register(Generic[Who]):
    """Hold names and whose they are, found by case key and by looks."""

    __slots__ = ("by_fold", "by_look", "ordered")

    def __init__(self) -> None:
        self.by_fold: dict[str, tuple[str, Who]] = {}
        self.by_look: dict[str, set[str]] = {}
        self.ordered: list[str] = []

    def put(self, name: str, who: Who) -> None:
        key = fold(name)
        self.remove(key)
        self.by_fold[key] = (name, who)
        insort(self.ordered, key)
        for look in looks(name):
            self.by_look.setdefault(look, set()).add(key)

    def remove(self, key: str) -> None:
        held = self.by_fold.pop(key, None)
        if held is None:
            return
        del self.ordered[bisect_left(self.ordered, key)]
        for look in looks(held[0]):
            self.by_look[look].discard(key)
            if not self.by_look[look]:
                del self.by_look[look]

    def is_held(self, name: str, who: Who | None) -> bool:
        """Tell whether `who` has this very name."""
        found = self.by_fold.get(fold(name))
        return who is not None and found is not None and found[1] == who

    def same(self, name: str, asker: Who | None) -> str | None:
        """Give the name that differs from `name` in case at most and is another's."""
        held = self.by_fold.get(fold(name))
        return held[0] if held is not None and held[1] != asker else None

    def similar(self, name: str, asker: Who | None) -> str | None:
        """Give a name that looks like `name` and is another's."""
        for look in looks(name):
            for key in self.by_look.get(look, ()):
                other, who = self.by_fold[key]
                if who != asker:
                    return other
        return None

    def beginning(self, key: str) -> Iterator[str]:
        """Iterate over the names whose key begins with `key`, in order."""
        for found in islice(self.ordered, bisect_left(self.ordered, key), None):
            if not found.startswith(key):
                return
            yield self.by_fold[found][0]


class Roster(Generic[Who]):
    """Know who holds which name now, and which names are owned by somebody even while absent.

    A check costs the same however many there are. The roster is as large as what was claimed and not released: whoever claims
    bounds it.
    """

    __slots__ = ("_held", "_owned", "_reserved")

    def __init__(self, reserved: Iterable[str] = RESERVED) -> None:
        self._reserved = _reserved_looks(frozenset(reserved))
        self._held: _Register[Who] = _Register()
        self._owned: _Register[Hashable] = _Register()

    def __len__(self) -> int:
        """Count the names held."""
        return len(self._held.by_fold)

    def check(self, name: str, holder: Who | None = None, owner: Hashable | None = None) -> None:
        """Refuse a name that is an address, reserved, another's or looks like it; one's own in any case is free to `holder`.

        `owner` is whose owned names are free too. Raises `NameInvalid`, `NameReserved`, `NameTaken` or `NameTooSimilar`.
        """
        # A star says which way somebody came, and makes nobody else of them: what is owned or reserved is so under it, too.
        bare = name.removeprefix(STAR)
        if is_address(bare) and not self._owned.is_held(bare, owner):
            raise NameInvalid(what="an address")
        if not self._reserved.isdisjoint(looks(bare)) and not self._owned.is_held(bare, owner):
            raise NameReserved(name=name)
        if self._held.same(name, holder) is not None or self._owned.same(bare, owner) is not None:
            raise NameTaken(name=name)
        other = self._held.similar(name, holder) or self._owned.similar(bare, owner)
        if other is not None:
            raise NameTooSimilar(name=name, other=other)

    def claim(self, name: str, holder: Who, owner: Hashable | None = None) -> None:
        """Check a name and let `holder` have it, beside any other they hold until they release it."""
        self.check(name, holder, owner)
        self._held.put(name, holder)

    def release(self, name: str) -> None:
        """Let go of a name as it was claimed; one that has since been claimed in another case stays."""
        held = self._held.by_fold.get(fold(name))
        if held is not None and held[0] == name:
            self._held.remove(fold(name))

    def own(self, name: str, owner: Hashable) -> None:
        """Keep a name for `owner`, present or not; what is owned is not checked against what else is."""
        self._owned.put(name, owner)

    def disown(self, name: str) -> None:
        """Keep a name for its owner no longer."""
        self._owned.remove(fold(name))

    def find(self, text: str) -> Who | None:
        """Give whoever holds the name that `text` is, in any case."""
        held = self._held.by_fold.get(fold(text.strip(BLANKS)))
        return None if held is None else held[1]

    def near(self, prefix: str, limit: int = 20) -> tuple[str, ...]:
        """Give the first `limit` held names that begin with `prefix`, in any case, in order."""
        return tuple(islice(self._held.beginning(fold(prefix)), limit))
