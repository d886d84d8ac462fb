"""The front door: one port for every kind of client, told apart by their first bytes.

Clients that speak first do so at once; people at netcat or telnet say nothing until they are greeted. So it waits a moment, and
gives who stays silent to the line door. Once handed on, a connection is the other door's alone: nothing of this one stays between.

Whoever passes a connection on may say so first, by the PROXY protocol; they are believed if the host's settings say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.protocol import Factory, Protocol, connectionDone

from chatroom.brought import Brought
from chatroom.wire.proxy import RELAY, NoHeader, may_begin, parse

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.door import Door
    from chatroom.house import House

SILENCE = 0.4
"""Seconds after which somebody who says nothing is taken for a person waiting to be greeted."""
UNDECIDED = 256
"""Bytes within which it must be clear what a client speaks."""


class Front(Protocol):
    """Be a connection of which it is not known yet what it speaks."""

    def __init__(self, doors: Sequence[Door], silent: Door, house: House) -> None:
        self._doors = doors
        self._silent = silent
        self._house = house
        self._brought: Brought | None = None
        self._first = b""
        self._wait: IDelayedCall | None = None
        self._address: Any = None

    def connectionMade(self) -> None:
        """Wait for the first bytes, but not long."""
        transport: Any = self.transport
        self._address = transport.getPeer()
        self._wait = self._house.clock.callLater(SILENCE, self._hand_on, self._silent)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Stop waiting."""
        self._hush()

    def dataReceived(self, data: bytes) -> None:
        """See whether it is clear now what this client speaks."""
        self._first += data
        if self._brought is None and may_begin(self._first) and not self._header_taken():
            return
        answers = [(door.recognises(self._first), door) for door in self._doors]
        for answer, door in answers:
            if answer:
                self._hand_on(door)
                return
            if answer is None and len(self._first) < UNDECIDED:
                return
        self._turn_away()

    def _header_taken(self) -> bool:
        """Learn from whoever passes this connection on whose it is; tell whether there is something to go on with.

        To somebody who is not believed there is nothing to say.
        """
        try:
            found = parse(self._first)
        except NoHeader:
            self._turn_away()
            return False
        if found is None:
            return False
        header, first = found
        shown = header.value(RELAY)
        if not self._house.hub.rules.relays.believe(getattr(self._address, "host", ""), shown):
            self._turn_away()
            return False
        self._first = first
        self._brought = Brought(self.transport, header.source, relayed=shown is not None)
        self._address = self._brought.getPeer()
        return bool(first)

    def _hand_on(self, door: Door) -> None:
        self._hush()
        protocol = door.factory.buildProtocol(self._address)
        if protocol is None:
            self._turn_away()
            return
        transport: Any = self.transport
        transport.protocol = protocol
        shown: Any = self._brought or transport
        protocol.makeConnection(shown)
        if self._first:
            protocol.dataReceived(self._first)

    def _turn_away(self) -> None:
        self._hush()
        transport: Any = self.transport
        transport.abortConnection()

    def _hush(self) -> None:
        if self._wait is not None and self._wait.active():
            self._wait.cancel()
        self._wait = None


class FrontFactory(Factory):
    """Tell the clients of one port apart."""

    noisy = False

    def __init__(self, doors: Sequence[Door], silent: Door, house: House) -> None:
        self._doors = doors
        self._silent = silent
        self._house = house

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection."""
        return Front(self._doors, self._silent, self._house)


class FrontDoor:
    """Lead everybody to their door; who stays silent, or speaks as a person would, to the line door."""

    name = "front"

    def __init__(self, doors: Sequence[Door], house: House) -> None:
        silent = next(door for door in doors if door.name == "line")
        ordered = [door for door in doors if door is not silent] + [silent]
        self.factory: IProtocolFactory = FrontFactory(ordered, silent, house)

    def recognises(self, first: bytes) -> bool | None:
        """Be nobody's door behind another front door."""
        return False


def open_front(house: House, doors: Sequence[Door]) -> FrontDoor:
    """Make the front door before a house's other doors."""
    return FrontDoor(doors, house)
