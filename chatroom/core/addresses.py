"""Where people come from: what of an address is one household's, and what is this machine's own.

An IPv6 household is given a /64 at least and may use a new address of it for every connection, so that is the least that is
counted or banned. Addresses of one link alone are shared by all who are on it, so each of them counts by itself. An IPv4 address
written as an IPv6 one is the IPv4 address.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from chatroom.core.fact import fact

Network = IPv4Network | IPv6Network

BITS = {4: 32, 6: 128}
HOUSEHOLD = {4: 32, 6: 64}
"""The bits of an address that one household cannot choose."""

_MAPPED = IPv6Network("::ffff:0:0/96")


@fact
class Spot:
    """Be an address, as a number; `local` when it is this machine's own."""

    version: int
    number: int
    local: bool
    prefix: int
    """The bits that one household cannot choose."""

    def within(self, prefix: int) -> int:
        """Give the first `prefix` bits."""
        return self.number >> (BITS[self.version] - prefix)

    @property
    def household(self) -> tuple[int, int]:
        """Give what is counted as one: the IPv4 address, the IPv6 /64."""
        return self.version, self.within(self.prefix)


# Asked for the same addresses again and again: at each connection, each entering, each preview of a ban.
@lru_cache(maxsize=16384)
def spot(address: str) -> Spot | None:
    """Read the address of a connection; None when it has none, as over a unix socket."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    prefix = BITS[6] if found.version == 6 and found.is_link_local else HOUSEHOLD[found.version]
    return Spot(found.version, int(found), found.is_loopback, prefix)


def written(address: str) -> str:
    """Write an address as people do: an IPv4 one that a connection gave as an IPv6 one, as what it is."""
    begin, _, rest = address.rpartition(":")
    return rest if begin.lower() == "::ffff" and "." in rest else address


def unmapped(network: Network) -> Network:
    """Give a network of IPv4 addresses written as IPv6 ones as what it is, and any other back."""
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96))
    return network
