"""Consoles that telnet and nc come to: who is there is found out by a dialogue that asks for name and password.

A client that answers telnet's offer to echo is a terminal whose lines we edit; one that does not (nc) edits its own, and has the same
dialogue line by line. Attempts and the time for them are bounded.
"""

from __future__ import annotations

import enum
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from twisted.internet.protocol import connectionDone

from chatroom.core.errors import PasswordToChoose
from chatroom.core.replies import Denied, Done, Reply, Welcome
from chatroom.core.request import Request
from chatroom.doors._console import IDLE, Console, Stop
from chatroom.wire.console import ConsoleDialect
from chatroom.wire.telnet import ECHO, SUPPRESS_GO_AHEAD, WINDOW_SIZE, Telnet

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.house import House

PROBE = 1.0
"""Seconds a client may take to answer telnet's offers."""
TRIES = 3
"""Attempts to log in on one connection."""


class Stage(enum.Enum):
    """Tell how far a login has come."""

    ARRIVING = enum.auto()
    NAME = enum.auto()
    SECRET = enum.auto()
    CHOICE = enum.auto()
    CHECKING = enum.auto()
    HERE = enum.auto()
    OVER = enum.auto()


class LoginConsole(Console):
    """Be a console that telnet and nc come to, who have to say who they are."""

    prompt = "> "

    def __init__(self, house: House, dialect: ConsoleDialect, *, idle: float = IDLE) -> None:
        super().__init__(house, dialect, idle=idle)
        self.telnet = Telnet(offers=(ECHO, SUPPRESS_GO_AHEAD), asks=(WINDOW_SIZE,))
        self.stage = Stage.ARRIVING
        self._name = ""
        self._chosen = ""
        self._tries = 0
        self._next: IDelayedCall | None = None

    # -- what a door fills in

    def greeting(self) -> str:
        """Say where one is."""
        return f"This is {self.house.hub.rules.name}, its console."

    def arrived(self, welcome: Welcome) -> None:
        """Begin, now that it is known who this is."""

    @abstractmethod
    def command(self, text: str) -> None:
        """Do what a line asks for, of somebody who has logged in."""

    # -- connection

    def connectionMade(self) -> None:
        """Find out what kind of client this is."""
        self.address = getattr(self.transport.getPeer(), "host", "local")
        super().connectionMade()
        if self.house.turn_away(self.reader):
            self.stage = Stage.OVER
            return
        self.reader.listener = self._heard
        self.setTimeout(self.house.hub.limits.registration)
        self.transport.write(self.telnet.opening)
        self._next = self.house.clock.callLater(PROBE, self._greet)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Forget what was to come."""
        self._forget_next()
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        """Take telnet's own bytes out; what remains was typed."""
        clean, answer = self.telnet.feed(data)
        if answer:
            self.transport.write(answer)
        if self.telnet.overrun:
            self._part("Too many telnet commands.")
            return
        self._negotiated()
        if clean:
            self._greet()
            if self.stage is Stage.HERE:
                self.stir()
            self.typed(clean)

    def timeoutConnection(self) -> None:
        """Let go whoever did not log in in time, or does nothing."""
        if self.stage is Stage.HERE:
            super().timeoutConnection()
        else:
            self._part("You did not log in in time.")

    def left(self) -> None:
        """Leave, with or without having logged in."""
        if self.stage is Stage.HERE:
            super().left()
        else:
            self._part("")

    def candidates(self, text: str) -> Sequence[str]:
        """Complete nothing for strangers."""
        return super().candidates(text) if self.stage is Stage.HERE else ()

    def _negotiated(self) -> None:
        drawn = ECHO in self.telnet.agreed
        size, self.telnet.size = self.telnet.size, None
        if size is not None:
            self.editor.terminalSize(*size)
        if drawn != self.editor.drawn:
            self.editor.drawn = drawn
            if self.stage is Stage.ARRIVING:
                self._greet()
            else:
                self._ask()

    def _greet(self) -> None:
        if self.stage is not Stage.ARRIVING:
            return
        self._forget_next()
        self.stage = Stage.NAME
        if not self.telnet.seen:
            # What was to be telnet's offers stands in such a client's first row.
            self.terminal.newline = b"\n"
            self.transport.write(b"\r")
        self.notice(self.greeting())
        self._ask()

    # -- the dialogue

    def line(self, text: str) -> None:
        """Take an answer, or a command from whoever has logged in."""
        match self.stage:
            case Stage.HERE:
                if text.strip():
                    self.command(text)
            case Stage.NAME:
                self._name = text.strip()
                self.stage = Stage.SECRET if self._name else Stage.NAME
                self._ask()
            case Stage.SECRET:
                self._check("hello", name=self._name, password=text)
            case Stage.CHOICE:
                self._chosen = text
                self._check("choose", password=text)

    def _check(self, verb: str, **fields: str) -> None:
        self.stage = Stage.CHECKING
        self._ask()
        self.pause(Stop.ANSWER)
        self.house.perform(self.reader, Request(verb, fields=fields))

    def _ask(self) -> None:
        match self.stage:
            case Stage.NAME:
                self.editor.ask("Name: ")
            case Stage.SECRET:
                self._ask_secret("Password")
            case Stage.CHOICE:
                self._ask_secret("New password")
            case Stage.HERE:
                self.editor.ask(self.prompt if self.editor.drawn else None)
            case _:
                self.editor.ask(None)

    def _ask_secret(self, what: str) -> None:
        self.editor.ask(f"{what}: " if self.editor.drawn else f"{what} (your own terminal may show it): ", secret=True)

    def _heard(self, reply: Reply) -> None:
        """Learn how the attempt went; go on in another turn, after what the person is told about it."""
        if self.stage is not Stage.CHECKING:
            return
        match reply:
            case Welcome():
                self.stage = Stage.HERE
                self._then(self._welcomed, reply)
            case Done(verb="choose"):
                self._then(self._check, "hello", name=self._name, password=self._chosen)
            case Denied(verb="hello", why=PasswordToChoose()):
                self._then(self._again, Stage.CHOICE)
            case Denied(verb="choose"):
                self._tries += 1
                self._then(self._again, Stage.CHOICE)
            case Denied():
                self._tries += 1
                self._then(self._again, Stage.NAME)

    def _then(self, step: Callable[..., None], *args: object, **more: object) -> None:
        self._next = self.house.clock.callLater(0, step, *args, **more)

    def _welcomed(self, welcome: Welcome) -> None:
        self._chosen = ""
        self.stir()
        self.arrived(welcome)
        if self.stage is Stage.HERE:
            self._ask()
        self.unpause(Stop.ANSWER)

    def _again(self, stage: Stage) -> None:
        if self._tries >= TRIES:
            self._part("Too many attempts. Connect again when you know your password.")
            return
        self.stage = stage
        self._ask()
        self.unpause(Stop.ANSWER)

    def _part(self, why: str) -> None:
        if self.stage is not Stage.OVER:
            self.stage = Stage.OVER
            self._pending.clear()
            self.house.say_goodbye(self.reader, why)

    def _forget_next(self) -> None:
        if self._next is not None and self._next.active():
            self._next.cancel()
        self._next = None
