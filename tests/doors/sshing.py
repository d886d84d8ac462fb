"""An SSH client in memory, for the tests of the SSH door: conch's own, with a login that does what the test says."""

from __future__ import annotations

import struct
from typing import Any

import pyte
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from twisted.conch.ssh.channel import SSHChannel
from twisted.conch.ssh.common import NS, getNS
from twisted.conch.ssh.connection import SSHConnection
from twisted.conch.ssh.keys import Key
from twisted.conch.ssh.service import SSHService
from twisted.conch.ssh.session import packRequest_pty_req, packRequest_window_change
from twisted.conch.ssh.transport import SSHClientTransport
from twisted.conch.ssh.userauth import (
    MSG_USERAUTH_BANNER,
    MSG_USERAUTH_FAILURE,
    MSG_USERAUTH_INFO_REQUEST,
    MSG_USERAUTH_INFO_RESPONSE,
    MSG_USERAUTH_REQUEST,
    MSG_USERAUTH_SUCCESS,
)
from twisted.internet.defer import Deferred, succeed

from chatroom.core.keys import PublicKey, read_blob
from chatroom.testing import World
from chatroom.wires import Wire

WINDOW = 1 << 20
PTY = packRequest_pty_req(b"xterm", (24, 80, 0, 0), b"")


def new_key() -> Key:
    """Make a key pair."""
    return Key(Ed25519PrivateKey.generate())


def public(key: Key) -> PublicKey:
    """Give the public part as the house keeps it."""
    return read_blob(key.public().blob())


class Login(SSHService):
    """Say who one is, as the test says."""

    name = b"ssh-userauth"
    transport: Any

    def __init__(self) -> None:
        self.banners = ""
        self.ways = ""
        """The last ways that were offered instead."""
        self.asked: list[tuple[str, bool]] = []
        """What was asked, and whether the answer may be seen."""
        self.key_known = False
        self.inside = False

    def serviceStarted(self) -> None:
        """Be ready."""
        self.transport.ready = True

    def packetReceived(self, messageNum: int, packet: bytes) -> None:
        """Note what the house says."""
        if messageNum == MSG_USERAUTH_BANNER:
            self.banners += getNS(packet)[0].decode()
        elif messageNum == MSG_USERAUTH_FAILURE:
            self.ways = getNS(packet)[0].decode()
        elif messageNum == MSG_USERAUTH_SUCCESS:
            self.inside = True
            self.transport.setService(Connection())
        elif messageNum == MSG_USERAUTH_INFO_REQUEST and self.transport.dialogue:
            _, _, _, rest = getNS(packet, 3)
            prompt, rest = getNS(rest[4:])
            self.asked.append((prompt.decode(), rest != b"\0"))
        else:
            self.key_known = True


class Connection(SSHConnection):
    """Hold the client's channel."""


class Channel(SSHChannel):
    """Be the client's end of a session."""

    name = b"session"
    conn: Any

    def __init__(self, window: int = WINDOW) -> None:
        super().__init__(localWindow=window, localMaxPacket=32768)
        self.out = b""
        self.apart = b""
        self.code: int | None = None
        self.open = False
        self.refused = ""
        self.over = False

    def channelOpen(self, specificData: bytes) -> None:
        """Be open."""
        self.open = True

    def openFailed(self, reason: Any) -> None:
        """Note why not."""
        self.refused = str(reason)

    def dataReceived(self, data: bytes) -> None:
        """Note what is shown."""
        self.out += data

    def extReceived(self, dataType: int, data: bytes) -> None:
        """Note what is shown apart."""
        self.apart += data

    def request_exit_status(self, data: bytes) -> int:
        """Note how it went."""
        (self.code,) = struct.unpack(">L", data)
        return 1

    def closed(self) -> None:
        """Note the end."""
        self.over = True


class ClientTransport(SSHClientTransport):
    """Be the client's end of the transport."""

    ready = False
    dialogue = False
    last_words = ""
    fingerprint = b""

    def __init__(self) -> None:
        self.login = Login()

    def verifyHostKey(self, hostKey: bytes, fingerprint: bytes) -> Deferred[Any]:
        """Believe it."""
        self.fingerprint = fingerprint
        return succeed(True)

    def connectionSecure(self) -> None:
        """Go on to the login."""
        if not self.ready:
            self.requestService(self.login)

    def receiveError(self, reasonCode: int, description: bytes) -> None:
        """Note the reason of a disconnection."""
        self.last_words = description.decode()


class Pipe:
    """Be the client's TCP: what is written waits to be carried over."""

    def __init__(self) -> None:
        self.written = b""
        self.lost = False

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.written += data

    def loseConnection(self) -> None:
        """Be gone."""
        self.lost = True

    def getPeer(self) -> None:
        """Be nobody."""

    def logPrefix(self) -> str:
        """Be called something."""
        return "client"


class Caller:
    """Be somebody with an SSH client."""

    def __init__(self, world: World, name: str = "ann", *, address: str = "192.0.2.1", door: Any = None) -> None:
        self.world = world
        self.name = name.encode()
        self.wire = Wire(world.clock, address)
        self.person = world.connect(door or world.ssh, self.wire)
        self.pipe = Pipe()
        self.client = ClientTransport()
        self.client.makeConnection(self.pipe)
        self.channel = Channel()
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.read = 0
        self.rest()

    @property
    def login(self) -> Login:
        """Give the login."""
        return self.client.login

    @property
    def server(self) -> Any:
        """Give the other end's protocol."""
        return self.wire.protocol

    def rest(self, seconds: float = 0.0) -> None:
        """Carry everything over until nothing is left."""
        self.world.rest(seconds)
        while True:
            came, (sent, self.pipe.written) = self.wire.taken(), (self.pipe.written, b"")
            if not came and not sent:
                return
            if came:
                self.client.dataReceived(came)
            if sent:
                self.wire.feed(sent)
            self.world.rest()

    # -- who it is

    def request(self, method: bytes, rest: bytes = b"", name: bytes | None = None) -> None:
        """Ask to be let in one way."""
        self.client.dialogue = method == b"keyboard-interactive"
        service = NS(name if name is not None else self.name) + NS(b"ssh-connection") + NS(method)
        self.client.sendPacket(MSG_USERAUTH_REQUEST, service + rest)
        self.rest()

    def knocks(self) -> Caller:
        """Come in without anything."""
        self.request(b"none")
        return self

    def shows_password(self, password: str) -> Caller:
        """Come in by a password."""
        self.request(b"password", b"\0" + NS(password.encode()))
        return self

    def asks_for_dialogue(self) -> Caller:
        """Be asked."""
        self.request(b"keyboard-interactive", NS(b"") + NS(b""))
        return self

    def answers(self, text: str) -> Caller:
        """Answer what was asked."""
        self.client.sendPacket(MSG_USERAUTH_INFO_RESPONSE, struct.pack(">L", 1) + NS(text.encode()))
        self.rest()
        return self

    def offers_key(self, key: Key, kind: bytes = b"ssh-ed25519") -> Caller:
        """Ask whether a key would do."""
        self.login.key_known = False
        self.request(b"publickey", b"\0" + NS(kind) + NS(key.public().blob()))
        return self

    def signs_with(self, key: Key, *, kind: bytes = b"ssh-ed25519", made_by: bytes = b"", other: bytes = b"") -> Caller:
        """Prove that a key is one's own, or fail to."""
        blob = key.public().blob()
        begin = NS(self.name) + NS(b"ssh-connection") + NS(b"publickey") + b"\1" + NS(kind) + NS(blob)
        signature = key.sign(NS(self.client.sessionID or b"") + bytes((MSG_USERAUTH_REQUEST,)) + begin + other, made_by or kind)
        self.request(b"publickey", b"\1" + NS(kind) + NS(blob) + NS(signature))
        return self

    # -- what for

    def opens(self, window: int = WINDOW) -> Caller:
        """Open a session."""
        self.channel = Channel(window)
        service: Any = self.client.service
        service.openChannel(self.channel)
        self.rest()
        return self

    def wants(self, kind: bytes, data: bytes = b"") -> Caller:
        """Ask something of the channel."""
        self.channel.conn.sendRequest(self.channel, kind, data)
        self.rest()
        return self

    def terminal(self, width: int = 80, height: int = 24, term: bytes = b"xterm") -> Caller:
        """Be at a terminal, in the chat."""
        self.knocks().opens().wants(b"pty-req", packRequest_pty_req(term, (height, width, 0, 0), b""))
        return self.wants(b"shell")

    def resizes(self, width: int, height: int) -> None:
        """Have a window of another size."""
        self.screen.resize(height, width)
        self.wants(b"window-change", packRequest_window_change((height, width, 0, 0)))

    def types(self, text: str) -> None:
        """Type keys."""
        self.sends(text.encode())

    def sends(self, data: bytes) -> None:
        """Send bytes, as much at a time as the window takes."""
        self.channel.write(data)
        self.rest()

    def ends(self) -> None:
        """Send no more."""
        self.channel.conn.sendEOF(self.channel)
        self.rest()

    # -- what it sees

    def sees(self) -> list[str]:
        """Give the rows that are not empty."""
        self.rest()
        new, self.read = self.channel.out[self.read :], len(self.channel.out)
        self.stream.feed(new)
        return [row.rstrip() for row in self.screen.display if row.strip()]

    def reads(self) -> list[str]:
        """Give the lines that came to standard output."""
        self.rest()
        new, self.read = self.channel.out[self.read :], len(self.channel.out)
        return new.decode().splitlines()
