"""A connection that somebody passed on: as any other, but that its other end is who was passed on."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import ISSLTransport
from zope.interface import directlyProvides, providedBy

from chatroom.core.call import LOCAL
from chatroom.listen import is_loopback
from chatroom.wire.proxy import Place


class Brought:
    """Stand before a transport; `relayed` when a relay of ours brought it, whose names may begin with a star.

    How the proxy itself came here says nothing about who was passed on: neither that nobody could read what they sent, nor whose
    certificate was shown. `encrypted` is what the proxy says of their own way to it.
    """

    def __init__(self, transport: Any, source: Place | None, relayed: bool, encrypted: bool = False) -> None:
        self._transport = transport
        self._source = source
        self.relayed = relayed
        self.private = encrypted or (source is not None and is_loopback(source.host) and is_private(transport))
        directlyProvides(self, providedBy(transport) - ISSLTransport)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    @property
    def protocol(self) -> Any:
        """Give whose connection this is."""
        return self._transport.protocol

    @protocol.setter
    def protocol(self, protocol: Any) -> None:
        self._transport.protocol = protocol

    def getPeerCertificate(self) -> None:
        """Give no certificate: one that was shown is the proxy's own."""

    def getPeer(self) -> Any:
        """Tell who was passed on."""
        if self._source is None:
            return self._transport.getPeer()
        kind = IPv6Address if ":" in self._source.host else IPv4Address
        return kind("TCP", self._source.host, self._source.port)


def is_private(transport: Any) -> bool:
    """Tell whether nobody on the way can read what passes: it is encrypted, or does not leave this machine."""
    told: bool | None = getattr(transport, "private", None)
    if told is not None:
        return told
    host = getattr(transport.getPeer(), "host", LOCAL)
    return ISSLTransport.providedBy(transport) or host == LOCAL or is_loopback(host)


def is_encrypted(transport: Any) -> bool:
    """Tell whether what passes is encrypted, here or on the way to whoever passes it on."""
    told: bool | None = getattr(transport, "encrypted", None)
    if told is not None:
        return told
    host = getattr(transport.getPeer(), "host", LOCAL)
    return ISSLTransport.providedBy(transport) or (is_private(transport) and host != LOCAL and not is_loopback(host))
