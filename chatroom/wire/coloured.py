"""The line door's wording for a terminal: names in their colours, what merely happened dimmed, troubles in orange.

What people wrote has passed `visible` by then, so no line holds an escape sequence that is not of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chatroom.core.events import Entry
from chatroom.core.replies import Answer, Done, Reply, Welcome
from chatroom.core.words import Placed
from chatroom.mentioning import mentions
from chatroom.wire.line import LineDialect
from chatroom.wire.palette import color_of, number_of

PLAIN = "\x1b[0m"
DIM = "\x1b[90m"
TROUBLE = "\x1b[38;5;166m"
PRIVATE = "\x1b[1;38;5;133m"
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_SPOKEN = re.compile(
    r"(?P<where>(?:\[[^\]]*\] )*)(?P<private>\(private(?: to [^)]*)?\) )?"
    r"(?:(?P<before>\* )?(?P<name>[^\s:()*]+)(?P<after>(?(before) |(?: \(notice\))?: )))?(?P<text>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class ColouredDialect(LineDialect):
    """Render for a terminal whose person sees their own words come back; without `colours` where they want none."""

    colours: bool = True

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render an entry; of the kind that bear names."""
        return self.painted(LineDialect.entry(self, entry, room))

    def row(self, row: Placed, room: str) -> bytes:
        """Render words said in a row."""
        return self.painted(LineDialect.row(self, row, room))

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render an entry of the reader's inbox."""
        return self.painted(LineDialect.private(self, entry, own))

    def reply(self, reply: Reply) -> bytes:
        """Render a reply; what was done is seen when it comes back."""
        if isinstance(reply, Done):
            return b""
        shown = LineDialect.reply(self, reply)
        return shown if isinstance(reply, Answer | Welcome) else self.painted(shown)

    def farewell(self, why: str) -> bytes:
        """Render the last thing before the connection ends."""
        return self.painted(LineDialect.farewell(self, why))

    def painted(self, shown: bytes) -> bytes:
        """Colour lines that are rendered, where colours are wanted."""
        return _paint(shown.decode().split("\n")).encode() if self.colours and shown else shown


def calls(shown: str, name: str) -> bool:
    """Tell whether among these lines somebody else says something now that is meant for `name`."""
    return any(_calls(_STYLE.sub("", line), name) for line in shown.split("\n"))


def _calls(line: str, name: str) -> bool:
    found = _SPOKEN.fullmatch(line)
    if found is None or line.startswith(("-- ", "! ")) or not found["name"] or found["name"] == name:
        return False
    if ":" in found["where"]:  # said before, at the time that stands there
        return False
    return bool(found["private"]) or mentions(found["text"], name)


def _paint(lines: Iterable[str]) -> str:
    return "\n".join(_painted_line(line) for line in lines)


def _painted_line(line: str) -> str:
    if line.startswith("! "):
        return f"{TROUBLE}{line}{PLAIN}"
    found = _SPOKEN.fullmatch(line)
    if found is None or not line:
        return line
    where, name = found["where"], found["name"]
    rest = line[len(where) :]
    if rest.startswith("-- "):
        return f"{DIM}{line}{PLAIN}"
    dimmed = f"{DIM}{where}{PLAIN}" if where else ""
    private = f"{PRIVATE}{found['private']}{PLAIN}" if found["private"] else ""
    to_others = bool(found["private"]) and " to " in found["private"]
    if not name or to_others:
        return f"{dimmed}{private}{rest[len(found['private'] or '') :]}"
    color = number_of(color_of(name))
    return f"{dimmed}{private}{found['before'] or ''}\x1b[1;38;5;{color}m{name}{PLAIN}{found['after']}{found['text']}"
