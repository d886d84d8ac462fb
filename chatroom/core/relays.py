"""Who passes connections on, and is believed when they say where these come from: relays, and proxies.

A relay of ours says that it is one; only then may the names it brings begin with a star. What else may stand before a door, a load
balancer say, is believed about addresses alone, for it does not look at what it passes on.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network

from chatroom.core.addresses import Network, written

LOOPBACK = ("127.0.0.0/8", "::1")
HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Relays:
    """Be what the host decided about it."""

    addresses: tuple[str, ...] = LOOPBACK
    """Addresses and networks that are believed when they say by the PROXY protocol whose connection they pass on."""
    secret: str = field(default="", repr=False)
    """What a relay may show to be believed wherever it is; empty for none."""

    def believe(self, address: str, shown: bytes | None) -> bool:
        """Tell whether somebody at `address` who shows this secret, or none, is believed."""
        if self.secret and shown and hmac.compare_digest(shown, self.secret.encode()):
            return True
        return self.listed(address)

    def listed(self, address: str) -> bool:
        """Tell whether `address` is one of those that are believed; none, that of a Unix socket, counts as loopback."""
        try:
            where = ip_address(written(address or HERE))
        except ValueError:
            return False
        return any(where in network for network in _networks(self.addresses))

    def heard(self, address: str) -> bool:
        """Tell whether somebody at `address` might be believed, so that it is worth waiting for what they say."""
        return bool(self.secret) or self.listed(address)


@lru_cache(maxsize=8)
def _networks(addresses: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(address, strict=False) for address in addresses)
