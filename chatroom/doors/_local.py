"""The local door: a unix socket in the state folder, by which `chatroom console` commands the house without a password.

Whoever may open the socket may read the folder with everything in it, so there is nothing to ask them. It speaks the native protocol;
`{"do": "line", "text": …}` is a console's line.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory
from twisted.logger import Logger

from chatroom.doors._native import NativeProtocol
from chatroom.outlet import handle_of
from chatroom.sockets import SocketPath
from chatroom.wire.console import parse
from chatroom.wire.json import JsonDialect

if TYPE_CHECKING:
    from chatroom.house import House

DIALECT = JsonDialect()
MOST = 32
"""Connections at once."""
ROOT = 0


class LocalProtocol(NativeProtocol):
    """Be one program's connection at the local door."""

    door = "local"
    console = True
    understand = staticmethod(parse)

    def dialect(self) -> JsonDialect:
        """Share one dialect among all."""
        return DIALECT

    def connectionMade(self) -> None:
        """Be the host, if this is the host's own user."""
        super().connectionMade()
        user = peer_user(self.transport)
        if user is not None and user not in {ROOT, os.geteuid()}:
            self.house.say_goodbye(self.reader, "This console is for the user the server runs as.")
            return
        self.house.admit_host(self.reader)
        self.named()


def peer_user(transport: Any) -> int | None:
    """Tell as which user the other end of a unix socket runs; None where the system does not say."""
    handle = handle_of(transport)
    if not isinstance(handle, socket.socket) or not hasattr(socket, "SO_PEERCRED"):
        return None
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack("3i", handle.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(user)


class LocalFactory(Factory):
    """Hold the local door's connections, at most so many."""

    noisy = False

    def __init__(self, house: House) -> None:
        self.house = house

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection, unless there are too many."""
        return LocalProtocol(self.house) if len(self.readers) < MOST else None

    @property
    def readers(self) -> list[Any]:
        """List the connections of this door."""
        return [reader for reader in self.house.readers.values() if reader.session.door == LocalProtocol.door]


class LocalConsole(Service):
    """Listen at the state folder's socket while the house is open.

    A socket that cannot be made costs the host `chatroom console`, and is no reason to keep people out.
    """

    log = Logger()

    def __init__(self, house: House, folder: Path, reactor: Any) -> None:
        self.name = "the local console"
        self._factory = LocalFactory(house)
        self._folder = folder
        self._reactor = reactor
        self._path: SocketPath | None = None
        self._port: Any = None

    def startService(self) -> None:
        """Listen; whatever socket lies there is a dead server's, as the folder is locked."""
        super().startService()
        if not hasattr(self._reactor, "listenUNIX"):
            return
        try:
            self._path = SocketPath(self._folder)
            self._path.place.unlink(missing_ok=True)
            self._port = self._reactor.listenUNIX(self._path.text, self._factory, mode=0o600)
        except (OSError, CannotListenError) as error:
            self.log.warn("there is no local console: {why}", why=str(error))

    def stopService(self) -> Deferred[None]:
        """Listen no more."""
        super().stopService()
        port, self._port = self._port, None
        stopped = maybeDeferred(port.stopListening) if port is not None else maybeDeferred(lambda: None)
        return stopped.addCallback(self._closed)

    def _closed(self, _: object) -> None:
        if self._path is not None:
            self._path.close()
            self._path = None
