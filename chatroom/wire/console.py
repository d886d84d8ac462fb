"""The consoles' format: verbs without a slash in, the line door's wording out, with the room before everything that happens in one.

At the host's own terminal it is the other way about: what begins with a slash is a verb, and anything else is announced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatroom.core.replies import Answer, Denied, Done, Reply, Welcome
from chatroom.core.request import Request
from chatroom.wire.line import LineDialect
from chatroom.wire.slashes import unslashed
from chatroom.wire.text import visible

NO_LOBBY = ""
"""Where no room is called this, every room is named."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "People": ("who", "whois", "rooms", "tell", "announce", "say", "me", "invite", "watch"),
    "Reading": ("history", "search", "missed", "topic"),
    "Order": ("kick", "ban", "unban", "bans", "mute", "unmute", "ignore", "unignore", "remove"),
    "Rooms": ("join", "leave", "access", "limit", "lock", "secret", "settings", "close", "export"),
    "Order in a room": ("op", "deop", "voice", "devoice", "quiet", "slow"),
    "Members": ("members", "sponsor", "register", "bots", "forget", "passwd", "key", "nick", "away", "back"),
    "The house": ("stats", "audit", "panic", "reload", "backup", "shutdown"),
    "This console": ("help", "quit"),
}
"""How help is divided; a verb that stands nowhere here comes under `OTHERS`."""
OTHERS = "More"
WIDE = 28
"""Columns for usages; a longer one pushes its summary to the right."""

_WORDS = re.compile(r"\s*/?(\S+)\s*(.*)", re.DOTALL)


def parse(text: str) -> Request:
    """Understand a console's line: a verb, which may have its slash, and what follows."""
    found = _WORDS.fullmatch(text)
    if found is None:
        return Request("")
    return Request(found[1].lower(), found[2].rstrip())


def parse_host(text: str) -> Request:
    """Understand a line of the host's own terminal: `/verb` and what follows, anything else is announced, `//` for a slash."""
    if text.startswith("//"):
        return Request("announce", fields={"text": text[1:]})
    if text.startswith("/") and text[1:].strip():
        return parse(text[1:])
    return Request("announce", fields={"text": text})


@dataclass(frozen=True, slots=True)
class ConsoleDialect(LineDialect):
    """Render for people at a console; `slashed` where verbs are typed with a slash."""

    lobby: str = NO_LOBBY
    slashed: bool = False

    def reply(self, reply: Reply) -> bytes:
        """Render a reply; what was done without anything to show for it is said to be done."""
        match reply:
            case Welcome():
                return self._bytes(self._greeted(reply))
            case Answer(verb="help", fields={"commands": [*commands]}):
                return self._bytes(self._sections(commands))
        shown = LineDialect.reply(self, reply)
        match reply:
            case Done(verb="announce") if self.slashed:
                return b""  # it stands on the screen, as it was typed
            case Done(verb="quit"):
                return b""
            case Done() if not shown:
                return self._bytes(["Done."])
            case Denied() | Answer(verb="help" | "ban" | "mute") if not self.slashed:
                return unslashed(shown.decode()).encode()
        return shown

    def _greeted(self, reply: Welcome) -> Sequence[str]:
        how = "Type /help for commands; anything else is announced." if self.slashed else "Type help for commands, quit to leave."
        return [f"Welcome, {visible(reply.name)}. {how}"]

    def _sections(self, commands: Iterable[Mapping[str, Any]]) -> Sequence[str]:
        usages = {str(one["verb"]): (self._typed(str(one["usage"])), str(one["summary"])) for one in commands}
        width = min(WIDE, max((len(usage) for usage, _ in usages.values()), default=0))
        shown: list[str] = []
        for section, verbs in [*SECTIONS.items(), (OTHERS, tuple(usages))]:
            found = [usages.pop(verb) for verb in verbs if verb in usages]
            if found:
                shown.append(f"{section}:")
                shown.extend(visible(f"  {usage:<{width}}  {summary}") for usage, summary in found)
        return [*shown, f"{self._typed('/help')} COMMAND says more about one."]

    def _typed(self, usage: str) -> str:
        return usage if self.slashed else usage.removeprefix("/")
