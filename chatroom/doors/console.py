"""The console door: moderators and admins by telnet or nc, who log in and then command the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatroom.doors._console import IDLE
from chatroom.doors._login_console import LoginConsole
from chatroom.doors._login_door import LoginDoor, LoginFactory
from chatroom.wire.console import parse

if TYPE_CHECKING:
    from chatroom.house import House


class ConsoleProtocol(LoginConsole):
    """Be one connection at the console door."""

    door = "console"

    def command(self, text: str) -> None:
        """Ask for a verb."""
        self.house.perform(self.reader, parse(text))


def open_door(house: House, *, idle: float = IDLE) -> LoginDoor:
    """Make the console door of a house, which lets go of people who type nothing for `idle` seconds."""
    return LoginDoor(LoginFactory(house, ConsoleProtocol, idle))
