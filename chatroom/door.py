"""What a door is to the rest of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from twisted.internet.interfaces import IProtocolFactory


class Door(Protocol):
    """Adapt one wire protocol; connections come from a port of its own or from the front door."""

    name: str
    factory: IProtocolFactory

    def recognises(self, first: bytes) -> bool | None:
        """Tell whether a client that began with these bytes is this door's: yes, no, or None for need more."""
