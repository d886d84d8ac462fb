"""The manhole: Python inside the running server, for admins, by telnet; off unless a port is configured, and never but on loopback.

Whoever is here can do whatever the server can, and everything waits while it is done. The namespace is small and named: `help()` says
what there is. It logs in as the console does, and takes admins alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.conch.manhole import ManholeInterpreter
from twisted.internet.interfaces import IAddress
from twisted.logger import Logger

from chatroom.core.rank import Rank
from chatroom.core.replies import Welcome
from chatroom.core.request import Request
from chatroom.doors._console import IDLE
from chatroom.doors._login_console import LoginConsole, Stage
from chatroom.doors._login_door import LoginDoor, LoginFactory
from chatroom.listen import is_loopback
from chatroom.wire.console import ConsoleDialect
from chatroom.wire.text import visible

if TYPE_CHECKING:
    from chatroom.house import House

MOST_LINES = 500
"""Lines of a statement that is not finished."""
SHOWN = 1 << 16
"""Characters shown of what one statement prints."""
HELP = """house      the running house: house.hub, house.journal, house.figures
hub        what is known: hub.rooms, hub.people, hub.sessions, hub.limits
people()   who is here, by name
rooms()    the rooms, by name
help       this; help(THING) is Python's own
A statement that runs long keeps everybody waiting. Ctrl-D leaves."""


class Help:
    """Say what there is, or what Python knows of a thing."""

    def __repr__(self) -> str:
        return HELP

    def __call__(self, *things: object) -> None:
        """Print it."""
        print(HELP if not things else "\n\n".join(f"{thing!r}\n{thing.__doc__ or 'No more is known.'}" for thing in things))


def namespace(house: House) -> dict[str, Any]:
    """Give the names known in the manhole of a house."""
    hub = house.hub
    return {
        "__name__": "manhole",
        "house": house,
        "hub": hub,
        "people": lambda: {person.name: person for person in hub.people.values()},
        "rooms": lambda: dict(hub.rooms),
        "help": Help(),
    }


class ManholeProtocol(LoginConsole):
    """Be one connection at the manhole."""

    door = "manhole"
    prompt = ">>> "
    log = Logger()

    def __init__(self, house: House, dialect: ConsoleDialect, *, idle: float = IDLE) -> None:
        super().__init__(house, dialect, idle=idle)
        self._python = ManholeInterpreter(self, namespace(house))
        self._printed: list[str] | None = None
        """What a statement has printed so far; None while none runs."""
        self._room = SHOWN
        self.editor.interrupted = self._interrupted

    def greeting(self) -> str:
        """Say where one is."""
        return f"This is {self.house.hub.rules.name}, its manhole: Python inside the server, for admins."

    def arrived(self, welcome: Welcome) -> None:
        """Take admins alone."""
        if welcome.rank != str(Rank.ADMIN):
            self._part("The manhole is for admins.")
            return
        self.log.info("{name} from {address} is in the manhole", name=welcome.name, address=self.address)
        self.notice("This is Python. Type help for what there is, Ctrl-D to leave.")

    def line(self, text: str) -> None:
        """Take blank lines, too, which end a block."""
        if self._inside and not text.strip():
            self.command(text)
        else:
            super().line(text)

    def left(self) -> None:
        """Leave."""
        if self._inside:
            self.house.perform(self.reader, Request("quit"))
        else:
            super().left()

    def candidates(self, text: str) -> Sequence[str]:
        """Complete the names there are."""
        word = text.rpartition(" ")[2]
        return sorted(name for name in self._python.locals if name.startswith(word) and word) if self._inside else []

    @property
    def _inside(self) -> bool:
        return self.stage is Stage.HERE

    def command(self, text: str) -> None:
        """Run a statement, or take one more line of it."""
        if len(self._python.buffer) >= MOST_LINES:
            self._python.resetBuffer()
            self.notice(f"That is more than {MOST_LINES} lines. Nothing of it was run.")
        self._printed, self._room = [], SHOWN
        more = self._python.push(text.encode("utf-8", "replace"))
        printed, self._printed = "".join(self._printed), None
        self._show(printed)
        self._ask_more(more)

    def addOutput(self, data: str, isAsync: object = None) -> None:
        """Take what Python printed, as far as it is not too much."""
        if self._printed is None:
            self._show(data[:SHOWN])
            return
        self._printed.append(data[: self._room])
        self._room -= len(self._printed[-1])

    def _show(self, printed: str) -> None:
        if printed:
            lines = printed.removesuffix("\n").split("\n")
            self.reader.give("".join(f"{visible(line)}\n" for line in lines).encode("utf-8", "replace"))

    def _ask_more(self, more: bool) -> None:
        self.editor.ask(("... " if more else self.prompt) if self.editor.drawn else None)

    def _interrupted(self) -> None:
        """Give up what was begun."""
        self.editor.clear()
        if self._inside:
            self._python.resetBuffer()
            self._ask_more(False)


class ManholeFactory(LoginFactory):
    """Hold the manhole's connections."""

    def buildProtocol(self, addr: IAddress | None) -> LoginConsole | None:
        """Make the protocol of one connection; there is none for who comes from elsewhere, however the port is set up."""
        return super().buildProtocol(addr) if is_loopback(getattr(addr, "host", "localhost")) else None


def open_door(house: House, *, idle: float = IDLE) -> LoginDoor:
    """Make the manhole of a house."""
    return LoginDoor(ManholeFactory(house, ManholeProtocol, idle))
