"""The relay as a service: where it listens, whom it connects to, and how many it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from OpenSSL import SSL
from twisted.application.service import Service
from twisted.internet.interfaces import IAddress, IProtocolFactory, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.logger import Logger

from chatroom.core.relays import Relays
from chatroom.relay.crossing import Crossing, Near
from chatroom.relay.transform import Transform
from chatroom.threshold import Belief, ThresholdFactory
from chatroom.tls import EncryptedDoor, EncryptedFactory


class Relay(Factory):
    """Take people, as many as there may be at once, and let each cross to the house."""

    noisy = False

    def __init__(
        self, endpoint: IStreamClientEndpoint, clock: IReactorTime, transform: Transform, *, secret: str = "", people: int = 1000
    ) -> None:
        self.endpoint = endpoint
        self.clock = clock
        self.transform = transform
        self.secret = secret
        self.people = people
        self.crossings: set[Crossing] = set()

    def buildProtocol(self, addr: IAddress | None) -> Near:
        """Make the connection of one person."""
        return Near(self)

    def take(self, crossing: Crossing) -> bool:
        """Count somebody; False when there are too many already."""
        if len(self.crossings) >= self.people:
            return False
        self.crossings.add(crossing)
        return True

    def release(self, crossing: Crossing) -> None:
        """Count somebody no more."""
        self.crossings.discard(crossing)


class Ashore:
    """Be the door of everybody; whether they can be served shows when they speak."""

    name = "relay"

    def __init__(self, relay: Relay) -> None:
        self.factory: IProtocolFactory = relay

    def recognises(self, first: bytes) -> bool | None:
        """Take everybody."""
        return True


def at_place(relay: Relay, context: Callable[[], SSL.Context], encrypted: bool) -> IProtocolFactory:
    """Give what is spoken at a place: in clear as well as encrypted, or encrypted alone."""
    if encrypted:
        return EncryptedFactory(context, relay, relay.clock)
    nobody, plain = Belief(relay.clock, partial(Relays, ()), lambda address: None), Ashore(relay)
    return ThresholdFactory(relay, nobody, [EncryptedDoor(context, plain, relay.clock), plain])


class Farewell(Service):
    """Let go of everybody when the relay stops."""

    log = Logger()

    def __init__(self, relay: Relay, what: Iterable[str]) -> None:
        self.name = "the people of the relay"
        self._relay = relay
        self._what = tuple(what)

    def startService(self) -> None:
        """Say what is done here."""
        super().startService()
        for line in self._what:
            self.log.info("{line}", line=line)

    def stopService(self) -> None:
        """Tell each that the relay closes."""
        super().stopService()
        for crossing in list(self._relay.crossings):
            crossing.close("The relay is closing. Goodbye.")
