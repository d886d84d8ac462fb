"""An endpoint in memory: the test decides what becomes of each attempt to connect."""

from __future__ import annotations

from typing import Any

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom.wires import Wire


@implementer(IStreamClientEndpoint)
class Endpoint:
    """Count the attempts, and wait for what the test makes of the newest."""

    def __init__(self) -> None:
        self.tries = 0
        self.waiting: list[tuple[IProtocolFactory, Deferred[IProtocol]]] = []
        """The attempts of which nothing has become yet."""

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        """Take an attempt."""
        made: Deferred[IProtocol] = Deferred()
        self.tries += 1
        self.waiting.append((protocolFactory, made))
        return made

    def accepts(self, wire: Wire) -> None:
        """Let the newest attempt have that wire."""
        factory, made = self.waiting.pop()
        protocol: Any = factory.buildProtocol(wire.getPeer())
        wire.protocol = protocol
        protocol.makeConnection(wire)
        made.callback(protocol)

    def refuses(self) -> None:
        """Let the newest attempt fail."""
        self.waiting.pop()[1].errback(Failure(error.ConnectionRefusedError()))
