"""The line door: for people with netcat or telnet and nothing else.

It greets who says nothing, asks for a name, and then every line is said to the room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.protocol import Factory

from chatroom.core.errors import LineTooLong, PasswordInClear, Refused
from chatroom.core.replies import Denied, Done, Notice, Reply, Welcome
from chatroom.core.request import Request
from chatroom.doors._login import Login, Question
from chatroom.doors._when import local_time
from chatroom.receiver import RowReceiver
from chatroom.threshold import STRANGER
from chatroom.wire.line import InRow, LineDialect
from chatroom.wire.proxy import BINARY_BEGINS
from chatroom.wire.telnet import Telnet
from chatroom.wire.typed import parse, read_row, tidy

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from chatroom.house import House

HTTP = re.compile(rb"[A-Z]{3,10} \S+ HTTP/[0-9.]+\r?$")
NOT_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    b"This is a chat room. Join it with: nc HOST PORT\r\n"
)
BLANKS = re.compile(rb"\n[\r\n]+\n")
"""Lines with nothing in them, more than one."""
UNNAMED_BLANKS = 16
"""How many of them are left before there is a name, where each is an answer, and too many end the connection."""
GIVE_UP = b"\x03"
"""What telnet's interrupt comes in as."""
ERASE_LINE = b"\x15"
"""What takes back a line that was begun, as an interrupted one is not to be said."""
INTERRUPTED = ERASE_LINE + b"/quit"
"""The line an interrupt makes of what was begun."""


def _some(blanks: re.Match[bytes]) -> bytes:
    return b"\n" * min(UNNAMED_BLANKS, blanks[0].count(b"\n"))


class LineProtocol(RowReceiver):
    """Be one person's connection at the line door."""

    door = "line"

    def __init__(self, house: House, when: Callable[[float], str]) -> None:
        super().__init__(house)
        self._when = when
        self.telnet = Telnet()
        self._first = b""
        """What came first, as much as a PROXY header would begin with."""
        self._spoken = False
        self._bare = False
        """The client ends lines with LF alone."""
        self._login = Login()
        self._learned: list[Reply] = []
        """What the house said about who this is and was not acted on yet: at most a reply for each of our requests."""
        self._greeting: IDelayedCall | None = None
        self._asking: IDelayedCall | None = None

    def dialect(self) -> LineDialect:
        """Speak with CRLF until the client has shown that it uses LF alone."""
        return LineDialect(self._when, "\r\n", self.house.hub.rules.lobby)

    def connectionMade(self) -> None:
        """Greet, unless the client has already spoken to the front door."""
        super().connectionMade()
        self.reader.listener = self._heard
        self._greeting = self.house.clock.callLater(0, self.greet)

    def connectionLost(self, reason: object = None) -> None:
        """Forget what was to be said."""
        self._hush()
        if self._asking is not None and self._asking.active():
            self._asking.cancel()
        super().connectionLost()

    def greet(self) -> None:
        """Ask for a name."""
        self._greeting = None
        self._notice(f"This is {self.house.hub.rules.name}. What is your name?")

    def dataReceived(self, data: bytes) -> None:
        """Take telnet's own bytes out, then split lines."""
        self._hush()
        if len(self._first) < len(BINARY_BEGINS) and self._brought_by_a_stranger(data):
            return
        clean, answer = self.telnet.feed(data)
        if answer:
            self.reader.give(answer)
        if self.telnet.overrun:
            self.house.say_goodbye(self.reader, "Too many telnet commands.")
            return
        # Nobody hears them, and each would be looked at by itself.
        clean = BLANKS.sub(b"\n\n" if self.named() else _some, clean)
        if self.telnet.seen and GIVE_UP in clean:
            clean = clean[: clean.index(GIVE_UP)] + INTERRUPTED + b"\n"
        super().dataReceived(clean)

    def lineReceived(self, line: bytes) -> None:
        """Do what one line asks for."""
        if not self._spoken:
            self._listen(line)
        if not self.named():
            self._introduced(line)
            return
        text = self._text(line)
        if text is not None and text.strip():
            self.house.perform(self.reader, parse(text))

    def say_row(self, lines: Sequence[bytes]) -> tuple[int, bool]:
        """Say plain words to the room they are looking at."""
        count, texts = read_row(lines)
        return count, bool(texts) and self.house.say_row(self.reader, None, texts, InRow(count), quiet=True)

    def lineLengthExceeded(self, line: bytes) -> None:
        """Refuse the line, and keep the connection."""
        self.house.refuse(self.reader, Request("say"), LineTooLong(limit=self.longest))
        self.tried()

    def _brought_by_a_stranger(self, data: bytes) -> bool:
        """Turn away who begins with a PROXY header here, whom nobody believes; its bytes, taken for lines, would hold a name."""
        self._first += data[: len(BINARY_BEGINS) - len(self._first)]
        if self._first != BINARY_BEGINS or self._holding:
            return False
        self.house.doubt(self.reader.session.address)
        self.house.say_goodbye(self.reader, "", STRANGER)
        return True

    def _text(self, line: bytes) -> str | None:
        try:
            return tidy(line)
        except Refused as why:
            self.house.refuse(self.reader, Request("say"), why)
            return None

    # -- who this is

    def _introduced(self, line: bytes) -> None:
        """Take a line of somebody who has no name yet."""
        self._go_on_asking()
        if self._holding:
            self._waiting.appendleft(line)
            return
        secret = self._login.question.secret
        if not secret and HTTP.match(line):
            self.house.say_goodbye(self.reader, "", NOT_HTTP)
            return
        if secret and line.rstrip(b"\r").endswith(INTERRUPTED):
            self.house.perform(self.reader, Request("quit"))
            return
        text = self._text(line)
        if text is None:
            self.tried()
        elif secret or not text.startswith("/"):
            self._answered(text)
        elif text.strip():
            self.house.perform(self.reader, parse(text))
            self._go_on_asking()

    def _answered(self, text: str) -> None:
        before = self._login.question
        request = self._login.answer(text)
        if request is not None:
            self.house.perform(self.reader, request)
            self._go_on_asking()
            return
        if self._login.failed:
            self.tried()
        self._ask(before)

    def _heard(self, reply: Reply) -> None:
        """Note what is said about who this is; act on it when the person has been told."""
        if isinstance(reply, Welcome):
            self.reader.listener = None
            self.reader.give(self.telnet.reveal())
        elif not (isinstance(reply, Denied | Done) and reply.verb in {"hello", "choose"}):
            return
        self._learned.append(reply)
        if self._asking is None:
            self._asking = self.house.clock.callLater(0, self._go_on_asking)

    def _go_on_asking(self) -> None:
        if self._asking is not None and self._asking.active():
            self._asking.cancel()
        self._asking = None
        learned, self._learned = self._learned, []
        for reply in learned:
            before = self._login.question
            request = self._login.heard(reply)
            if self._login.failed:
                self.tried()
            if isinstance(reply, Denied) and isinstance(reply.why, PasswordInClear):
                # A password that follows unasked must not become a name that everybody sees.
                self.house.say_goodbye(self.reader, "This connection ends here, so that a password typed next is not taken for a name.")
            elif request is not None:
                self.house.perform(self.reader, request)
            elif not self.named() and not self.reader.intake.ending:
                self._ask(before)

    def _ask(self, before: Question) -> None:
        """Put the question, unless it is the one for a name that a refusal has just put."""
        login = self._login
        if login.problem:
            self._notice(login.problem)
        secret = login.question.secret
        if secret and self._conceals():
            self.reader.give(self.telnet.conceal())
        elif not secret:
            self.reader.give(self.telnet.reveal())
        if secret or before is not Question.NAME:
            shown = " (your own terminal may show it)" if secret and not self._conceals() else ""
            self._notice(login.words + shown)

    def _conceals(self) -> bool:
        """Tell whether this may be telnet; netcat would show the offer, and the password all the same."""
        return not self._bare

    def inputEnded(self) -> None:
        """Leave, after everything that was said before has been answered."""
        self.house.perform(self.reader, Request("quit"))

    def _listen(self, line: bytes) -> None:
        self._spoken = True
        if not line.endswith(b"\r") and not self.telnet.seen:
            self._bare = True
            self.reader.dialect = LineDialect(self._when, "\n", self.house.hub.rules.lobby)

    def _hush(self) -> None:
        if self._greeting is not None:
            self._greeting.cancel()
            self._greeting = None

    def _notice(self, text: str) -> None:
        self.reader.give(self.reader.dialect.reply(Notice(None, "greeting", text)))


class LineFactory(Factory):
    """Hold the line door's connections; the hub holds the people."""

    noisy = False

    def __init__(self, house: House) -> None:
        self.house = house
        self.when = local_time(house.wall)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection."""
        return LineProtocol(self.house, self.when)


class LineDoor:
    """Let people in who type lines."""

    name = "line"

    def __init__(self, house: House) -> None:
        self.factory: IProtocolFactory = LineFactory(house)

    def recognises(self, first: bytes) -> bool | None:
        """Take everybody who begins with something a person or a telnet client could send."""
        if not first:
            return None
        return first[0] >= 0x20 or first[0] in b"\x00\x03\x08\t\n\r\x1b"


def open_door(house: House) -> LineDoor:
    """Make the line door of a house."""
    return LineDoor(house)
