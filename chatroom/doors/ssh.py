"""The SSH door: a chat for whoever has ssh, with line editing and nothing to install; scripts and the console as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.protocol import Factory

from chatroom.doors._ssh_login import SshLogin
from chatroom.doors._ssh_transport import SshTransport
from chatroom.doors._when import local_time
from chatroom.hostkey import KIND, HostKey

if TYPE_CHECKING:
    from chatroom.house import House

BEGINNING = b"SSH-"
"""How whoever speaks SSH begins (RFC 4253, section 4.2)."""


class SshFactory(Factory):
    """Hold the connections, and what conch asks a factory for."""

    noisy = False

    def __init__(self, house: House, host_key: HostKey) -> None:
        self.house = house
        self._host_key = host_key
        self._when = local_time(house.wall)

    @property
    def privateKeys(self) -> dict[bytes, Any]:
        """Give the host key."""
        return {KIND: self._host_key.key}

    @property
    def publicKeys(self) -> dict[bytes, Any]:
        """Give its public part."""
        return {KIND: self._host_key.key.public()}

    def getService(self, transport: SshTransport, service: bytes) -> Any:
        """Give what logs in; what comes after it is not asked for by name."""
        return (lambda: transport.login) if service == SshLogin.name else None

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol of one connection."""
        protocol: Any = SshTransport(self.house, self._when)
        protocol.factory = self
        return protocol


class SshDoor:
    """Let people in who have ssh."""

    name = "ssh"

    def __init__(self, house: House, host_key: HostKey) -> None:
        self.factory: IProtocolFactory = SshFactory(house, host_key)

    def recognises(self, first: bytes) -> bool | None:
        """Take whoever begins as SSH does."""
        if first.startswith(BEGINNING):
            return True
        return None if BEGINNING.startswith(first) else False


def open_door(house: House, *, host_key: HostKey | None = None) -> SshDoor:
    """Make the SSH door of a house, with a host key of its own unless there is one."""
    return SshDoor(house, host_key or HostKey())
