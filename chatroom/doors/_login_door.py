"""Doors by which one comes to a console: each has a port of its own, and takes nobody from the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.protocol import Factory

from chatroom.doors._login_console import LoginConsole
from chatroom.doors._when import local_time
from chatroom.wire.console import ConsoleDialect

if TYPE_CHECKING:
    from chatroom.house import House


class LoginFactory(Factory):
    """Hold the connections of consoles of one kind, `console`; the hub holds who they are."""

    noisy = False

    def __init__(self, house: House, console: type[LoginConsole], idle: float) -> None:
        self.console = console
        self._house = house
        self._idle = idle
        self._dialect = ConsoleDialect(local_time(house.wall))

    def buildProtocol(self, addr: IAddress | None) -> LoginConsole | None:
        """Make the protocol of one connection."""
        return self.console(self._house, self._dialect, idle=self._idle)


class LoginDoor:
    """Let those in who log in at a console."""

    def __init__(self, factory: LoginFactory) -> None:
        self.name = factory.console.door
        self.factory: IProtocolFactory = factory

    def recognises(self, first: bytes) -> bool | None:
        """Take nobody from the front door."""
        return False
