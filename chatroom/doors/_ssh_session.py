"""SSH's connections and channels: one session channel, nothing else, with bounds both ways.

Rules
-----
- No forwarding of any kind, no agent, no files: what is asked for and not known here is refused without a word in the log.
- What the other end may send is what its window says, and that grows only as it is taken; so whoever is not read from stops by itself,
  and the connection's own messages are read all the same.
- What is written and not taken for want of a window, or of room in TCP, makes the channel full, which whoever writes is told
  (conch's own channel holds without bound).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from twisted.conch.ssh.channel import SSHChannel
from twisted.conch.ssh.common import NS, getNS
from twisted.conch.ssh.connection import (
    EXTENDED_DATA_STDERR,
    MSG_CHANNEL_FAILURE,
    MSG_CHANNEL_OPEN_FAILURE,
    MSG_CHANNEL_SUCCESS,
    OPEN_ADMINISTRATIVELY_PROHIBITED,
    OPEN_RESOURCE_SHORTAGE,
    SSHConnection,
)
from twisted.conch.ssh.session import parseRequest_pty_req, parseRequest_window_change
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import ILogObserver, Logger
from zope.interface import provider

from chatroom.core.fact import fact
from chatroom.doors._ssh_faces import face_for

if TYPE_CHECKING:
    from chatroom.core.replies import Welcome
    from chatroom.doors._ssh_transport import SshTransport

SESSION = b"session"
WINDOW = 32768
"""Bytes the other end may send before they are taken."""
LEAST_PACKET = 1024
"""Bytes; whoever takes only smaller packets makes every line cost many."""
MOST_PACKET = 32768
LONGEST_COMMAND = 16384
SUBSYSTEMS = (b"admin", b"sftp")
"""What may be asked for by name; who asks for files is told that there are none."""
NO_COLOR = b"NO_COLOR"
DUMB = (b"dumb", b"")


@provider(ILogObserver)
def _unheard(event: object) -> None:
    """Take no note."""


SILENT = Logger(observer=_unheard)
"""For what conch says of a connection: it would be a stranger's to fill the log with."""


@fact
class Terminal:
    """Be the terminal at the other end: its columns and rows, and whether it shows colours."""

    width: int
    height: int
    dumb: bool = False


class SshConnection(SSHConnection):
    """Be the service that holds the channels: one in all."""

    _log = SILENT
    transport: Any

    def __init__(self, connection: SshTransport, welcome: Welcome) -> None:
        super().__init__()
        self.connection = connection
        self.welcome = welcome
        self._opened = False

    def ssh_CHANNEL_OPEN(self, packet: bytes) -> None:
        """Open a session, once; refuse all else."""
        kind, rest = getNS(packet)
        theirs, _, most = struct.unpack(">3L", rest[:12])
        if kind != SESSION:
            self._refuse(theirs, OPEN_ADMINISTRATIVELY_PROHIBITED, b"There is no forwarding here.")
        elif self._opened:
            self._refuse(theirs, OPEN_RESOURCE_SHORTAGE, b"One session a connection.")
        elif most < LEAST_PACKET:
            self._refuse(theirs, OPEN_RESOURCE_SHORTAGE, b"Take larger packets.")
        else:
            self._opened = True
            super().ssh_CHANNEL_OPEN(packet)

    def getChannel(self, channelType: bytes, windowSize: int, maxPacket: int, data: bytes) -> SshChannel:
        """Make the session's channel."""
        return SshChannel(
            localWindow=WINDOW, localMaxPacket=WINDOW, remoteWindow=windowSize, remoteMaxPacket=min(maxPacket, MOST_PACKET), conn=self
        )

    def _refuse(self, theirs: int, reason: int, why: bytes) -> None:
        self.transport.sendPacket(MSG_CHANNEL_OPEN_FAILURE, struct.pack(">2L", theirs, reason) + NS(why) + NS(b""))

    def ssh_CHANNEL_REQUEST(self, packet: bytes) -> None:
        """Do what is asked of a channel, and say whether it is done before anything comes of it."""
        channel = self.channels[struct.unpack(">L", packet[:4])[0]]
        kind, rest = getNS(packet[4:])
        done = channel.asked(kind, rest[1:])
        if rest[:1] != b"\0" and not channel.localClosed:
            answer = MSG_CHANNEL_SUCCESS if done else MSG_CHANNEL_FAILURE
            self.transport.sendPacket(answer, struct.pack(">L", self.localToRemoteChannel[channel.id]))
        channel.begin()

    def adjustWindow(self, channel: SshChannel, bytesToAdd: int) -> None:
        """Let more come, unless what came is not taken yet."""
        if not channel.held:
            super().adjustWindow(channel, bytesToAdd)

    def gotGlobalRequest(self, requestType: bytes, data: bytes) -> int:
        """Do nothing of the kind."""
        return 0

    def look(self) -> None:
        """Let the channels see whether they may write."""
        for channel in list(self.channels.values()):
            channel.look()


class SshChannel(SSHChannel):
    """Be the session's channel, and the transport of the face that speaks on it."""

    name = SESSION
    _log = SILENT
    conn: Any

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.terminal: Terminal | None = None
        self.colours = True
        self.held = False
        """Whether what comes is not to be taken further."""
        self.face: Any = None
        self._command: str | None = None
        self._wanted = False
        """Whether it is known what the channel is for."""
        self._producer: Any = None
        self._paused = False

    # -- what the other end asks

    def asked(self, kind: bytes, data: bytes) -> bool:
        """Do what is asked for; tell whether that can be."""
        match kind:
            case b"pty-req":
                return self._take_terminal(data)
            case b"window-change":
                return self._resize(data)
            case b"env":
                self.colours = self.colours and getNS(data)[0] != NO_COLOR
                return False
            case b"shell":
                return self._want(None)
            case b"exec":
                return self._want(getNS(data)[0])
            case b"subsystem":
                name = getNS(data)[0]
                return name in SUBSYSTEMS and self._want(name)
        return False

    def _take_terminal(self, data: bytes) -> bool:
        if self._wanted:
            return False
        term, (rows, columns, _, _), _ = parseRequest_pty_req(data)
        self.terminal = Terminal(columns, rows, term in DUMB)
        return True

    def _resize(self, data: bytes) -> bool:
        rows, columns, _, _ = parseRequest_window_change(data)
        if self.face is not None:
            self.face.resized(columns, rows)
        return True

    def _want(self, command: bytes | None) -> bool:
        if self._wanted or (command is not None and len(command) > LONGEST_COMMAND):
            return False
        self._wanted = True
        self._command = None if command is None else command.decode("utf-8", "replace")
        return True

    def begin(self) -> None:
        """Let the face speak that this is for, once that is known."""
        if self._wanted and self.face is None and not self.closing:
            connection = self.conn.connection
            connection.settled()
            self.face = face_for(self, self._command)
            self.face.makeConnection(self)

    # -- what comes

    def dataReceived(self, data: bytes) -> None:
        """Hand on what was typed."""
        if self.face is not None:
            self.face.dataReceived(data)

    def extReceived(self, dataType: int, data: bytes) -> None:
        """Pass over what a client never sends."""

    def eofReceived(self) -> None:
        """Hand on that no more will come."""
        if self.face is not None:
            self.face.readConnectionLost()

    def closeReceived(self) -> None:
        """End: nobody reads any more."""
        self.buf, self.extBuf = b"", []
        self.loseConnection()

    def closed(self) -> None:
        """Tell the face; the connection is not for anything else."""
        face, self.face = self.face, Nobody()
        if face is not None:
            face.connectionLost(connectionDone)
        self.conn.connection.closed()

    def pauseProducing(self) -> None:
        """Let no more come than the window allows now."""
        self.held = True

    def resumeProducing(self) -> None:
        """Let more come."""
        if self.held:
            self.held = False
            if self.localWindowLeft < self.localWindowSize // 2:
                self.conn.adjustWindow(self, self.localWindowSize - self.localWindowLeft)

    # -- what goes

    def write(self, data: bytes) -> None:
        """Write bytes, and tell when it is too much."""
        if not self.localClosed:
            super().write(data)
            self.look()

    def complain(self, data: bytes) -> None:
        """Write to standard error."""
        if data and not self.localClosed:
            self.writeExtended(EXTENDED_DATA_STDERR, data)
            self.look()

    def addWindowBytes(self, data: int) -> None:
        """Write more, as it is taken."""
        super().addWindowBytes(data)
        self.look()

    def look(self) -> None:
        """Tell whoever writes whether to go on."""
        full = bool(self.buf or self.extBuf) or self.conn.connection.full
        if self._producer is None or full == self._paused:
            return
        self._paused = full
        if full:
            self._producer.pauseProducing()
        else:
            self._producer.resumeProducing()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Tell whoever writes when it is too much."""
        self._producer, self._paused = producer, False
        self.look()

    def unregisterProducer(self) -> None:
        """Tell nobody any more."""
        self._producer = None

    def exit(self, code: int) -> None:
        """Say how it went, and end when everything is written."""
        if not self.localClosed and not self.closing:
            self.conn.sendRequest(self, b"exit-status", struct.pack(">L", code))
            self.loseConnection()

    def abortConnection(self) -> None:
        """End the connection now."""
        self.conn.connection.abortConnection()


class Nobody(Protocol):
    """Be the face of a channel that is closed."""

    def dataReceived(self, data: bytes) -> None:
        """Pass over it."""

    def readConnectionLost(self) -> None:
        """Pass over it."""

    def resized(self, width: int, height: int) -> None:
        """Pass over it."""
