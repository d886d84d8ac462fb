"""The one grammar of moderation, `[#ROOM] WHO [DURATION] [REASON…]`.

Rules
-----
- A length of time stands after WHO and before the reason; left out, the verb has a length of its own. What begins with a digit in
  its place and is no length of time is refused, never taken for a reason: `ban ann 10x spam` would otherwise be for good.
- WHO may end in a colon: `kick ann: enough`.
- Flags stand anywhere before the reason. `--` ends what is looked at: all that follows is the reason.
- A room is taken off before this is read (`Verb.scoped`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatroom.core.call import bounded
from chatroom.core.errors import FlagUnknown, Malformed, PersonMissing, SpanZero, WhoMissing
from chatroom.core.fact import fact
from chatroom.core.spans import leading, span
from chatroom.core.verb import Param, Takes


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

    @property
    def because(self) -> str:
        """Give the reason, if there is one, as it ends what is put on record."""
        return f": {self.reason}" if self.reason else ""

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
    if "tail" in args and len(args.keys() - {"room", "here"}) > 1:
        raise Malformed(problem="Give either tail or the other fields, not both.")
    made = _typed(args["tail"], timed) if "tail" in args else _given(args, timed)
    if not made.who:
        raise WhoMissing if timed else PersonMissing
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
            # As one writes to somebody; an address or a kind of target has a colon of its own.
            who, rest = word[:-1] if word.endswith(":") and word.count(":") == 1 else word, after
        elif timed and length is None and (length := leading(rest)) is not None:
            rest = length[1]
        else:
            break
    return Sentence(who, length[0] if length else None, length is not None, rest, **flags)


def _word(rest: str) -> tuple[str, str]:
    """Take the next word off; where it begins with a dash as telephones make of two, it begins with two."""
    word, after = (*rest.split(None, 1), "")[:2]
    return ("--" + word[1:] if word.startswith("\u2014") else word), after


def _flag(word: str) -> str:
    if word not in _FLAGS:
        raise FlagUnknown(flag=word[:40])
    return _FLAGS[word]
