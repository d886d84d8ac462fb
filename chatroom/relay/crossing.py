"""One person's crossing: their connection, the one to the house, and what passes between.

Rules
-----
- Neither side is read faster than the other takes it: what the relay holds of a person is one read and no more, whoever is slow.
- The house learns first where the person is (PROXY protocol), that a relay brings them, and whether nobody can read what they send.
- When there is no house, its person is told, and it is tried again and again, ever more slowly; one that says nothing is waited for.
  When the house ends a connection while it takes others, it meant that person, who is let go; when it takes no others either, it is
  gone. Programs come back by themselves.
- What somebody types while their house is gone is for nobody; the next thing the house asks is their name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom.brought import is_private
from chatroom.core.addresses import written
from chatroom.relay.gate import Gate
from chatroom.relay.passage import Passage, Strange
from chatroom.relay.speech import TooLong
from chatroom.wire.proxy import ENCRYPTED, RELAY, TLS, Header, Place, render

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress, IDelayedCall

    from chatroom.relay.service import Relay

FIRST_DELAY = 1.0
LAST_DELAY = 8.0
"""Seconds between two attempts to reach the house, at first and at most; a program waits no longer for a sign of life."""

PROBE = 0.25
"""Seconds before it is found out whether a house that ended a connection is there: one that was killed goes by and by."""
PATIENCE = 5.0
"""Seconds a house that was reached may take to say something; it greets much sooner."""
CLOSING = 5.0
"""Seconds a person may take to read the last they are sent."""

AWAY = "The house cannot be reached. Trying again …"
SLOW = "The house is there, but does not answer yet. Waiting …"
GONE = "The connection to the house is lost. Trying to get it back; it will ask for your name again."
UNBELIEVED = "The house ended the connection without a word. Does it know this relay?"


@implementer(IHalfCloseableProtocol)
class Near(Protocol):
    """Be the person's connection."""

    def __init__(self, relay: Relay) -> None:
        self.crossing = Crossing(relay, self)

    def connectionMade(self) -> None:
        """Begin the crossing."""
        _hurry(self.transport)
        self.crossing.begin()

    def dataReceived(self, data: bytes) -> None:
        """Hand over what the person typed."""
        self.crossing.typed(data)

    def readConnectionLost(self) -> None:
        """Hand over that they type no more."""
        self.crossing.typed_all()

    def writeConnectionLost(self) -> None:
        """Do nothing: the end of the connection follows."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Hand over that they are gone."""
        self.crossing.left()


class Far(Protocol):
    """Be the connection to the house."""

    def __init__(self, crossing: Crossing) -> None:
        self.crossing = crossing

    def connectionMade(self) -> None:
        """Hand over that there is a house."""
        _hurry(self.transport)
        self.crossing.reached(self)

    def dataReceived(self, data: bytes) -> None:
        """Hand over what the house says."""
        self.crossing.heard(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Hand over that it has ended."""
        self.crossing.ended(self)


class _Fars(Factory):
    noisy = False

    def __init__(self, crossing: Crossing) -> None:
        self._crossing = crossing

    def buildProtocol(self, addr: IAddress | None) -> Far:
        return Far(self._crossing)


class Crossing:
    """Bring one person to the house, and what it says to them; see the module for the rules."""

    log = Logger()

    def __init__(self, relay: Relay, near: Near) -> None:
        self._relay = relay
        self._near = near
        self._passage = Passage(relay.transform)
        self._far: Far | None = None
        self._gate: Gate | None = None
        self._pending = b""
        """What is to be sent to the house when it is reached; at most one read's worth."""
        self._delay = FIRST_DELAY
        self._again: IDelayedCall | None = None
        self._connecting: Any = None
        self._probing = False
        self._spoken_to = False
        """The house has said something on this connection."""
        self._lost = False
        """The house has been there, and is gone."""
        self._typed_all = False
        self._over = False

    # -- the person

    def begin(self) -> None:
        """Take up a person, unless there are too many."""
        self._gate = Gate(self._near.transport)
        if not self._relay.take(self):
            self._let_go("Too many people have come by this relay. Try again later.")
            return
        self._connect()

    def typed(self, data: bytes) -> None:
        """Take what the person typed."""
        if self._over or self._lost:
            return
        try:
            self._send(self._passage.typed(data))
        except TooLong:
            self._let_go("That line is too long.")
        except Strange:
            self._let_go("")

    def typed_all(self) -> None:
        """Take the end of what the person types."""
        self._typed_all = True
        if self._lost:
            self._let_go("")
        elif not self._over:
            self._send(self._passage.ended())
            self._half_close()

    def left(self) -> None:
        """Take note that the person is gone."""
        self._over = True
        self._relay.release(self)
        self._try_no_more()
        if self._connecting is not None:
            self._connecting.cancel()
        self._hang_up()

    def close(self, why: str) -> None:
        """Let the person go, with a word."""
        self._let_go(why)

    def _send(self, data: bytes) -> None:
        gate = self._gate
        if gate is None:
            return
        if self._far is not None:
            self._transport(self._far).write(data)
        else:
            self._pending += data
            gate.close("away")
        if self._passage.holding:
            gate.close("holding")
        else:
            gate.open("holding")

    def _half_close(self) -> None:
        if self._far is not None and self._typed_all and not self._passage.holding:
            self._transport(self._far).loseWriteConnection()

    def _let_go(self, why: str) -> None:
        if self._over:
            return
        self._over = True
        self._hang_up()
        transport: Any = self._near.transport
        if why:
            transport.write(self._passage.notice(why))
        transport.loseConnection()
        self._try_no_more()
        # Who reads nothing is not waited for.
        self._again = self._relay.clock.callLater(CLOSING, transport.abortConnection)

    def _try_no_more(self) -> None:
        """Wait for nothing more that was to be done by itself."""
        if self._again is not None and self._again.active():
            self._again.cancel()

    def _hang_up(self) -> None:
        """End the connection to the house, if there is one."""
        far, self._far = self._far, None
        if far is not None:
            self._transport(far).unregisterProducer()
            self._transport(far).loseConnection()
            near: Any = self._near.transport
            near.unregisterProducer()

    # -- the house

    def _connect(self) -> None:
        self._again = None
        self._connecting = self._relay.endpoint.connect(_Fars(self))
        self._connecting.addErrback(self._unreachable)

    def reached(self, far: Far) -> None:
        """Take note that there is a house."""
        self._connecting = None
        transport = self._transport(far)
        if self._over or self._probing:
            transport.loseConnection()
            if self._probing:
                self._let_go("" if self._spoken_to else UNBELIEVED)
            return
        self._far, self._lost, self._spoken_to, self._delay = far, False, False, FIRST_DELAY
        transport.write(self._header(transport))
        near: Any = self._near.transport
        near.registerProducer(Gate(transport), True)
        transport.registerProducer(self._gate, True)
        self._again = self._relay.clock.callLater(PATIENCE, self._tell, SLOW)
        pending, self._pending = self._pending, b""
        self._send(pending)
        if self._gate is not None:
            self._gate.open("away")
        self._half_close()

    def heard(self, data: bytes) -> None:
        """Take what the house says."""
        if self._over or self._probing:
            return
        if not self._spoken_to:
            self._spoken_to = True
            self._try_no_more()
        sent = self._passage.heard(data)
        near: Any = self._near.transport
        near.write(data)
        self._send(sent)
        self._half_close()

    def ended(self, far: Far) -> None:
        """Take note that the house ended the connection, and find out whether it meant this person."""
        if far is not self._far:
            return
        self._far = None
        self._try_no_more()
        near: Any = self._near.transport
        near.unregisterProducer()
        if self._gate is not None:
            self._gate.open("full")
            self._gate.open("holding")
        if self._passage.native or self._typed_all:
            self._let_go("" if self._spoken_to else UNBELIEVED)
            return
        self._probing = True
        self._again = self._relay.clock.callLater(PROBE, self._connect)

    def _unreachable(self, failure: Failure) -> None:
        self._connecting = None
        if self._over:
            return
        if self._probing and self._typed_all:
            self._let_go("")
            return
        if self._probing:
            self._lose_house()
        elif not self._lost:
            self.log.info("the house cannot be reached: {why}", why=failure.getErrorMessage())
            if self._passage.native or self._delay == FIRST_DELAY:
                self._tell(AWAY)
        self._again = self._relay.clock.callLater(self._delay, self._connect)
        self._delay = min(LAST_DELAY, self._delay * 2)

    def _lose_house(self) -> None:
        """Begin anew with whoever was in: what they typed since was an answer to the house that is gone, maybe a password."""
        self._probing, self._lost, self._pending = False, True, b""
        if self._gate is not None:
            self._gate.open("away")
        self._passage.begin_again()
        self._tell(GONE)

    def _tell(self, text: str) -> None:
        near: Any = self._near.transport
        near.write(self._passage.notice(text))

    def _header(self, far: Any) -> bytes:
        near: Any = self._near.transport
        source, target = near.getPeer(), near.getHost()
        told = ((RELAY, self._relay.secret.encode()), *(((TLS, ENCRYPTED),) if is_private(near) and is_private(far) else ()))
        if not hasattr(source, "port"):
            return render(Header(told=told))
        return render(Header(Place(written(source.host), source.port), Place(written(target.host), target.port), told))

    @staticmethod
    def _transport(far: Far) -> Any:
        return far.transport


def _hurry(transport: Any) -> None:
    for prepare in ("setTcpNoDelay", "setTcpKeepAlive"):
        if hasattr(transport, prepare):
            getattr(transport, prepare)(True)
