"""Who comes by SSH: asked in SSH's own ways, answered by the house.

Rules
-----
- Every way ends in `hello`, as at every door; only that somebody holds a member's key is found out here.
- A name that is free comes in without anything (SSH's `none`); one that needs a password is told so, and the client asks for it.
  keyboard-interactive asks what the other ways cannot: for another name, and for a new password after an invitation.
- What the house says meanwhile is shown as SSH's banners, and its last line as the reason of the disconnection.
- While an answer is awaited nothing more is read. Tries and requests are bounded.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from twisted.conch.ssh.common import NS, getNS
from twisted.conch.ssh.keys import Key
from twisted.conch.ssh.service import SSHService
from twisted.conch.ssh.userauth import (
    MSG_USERAUTH_BANNER,
    MSG_USERAUTH_FAILURE,
    MSG_USERAUTH_INFO_REQUEST,
    MSG_USERAUTH_INFO_RESPONSE,
    MSG_USERAUTH_PK_OK,
    MSG_USERAUTH_REQUEST,
    MSG_USERAUTH_SUCCESS,
)

from chatroom.core.errors import PasswordNeeded, Refused
from chatroom.core.keys import PublicKey, read_blob
from chatroom.core.members import Member
from chatroom.core.replies import Denied, Done, Reply, Welcome
from chatroom.core.request import Request
from chatroom.doors._login import Login, Question
from chatroom.doors._ssh_visit import Visit
from chatroom.wire.line import LineDialect
from chatroom.wire.text import visible

if TYPE_CHECKING:
    from chatroom.doors._ssh_transport import SshTransport

TRIES = 6
"""Answers that led nowhere on one connection, before it is ended."""
REQUESTS = 60
"""Requests of any kind, as a client may hold many keys."""
LONGEST_NAME = 320
"""Characters of a name that are looked at: of a mail."""
NEXT = b"ssh-connection"
ANY = b"publickey,keyboard-interactive,password"
DIALOGUE = b"keyboard-interactive"
SIGNED_BY = {
    b"ssh-ed25519": {b"ssh-ed25519"},
    b"ecdsa-sha2-nistp256": {b"ecdsa-sha2-nistp256"},
    b"ecdsa-sha2-nistp384": {b"ecdsa-sha2-nistp384"},
    b"ecdsa-sha2-nistp521": {b"ecdsa-sha2-nistp521"},
    b"ssh-rsa": {b"rsa-sha2-256", b"rsa-sha2-512"},
}
"""By which algorithms a key of each kind may sign; not by SHA-1."""


class Threshold(LineDialect):
    """Render what a login is told; the welcome is said where there is somebody to say it to."""

    def reply(self, reply: Reply) -> bytes:
        """Render a reply."""
        return b"" if isinstance(reply, Welcome) else LineDialect.reply(self, reply)


class SshLogin(SSHService):
    """Be the login of one connection, and its face until it has come in."""

    name = b"ssh-userauth"
    protocolMessages = {
        MSG_USERAUTH_REQUEST: "MSG_USERAUTH_REQUEST",
        MSG_USERAUTH_INFO_RESPONSE: "MSG_USERAUTH_INFO_RESPONSE",
    }
    transport: Any

    def __init__(self, connection: SshTransport) -> None:
        self._connection = connection
        self._house = connection.house
        self._dialogue = Login()
        self._method = b""
        self._user = ""
        self._proving = ""
        """The name that the last password was for."""
        self._tries = 0
        self._requests = 0
        self._last_words = ""
        self._offered: PublicKey | None = None
        """The first key that was shown and is nobody's."""
        dialect = Threshold(connection.when, "\n", self._house.hub.rules.lobby)
        self.visit = Visit(self._house, connection.address, connection, dialect, self)
        self.visit.reader.listener = self._heard

    @property
    def _reader(self) -> Any:
        return self.visit.reader

    # -- what the client asks

    def ssh_USERAUTH_REQUEST(self, packet: bytes) -> None:
        """Take one way of saying who one is."""
        user, wanted, self._method, rest = getNS(packet, 3)
        self._requests += 1
        if self._requests > REQUESTS:
            self._house.say_goodbye(self._reader, "Too many tries. Connect again when you have your name and password.")
            return
        self._user = user.decode("utf-8", "replace")[:LONGEST_NAME]
        way = {b"none": self._none, b"password": self._password, b"publickey": self._publickey, DIALOGUE: self._ask}.get(self._method)
        if wanted != NEXT or way is None:
            self._fail()
        else:
            way(rest)

    def ssh_USERAUTH_INFO_RESPONSE(self, packet: bytes) -> None:
        """Take the answer to what was asked."""
        if self._method != DIALOGUE or struct.unpack(">L", packet[:4])[0] != 1:
            self._fail()
            return
        answer, _ = getNS(packet[4:])
        request = self._dialogue.answer(answer.decode("utf-8", "replace"))
        if request is not None:
            self._perform(request)
        else:
            self._go_on()

    def _none(self, rest: bytes) -> None:
        self._dialogue.question = Question.NAME
        self._perform(Request("hello", fields={"name": self._user}))

    def _password(self, rest: bytes) -> None:
        if rest[:1] != b"\0":  # a change of password is asked for: /passwd does that
            self._fail()
            return
        password, _ = getNS(rest[1:])
        fields = {"name": self._user, "password": password.decode("utf-8", "replace")}
        self._perform(Request("hello", fields=fields))

    def _ask(self, rest: bytes) -> None:
        """Put the question that is open; find out first which one that is."""
        if self._requests == 1:
            self._none(rest)
        else:
            self._put()

    def _publickey(self, rest: bytes) -> None:
        signed = rest[:1] == b"\1"
        algorithm, blob, rest = getNS(rest[1:], 2)
        member = self._owner(algorithm, blob)
        if member is None:
            self._note(blob)
            self._fail()
        elif not signed:
            self.transport.sendPacket(MSG_USERAUTH_PK_OK, NS(algorithm) + NS(blob))
        elif self._is_signed(algorithm, blob, getNS(rest)[0]):
            self._reader.session.credentials.identified = member
            self._perform(Request("hello", fields={"name": member.name}))
        else:
            self._count()
            self._fail()

    def _owner(self, algorithm: bytes, blob: bytes) -> Member | None:
        """Give the member who is called so and has that key."""
        keeper = self._house.hub.keeper
        member = keeper.members.find(self._user)
        key = next((key for key in keeper.keys.of(member.id) if key.blob == blob), None) if member is not None else None
        return member if key is not None and algorithm in SIGNED_BY.get(key.kind.encode(), ()) else None

    def _note(self, blob: bytes) -> None:
        if self._offered is None:
            try:
                self._offered = read_blob(blob)
            except Refused:
                return

    def _is_signed(self, algorithm: bytes, blob: bytes, signature: bytes) -> bool:
        """Tell whether a signature is good, and made the way it says: a key that may sign by SHA-2 may not by SHA-1."""
        made_by, _ = getNS(signature)
        good: bool = made_by == algorithm and Key.fromString(blob).verify(signature, self._signed(algorithm, blob))
        return good

    def _signed(self, algorithm: bytes, blob: bytes) -> bytes:
        """Give what a signature is of (RFC 4252, section 7)."""
        who = NS(self._user.encode()) + NS(NEXT) + NS(b"publickey")
        return b"".join((NS(self.transport.sessionID), bytes((MSG_USERAUTH_REQUEST,)), who, b"\1", NS(algorithm), NS(blob)))

    # -- what the house says

    def _perform(self, request: Request) -> None:
        """Ask the house; without a room, as it is not known yet what the connection is for."""
        fields = dict(request.fields or {})
        if request.verb == "hello":
            fields["rooms"] = []
            self._proving = str(fields["name"]) if "password" in fields else ""
        self._connection.stop(self)
        self._house.perform(self._reader, Request(request.verb, fields=fields))

    def _heard(self, reply: Reply) -> None:
        """Note what the house says about who this is; act on it when it is told."""
        if isinstance(reply, Welcome):
            self.visit.wait()
        elif not (isinstance(reply, Denied | Done) and reply.verb in {"hello", "choose"}):
            return
        self._house.clock.callLater(0, self._answered, reply)

    def _answered(self, reply: Reply) -> None:
        if self._reader.intake.ending:
            return
        request = self._dialogue.heard(reply)
        if isinstance(reply, Welcome):
            self._come_in(reply)
        elif request is not None:
            self._perform(request)
        else:
            self._reader.session.credentials.identified = None
            if self._dialogue.failed:
                self._count()
                self._stay_with_the_name()
            self._go_on()
        self._connection.start(self)

    def _stay_with_the_name(self) -> None:
        """Ask for the password of the same name again, not for another name: SSH's clients have one."""
        if self._proving and self._dialogue.question is Question.NAME:
            self._dialogue.heard(Denied(None, "hello", PasswordNeeded(name=self._proving)))

    def _come_in(self, welcome: Welcome) -> None:
        self._reader.listener = None
        self._connection.start(self._reader)
        self._reader.session.credentials.offered = self._offered
        self.transport.sendPacket(MSG_USERAUTH_SUCCESS, b"")
        self._connection.welcomed(welcome)

    def _go_on(self) -> None:
        """Ask further where one answer led to the next question, else let the client choose how to go on."""
        if self._method == DIALOGUE and not self._dialogue.failed:
            self._put()
        else:
            self._fail()

    def _put(self) -> None:
        """Ask what is to be known."""
        problem = f"{self._dialogue.problem}\r\n".encode() if self._dialogue.problem else b""
        echo = b"\0" if self._dialogue.question.secret else b"\1"
        words = visible(self._dialogue.words) + " "
        asked = NS(b"") + NS(problem) + NS(b"") + struct.pack(">L", 1) + NS(words.encode("utf-8", "replace")) + echo
        self.transport.sendPacket(MSG_USERAUTH_INFO_REQUEST, asked)

    def _fail(self) -> None:
        if not self._reader.intake.ending:
            ways = ANY if self._dialogue.question is Question.PASSWORD else DIALOGUE
            self.transport.sendPacket(MSG_USERAUTH_FAILURE, NS(ways) + b"\0")

    def _count(self) -> None:
        self._tries += 1
        if self._tries >= TRIES:
            self._house.say_goodbye(self._reader, "Too many tries. Connect again when you have your name and password.")

    # -- what the house sees of it

    def write(self, data: bytes) -> None:
        """Show it as a banner; the last words go with the disconnection."""
        if self._reader.intake.ending or self.transport is None:
            self._last_words += data.decode().removeprefix("-- ")
        else:
            self.transport.sendPacket(MSG_USERAUTH_BANNER, NS(data.replace(b"\n", b"\r\n")) + NS(b""))

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Tell nobody: what is written here is bounded by what is asked."""

    def unregisterProducer(self) -> None:
        """Tell nobody any more."""

    def loseConnection(self) -> None:
        """End the connection with the last words."""
        self._connection.end(self._last_words.strip())

    def hold(self) -> None:
        """Read nothing more for now."""
        self._connection.stop(self._reader)

    def go_on(self) -> None:
        """Read again."""
        self._connection.start(self._reader)
