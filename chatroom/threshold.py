"""Where a connection stands before it is a door's: told apart by its first bytes, and by whom it was brought.

Rules
-----
- Clients that speak first do so at once; people at netcat or telnet say nothing until they are greeted. So it waits a moment where
  that matters: where there is more than one door, or where whoever is at the other end may say by the PROXY protocol whose connection
  this is. Who stays silent, or says too little, is given to the silent door then.
- Where a client agreed inside TLS on what it speaks (ALPN), that is its door, however long it says nothing: browsers connect ahead.
- Who says whose a connection is and is not believed (`relays` in the settings) is told, and their connection ends.
- Where there is more than one door, who waits counts like who is in: towards the total, and towards those of one address, but of one
  that brings others. Where there is no place they are told so, before anything is known of them.
- Once handed on, a connection is the door's alone: nothing of this stays between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress, IProtocolFactory, IReactorTime
from twisted.internet.protocol import Factory, Protocol, connectionDone

from chatroom.brought import Brought
from chatroom.core.errors import Refused
from chatroom.core.relays import Relays
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
AGREED = {b"http/1.1": "web"}
"""Which door is meant by what a client agreed on by ALPN."""
STRANGER = (
    b"! You come by a proxy that this house does not know, or are one. Its host can name it in the settings, as relays.addresses.\r\n"
)
"""What is said to who sends a PROXY header and is not to be believed: most likely a host who tries one out."""


@dataclass(frozen=True, slots=True)
class Belief:
    """Be who is believed about the connections they bring."""

    clock: IReactorTime
    relays: Callable[[], Relays]
    doubted: Callable[[str], None]
    """Called with the address of who was not believed."""
    wait: Callable[[str], Refused | None] = lambda address: None
    """Counts a connection from an address that waits, or gives why it may not."""
    waits_no_more: Callable[[str], None] = lambda address: None


class Threshold(Protocol):
    """Be a connection of which it is not known yet whose and which door's it is."""

    def __init__(self, doors: Sequence[Door], silent: IProtocolFactory, belief: Belief) -> None:
        self._doors = doors
        self._silent = silent
        self._belief = belief
        self._brought: Brought | None = None
        self._first = b""
        self._wait: IDelayedCall | None = None
        self._address: Any = None
        self._counted: str | None = None
        """As from which address it counts while it waits."""

    def connectionMade(self) -> None:
        """Wait for the first bytes, but not long."""
        transport: Any = self.transport
        self._address = transport.getPeer()
        if self._doors and not self._has_place():
            return
        self._agree()
        if self._doors or self._belief.relays().heard(self._host):
            self._wait = self._belief.clock.callLater(SILENCE, self._look_again)
        else:
            self._hand_on(self._silent)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Stop waiting."""
        self._hush()
        self._give_place_back()

    def dataReceived(self, data: bytes) -> None:
        """See whether it is clear now whose this connection is."""
        self._first += data
        if self._brought is None and may_begin(self._first) and not self._header_taken():
            return
        if not self._doors:
            self._hand_on(self._silent)
        elif self._first:
            self._choose()

    @property
    def _host(self) -> str:
        return getattr(self._address, "host", "")

    def _agree(self) -> None:
        """Choose the door that was agreed on inside TLS, if any was."""
        agreed = AGREED.get(getattr(self.transport, "negotiated", b""))
        for door in self._doors:
            if door.name == agreed:
                self._doors, self._silent = (), door.factory

    def _look_again(self) -> None:
        """Give up waiting, but after one more look at what has come: time also passes while the server does something else."""
        self._wait = self._belief.clock.callLater(0, self._hand_on, self._silent)

    def _choose(self) -> None:
        for door in self._doors:
            answer = door.recognises(self._first)
            if answer:
                self._hand_on(door.factory)
                return
            if answer is None and len(self._first) < UNDECIDED:
                return
        self._turn_away()

    def _header_taken(self) -> bool:
        """Learn from whoever brings this connection whose it is; tell whether that is known now."""
        try:
            found = parse(self._first)
        except NoHeader:
            self._turn_away()
            return False
        if found is None:
            return False
        header, first = found
        shown = header.value(RELAY)
        if not self._belief.relays().believe(self._host, shown):
            self._doubt()
            return False
        self._first = first
        self._brought = Brought(self.transport, header.source, relayed=shown is not None, encrypted=header.encrypted)
        self._address = self._brought.getPeer()
        return True

    def _has_place(self) -> bool:
        """Count this connection while it waits; tell whether it may."""
        counted = "" if self._belief.relays().listed(self._host) else self._host
        why = self._belief.wait(counted)
        if why is None:
            self._counted = counted
        else:
            self._end(f"! {why}\r\n".encode())
        return why is None

    def _give_place_back(self) -> None:
        """Count it no longer: it is gone, or its door counts it."""
        counted, self._counted = self._counted, None
        if counted is not None:
            self._belief.waits_no_more(counted)

    def _hand_on(self, factory: IProtocolFactory) -> None:
        self._hush()
        self._give_place_back()
        protocol = factory.buildProtocol(self._address)
        if protocol is None:
            self._turn_away()
            return
        transport: Any = self.transport
        transport.protocol = protocol
        shown: Any = self._brought or transport
        protocol.makeConnection(shown)
        if self._first:
            protocol.dataReceived(self._first)

    def _doubt(self) -> None:
        self._hush()
        self._belief.doubted(self._host)
        self._end(STRANGER)

    def _end(self, why: bytes) -> None:
        transport: Any = self.transport
        transport.write(why)
        transport.loseConnection()

    def _turn_away(self) -> None:
        self._hush()
        transport: Any = self.transport
        transport.abortConnection()

    def _hush(self) -> None:
        if self._wait is not None and self._wait.active():
            self._wait.cancel()
        self._wait = None


class ThresholdFactory(Factory):
    """Lead the connections of one place to their doors; with none to choose from, all to the silent one."""

    noisy = False

    def __init__(self, silent: IProtocolFactory, belief: Belief, doors: Sequence[Door] = ()) -> None:
        self._silent = silent
        self._belief = belief
        self._doors = doors

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection."""
        return Threshold(self._doors, self._silent, self._belief)


def belief_of(house: House) -> Belief:
    """Believe whom a house believes."""
    return Belief(house.clock, lambda: house.hub.rules.relays, house.doubt, house.wait, house.waits_no_more)
