"""The relay as a service: where it listens, whom it connects to, and how many it takes."""

from __future__ import annotations

from twisted.application.service import Service
from twisted.internet.interfaces import IAddress, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.logger import Logger

from chatroom.relay.crossing import Crossing, Near
from chatroom.relay.transform import Transform


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


class Farewell(Service):
    """Let go of everybody when the relay stops."""

    log = Logger()

    def __init__(self, relay: Relay, what: str) -> None:
        self.name = "the people of the relay"
        self._relay = relay
        self._what = what

    def startService(self) -> None:
        """Say what is done here."""
        super().startService()
        self.log.info("{what}", what=self._what)

    def stopService(self) -> None:
        """Tell each that the relay closes."""
        super().stopService()
        for crossing in list(self._relay.crossings):
            crossing.close("The relay is closing. Goodbye.")
