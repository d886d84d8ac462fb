"""One HTTP connection: Twisted's parser, with the bounds it leaves to others, which can be handed over to another protocol.

Rules
-----
- A request has to be there in full within `TIMEOUT` seconds of the connection, or of the answer before; no trickle prolongs that.
- What is handed over is the new protocol's alone: bytes, the end, and the transport.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.web.http import HTTPChannel

from chatroom.core.crowd import Household, household
from chatroom.doors._web.request import WebRequest
from chatroom.wire.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime
    from twisted.python.failure import Failure

TIMEOUT = 30
"""Seconds within which a request must have come, and for which an idle connection is kept."""
MOST = 2000
"""Connections that speak HTTP at one time; those handed over are counted elsewhere."""
EACH = 100
"""Of these, how many one household may have, so that nobody keeps all others out; proxies that are believed bring more."""


class WebChannel(HTTPChannel):
    """Be one connection that speaks HTTP until it is handed over."""

    transport: Any
    requestFactory = WebRequest
    timeOut = TIMEOUT
    maxHeaders = 100

    def __init__(self, factory: WebFactory, home: Household | None = None) -> None:
        super().__init__()
        self.factory = factory
        self.home = home
        self._heir: Protocol | None = None

    def connectionMade(self) -> None:
        """Begin."""
        self.factory.take(self)
        super().connectionMade()

    def callLater(self, period: float, func: Any) -> IDelayedCall:
        """Use the house's clock."""
        later: IDelayedCall = self.factory.clock.callLater(period, func)
        return later

    def resetTimeout(self) -> None:
        """Grant no more time for a few bytes more."""

    def dataReceived(self, data: bytes) -> None:
        """Take bytes, or give them to whom the connection belongs now."""
        if self._heir is not None:
            self._heir.dataReceived(data)
        else:
            super().dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Note the end, or tell whom the connection belongs to now."""
        self.factory.release(self)
        if self._heir is not None:
            self._heir.connectionLost(reason)
        else:
            super().connectionLost(reason)

    def timeoutConnection(self) -> None:
        """End a connection whose request did not come in time; say so if it had begun."""
        if self.requests:
            self.complain(Problem(408, "The request did not come in time."))
        else:
            super().timeoutConnection()

    def lineLengthExceeded(self, line: bytes) -> None:
        """Refuse a head with a line that is too long."""
        self.complain(Problem(431, "The head of the request is too large."))

    def hand_over(self, protocol: Protocol, way: Any) -> None:
        """Let another protocol have the connection, which is to know it as `way`."""
        self.setTimeout(None)
        self.transport.unregisterProducer()
        self.factory.release(self)
        self._heir = protocol
        protocol.makeConnection(way)

    def complain(self, problem: Problem) -> None:
        """Answer what cannot even be taken as a request, and end the connection."""
        self.transport.write(self.factory.raw(problem))
        self.requests.clear()
        self.loseConnection()

    def _respondToBadRequestAndDisconnect(self) -> None:
        """Say what Twisted would, but as all else here is said."""
        self.complain(Problem(400, "That is not an HTTP request, or its headers are too large."))


class WebFactory(Factory):
    """Make the connections of the web door."""

    noisy = False

    def __init__(
        self,
        clock: IReactorTime,
        answer: Callable[[WebRequest], None],
        raw: Callable[[Problem], bytes],
        believed: Callable[[str], bool] = lambda address: False,
    ) -> None:
        self.clock = clock
        self.answer = answer
        self.raw = raw
        self.channels: set[WebChannel] = set()
        self._believed = believed
        self._homes: Counter[Household] = Counter()

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection, unless there are too many."""
        address = getattr(addr, "host", "")
        home = None if self._believed(address) else household(address)
        crowded = len(self.channels) >= MOST or (home is not None and self._homes[home] >= EACH)
        return None if crowded else WebChannel(self, home)

    def take(self, channel: WebChannel) -> None:
        """Count a connection."""
        self.channels.add(channel)
        if channel.home is not None:
            self._homes[channel.home] += 1

    def release(self, channel: WebChannel) -> None:
        """Count a connection no more, once."""
        if channel not in self.channels:
            return
        self.channels.discard(channel)
        home = channel.home
        if home is not None:
            self._homes[home] -= 1
            if not self._homes[home]:
                del self._homes[home]

    def log(self, request: WebRequest) -> None:
        """Log nothing: what is asked for here is nobody's business."""
