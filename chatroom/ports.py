"""The places a door listens at, claimed before anything else is done and opened after everything else is.

A TCP port is bound by `claim`, while the host still looks at the terminal and privileges are still held, so that a port somebody else
has ends the start with one line. It listens only from `startService` on; until then nobody can connect. Other kinds of endpoint are
Twisted's, and are only opened.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IListeningPort, IProtocolFactory, IStreamServerEndpoint

from chatroom.listen import Endpoint
from chatroom.spawn import deferred


class PortUnusable(Exception):
    """Say why a door cannot listen where it should, and what to do."""


class Ports(Service):
    """Listen at one endpoint on behalf of one door."""

    def __init__(
        self, door: str, endpoint: Endpoint, factory: IProtocolFactory, reactor: Any, *, optional: bool = False, key: str = ""
    ) -> None:
        self.name = f"the ports of the door {door}"
        self.door = door
        self._key = key or f"doors.{door}"
        self.endpoint = endpoint
        self.optional = optional
        """Whether the house opens without it when it cannot be had."""
        self._factory = factory
        self._reactor = reactor
        self._bound: list[socket.socket] = []
        self._foreign: IStreamServerEndpoint | None = None
        self._listening: list[IListeningPort] = []

    @property
    def port(self) -> int | None:
        """Tell the port number, once claimed; None when it is not TCP."""
        if self._bound:
            return int(self._bound[0].getsockname()[1])
        hosts = [port.getHost() for port in self._listening]
        return next((host.port for host in hosts if hasattr(host, "port")), None)

    @property
    def listening(self) -> bool:
        """Tell whether connections are let in."""
        return bool(self._listening)

    def claim(self) -> None:
        """Bind what can be bound now, or raise `PortUnusable`."""
        if self.endpoint.port is None:
            try:
                self._foreign = serverFromString(self._reactor, self.endpoint.text)
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                raise PortUnusable(f"{self._key}: this endpoint is not known here. Write for example tcp:5000.") from error
            return
        try:
            self._bound = list(bind(self.endpoint))
        except OSError as error:
            raise PortUnusable(self._sentence(error)) from error

    def startService(self) -> Deferred[None]:
        """Let connections in."""
        super().startService()
        return deferred(self._open())

    def stopService(self) -> Deferred[Any]:
        """Let no more connections in."""
        super().stopService()
        self.abandon()
        listening, self._listening = self._listening, []
        return gatherResults([maybeDeferred(port.stopListening) for port in listening])

    def abandon(self) -> None:
        """Let go of what was claimed and never opened."""
        while self._bound:
            self._bound.pop().close()

    async def _open(self) -> None:
        if self._foreign is not None:
            self._listening.append(await self._listen_elsewhere(self._foreign))
        for bound in self._bound:
            try:
                bound.listen(self.endpoint.backlog)
            except OSError as error:
                raise PortUnusable(self._sentence(error)) from error
            self._listening.append(self._reactor.adoptStreamPort(bound.fileno(), bound.family, self._factory))
        self.abandon()

    async def _listen_elsewhere(self, endpoint: IStreamServerEndpoint) -> IListeningPort:
        try:
            return await endpoint.listen(self._factory)
        except Exception as error:
            raise PortUnusable(f"{self._key}: {error}. Choose another place to listen at.") from error

    def _sentence(self, error: OSError) -> str:
        port = self.endpoint.port
        if error.errno == errno.EADDRINUSE:
            return f"{self._key}: port {port} is in use by another program. Stop that one, or choose another port with --port."
        if error.errno in {errno.EACCES, errno.EPERM}:
            return f"{self._key}: port {port} may only be used by root. Choose one above 1023 with --port."
        if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
            return f"{self._key}: this machine has no address {self.endpoint.interface}. Choose another interface."
        return f"{self._key}: port {port} cannot be used: {os.strerror(error.errno or 0)}. Choose another port with --port."


def bind(endpoint: Endpoint) -> Iterator[socket.socket]:
    """Bind the sockets of a TCP endpoint without listening yet; bind none if one cannot be."""
    with ExitStack() as undo:
        made = []
        for family, address in _addresses(endpoint):
            bound = _bound(family, address)
            undo.callback(bound.close)
            made.append(bound)
        undo.pop_all()
    yield from made


def _addresses(endpoint: Endpoint) -> list[tuple[socket.AddressFamily, tuple[Any, ...]]]:
    port = endpoint.port or 0
    if endpoint.interface:
        found = socket.getaddrinfo(endpoint.interface, port, type=socket.SOCK_STREAM)
        return [(family, address) for family, _, _, _, address in found]
    if endpoint.kind == "tcp4" or not _has_ipv6():
        return [(socket.AF_INET, ("0.0.0.0", port))]
    return [(socket.AF_INET6, ("::", port))]


def _has_ipv6() -> bool:
    """Tell whether this machine has IPv6 switched on; one without has no use for `::`."""
    try:
        _bound(socket.AF_INET6, ("::1", 0)).close()
    except OSError:
        return False
    return True


def _bound(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # The system's default may be either; `::` is to take IPv4 too, a single address never does.
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address[0] != "::"))
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made
