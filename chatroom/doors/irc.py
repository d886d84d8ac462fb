"""The IRC door: every IRC client is a client of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.protocol import Factory

from chatroom.doors._irc import IrcProtocol, Scenes

if TYPE_CHECKING:
    from chatroom.house import House

FIRST = (b"CAP", b"NICK", b"USER", b"PASS")
"""What IRC clients begin with."""


class IrcFactory(Factory):
    """Hold the door's connections; the hub holds the people."""

    noisy = False

    def __init__(self, house: House) -> None:
        self.house = house
        self._scenes = Scenes(house)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection."""
        return IrcProtocol(self.house, self._scenes.scene())


class IrcDoor:
    """Let IRC clients in."""

    name = "irc"

    def __init__(self, house: House) -> None:
        self.factory: IProtocolFactory = IrcFactory(house)

    def recognises(self, first: bytes) -> bool | None:
        """Take everybody who begins as IRC clients do."""
        word, blank, _ = first.lstrip(b"\r\n").partition(b" ")
        if blank:
            return word in FIRST
        return None if any(one.startswith(word) for one in FIRST) else False


def open_door(house: House) -> IrcDoor:
    """Make the IRC door of a house."""
    return IrcDoor(house)
