"""WebSocket as every protocol over it shares it: frames come in and are whole messages, of a bounded size.

Messages are reassembled within the bound of a line, and the frames that go out are made once for all browsers of a room, which is why
Twisted's own WebSocket is not used here: it knows neither.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import connectionDone
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage

from chatroom.core.bucket import Allowance, Bucket
from chatroom.receiver import BoundedLineReceiver
from chatroom.wire import frames

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

BEAT = 40.0
"""Seconds of silence after which a browser is asked whether it is still there, and as many after which it is not."""

FRAMES_A_TURN = 64
"""Frames of one connection that are taken apart before others get their turn."""
EMPTY = Allowance(burst=1000, rate=50)
"""Frames that end no message, as pings and fragments do: so many at once, and a second. Who sends more is let go."""


class Framed(BoundedLineReceiver):
    """Receive lines as messages; mixed in before the protocol that looks at them."""

    opening = b""
    """The answer that agreed to speak WebSocket, sent before anything else."""
    takes_bytes = False
    """Whether binary messages are taken, and do not end the connection."""

    def preface(self) -> bytes:
        """Agree to speak WebSocket before anything else is said."""
        return self.opening

    def connectionMade(self) -> None:
        """Come in."""
        self._frames = Connection(ConnectionType.SERVER)
        self._message: list[bytes] = []
        self._size = 0
        self._closed = False
        self._unread = False
        self._empty = Bucket()
        self._silent = False
        super().connectionMade()
        self._beat: IDelayedCall = self.house.clock.callLater(BEAT, self._listen)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Go."""
        if self._beat.active():
            self._beat.cancel()
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        """Take frames apart; look at the messages that are whole."""
        self._silent = False
        if self._closed:
            return
        self._frames.receive_data(data)
        self.take(self._unframed())
        if self._closed:
            self.readConnectionLost()

    def more(self) -> bool:
        """Take some more frames apart; tell whether there were any."""
        if not self._unread:
            return False
        self._waiting.extend(self._unframed())
        self._ended = self._ended or self._closed
        return True

    def _unframed(self) -> list[bytes]:
        """Take some frames apart, and give the messages that are whole."""
        whole: list[bytes] = []
        count = 0
        for event in islice(self._frames.events(), FRAMES_A_TURN):
            count += 1
            self._weigh(event)
            if self._closed:
                break
            if isinstance(event, TextMessage | BytesMessage) and event.message_finished:
                whole.append(self._gathered())
            elif self._empty.spend(1, self.house.clock.seconds(), EMPTY):
                self.transport.abortConnection()
                self._closed = True
                break
        self._unread = count == FRAMES_A_TURN and not self._closed
        return whole

    def _weigh(self, event: Event) -> None:
        match event:
            case TextMessage(data=text):
                self._gather(text.encode("utf-8", "replace"))
            case BytesMessage(data=found) if self.takes_bytes:
                self._gather(bytes(found))
            case Ping(payload=payload):
                self.reader.give(frames.pong(bytes(payload)))
            case BytesMessage():
                self._end(frames.NOT_TEXT)
            case CloseConnection(code=code):
                self._end(frames.NORMAL if code == frames.NO_STATUS else code)

    def _end(self, code: int) -> None:
        """Take nothing more, and say why: what the browser gave as its reason, or what it did wrong."""
        self._closed = True
        dialect: Any = self.reader.dialect
        self.reader.dialect = dialect.ending(code)

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
