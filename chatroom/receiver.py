"""Lines in, with every bound a hostile sender needs: their length, how many a turn, and none while the house says wait.

Twisted's own LineReceiver drops the connection at an overlong line and splits its buffer once a line, which is quadratic in the
lines of one read; this one keeps the connection and splits once a read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.protocols.policies import TimeoutMixin
from zope.interface import implementer

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.house import House
    from chatroom.reader import Reader

LINES_A_TURN = 64
"""Lines of one connection that are looked at before others get their turn."""


@implementer(IHalfCloseableProtocol)
class BoundedLineReceiver(LineReceiver, TimeoutMixin, ABC):
    """Receive lines ended by LF, CRLF or the end of input, for a door's session in the house."""

    transport: Any
    delimiter = b"\n"
    door = ""
    console = False
    """Whether these are consoles, where one has one's rank and is nobody in the chat."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.reader: Reader
        self.address = ""
        self._rest = b""
        self._named = False
        self._tries = 0
        self._skipping = False
        self._ended = False
        self._holding = False
        self._paused = True
        """Whether the transport may be paused, as it is before the first bytes."""
        self._waiting: deque[bytes] = deque()
        self._later: IDelayedCall | None = None

    @property
    def longest(self) -> int:
        """Tell how many bytes a line may have."""
        return self.house.hub.limits.line

    # -- what a door fills in

    @abstractmethod
    def dialect(self) -> Any:
        """Give the dialect new connections are spoken to in."""

    def preface(self) -> bytes:
        """Give what is sent before anything else."""
        return b""

    def meet(self) -> Reader:
        """Be known to the house."""
        return self.house.connect(self.door, self.address, self.transport, self.dialect(), self, console=self.console)

    def part(self) -> None:
        """Be known to the house no longer."""
        self.house.disconnected(self.reader)

    def inputEnded(self) -> None:
        """Act on the end of input, after the last line."""
        self.transport.loseConnection()

    # -- connection

    def connectionMade(self) -> None:
        """Bring the connection into the house."""
        peer = self.transport.getPeer()
        self.address = getattr(peer, "host", "local")
        for prepare in ("setTcpNoDelay", "setTcpKeepAlive"):
            if hasattr(self.transport, prepare):
                getattr(self.transport, prepare)(True)
        self.reader = self.meet()
        self.reader.give(self.preface())
        if not self.house.turn_away(self.reader):
            self.setTimeout(self.house.hub.limits.registration)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Take the connection out of the house."""
        self.setTimeout(None)
        self._waiting.clear()
        if self._later is not None and self._later.active():
            self._later.cancel()
        self.part()

    def callLater(self, period: float, func: Any) -> IDelayedCall:
        """Use the house's clock for time-outs."""
        return self.house.clock.callLater(period, func)

    def timeoutConnection(self) -> None:
        """End a connection that did not say in time who it is."""
        if not self.named() and not self.reader.session.observing:
            self.house.say_goodbye(self.reader, "You did not say who you are in time.")

    def named(self) -> bool:
        """Tell whether the session has its name; from then on there is no deadline."""
        if not self._named and self.reader.session.person is not None:
            self._named = True
            self.setTimeout(None)
        return self._named

    def tried(self) -> None:
        """Note a try at saying who one is; after too many in vain the connection ends."""
        if not self.named():
            self._tries += 1
            if self._tries >= self.house.hub.limits.tries:
                self.house.say_goodbye(self.reader, "Too many tries without a name. Connect again when you have one.")

    # -- lines

    def dataReceived(self, data: bytes) -> None:
        """Split what has come into lines and look at some of them."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if self._skipping and lines:
            self._skipping = False
            lines[0] = bytes(self.longest + 1)
        if len(self._rest) > self.longest or self._skipping:
            self._skipping, self._rest = True, b""
        self.take(lines)

    def take(self, lines: Iterable[bytes]) -> None:
        """Look at some of these lines now, and at the others in their turn."""
        self._waiting.extend(lines)
        if self._later is None and not self._holding:
            self._work()

    def readConnectionLost(self) -> None:
        """Go on until everything that was sent before the end of input is done."""
        self._ended = True
        if self._rest or self._skipping:
            self._waiting.append(bytes(self.longest + 1) if self._skipping else self._rest)
            self._rest, self._skipping = b"", False
        if self._later is None and not self._holding:
            self._work()

    def writeConnectionLost(self) -> None:
        """Do nothing: the end of the connection follows."""

    def hold(self) -> None:
        """Read nothing more for now."""
        self._holding = True
        self._pause()

    def go_on(self) -> None:
        """Read again."""
        self._holding = False
        if self._later is None:
            self._later = self.house.clock.callLater(0, self._work)

    def _work(self) -> None:
        self._later = None
        budget = LINES_A_TURN
        while self._waiting and not self._holding:
            if not budget:
                self._pause()
                self._later = self.house.clock.callLater(0, self._work)
                return
            done = self.take_row(budget)
            if done:
                budget -= done
                continue
            budget -= 1
            line = self._waiting.popleft()
            if len(line) > self.longest:
                self.lineLengthExceeded(line)
            else:
                self.lineReceived(line)
        if self._holding:
            return
        if self.more():
            self._pause()
            self._later = self.house.clock.callLater(0, self._work)
        elif self._ended:
            self.inputEnded()
        elif self._paused:
            self._paused = False
            self.transport.resumeProducing()

    def _pause(self) -> None:
        self._paused = True
        self.transport.pauseProducing()

    def take_row(self, most: int) -> int:
        """Take some of the lines that wait at once, where that can be done; tell how many, at most `most`."""
        return 0

    def more(self) -> bool:
        """Take more lines out of what was read already, where that is done in parts; tell whether there may be any."""
        return False


class RowReceiver(BoundedLineReceiver):
    """Receive lines of which many that come together may be plain words, to be said in a row."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._singly = 0
        """Lines at the front of those that wait which are to be taken one by one."""

    @abstractmethod
    def say_row(self, lines: Sequence[bytes]) -> tuple[int, bool]:
        """Say as many of the first lines as are plain words; tell how many they are, and whether they were said."""

    def take_row(self, most: int) -> int:
        """Say plain words at once; those against which something stands are left to be said one by one."""
        if self._singly:
            self._singly -= 1
            return 0
        waiting = self._waiting
        most = min(most, self.house.hub.limits.replies - len(self.reader.session.replies), len(waiting))
        if most <= 0 or not self.named():
            return 0
        count, said = self.say_row([*islice(waiting, most)])
        if not said:
            self._singly = max(0, count - 1)
            return 0
        if count == len(waiting):
            waiting.clear()
        else:
            for _ in range(count):
                waiting.popleft()
        return count
