"""What all consoles are: a session of the house at a terminal, with a prompt that what happens does not disturb.

Rules
-----
- Whatever the house writes goes through the session's outlet and then above the prompt (`Paper`); what is echoed is bounded by what
  was typed, and nothing is read from whoever does not read.
- Input is taken in slices, and not at all while the house says wait or an answer is awaited that decides how to go on.
- Whoever does nothing for `idle` seconds is told, and let go a little later.
"""

from __future__ import annotations

import enum
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHalfCloseableProtocol, IPushProducer
from twisted.internet.protocol import Protocol, connectionDone
from twisted.protocols.policies import TimeoutMixin
from zope.interface import implementer

from chatroom.brought import is_encrypted, is_private
from chatroom.core.errors import LineTooLong
from chatroom.core.likeness import fold
from chatroom.core.replies import Notice
from chatroom.core.request import Request
from chatroom.doors._editing import Editor, Terminal
from chatroom.doors._typing import LONGEST
from chatroom.wire.console import ConsoleDialect
from chatroom.wire.line import LineDialect

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.house import House
    from chatroom.reader import Reader

IDLE = 1800.0
"""Seconds somebody may type nothing."""
WARNING = 60.0
"""Seconds before its end that an idle session is told."""
SLICE = 2048
"""Bytes looked at in one turn, a line counting as `LINE_COST`."""
LINE_COST = 32

_LINE = re.compile(rb"[^\r\n]*[\r\n]?")


@implementer(IPushProducer)
class Paper:
    """Be the transport the house writes to: what it says goes above the prompt of a console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._producer: Any = None

    @property
    def private(self) -> bool:
        """Tell whether nobody on the way can read what passes."""
        return is_private(self._console.transport)

    @property
    def encrypted(self) -> bool:
        """Tell whether what passes is encrypted."""
        return is_encrypted(self._console.transport)

    def write(self, data: bytes) -> None:
        """Write whole lines."""
        self._console.editor.show(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Let whoever writes know when it is too much."""
        self._producer = producer
        self._console.transport.registerProducer(self, True)

    def unregisterProducer(self) -> None:
        """Tell nobody any more."""
        self._producer = None
        self._console.transport.unregisterProducer()

    def loseConnection(self) -> None:
        """End the connection, without a prompt, when everything is written."""
        self._console.editor.hush()
        self._console.transport.loseConnection()

    def abortConnection(self) -> None:
        """End the connection now."""
        abort = getattr(self._console.transport, "abortConnection", self._console.transport.loseConnection)
        abort()

    # -- what the transport calls

    def pauseProducing(self) -> None:
        """Wait: the other end reads too slowly, so it is not read from either."""
        self._console.pause(Stop.OUTPUT)
        self._producer.pauseProducing()

    def resumeProducing(self) -> None:
        """Go on."""
        self._console.unpause(Stop.OUTPUT)
        if self._producer is not None:
            self._producer.resumeProducing()

    def stopProducing(self) -> None:
        """Do nothing: the end of the connection follows."""


class Stop(enum.Enum):
    """Be a reason not to read."""

    HOUSE = enum.auto()
    OUTPUT = enum.auto()
    ANSWER = enum.auto()


@implementer(IHalfCloseableProtocol)
class Console(Protocol, TimeoutMixin, ABC):
    """Be one console: an editor at the end of a connection, and a session in the house."""

    transport: Any
    door = "console"

    def __init__(self, house: House, dialect: LineDialect, *, idle: float = IDLE) -> None:
        self.house = house
        self.dialect = dialect
        self._slashed = not isinstance(dialect, ConsoleDialect) or dialect.slashed
        self.idle = idle
        self.reader: Reader
        self.address = "local"
        self.editor = Editor(self.line, self.left, self._too_long, self.candidates)
        self.terminal = Terminal(lambda: self.editor)
        self._stops: set[Stop] = set()
        self._pending = bytearray()
        self._ended = False
        self._warned = False
        self._later: IDelayedCall | None = None

    # -- what a door fills in

    @abstractmethod
    def line(self, text: str) -> None:
        """Do what a line asks for."""

    def left(self) -> None:
        """Leave, as Ctrl-D or the end of input says."""
        self.house.perform(self.reader, Request("quit"))

    def candidates(self, text: str) -> Sequence[str]:
        """Give what the last word of `text` may become: a verb, then a name or a room."""
        head, _, word = text.rpartition(" ")
        if not head.strip():
            return self._verbs(word)
        hub, key = self.house.hub, fold(word)
        names = hub.roster.near(word) if word else ()
        return [*names, *(room for room in sorted(hub.rooms) if room.startswith(key))]

    def _verbs(self, word: str) -> list[str]:
        slash = "/" if self._slashed or word.startswith("/") else ""
        usable = [slash + verb.name for verb in self.house.hub.usable(self.reader.session)]
        return [verb for verb in usable if verb.startswith(word.lower())]

    # -- connection

    def connectionMade(self) -> None:
        """Bring the connection into the house."""
        for prepare in ("setTcpNoDelay", "setTcpKeepAlive"):
            if hasattr(self.transport, prepare):
                getattr(self.transport, prepare)(True)
        self.terminal.makeConnection(self.transport)
        self.reader = self.meet()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Take the connection out of the house."""
        self.setTimeout(None)
        self._pending.clear()
        if self._later is not None and self._later.active():
            self._later.cancel()
        self.terminal.connectionLost(reason)
        self.part()

    def meet(self) -> Reader:
        """Be known to the house."""
        return self.house.connect(self.door, self.address, Paper(self), self.dialect, self, console=True)

    def part(self) -> None:
        """Be known to the house no longer."""
        self.house.disconnected(self.reader)

    def readConnectionLost(self) -> None:
        """Go on until everything that was sent before the end of input is done."""
        self._ended = True
        self._soon()

    def writeConnectionLost(self) -> None:
        """Do nothing: the end of the connection follows."""

    def notice(self, text: str) -> None:
        """Tell the person something."""
        self.reader.give(self.reader.dialect.reply(Notice(None, "console", text)))

    # -- time

    def callLater(self, period: float, func: Any) -> IDelayedCall:
        """Use the house's clock for time-outs."""
        return self.house.clock.callLater(period, func)

    def stir(self) -> None:
        """Note that somebody is there."""
        self._warned = False
        self.setTimeout(max(self.idle - WARNING, self.idle / 2))

    def timeoutConnection(self) -> None:
        """Tell an idle person that they will be let go, and then let them go."""
        if self._warned:
            self.house.say_goodbye(self.reader, "You typed nothing for a long time, so this console is closed.")
            return
        left = min(WARNING, self.idle / 2)
        self._warned = True
        self.notice(f"Is anybody there? This console closes in {left:g} seconds unless you type something.")
        self.setTimeout(left)

    # -- input

    def typed(self, data: bytes) -> None:
        """Take what was typed."""
        self._pending += data
        if self._later is None:
            self._work()

    def hold(self) -> None:
        """Read nothing more for now."""
        self.pause(Stop.HOUSE)

    def go_on(self) -> None:
        """Read again."""
        self.unpause(Stop.HOUSE)

    def pause(self, why: Stop) -> None:
        """Read nothing while there is this reason."""
        self._stops.add(why)
        self.transport.pauseProducing()

    def unpause(self, why: Stop) -> None:
        """Read again unless there is another reason not to."""
        if why in self._stops:
            self._stops.discard(why)
            self._soon()

    def _soon(self) -> None:
        if self._later is None:
            self._later = self.house.clock.callLater(0, self._work)

    def _work(self) -> None:
        self._later = None
        budget = SLICE
        while self._pending and not self._stops:
            if budget <= 0:
                self.transport.pauseProducing()
                self._soon()
                return
            budget -= self._feed(budget)
        if self._stops:
            return
        if self._ended:
            self._finish()
        else:
            self.transport.resumeProducing()

    def _feed(self, budget: int) -> int:
        """Give the editor the rest of a line or a part of it; tell what that cost."""
        found = _LINE.match(self._pending)
        part = bytes(found[0] if found else b"")[:budget]
        del self._pending[: len(part)]
        self.terminal.dataReceived(part)
        return len(part) + LINE_COST

    def _finish(self) -> None:
        """Act on the end of input, after the last line even if nothing ended it."""
        if self.editor.text:
            self._pending += b"\n"
            self._work()
            return
        self._stops.add(Stop.HOUSE)
        self.left()

    def _too_long(self) -> None:
        self.house.refuse(self.reader, Request("say"), LineTooLong(limit=LONGEST))
