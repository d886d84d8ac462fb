"""SSH's transport for strangers: what it speaks, how much it reads at a time, and when it stops.

Rules
-----
- Only what is modern is offered; nothing is compressed. Nobody says who they are before everything is encrypted.
- Packets are bounded, looked at a slice a turn, and not at all while there is a reason to stop; then TCP is not read either.
- What is written and not taken is bounded by not reading on, and by telling the channel: it is full while TCP is, and while keys are
  exchanged. In an exchange of keys nothing else may come.
- What makes no sense ends the connection, with one line in the log.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from twisted.conch.error import ConchError
from twisted.conch.ssh.common import NS
from twisted.conch.ssh.keys import BadKeyError
from twisted.conch.ssh.transport import DISCONNECT_BY_APPLICATION, MSG_KEXINIT, SSHServerTransport
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import connectionDone
from zope.interface import implementer

from chatroom.doors._ssh_login import SshLogin
from chatroom.doors._ssh_session import SILENT, SshConnection
from chatroom.doors._ssh_visit import Visit

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.core.replies import Welcome
    from chatroom.house import House

KEX = (
    b"mlkem768x25519-sha256",
    b"curve25519-sha256",
    b"curve25519-sha256@libssh.org",
    b"ecdh-sha2-nistp521",
    b"ecdh-sha2-nistp384",
    b"ecdh-sha2-nistp256",
)
CIPHERS = (b"aes256-ctr", b"aes192-ctr", b"aes128-ctr")
MACS = (b"hmac-sha2-512", b"hmac-sha2-256")
SIGNATURES = (
    b"ssh-ed25519",
    b"ecdsa-sha2-nistp256",
    b"ecdsa-sha2-nistp384",
    b"ecdsa-sha2-nistp521",
    b"rsa-sha2-512",
    b"rsa-sha2-256",
)
"""How somebody may prove that a key is theirs."""
LONGEST = 35000
"""Bytes of one packet; every implementation must take that many (RFC 4253, section 6.1)."""
SLICE = 4096
"""Bytes looked at together."""
SLICES = 2
"""Slices a turn."""
PATIENCE = 60.0
"""Seconds from connecting to a shell or a command."""
GRACE = 5.0
"""Seconds that the last bytes may take to be read."""
FIRST_OF_SERVICES = 50
"""The lowest number of a message that is no part of the transport itself (RFC 4250, section 4.1.1)."""
NONSENSE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadKeyError,
    ConchError,
    InvalidSignature,
    LookupError,
    RuntimeError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    struct.error,
)
"""What conch raises for packets that make no sense."""


@implementer(IPushProducer)
class SshTransport(SSHServerTransport):
    """Be one SSH connection."""

    _log = SILENT
    ourVersionString = b"SSH-2.0-chatroom"
    supportedKeyExchanges = [kex for kex in KEX if kex in SSHServerTransport.supportedKeyExchanges]
    supportedCiphers = [cipher for cipher in CIPHERS if cipher in SSHServerTransport.supportedCiphers]
    supportedMACs = list(MACS)
    supportedPublicKeys = [b"ssh-ed25519"]
    supportedCompressions = [b"none"]
    transport: Any

    def __init__(self, house: House, when: Callable[[float], str]) -> None:
        self.house = house
        self.when = when
        """Names a moment, for the dialects."""
        self.address = "local"
        self.login: SshLogin
        self.visit: Visit
        self.connection: SshConnection | None = None
        self.clogged = False
        """Whether TCP holds as much as it wants of what we write."""
        self.exchanging = True
        """Whether keys are being exchanged."""
        self._stops: set[object] = set()
        self._over = False
        self._inbox = bytearray()
        self._resumed = False
        self._budget = 0
        self._later: IDelayedCall | None = None
        self._deadline: IDelayedCall | None = None

    # -- connection

    def connectionMade(self) -> None:
        """Bring the connection into the house, and begin to speak, or say at once why not."""
        self.address = getattr(self.transport.getPeer(), "host", "local")
        for prepare in ("setTcpNoDelay", "setTcpKeepAlive"):
            if hasattr(self.transport, prepare):
                getattr(self.transport, prepare)(True)
        self.transport.registerProducer(self, True)
        super().connectionMade()
        self.login = SshLogin(self)
        self.visit = self.login.visit
        if not self.house.turn_away(self.visit.reader):
            self._wait(PATIENCE, self._too_late)

    def connectionLost(self, reason: Failure | None = connectionDone) -> None:
        """Take the connection out of the house."""
        self._over = True
        for call in (self._later, self._deadline):
            if call is not None and call.active():
                call.cancel()
        super().connectionLost(reason)
        self.house.disconnected(self.visit.reader)

    def _wait(self, seconds: float, then: Any) -> None:
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        self._deadline = self.house.clock.callLater(seconds, then)

    def _too_late(self) -> None:
        self.house.say_goodbye(self.visit.reader, "You did not log in in time.")

    def settled(self) -> None:
        """Let it last: its channel is in use."""
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()

    def welcomed(self, welcome: Welcome) -> None:
        """Go on to channels, as it is known who this is."""
        self.connection = SshConnection(self, welcome)
        self.setService(self.connection)

    def closed(self) -> None:
        """End soon, as the channel is closed: a client does that by itself, without words."""
        if not self._over:
            self._wait(GRACE, self.loseConnection)

    # -- endings

    def end(self, why: str) -> None:
        """End the connection, with a reason that SSH clients show."""
        if not self._over:
            self.sendDisconnect(DISCONNECT_BY_APPLICATION, why.encode())

    def sendDisconnect(self, reason: int, desc: bytes) -> None:
        """Say why it ends, and wait a little for that to be read."""
        if not self._over:
            self._over = True
            self.transport.unregisterProducer()
            super().sendDisconnect(reason, desc)
            self._wait(GRACE, self.abortConnection)

    def loseConnection(self) -> None:
        """End the connection without a word."""
        if not self._over:
            self._over = True
            self.transport.unregisterProducer()
            self.transport.loseConnection()
            self._wait(GRACE, self.abortConnection)

    def abortConnection(self) -> None:
        """End the connection now."""
        self._over = True
        self.transport.abortConnection()

    # -- input

    def stop(self, why: object) -> None:
        """Look at nothing more while there is this reason."""
        self._stops.add(why)

    def start(self, why: object) -> None:
        """Look at what came and comes, unless there is another reason not to."""
        if why in self._stops:
            self._stops.discard(why)
            self._resumed = True
            self._soon()

    def dataReceived(self, data: bytes) -> None:
        """Look at some of it now, and at more in another turn."""
        if not self._over:
            self._inbox += data
            if self._later is None:
                self._work()

    def _soon(self) -> None:
        if self._later is None and not self._over:
            self._later = self.house.clock.callLater(0, self._work)

    def _work(self) -> None:
        self._later = None
        self._budget = SLICES
        while (self._inbox or self._resumed) and not self._stops and not self._over:
            if self._budget <= 0:
                self.transport.pauseProducing()
                self._soon()
                return
            self._budget -= 1
            self._resumed = False
            part = bytes(self._inbox[:SLICE])
            del self._inbox[:SLICE]
            self._take(part)
        if self._stops:
            self.transport.pauseProducing()
        elif not self._over:
            self.transport.resumeProducing()

    def _take(self, data: bytes) -> None:
        try:
            super().dataReceived(data)
        except NONSENSE as error:
            self._nonsense(type(error).__name__)

    def _nonsense(self, what: str) -> None:
        self.house.digest.info(
            "let go", "{who} was let go: {why}", who=f"somebody (ssh {self.address[:64]})", why=f"no sense in SSH ({what})"
        )
        self.abortConnection()

    def getPacket(self) -> Any:
        """Give the next packet, of at most so many bytes, unless there is a reason to stop."""
        if self._stops or self._over:
            return None
        packet = super().getPacket()
        begun = getattr(self, "first", None)
        if packet is None and begun is not None and struct.unpack("!L", begun[:4])[0] > LONGEST:
            self._nonsense("long packet")
        return packet

    def dispatchMessage(self, messageNum: int, payload: bytes) -> None:
        """Take a message, if it may come now."""
        if self.exchanging and messageNum >= FIRST_OF_SERVICES:
            self._nonsense("message in an exchange of keys")
        elif not self.exchanging and MSG_KEXINIT < messageNum < FIRST_OF_SERVICES:
            self._nonsense("key without an exchange of keys")
        else:
            super().dispatchMessage(messageNum, payload)

    # -- keys

    def ssh_KEXINIT(self, packet: bytes) -> None:
        """Begin to exchange keys, which takes the rest of this turn; again only after the login."""
        again = self.sessionID is not None
        if again and (self.exchanging or self.connection is None):
            self._nonsense("exchange of keys out of turn")
            return
        self._budget = 0
        self.exchanging = True
        self.look()
        super().ssh_KEXINIT(packet)

    def ssh_NEWKEYS(self, packet: bytes) -> None:
        """Speak with the new keys."""
        super().ssh_NEWKEYS(packet)
        self.exchanging = False
        self.look()

    def sendExtInfo(self, extensions: Any) -> None:
        """Say which signatures may prove a key."""
        super().sendExtInfo([(b"server-sig-algs", b",".join(SIGNATURES))])

    def ssh_SERVICE_REQUEST(self, packet: bytes) -> None:
        """Let somebody say who they are, once, and when nobody else can listen."""
        if packet != NS(SshLogin.name) or not self.isEncrypted("both") or self.service is not None:
            self._nonsense("service request")
        else:
            super().ssh_SERVICE_REQUEST(packet)

    # -- output

    @property
    def full(self) -> bool:
        """Tell whether nothing more is to be written for now."""
        return self.clogged or self.exchanging

    def look(self) -> None:
        """Let the channel see whether it may write."""
        if self.connection is not None:
            self.connection.look()

    def pauseProducing(self) -> None:
        """Write no more, and read no more, as answers to that would pile up."""
        self.clogged = True
        self.stop(self)
        self.look()

    def resumeProducing(self) -> None:
        """Go on."""
        self.clogged = False
        self.start(self)
        self.look()

    def stopProducing(self) -> None:
        """Do nothing: the end of the connection follows."""
