"""The connection of a client to its house: made again with back-off when it breaks, read with care when nobody takes what is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.application.internet import ClientService, backoffPolicy
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory, connectionDone
from twisted.internet.task import LoopingCall
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from chatroom.happening import Died, Ended, Happening, TurnedAway
from chatroom.view import View
from chatroom.wire.heard import LINE

FIRST_DELAY = 0.5
LAST_DELAY = 30.0
TICK = 2.0
"""Seconds between two looks at what is due."""

GOODBYE = 3.0
"""Seconds the house may take to say goodbye."""

Tell = Callable[[Sequence[Happening]], None]


class Wire(LineOnlyReceiver):
    """Carry lines between the house and the link."""

    delimiter = b"\n"
    MAX_LENGTH = LINE

    def __init__(self, link: Link) -> None:
        self.link = link

    def connectionMade(self) -> None:
        """Tell the link that there is a connection."""
        set_no_delay = getattr(self.transport, "setTcpNoDelay", None)
        if set_no_delay is not None:
            set_no_delay(True)
        self.link.connected(self)

    def lineReceived(self, line: bytes) -> None:
        """Hand over a line."""
        self.link.received(line.removesuffix(b"\r"))

    def lineLengthExceeded(self, line: bytes) -> None:
        """Give up on a house that says more in one line than any would."""
        self.cut()

    def cut(self) -> None:
        """End the connection at once."""
        transport: Any = self.transport
        transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell the link that the connection is gone."""
        self.link.lost(reason)


class _Wires(Factory):
    noisy = False

    def __init__(self, link: Link) -> None:
        self.link = link

    def buildProtocol(self, addr: IAddress | None) -> Wire:
        return Wire(self.link)


class Link:
    """Keep a view connected, and tell the face what happened.

    It is a push producer too: a face that cannot show more pauses it, and the house waits.
    """

    def __init__(self, view: View, endpoint: IStreamClientEndpoint, clock: IReactorTime, tell: Tell) -> None:
        self.view = view
        self.clock = clock
        self.tell = tell
        self._wire: Wire | None = None
        self._paused = False
        self._ending: Deferred[None] | None = None
        self._closing: IDelayedCall | None = None
        policy = backoffPolicy(FIRST_DELAY, LAST_DELAY)
        self._service = ClientService(endpoint, _Wires(self), retryPolicy=policy, clock=clock)
        self._ticking: Any = LoopingCall(self._tick)
        self._ticking.clock = clock

    def start(self) -> Deferred[Any]:
        """Connect; the Deferred fails when the first attempt does."""
        self._service.startService()
        self._ticking.start(TICK, now=False)
        first: Deferred[Any] = self._service.whenConnected(failAfterFailures=1)
        return first

    def stop(self) -> Deferred[None]:
        """Say goodbye, wait a little for the house to answer, and be gone."""
        if self._ending is None:
            self._ending = Deferred()
            self.view.quit()
            self.flush()
            if self._wire is not None:
                self.resumeProducing()
            self._closing = self.clock.callLater(0 if self._wire is None else GOODBYE, self._close)
        return self._ending

    def _close(self) -> None:
        if self._closing is not None and self._closing.active():
            self._closing.cancel()
        if self._ticking.running:
            self._ticking.stop()
        self._service.stopService()
        if self._ending is not None and not self._ending.called:
            self._ending.callback(None)

    def _soon(self) -> None:
        """Close in another turn: the service cannot be stopped from within what it calls."""
        self.clock.callLater(0, self._close)

    def flush(self) -> None:
        """Send what the view has to say."""
        out = self.view.outgoing()
        if out and self._wire is not None and self._wire.transport is not None:
            self._wire.transport.write(out)

    # -- what the wire says ---------------------------------------------------------------------------------------------

    def connected(self, wire: Wire) -> None:
        """Take up a new connection."""
        self._wire = wire
        if self._paused:
            self._pause()
        self.view.connected(self.clock.seconds())
        self.flush()

    def received(self, line: bytes) -> None:
        """Take a line."""
        self._happened(self.view.received(line, self.clock.seconds()))

    def lost(self, reason: Failure) -> None:
        """Take note that the connection is gone."""
        self._wire = None
        self._happened(self.view.disconnected(reason.getErrorMessage()))
        if self._ending is not None:
            self._soon()

    def _tick(self) -> None:
        # While our own face is slow the house's silence means nothing.
        if not self._paused:
            self._happened(self.view.tick(self.clock.seconds()))

    def _happened(self, happenings: Sequence[Happening]) -> None:
        self.flush()
        for one in happenings:
            if isinstance(one, Died) and self._wire is not None:
                self._wire.cut()
            elif isinstance(one, Ended | TurnedAway):
                self._soon()
        if happenings:
            self.tell(happenings)

    # -- IPushProducer --------------------------------------------------------------------------------------------------

    def pauseProducing(self) -> None:
        """Read no more from the house for now."""
        self._paused = True
        self._pause()

    def resumeProducing(self) -> None:
        """Read on."""
        if self._paused:
            self._paused = False
            self.view.alive(self.clock.seconds())
            if self._wire is not None:
                transport: Any = self._wire.transport
                transport.resumeProducing()

    def stopProducing(self) -> None:
        """Be gone, as nobody takes what is said."""
        self.stop()

    def _pause(self) -> None:
        if self._wire is not None:
            transport: Any = self._wire.transport
            transport.pauseProducing()
