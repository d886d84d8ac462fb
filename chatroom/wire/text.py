"""Text from others, made safe to show: what reaches a terminal, a log or a page has passed `visible`.

Decided
-------
- Control characters become their pictures (`␛`); 8-bit ones, lone surrogates, private-use and non-characters become `�`, so that
  an attempt is seen and does nothing. A tab, and the line and paragraph separators, become a space.
- What cannot be seen is removed: direction marks, zero-width and filler characters, tags, and IRC's formatting codes with the
  digits that belong to them.
- What languages and emoji need is kept: joiners between letters of scripts that join and between emoji, one variation selector
  after an emoji, at most `MARKS` combining marks on one letter. Characters newer than this Python's Unicode are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from chatroom.core.errors import BadText

MARKS = 8
"""Combining marks shown on one letter."""

UNSHOWN = "\ufffd"
"""What is shown for a character that must not be."""

_JOINING = (
    "\u0620-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u18af\u1900-\u1cff\ua840-\ua8ff\ua930-\uabff\U00010a00-\U00010eff"
    "\U00011000-\U000119ff"
)
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_KEPT = (
    f"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])"
    f"|(?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}])"
    f"|(?<=[{_EMOJI}0-9#*])[\ufe0e\ufe0f]"
)

# Formatting of mIRC and its heirs: colour, hex colour; bold, reset, monospace, reverse, italic, strike, underline.
_FORMATTING = "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x02\x0f\x11\x16\x1d\x1e\x1f]"


def _ranges(points: Iterable[int]) -> str:
    """Write a set of characters as ranges."""
    spans: list[list[int]] = []
    for point in points:
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)


def _marks(start: int, end: int) -> str:
    return _ranges(point for point in range(start, end) if unicodedata.category(chr(point)) in {"Mn", "Me"})


# Each set in two parts: what lies in Unicode's first plane, and beyond it.
_INVISIBLE_NEAR = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb"
)
_INVISIBLE = _INVISIBLE_NEAR + "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
_UNSHOWABLE_NEAR = "\x80-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
_LAST_OF_PLANES = _ranges(plane + last for plane in range(0x10000, 0xF0000, 0x10000) for last in (0xFFFE, 0xFFFF))
_UNSHOWABLE = f"{_UNSHOWABLE_NEAR}{_LAST_OF_PLANES}\U000f0000-\U0010ffff"
_MARK_NEAR = _marks(0x300, 0x10000)
_MARK = _MARK_NEAR + _marks(0x10000, 0x20000)

# Most text is let through by this alone, so it is coarse where precision would be slow: any mark, and beyond the first plane all
# but emoji and ideographs, is reason to look closer, not to change anything.
_FAR = "\U00010000-\U0001efff\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U0010ffff"
_SUSPECT = re.compile(f"[\x00-\x1f\x7f\u2028\u2029{_INVISIBLE_NEAR}{_UNSHOWABLE_NEAR}{_MARK_NEAR}{_FAR}]")
_STEP = re.compile(
    f"(?P<kept>{_KEPT})|(?P<gone>{_FORMATTING}|[{_INVISIBLE}])|(?P<blank>[\t\u2028\u2029])|(?P<control>[\x00-\x1f\x7f])"
    f"|(?P<bad>[{_UNSHOWABLE}])"
)
_PILE = re.compile(f"([{_MARK}]{{{MARKS}}})[{_MARK}]+")

_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}


def visible(text: str) -> str:
    """Give one line of text as it may be shown to anybody."""
    if text.isascii() and text.isprintable():
        return text
    if _SUSPECT.search(text) is None:
        return text
    return _PILE.sub(r"\1", _STEP.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "kept":
            return found[0]
        case "gone":
            return ""
        case "blank":
            return " "
        case "control":
            return _PICTURES[found[0]]
    return UNSHOWN


def lines(text: str) -> tuple[str, ...]:
    """Split a message where a newline or carriage return and newline ends a line, and nowhere else; the last may go without."""
    return tuple(text.replace("\r\n", "\n").removesuffix("\n").split("\n"))


def decode(raw: bytes) -> str:
    """Read strict UTF-8; raise `BadText` with the place of the first byte, from 0, that is not."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadText(position=error.start) from None
