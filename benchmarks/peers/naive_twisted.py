"""A chat room as a first Twisted program has it: every line is written to everybody, one by one; nothing is stored.

    python -m benchmarks.peers.naive_twisted PORT [FOLDER]

With a folder it encrypts, by Twisted's own TLS, with a certificate that it makes there.

Written fairly: no Nagle delay, a long backlog, and the line is joined once, not once per reader.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.interfaces import IAddress, IProtocolFactory, IReactorCore, IReactorTCP, ITCPTransport
from twisted.internet.protocol import ServerFactory, connectionDone
from twisted.internet.ssl import PrivateCertificate
from twisted.protocols.basic import LineReceiver
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.python.failure import Failure

from chatroom import certificate


class Naive(LineReceiver):
    """Be one person: the first line is the name, every other is said to the rest."""

    delimiter = b"\n"
    transport: ITCPTransport

    def __init__(self, room: set[Naive]) -> None:
        self.room = room
        self.name = b""

    def connectionMade(self) -> None:
        """Send small writes at once."""
        self.transport.setTcpNoDelay(True)

    def lineReceived(self, line: bytes) -> None:
        """Enter with the first line; say the others."""
        if not self.name:
            self.name = line
            self.room.add(self)
            self.transport.write(b"Welcome, " + line + b".\n")
            return
        said = self.name + b": " + line + b"\n"
        for other in self.room:
            if other is not self:
                other.transport.write(said)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Leave the room."""
        self.room.discard(self)


class NaiveFactory(ServerFactory):
    """Make people of one room."""

    def __init__(self) -> None:
        self.room: set[Naive] = set()

    def buildProtocol(self, addr: IAddress | None) -> Naive:
        """Make one person."""
        return Naive(self.room)


def encrypted(folder: Path) -> IProtocolFactory:
    """Put Twisted's TLS around the room."""
    files = certificate.write(folder, *certificate.make("naive", ["localhost"], time.time()))
    made = PrivateCertificate.loadPEM(b"".join(file.read_bytes() for file in files))
    return TLSMemoryBIOFactory(made.options(), False, NaiveFactory())


def main(port: int, folder: str = "") -> None:
    """Serve until killed."""
    factory: Any = encrypted(Path(folder)) if folder else NaiveFactory()
    IReactorTCP(reactor).listenTCP(port, factory, backlog=4096, interface="127.0.0.1")
    IReactorCore(reactor).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
