"""Several lines as one message, which a client sends as a batch (IRCv3, multiline): gathered, checked, and said when it ends.

Rules
-----
- One such message is on its way at a time, as large as a message may be, and for so long. What is wrong with it is told once and
  at once; what else of it comes is passed over, until it ends or the next one begins.
- Lines are joined by an end of line, or by nothing where the client cut one line in two.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.cuts import written
from chatroom.wire.irc.happened import CONCAT, MULTILINE
from chatroom.wire.irc.message import Message
from chatroom.wire.irc.messages import MANNERS, say
from chatroom.wire.irc.talk import Talk

LINES = 100
"""Lines of one message that is sent in several."""
PATIENCE = 60.0
"""Seconds such a message may take to be sent whole."""


def value(talk: Talk) -> str:
    """Tell the bounds of such a message, as the capability does."""
    return f"max-bytes={talk.scene.hub.limits.text},max-lines={LINES}"


@dataclass(slots=True)
class Gathering:
    """Be a message on its way in several lines."""

    ref: str
    asked: Asked
    target: str
    command: str = ""
    count: int = 0
    lines: list[str] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    """After how many characters of the whole the client cut a line in two."""
    wrong: bool = False
    """Whether it was told that something is wrong with it."""

    def take(self, asked: Asked, longest: int) -> tuple[str, ...]:
        """Add a line, or give what is wrong with it: a code, its context, and a sentence."""
        self.count += 1
        return self._problem(asked) or self._added(asked, longest)

    def _problem(self, asked: Asked) -> tuple[str, ...]:
        target, text = asked.param(0, "*"), asked.param(1)
        if target.lower() != self.target.lower():
            return ("MULTILINE_INVALID_TARGET", self.target, target, "One message goes to one target.")
        if asked.command not in MANNERS or len(asked.params) < 2 or asked.command != (self.command or asked.command):
            return ("MULTILINE_INVALID", "One message is all PRIVMSG or all NOTICE, each with a text.")
        if CONCAT in asked.message.tags and not text:
            return ("MULTILINE_INVALID", "A blank line goes on with no other.")
        if self.count > LINES:
            return ("MULTILINE_MAX_LINES", str(LINES), "Those are too many lines.")
        return ()

    def _added(self, asked: Asked, longest: int) -> tuple[str, ...]:
        self.command = asked.command
        if CONCAT in asked.message.tags and self.lines:
            self.cuts.append(sum(len(one) + 1 for one in self.lines) - 1)
            self.lines[-1] += asked.params[1]
        else:
            self.lines.append(asked.params[1])
        if sum(len(one.encode()) + 1 for one in self.lines) - 1 > longest:
            return ("MULTILINE_MAX_BYTES", str(longest), "That is too much text.")
        return ()


def batch(talk: Talk, asked: Asked) -> None:
    """Begin or end a message of several lines."""
    sign, name = asked.params[0][:1], asked.params[0][1:]
    open_now: Gathering | None = talk.gathering
    talk.gathering = None
    if sign == "+" and open_now is not None and not open_now.wrong:
        _drop(asked, open_now)
        _fail(asked, "MULTILINE_INVALID", "Another message was on its way; both are dropped.")
    elif sign == "+" and name and asked.param(1) == MULTILINE and MULTILINE in talk.caps and asked.param(2):
        talk.gathering = Gathering(name, asked, asked.param(2))
    elif sign == "-" and open_now is not None and open_now.ref == name:
        _gathered(talk, asked, open_now)
    else:
        if open_now is not None:
            _drop(asked, open_now)
        context = ("INVALID_REFTAG", asked.params[0]) if sign == "-" else ("MULTILINE_INVALID",)
        _fail(asked, *context, "There is no such batch here.")


def is_open(talk: Talk, asked: Asked) -> bool:
    """Tell whether something is part of a message that is well so far, and counts and is answered with the whole of it."""
    gathering: Gathering | None = talk.gathering
    if gathering is None or gathering.wrong:
        return False
    return gathering.asked is asked or asked.message.tags.get("batch") == gathering.ref


def gather(talk: Talk, asked: Asked) -> bool:
    """Take a line that belongs to a message of several; tell whether it was one."""
    gathering: Gathering | None = talk.gathering
    if gathering is None or asked.message.tags.get("batch") != gathering.ref:
        return False
    if not gathering.wrong and (problem := gathering.take(asked, talk.scene.hub.limits.text)):
        _refuse(asked, gathering, *problem)
    return True


def expire(talk: Talk, asked: Asked) -> None:
    """Give up a message that is on its way for too long."""
    gathering: Gathering | None = talk.gathering
    if gathering is not None and not gathering.wrong:
        _refuse(asked, gathering, "TIMEOUT", gathering.ref, "That took too long. Nothing was sent: send it again, all of it at once.")


def _drop(asked: Asked, gathering: Gathering) -> None:
    """Count the lines that came for nothing."""
    for _ in range(0 if gathering.wrong else min(gathering.count, LINES)):
        asked.turn(lambda: None)


def _gathered(talk: Talk, asked: Asked, gathered: Gathering) -> None:
    begun = gathered.asked
    if gathered.wrong:
        return
    if not any(gathered.lines):
        _refuse(asked, gathered, "MULTILINE_INVALID", "There is nothing to say in an empty message.")
        return
    asked.label = begun.label or asked.label
    asked.message = Message(gathered.command, (gathered.target,), tags=begun.message.tags)
    say(talk, asked, gathered.target, "\n".join(gathered.lines), written(gathered.cuts))


def _refuse(asked: Asked, gathering: Gathering, *problem: str) -> None:
    """Say what is wrong with a message, in answer to what began it."""
    gathering.wrong = True
    gathering.lines.clear()
    asked.label = gathering.asked.label or asked.label
    _fail(asked, *problem)


def _fail(asked: Asked, code: str, *context: str) -> None:
    """Say what is wrong with the whole of it, whichever line it shows in."""
    *before, why = context
    asked.message = Message("BATCH", (), tags=asked.message.tags)
    asked.turn(lambda: asked.fail(code, why, *before))
