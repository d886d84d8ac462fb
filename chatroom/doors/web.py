"""The web door: a live monitor, the chat in a browser, and HTTP for programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IProtocolFactory

from chatroom.doors._web.channel import WebFactory
from chatroom.doors._web.request import raw
from chatroom.doors._web.routes import Routes

if TYPE_CHECKING:
    from chatroom.house import House

METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"CONNECT", b"PRI")
_BEGINS = re.compile(b"(?:%b) [/*h]" % b"|".join(METHODS))
_LONGEST = max(map(len, METHODS)) + 2


class WebDoor:
    """Let browsers in, and programs that speak HTTP."""

    name = "web"

    def __init__(self, house: House) -> None:
        self.factory: IProtocolFactory = WebFactory(house.clock, Routes(house).answer, raw, self._believes)
        self._house = house

    def _believes(self, address: str) -> bool:
        return self._house.hub.rules.relays.listed(address)

    def recognises(self, first: bytes) -> bool | None:
        """Take everybody who begins with a method and a path."""
        if _BEGINS.match(first):
            return True
        if len(first) < _LONGEST and any(f"{method} ".startswith(first.decode("latin-1")) for method in map(bytes.decode, METHODS)):
            return None
        return False


def open_door(house: House) -> WebDoor:
    """Make the web door of a house."""
    return WebDoor(house)
