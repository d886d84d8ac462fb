"""What every way of IRC into the house shares, be it lines or messages of a WebSocket: a line comes in, and does what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from twisted.internet.protocol import connectionDone

from chatroom.core.errors import BadText
from chatroom.core.request import Request
from chatroom.receiver import RowReceiver
from chatroom.wire.irc import multiline
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.caps import wants
from chatroom.wire.irc.commands import COMMANDS, take
from chatroom.wire.irc.dialect import IrcDialect
from chatroom.wire.irc.happened import Caps
from chatroom.wire.irc.message import CLIENT_TAGS, LINE, Message, NoMessage, Tags, parse, read_tags
from chatroom.wire.irc.messages import asked_in_row
from chatroom.wire.irc.negotiation import offered_anew
from chatroom.wire.irc.rows import read_row
from chatroom.wire.irc.scene import Scene
from chatroom.wire.irc.talk import Talk
from chatroom.wire.text import decode

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.house import House
    from chatroom.reader import Reader

IDLE = 90.0
"""Seconds of silence after which a client is asked whether it is still there."""
PATIENCE = 60.0
"""Seconds it has to answer."""
MOST_BEFORE = 200
"""Lines a client may take to say who it is."""


class Scenes:
    """Make the one scene that all of a door's connections share, when the first comes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._scene: Scene | None = None

    def scene(self) -> Scene:
        """Give it."""
        if self._scene is None:
            self._scene = Scene(self._house.hub, version("chatroom"), self._house.wall(), self._house.vouched_port)
        return self._scene


class IrcProtocol(RowReceiver):
    """Be one client's connection."""

    door = "irc"
    talk: Talk

    def __init__(self, house: House, scene: Scene) -> None:
        super().__init__(house)
        self._scene = scene
        self._before = 0
        self._failures = 0
        self._pinging: IDelayedCall | None = None
        self._gathering: object = None
        self._expiry: IDelayedCall | None = None
        self._asked_at = 0.0
        self._heard_at = 0.0

    def dialect(self) -> IrcDialect:
        """Begin without any capability."""
        return self.spoken(frozenset())

    def spoken(self, caps: Caps) -> IrcDialect:
        """Give the dialect of a client that has some capabilities."""
        return IrcDialect(self._scene, caps, lambda reply: self.talk.answer(reply), lambda: self.talk.nick)

    def say(self, line: bytes) -> None:
        """Send a line of the door's own."""
        self.reader.give(line + b"\r\n")

    def meet(self) -> Reader:
        """Bring the connection in, and be ready to answer it, be it that it is turned away."""
        reader = super().meet()
        self.talk = Talk(self._scene, reader.session, self.house.wall)
        self.talk.reads = reader.seats.__contains__
        return reader

    def connectionMade(self) -> None:
        """Bring the connection into the house."""
        super().connectionMade()
        self.reader.session.wants = wants(frozenset(), frozenset())
        self.talk.changed = self._regroup
        self.reader.revised = self._offer_anew
        self._heard_at = self.house.clock.seconds()
        self._pinging = self.house.clock.callLater(IDLE, self._look)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Ask no more whether it is there."""
        for call in (self._pinging, self._expiry):
            if call is not None and call.active():
                call.cancel()
        super().connectionLost(reason)

    def lineReceived(self, line: bytes) -> None:
        """Do what one message asks for."""
        self._heard_at = self.house.clock.seconds()
        line = line.rstrip(b"\r")
        if not line.strip(b" "):
            return
        if not self.named():
            self._before += 1
        message = self._read(line)
        if message is not None:
            self._perform(take(self.talk, message))
        if self.talk.gathering is not self._gathering:
            self._watch_gathering()
        self._look_at_failures()

    def say_row(self, lines: Sequence[bytes]) -> tuple[int, bool]:
        """Say plain words to one room."""
        row = read_row(lines)
        if row is None:
            return 0, False
        self._heard_at = self.house.clock.seconds()
        count = len(row.texts)
        ref = asked_in_row(self.talk, row.target, count)
        return count, self.house.say_row(self.reader, row.target[1:], row.texts, ref, quiet="echo-message" not in self.talk.caps)

    def lineLengthExceeded(self, line: bytes) -> None:
        """Refuse the line, and keep the connection."""
        self._too_long({})

    def inputEnded(self) -> None:
        """End the connection when all is said; who has not said QUIT has not left by their own word."""
        self.house.finish(self.reader)

    def _perform(self, asked: Asked) -> None:
        for step in asked.steps:
            if isinstance(step, Request):
                self.house.perform(self.reader, step)
            else:
                self.house.tell(self.reader, *step)

    def _read(self, line: bytes) -> Message | None:
        """Read a line, or say what is wrong with it; nothing is cut, and nothing that is wrong is done."""
        tags, rest = b"", line
        if line.startswith(b"@"):
            tags, _, rest = line.partition(b" ")
        if len(rest) > LINE - 2 or len(tags) > CLIENT_TAGS + 1:
            self._too_long(_tags(tags), rest=len(rest))
            return None
        try:
            return parse(decode(line))
        except BadText as why:
            command = rest.lstrip(b" ").partition(b" ")[0].upper().decode("ascii", "replace")
            asked = Asked(self.talk, Message(command if command in COMMANDS else "*", tags=_tags(tags)))
            sentence = str(why)
            asked.turn(lambda: asked.fail("INVALID_UTF8", sentence))
            self._perform(asked)
        except NoMessage:
            pass  # no command, nothing to answer
        return None

    def _too_long(self, tags: Tags, rest: int = LINE) -> None:
        asked = Asked(self.talk, Message("*", tags=tags))
        what = f"That line is longer than {LINE}" if rest > LINE - 2 else f"Those tags are longer than {CLIENT_TAGS}"
        asked.later(n.ERR_INPUTTOOLONG, f"{what} bytes. Nothing of it was done: send it in parts.")
        self._perform(asked)
        self.talk.failures += 1

    def _look_at_failures(self) -> None:
        """Count what failed before there is a name; after too many logins, or too much of anything, the connection ends."""
        while self._failures < self.talk.failures and not self.reader.intake.ending:
            self._failures += 1
            self.tried()
        if self._before > MOST_BEFORE and not self.named() and not self.reader.intake.ending:
            self.house.say_goodbye(self.reader, "Too many tries without a name. Connect again when you have one.")

    def _watch_gathering(self) -> None:
        """Wait for a message of several lines to be whole, but not for ever."""
        self._gathering = self.talk.gathering
        if self._expiry is not None and self._expiry.active():
            self._expiry.cancel()
        if self._gathering is not None:
            self._expiry = self.house.clock.callLater(multiline.PATIENCE, self._expire)

    def _expire(self) -> None:
        asked = Asked(self.talk, Message("BATCH"))
        multiline.expire(self.talk, asked)
        self._perform(asked)

    def _regroup(self) -> None:
        self.reader.session.wants = wants(self.talk.caps, self.reader.session.wants)
        self.reader.session.marks |= "draft/read-marker" in self.talk.caps
        self.reader.dialect = self.spoken(self.talk.caps | self.talk.heard)
        self.reader.regroup()

    def _offer_anew(self) -> None:
        for line in offered_anew(self.talk):
            self.say(str(line).encode())

    def _look(self) -> None:
        """Ask a client that says nothing whether it is there, and let go of one that does not answer."""
        now = self.house.clock.seconds()
        silent = now - self._heard_at
        wait = IDLE - silent
        if silent >= IDLE + PATIENCE:
            self.house.say_goodbye(self.reader, f"Ping timeout: {int(silent)} seconds")
            return
        if silent >= IDLE:
            wait = IDLE + PATIENCE - silent
            self.say(f"PING :{self._scene.server}".encode())
        self._pinging = self.house.clock.callLater(max(wait, 1.0), self._look)


def _tags(raw: bytes) -> Tags:
    """Read the tags of a line that is refused, which may bear a label; none if they cannot be read either."""
    try:
        return read_tags(decode(raw[1:]))
    except BadText:
        return {}
