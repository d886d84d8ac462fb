"""IRC over WebSocket: each message is one line without its end, as text or as bytes (IRCv3, websocket)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatroom.doors._irc import IrcProtocol
from chatroom.doors._web.framing import Framed
from chatroom.wire import frames
from chatroom.wire.irc.framed import FramedIrcDialect

if TYPE_CHECKING:
    from chatroom.house import House
    from chatroom.wire.irc.happened import Caps
    from chatroom.wire.irc.scene import Scene

SUBPROTOCOLS: dict[str, Callable[[bytes], bytes]] = {"text.ircv3.net": frames.text, "binary.ircv3.net": frames.binary}
"""What a client may ask to speak, and how a line is written in it."""


class IrcSocketProtocol(Framed, IrcProtocol):
    """Be one IRC client in a browser; it may send both kinds of messages, and is sent the one it asked for."""

    door = "web"
    takes_bytes = True

    def __init__(self, house: House, scene: Scene, opening: bytes, frame: Callable[[bytes], bytes]) -> None:
        super().__init__(house, scene)
        self.opening = opening
        self._frame = frame

    def spoken(self, caps: Caps) -> FramedIrcDialect:
        """Speak in frames."""
        return FramedIrcDialect(self._scene, caps, lambda reply: self.talk.answer(reply), lambda: self.talk.nick, self._frame)

    def say(self, line: bytes) -> None:
        """Send a line in a frame."""
        self.reader.give(self._frame(line))

    def lineReceived(self, line: bytes) -> None:
        """Look at a message as at what comes as a stream: nobody slips one line into another."""
        for one in line.split(b"\n"):
            super().lineReceived(one)
