"""The plain face: what is typed or piped in is said, what is said comes out, a line at a time, for scripts and for dumb terminals.

Decided
-------
- What people say goes to standard output; what concerns the connection and refusals go to standard error.
- The end of the input ends the program when everything posted is acknowledged. Only an input that never had anything to say (the
  null device, an empty file) leaves it listening.
- Input is read as fast as it is acknowledged, output is written as fast as it is taken: neither piles up here.
- What is not asked for is not said: where no person types, we come as a machine, and say nothing about rooms and welcomes.
- A password is given when the house asks for one, and only then. Without one, a name of ours that wants it is given up for the next.
- Our own words are not shown: they are on the screen already, or nobody's business further down the pipe.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IHalfCloseableProtocol, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom.client.secret import VARIABLE
from chatroom.client.wording import Line, Wording, plain
from chatroom.core.errors import Refused
from chatroom.core.events import INBOX
from chatroom.dialogue import FAREWELLS, NO_CHATROOM
from chatroom.happening import (
    Answered,
    ChoiceAsked,
    Denied,
    Disconnected,
    Ended,
    EntriesMissed,
    EntryShown,
    Happening,
    NameRefused,
    NewSince,
    Noticed,
    PageRead,
    PasswordAsked,
    PasswordRefused,
    RoomEntered,
    TurnedAway,
    Welcomed,
)
from chatroom.view import View, as_typed
from chatroom.wire.text import visible

MOST_WAITING = 200
"""Posts that may wait for their acknowledgement before no more input is read."""

LONGEST_LINE = 1 << 20
"""Bytes of one line of input."""

REMEDY = f"Put its password into {VARIABLE}, or into a file that only you can read: --password-file FILE."
"""What to do when a name needs a password."""

LAST_WORDS = 30.0
"""Seconds after the input's end in which what was posted may still be acknowledged."""


class Exit(enum.IntEnum):
    """Tell a script how it went."""

    OK = 0
    UNREACHABLE = 1
    USAGE = 2
    REFUSED = 3
    UNACKNOWLEDGED = 4


class Connection(Protocol):
    """Be what a face needs of the link, which is also a push producer."""

    def flush(self) -> None:
        """Send what the view has to say."""

    def stop(self) -> Any:
        """Say goodbye and be gone."""


@implementer(IHalfCloseableProtocol)
class Plain(LineReceiver):
    """Be the face between two streams of lines and a view.

    `names` are tried one after another when the house refuses one; `password` is for the one that wants one.
    `complain` takes a line for standard error; `done` is called
    once, with the exit code, when there is nothing left to do. `listens` tells whether an input that ends without a word leaves us
    listening; `chatty` that a person types, who wants to know where they are.
    """

    delimiter = b"\n"
    MAX_LENGTH = LONGEST_LINE

    def __init__(
        self,
        view: View,
        clock: IReactorTime,
        complain: Callable[[str], None],
        done: Callable[[Exit], None],
        *,
        wording: Wording,
        names: Sequence[str] = (),
        password: str | None = None,
        listens: bool = True,
        chatty: bool = False,
    ) -> None:
        self.view = view
        self.clock = clock
        self.complain = complain
        self.done = done
        self.wording = wording
        self.link: Connection | None = None
        self._names = list(names)
        self._password = password
        self._listens = listens
        self._chatty = chatty
        self._posted = 0
        self._failed = False
        self._finishing = False
        self._over = False
        self._deadline: IDelayedCall | None = None
        self._closed: Deferred[None] = Deferred()

    def connectionMade(self) -> None:
        """Take up the streams; when nobody takes our output, the house waits."""
        transport: Any = self.transport
        if self.link is not None:
            transport.registerProducer(self.link, True)

    def close(self) -> Deferred[None]:
        """Write what is left, and be done; the Deferred fires when it is written."""
        transport: Any = self.transport
        if transport is None:
            return succeed(None)
        transport.unregisterProducer()
        transport.loseConnection()
        return self._closed

    # -- what comes in --------------------------------------------------------------------------------------------------

    def lineReceived(self, line: bytes) -> None:
        """Say a line."""
        text = as_typed(line.decode("utf-8", "replace").rstrip("\r"))
        if not text.strip():
            return
        if text.split(maxsplit=1)[0].lower() in FAREWELLS:
            self._wind_up()
            return
        self._posted += 1
        try:
            self.view.typed(text, self.clock.seconds())
        except Refused as why:
            self._failed = True
            self.complain(str(why))
        self._flow()

    def lineLengthExceeded(self, line: bytes) -> None:
        """Refuse a line that no house would take, and end, as what follows it is torn."""
        self.complain(f"A line of the input is longer than {LONGEST_LINE} bytes; it was not sent.")
        self._failed = True
        self.pauseProducing()
        self._wind_up()

    def readConnectionLost(self) -> None:
        """Take the end of the input."""
        rest = self.clearLineBuffer()
        if rest:
            self.lineReceived(rest)
        self._end_of_input()

    def writeConnectionLost(self) -> None:
        """Take the end of whoever read our output: there is nobody to speak to, so leave without a word."""
        self._leave()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Take the end of both."""
        self.transport = None
        if not self._closed.called:
            self._closed.callback(None)
        self._leave()

    def _end_of_input(self) -> None:
        if self._posted or not self._listens:
            self._wind_up()

    def _wind_up(self) -> None:
        if self._finishing:
            return
        self._finishing = True
        self._deadline = self.clock.callLater(LAST_WORDS, self._leave)
        self._flow()

    # -- what happens ---------------------------------------------------------------------------------------------------

    def happened(self, happenings: Sequence[Happening]) -> None:
        """Show what happened, and go on."""
        for one in happenings:
            self._show(one)
        for room in self.view.rooms:
            self.view.saw(room)
        self.view.saw_private()
        self._flow()

    def _show(self, one: Happening) -> None:
        """Write what is said, and what it was asked for."""
        match one:
            case EntryShown(own=False):
                room = one.rooms[0] if one.rooms and len(self.view.rooms) > 1 else None
                self._write(self.wording.entry(one, you=self.view.you, room=room))
            case PageRead(room=room, entries=entries):
                for entry in entries:
                    self._write(self.wording.entry(EntryShown((), entry), you=self.view.you, numbered=room != INBOX))
            case EntriesMissed():
                self._write([self.wording.missed(one)])
            case Answered(answer=answer):
                self._write([[("text", visible(line))] for line in answer.lines])
            case Denied(why=why):
                self._failed = True
                self.complain(visible(why))
            case _:
                self._remark(one)

    def _remark(self, one: Happening) -> None:
        """Tell beside it what is no part of what is said."""
        match one:
            case NewSince() if self._chatty:
                self.complain(plain(self.wording.new_since(one)))
            case Disconnected(why=why):
                self.complain(f"The connection is lost ({visible(why.rstrip('.'))}). Trying to get it back.")
            case Welcomed(again=True):
                self.complain("The connection is back.")
            case Welcomed(welcome=welcome) if welcome and self._chatty:
                self.complain(visible(welcome))
            case RoomEntered(again=False) if self._chatty:
                seen = self.view.rooms.get(one.room)
                for line in self.wording.entered(one, seen.names() if seen else ()):
                    self.complain(plain(line))
            case Noticed(text=text):
                self.complain(visible(text))
            case _:
                self._taken(one)

    def _taken(self, one: Happening) -> None:
        """Act on whether the house takes us, and on its end."""
        match one:
            case NameRefused(why=why):
                self._name_refused(why)
            case PasswordAsked(why=why):
                self._password_asked(why)
            case PasswordRefused(why=why):
                self.complain(visible(why))
                self._finish(Exit.REFUSED)
            case ChoiceAsked(why=why):
                self.complain(f"{visible(why)} That is done at a terminal: chatroom join.")
                self._finish(Exit.REFUSED)
            case TurnedAway(code=code, why=why):
                self.complain(visible(why))
                self._finish(Exit.UNREACHABLE if code == NO_CHATROOM else Exit.REFUSED)
            case Ended():
                self._leave()

    def _name_refused(self, why: str) -> None:
        if self._names:
            self.view.call_me(self._names.pop(0))
            self._flush()
        else:
            self.complain(visible(why))
            self._finish(Exit.REFUSED)

    def _password_asked(self, why: str) -> None:
        if self._password is None:
            self._name_refused(f"{why} {REMEDY}")
        else:
            self.view.use_password(self._password)
            self._flush()

    def _write(self, found: Sequence[Line]) -> None:
        transport: Any = self.transport
        if transport is not None:
            # The replacement is for half characters, which standard output cannot take.
            transport.write(b"".join(plain(line).encode("utf-8", "replace") + b"\n" for line in found))

    # -- how it goes on -------------------------------------------------------------------------------------------------

    def _flow(self) -> None:
        """Read on or not, and leave when all is said."""
        self._flush()
        if self.transport is not None and not self._finishing:
            full = self.view.waiting >= MOST_WAITING
            if full and not self.paused:
                self.pauseProducing()
            elif self.paused and not full:
                self.resumeProducing()
        if self._finishing and not self.view.waiting:
            self._leave()

    def _flush(self) -> None:
        if self.link is not None:
            self.link.flush()

    def _leave(self) -> None:
        failed = self._failed or self.view.waiting > 0
        if self.view.waiting and not self._over:
            self.complain(f"Not acknowledged: {self.view.waiting} of what was sent.")
        self._finish(Exit.UNACKNOWLEDGED if failed else Exit.OK)

    def _finish(self, code: Exit) -> None:
        if self._over:
            return
        self._over = True
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        self.done(code)

    def give_up(self) -> None:
        """Leave, as there is no house."""
        self._finish(Exit.UNREACHABLE)

    def interrupted(self) -> None:
        """Leave, as somebody pressed Ctrl-C."""
        self._leave()
