"""WebSockets in the house: the native protocol, where each message holds one object, and IRC for who asks for it."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from chatroom.doors._irc import Scenes
from chatroom.doors._native import NativeProtocol
from chatroom.doors._web.chatting import SUBPROTOCOLS, IrcSocketProtocol
from chatroom.doors._web.framing import Framed
from chatroom.doors._web.request import WebRequest
from chatroom.wire.frames import FramedDialect
from chatroom.wire.problem import Problem

if TYPE_CHECKING:
    from chatroom.house import House

DIALECT = FramedDialect()
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class SocketProtocol(Framed, NativeProtocol):
    """Be one browser's connection."""

    door = "web"

    def __init__(self, house: House, opening: bytes) -> None:
        super().__init__(house)
        self.opening = opening

    def dialect(self) -> FramedDialect:
        """Share one dialect among all."""
        return DIALECT


class Sockets:
    """Let browsers speak WebSocket with one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._scenes = Scenes(house)

    def wanted(self, request: WebRequest) -> bool:
        """Tell whether a request asks for IRC over WebSocket, which it may at any path that is a page otherwise."""
        return _upgrades(request) and _subprotocol(request) is not None

    def upgrade(self, request: WebRequest) -> None:
        """Let a browser speak on this connection from here on, or raise `Problem`."""
        key, subprotocol = _checked(request), _subprotocol(request)
        accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest())
        agreed = [] if subprotocol is None else [b"Sec-WebSocket-Protocol: " + subprotocol.encode()]
        lines = [
            b"HTTP/1.1 101 Switching Protocols",
            b"Upgrade: websocket",
            b"Connection: Upgrade",
            b"Sec-WebSocket-Accept: " + accept,
            *agreed,
        ]
        opening = b"\r\n".join([*lines, b"", b""])
        if subprotocol is None:
            request.hand_over(SocketProtocol(self._house, opening))
        else:
            request.hand_over(
                IrcSocketProtocol(self._house, self._scenes.scene(), opening, SUBPROTOCOLS[subprotocol]),
            )


def _upgrades(request: WebRequest) -> bool:
    return (request.header("upgrade") or "").lower() == "websocket" and _lists(request.header("connection"), "upgrade")


def _subprotocol(request: WebRequest) -> str | None:
    """Give the first that is spoken here of those a client lists, the one it likes best first."""
    listed = ",".join(one.decode("latin-1") for one in request.requestHeaders.getRawHeaders(b"sec-websocket-protocol", ()))
    return next((one for one in (part.strip().lower() for part in listed.split(",")) if one in SUBPROTOCOLS), None)


def _checked(request: WebRequest) -> str:
    """Give the key of an opening that is in order, or raise `Problem`."""
    key = request.header("sec-websocket-key")
    if not _upgrades(request):
        raise Problem(
            426, "Here a browser speaks WebSocket; see the page at /.", headers={"Upgrade": "websocket", "Connection": "Upgrade"}
        )
    if request.header("sec-websocket-version") != "13":
        raise Problem(426, "Speak version 13 of WebSocket.", headers={"Sec-WebSocket-Version": "13"})
    if request.clientproto != b"HTTP/1.1" or key is None or not _is_key(key):
        raise Problem(400, "This does not open a WebSocket.")
    if request.header("origin") is None and _subprotocol(request) is None:
        raise Problem(403, "The header Origin is missing. A program may give the address of this server.")
    return key


def _lists(header: str | None, word: str) -> bool:
    return word in [one.strip().lower() for one in (header or "").split(",")]


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except ValueError:
        return False
