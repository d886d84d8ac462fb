"""What the host decided about the house."""

from __future__ import annotations

from dataclasses import dataclass, field

from chatroom.core.doorkeeper import Access
from chatroom.core.flood import FloodLimits
from chatroom.core.limits import DEFAULT, Limits
from chatroom.core.publicity import Publicity
from chatroom.core.registrations import Registration
from chatroom.core.relays import Relays


@dataclass(frozen=True, slots=True)
class Rules:
    """Be what the host decided about the house."""

    name: str = "chatroom"
    welcome: str = ""
    lobby: str = "lobby"
    access: Access = "open"
    registration: Registration = "closed"
    clear_passwords: bool = True
    """Whether passwords may come over connections that others can read."""
    strict_transport: float | None = None
    """For how many seconds clients that can be told so are to come encrypted only; None to tell them nothing."""
    limits: Limits = field(default=DEFAULT)
    floods: FloodLimits = field(default=FloodLimits())
    publicity: Publicity = field(default=Publicity())
    relays: Relays = field(default=Relays())
