"""A connection that somebody passed on: as any other, but that its other end is who was passed on."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from zope.interface import directlyProvides, providedBy

from chatroom.wire.proxy import Place


class Brought:
    """Stand before a transport; `relayed` when a relay of ours brought it, whose names may begin with a star."""

    def __init__(self, transport: Any, source: Place | None, relayed: bool) -> None:
        self._transport = transport
        self._source = source
        self.relayed = relayed
        directlyProvides(self, providedBy(transport))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def getPeer(self) -> Any:
        """Tell who was passed on."""
        if self._source is None:
            return self._transport.getPeer()
        kind = IPv6Address if ":" in self._source.host else IPv4Address
        return kind("TCP", self._source.host, self._source.port)
