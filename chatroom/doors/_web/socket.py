"""The native protocol over WebSocket: each message holds one object.

Messages are reassembled within the bound of a line, and the frames that go out are made once for all browsers of a room, which is why
Twisted's own WebSocket is not used here: it knows neither. Reading and writing are as at the native door.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from twisted.internet.protocol import connectionDone
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from chatroom.doors._native import NativeProtocol
from chatroom.doors._web.request import WebRequest
from chatroom.wire import frames
from chatroom.wire.frames import FramedDialect
from chatroom.wire.problem import Problem

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from chatroom.house import House

DIALECT = FramedDialect()
BEAT = 40.0
"""Seconds of silence after which a browser is asked whether it is still there, and as many after which it is not."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class SocketProtocol(NativeProtocol):
    """Be one browser's connection."""

    door = "web"

    def __init__(self, house: House, opening: bytes) -> None:
        super().__init__(house)
        self._opening = opening
        self._frames = Connection(ConnectionType.SERVER)
        self._message: list[bytes] = []
        self._size = 0
        self._closed = False
        self._silent = False
        self._beat: IDelayedCall | None = None

    def dialect(self) -> FramedDialect:
        """Share one dialect among all."""
        return DIALECT

    def preface(self) -> bytes:
        """Agree to speak WebSocket before anything else is said."""
        return self._opening

    def connectionMade(self) -> None:
        """Come in."""
        super().connectionMade()
        self._beat = self.house.clock.callLater(BEAT, self._listen)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Go."""
        if self._beat is not None and self._beat.active():
            self._beat.cancel()
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        """Take frames apart; look at the messages that are whole."""
        self._silent = False
        if self._closed:
            return
        self._frames.receive_data(data)
        whole: list[bytes] = []
        for event in self._frames.events():
            match event:
                case TextMessage(data=text):
                    self._gather(text.encode("utf-8", "replace"))
                    if event.message_finished:
                        whole.append(self._gathered())
                case Ping(payload=payload):
                    self.reader.give(frames.pong(bytes(payload)))
                case BytesMessage() | CloseConnection():
                    self._closed = True
                    break
        self.take(whole)
        if self._closed:
            self.readConnectionLost()

    def _gather(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= self.longest:
            self._message.append(part)

    def _gathered(self) -> bytes:
        message = b"".join(self._message) if self._size <= self.longest else bytes(self.longest + 1)
        self._message.clear()
        self._size = 0
        return message

    def _listen(self) -> None:
        """Ask whether anybody is there; let go who did not answer."""
        if self._silent:
            self.transport.abortConnection()
            return
        self._silent = True
        self._beat = self.house.clock.callLater(BEAT, self._listen)
        self.reader.give(frames.PING)


def upgrade(request: WebRequest, house: House) -> None:
    """Let a browser speak the native protocol on this connection from here on, or raise `Problem`."""
    key = request.header("sec-websocket-key")
    if (request.header("upgrade") or "").lower() != "websocket" or not _lists(request.header("connection"), "upgrade"):
        raise Problem(
            426, "Here a browser speaks WebSocket; see the page at /.", headers={"Upgrade": "websocket", "Connection": "Upgrade"}
        )
    if request.header("sec-websocket-version") != "13":
        raise Problem(426, "Speak version 13 of WebSocket.", headers={"Sec-WebSocket-Version": "13"})
    if request.clientproto != b"HTTP/1.1" or key is None or not _is_key(key):
        raise Problem(400, "This is no opening of a WebSocket.")
    if request.header("origin") is None:
        raise Problem(403, "Who opens a WebSocket says from which page; programs may say the address of this server as Origin.")
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest())
    opening = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %b\r\n\r\n"
    request.channel.hand_over(SocketProtocol(house, opening % accept))


def _lists(header: str | None, word: str) -> bool:
    return word in [one.strip().lower() for one in (header or "").split(",")]


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except ValueError:
        return False
