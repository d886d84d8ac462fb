"""The console door: moderators and admins by telnet or nc, who log in and then command the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.protocol import Factory

from chatroom.doors._console import IDLE, local_time
from chatroom.doors._login_console import LoginConsole
from chatroom.wire.console import ConsoleDialect, parse

if TYPE_CHECKING:
    from chatroom.house import House


class ConsoleProtocol(LoginConsole):
    """Be one connection at the console door."""

    door = "console"

    def command(self, text: str) -> None:
        """Ask for a verb."""
        self.house.perform(self.reader, parse(text))


class ConsoleFactory(Factory):
    """Hold the console's connections; the hub holds who they are."""

    noisy = False

    def __init__(self, house: House, idle: float) -> None:
        self.house = house
        self.idle = idle
        self.dialect = ConsoleDialect(local_time(house.wall))

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection."""
        return ConsoleProtocol(self.house, self.dialect, idle=self.idle)


class ConsoleDoor:
    """Let those in who keep order."""

    name = "console"

    def __init__(self, house: House, idle: float) -> None:
        self.factory: IProtocolFactory = ConsoleFactory(house, idle)

    def recognises(self, first: bytes) -> bool | None:
        """Take nobody from the front door: a console has a port of its own."""
        return False


def open_door(house: House, *, idle: float = IDLE) -> ConsoleDoor:
    """Make the console door of a house, which lets go of people who type nothing for `idle` seconds."""
    return ConsoleDoor(house, idle)
