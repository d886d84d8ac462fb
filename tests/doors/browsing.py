"""A browser in memory: what the tests of the web door ask with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Event, Ping, Pong, TextMessage

from chatroom.testing import Person, World
from chatroom.wires import Wire

HOST = "localhost:8000"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
OPENING = {
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    "Origin": f"http://{HOST}",
}


@dataclass
class Answered:
    """Be the answer to one request."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.body)


def request(method: str, path: str, body: bytes = b"", headers: Mapping[str, str | None] | None = None) -> bytes:
    """Write a request; a header that is None is left out."""
    described = {"Host": HOST, **({"Content-Length": str(len(body))} if body else {}), **(headers or {})}
    head = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in described.items() if value is not None)]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def answered(raw: bytes) -> Answered:
    """Read one answer."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answered(int(first.split()[1]), headers, body)


class Browser:
    """Ask one house over HTTP, each time on a connection of its own."""

    def __init__(self, world: World) -> None:
        self.world = world

    def connect(self, wire: Wire | None = None) -> Person:
        """Connect, and say nothing yet."""
        return self.world.connect(self.world.web, wire)

    def sends(self, raw: bytes) -> Answered:
        """Send raw bytes and read the answer."""
        one = self.connect()
        one.sends(raw)
        return answered(one.wire.taken())

    def asks(self, method: str, path: str, body: bytes = b"", /, **headers: str | None) -> Answered:
        """Send a request and read the answer; `_` in a header's name is a dash."""
        return self.sends(request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    def gets(self, path: str, **headers: str | None) -> Answered:
        """Get a path."""
        return self.asks("GET", path, b"", **headers)

    def opens(self, wire: Wire | None = None) -> Socket:
        """Open a WebSocket."""
        one = self.connect(wire)
        one.sends(request("GET", "/ws", headers=OPENING))
        found = answered(one.wire.taken())
        assert found.status == 101, found
        assert found.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        return Socket(self.world, one.wire, found.body)

    def talks(self, name: str, **hello: Any) -> Socket:
        """Open a WebSocket, say who one is, and read the greeting."""
        socket = self.opens()
        socket.asks("hello", 0, name=name, **hello)
        socket.objects()
        return socket


class Socket(Person):
    """Be a browser's side of a WebSocket."""

    def __init__(self, world: World, wire: Wire, before: bytes = b"") -> None:
        super().__init__(world, wire)
        self.frames = Connection(ConnectionType.CLIENT, trailing_data=before)
        self.closed: int | None = None
        self.pings = self.pongs = 0

    def sends(self, data: bytes) -> None:
        """Send each line as a message."""
        for line in data.decode().splitlines():
            self.wire.feed(self.frames.send(TextMessage(line)))
        self.world.rest()

    def frame(self, event: Event) -> None:
        """Send one frame."""
        self.wire.feed(self.frames.send(event))
        self.world.rest()

    def lines(self) -> list[str]:
        """Take the messages that have come since the last time."""
        self.frames.receive_data(self.wire.taken())
        found = []
        for event in self.frames.events():
            match event:
                case TextMessage(data=text):
                    found.append(text.removesuffix("\n"))
                case CloseConnection(code=code):
                    self.closed = code
                case Ping():
                    self.pings += 1
                case Pong():
                    self.pongs += 1
        return found
