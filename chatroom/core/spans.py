"""How long: lengths of time as people write and read them, and the one grammar of moderation, `WHO [DURATION] [REASON…]`.

Rules
-----
- A length of time is numbers with units, `90s`, `1h30m`, `2 days and 3 hours`, or `for good`, which has no end. A number without
  a unit is none: a guess would be wrong by sixty.
- It stands after WHO and before the reason; left out, the verb has a length of its own. What begins with a digit in its place and
  is no length of time is refused, never taken for a reason: `ban ann 10x spam` would otherwise be for good.
- Flags stand anywhere before the reason. `--` ends what is looked at: all that follows is the reason.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from typing import Any

from chatroom.core.call import bounded
from chatroom.core.errors import FlagUnknown, Malformed, SpanOrReason, SpanTooLong, SpanUnclear, SpanZero, WhoMissing
from chatroom.core.fact import fact
from chatroom.core.verb import Param, Takes

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
"""Seconds in each unit, by its shortest name."""

LONGEST = 100 * 365 * UNITS["d"]
"""Whoever means more means for good."""

# Every quantifier is possessive: a hostile line costs its length and no more.
_UNIT = "(?:ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])"
_PART = rf"\d{{1,12}}+(?:\.\d{{1,6}}+)?+\ *+{_UNIT}"
_PARTS = rf"{_PART}(?:(?:\ *+,\ *+|\ ++and\ ++|\ *+){_PART})*+"
_ENDLESS = r"for\ ++good(?!\ ++reason)|for\ ++ever|forever|permanent(?:ly)?+"
_SPAN = re.compile(rf"(?P<endless>{_ENDLESS})|(?:for\ ++)?+(?P<parts>{_PARTS})", re.ASCII | re.IGNORECASE)
_NUMBERS = re.compile(r"([\d.]++)\ *+([a-z]++)", re.ASCII | re.IGNORECASE)
_ENDED = re.compile(r"[,:;.]?+(?:\s++|\Z)")
_DOUBTFUL = re.compile(r"[+-]?+\d", re.ASCII)


def span(text: str) -> float | None:
    """Read a length of time in seconds, None for one without an end; refuse anything else."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise SpanUnclear(text=text[:40])
    return _seconds(found)


def _seconds(found: re.Match[str]) -> float | None:
    if found["endless"]:
        return None
    total = sum(float(number) * UNITS[_unit(word.lower())] for number, word in _NUMBERS.findall(found["parts"]))
    if total > LONGEST:
        raise SpanTooLong(text=found[0][:40])
    return total


def _unit(word: str) -> str:
    return "ms" if word.startswith(("ms", "mill")) else word[0]


_SHOWN = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def told(seconds: float | None) -> str:
    """Say a length of time in its two largest units at most; whatever is more than nothing is at least a second."""
    if seconds is None or seconds > LONGEST:
        return "for good"
    if seconds <= 0:
        return "no time"
    whole = _rounded(math.ceil(seconds))
    if whole % (7 * 86400) == 0:
        return _counted(whole // (7 * 86400), "week")
    return " and ".join(_units(whole))


def _rounded(whole: int) -> int:
    """Round to the smaller of the two units that are shown."""
    for (_, size), (_, smaller) in itertools.pairwise(_SHOWN):
        if whole >= size:
            return (whole + smaller // 2) // smaller * smaller
    return whole


def _units(whole: int) -> list[str]:
    shown = []
    for name, size in _SHOWN:
        count, whole = divmod(whole, size)
        if count:
            shown.append(_counted(count, name))
    return shown


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def lasting(seconds: float | None) -> str:
    """Say how long something lasts: `for 10 minutes`, `for good`."""
    words = told(seconds)
    return words if words == "for good" else f"for {words}"


def remaining(until: float | None, now: float) -> str:
    """Say how much longer something lasts: `for 10 more minutes`, `for good`."""
    words = told(None if until is None else max(1.0, until - now))
    if words == "for good":
        return words
    count, _, rest = words.partition(" ")
    return f"for {count} more {rest}"


@fact
class Sentence:
    """Be what a moderator asked for: whom it hits, how long, and why.

    `timed` tells whether a length of time was given; `span` is None when none was, and when it has no end. `dry_run` asks for the
    preview alone, `force` for what would otherwise be asked back about.
    """

    who: str
    span: float | None = None
    timed: bool = False
    reason: str = ""
    dry_run: bool = False
    force: bool = False

    def span_or(self, own: float | None) -> float | None:
        """Give the length of time asked for, or else the verb's own."""
        return self.span if self.timed else own


PARAMS = (
    Param("tail", Takes.REST, optional=True),
    Param("who", optional=True, typed=False),
    Param("for", optional=True, typed=False),
    Param("reason", optional=True, typed=False),
    Param("dry_run", Takes.FLAG, optional=True, typed=False),
    Param("force", Takes.FLAG, optional=True, typed=False),
)
"""What a verb of moderation takes: a person types it all in one line, a program gives it by name."""

_FLAGS = {"--dry-run": "dry_run", "--force": "force"}


def sentence(args: Mapping[str, Any], limit: int, *, timed: bool = True) -> Sentence:
    """Read the arguments of a verb that takes `PARAMS`; a reason has at most `limit` bytes.

    With `timed` off the verb has no duration, and what would be one begins the reason.
    """
    if "tail" in args and len(args.keys() - {"room"}) > 1:
        raise Malformed(problem="Give either tail or the other fields, not both.")
    made = _typed(args["tail"], timed) if "tail" in args else _given(args, timed)
    if not made.who:
        raise WhoMissing
    if made.timed and made.span is not None and made.span <= 0:
        raise SpanZero
    reason = bounded(" ".join(made.reason.split()), limit, "reason")
    return Sentence(made.who, made.span, made.timed, reason, made.dry_run, made.force)


def _given(args: Mapping[str, Any], timed: bool) -> Sentence:
    if "for" in args and not timed:
        raise Malformed(problem="This has no duration: leave out the field for.")
    return Sentence(
        args.get("who", "").strip(),
        span(args["for"]) if "for" in args else None,
        "for" in args,
        args.get("reason", ""),
        args.get("dry_run", False),
        args.get("force", False),
    )


def _typed(tail: str, timed: bool) -> Sentence:
    who, rest = "", tail.strip()
    length: tuple[float | None, str] | None = None
    flags = dict.fromkeys(_FLAGS.values(), False)
    while rest:
        word, after = _word(rest)
        if word.startswith("--"):
            rest = after
            if word == "--":
                break
            flags[_flag(word)] = True
        elif not who:
            who, rest = word, after
        elif timed and length is None and (length := _length(rest)) is not None:
            rest = length[1]
        else:
            break
    return Sentence(who, length[0] if length else None, length is not None, rest, **flags)


def _word(rest: str) -> tuple[str, str]:
    """Take the next word off; where it begins with a dash as telephones make of two, it begins with two."""
    word, after = (*rest.split(None, 1), "")[:2]
    return ("--" + word[1:] if word.startswith("\u2014") else word), after


def _length(rest: str) -> tuple[float | None, str] | None:
    """Take a length of time off, if there is one, and refuse what may have been meant as one."""
    found = _SPAN.match(rest)
    ended = _ENDED.match(rest, found.end()) if found else None
    if found and ended:
        return _seconds(found), rest[ended.end() :]
    if _DOUBTFUL.match(rest):
        raise SpanOrReason(text=rest[:20])
    return None


def _flag(word: str) -> str:
    if word not in _FLAGS:
        raise FlagUnknown(flag=word[:40])
    return _FLAGS[word]
