"""The native door: JSON objects, one a line, for the project's own clients and for bots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.protocol import Factory

from chatroom.doors._native import NativeProtocol
from chatroom.wire.json import JsonDialect

if TYPE_CHECKING:
    from chatroom.house import House

DIALECT = JsonDialect()


class JsonProtocol(NativeProtocol):
    """Be one program's connection at the native door."""

    door = "json"

    def dialect(self) -> JsonDialect:
        """Share one dialect among all."""
        return DIALECT


class JsonFactory(Factory):
    """Hold the native door's connections; the hub holds the people."""

    noisy = False

    def __init__(self, house: House) -> None:
        self.house = house

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection."""
        return JsonProtocol(self.house)


class JsonDoor:
    """Let programs in that speak the native protocol."""

    name = "json"

    def __init__(self, house: House) -> None:
        self.factory: IProtocolFactory = JsonFactory(house)

    def recognises(self, first: bytes) -> bool | None:
        """Take everybody who begins with an object."""
        begun = first.lstrip(b" \t\r\n")
        if not begun:
            return None
        return begun[0] == ord("{")


def open_door(house: House) -> JsonDoor:
    """Make the native door of a house."""
    return JsonDoor(house)
