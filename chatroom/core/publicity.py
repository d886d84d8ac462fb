"""What of the house is shown to those who are not in it: the monitor, and rooms whose pages anybody may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shown = Literal["open", "members", "off"]


@dataclass(frozen=True, slots=True)
class Publicity:
    """Be what the host decided about it; names of rooms are folded."""

    monitor: Shown = "open"
    """Who may watch what happens in the house: anybody, members, or nobody."""
    hidden: frozenset[str] = frozenset()
    """Rooms of which the monitor shows nothing."""
    readable: frozenset[str] = frozenset()
    """Rooms whose pages may be read by whoever reaches the house."""
    hosts: frozenset[str] = frozenset()
    """Names by which browsers may call this machine, beside addresses and localhost."""
    origins: frozenset[str] = frozenset()
    """Pages of other servers that may open a WebSocket here, such as an IRC client in a browser."""
