"""Who may become a member without an admin, and how many of them: by the house's rule, by address and by member.

`closed`: nobody. `invited`: whom a member sponsors. `open`: any guest as well.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

from chatroom.core.addresses import spot
from chatroom.core.errors import RegistrationClosed, RegistrationInvited, TooManyRegistrations

Registration = Literal["closed", "invited", "open"]
DAY = 86400.0
EACH = 5
"""Members that come of one address, or by one member, in a day."""
KNOWN = 4096
"""Addresses and members that are remembered; the one that did it longest ago is forgotten first."""


class Registrations:
    """Let so many register."""

    __slots__ = ("_lately", "rule")

    def __init__(self, rule: Registration) -> None:
        self.rule = rule
        self._lately: dict[Hashable, tuple[float, ...]] = {}

    def __len__(self) -> int:
        """Count whom it remembers."""
        return len(self._lately)

    def check_guests(self) -> None:
        """Refuse where no guest registers, whoever it is."""
        if self.rule == "closed":
            raise RegistrationClosed
        if self.rule == "invited":
            raise RegistrationInvited

    def admit_guest(self, address: str, now: float) -> None:
        """Count a guest who registers, or refuse."""
        self.check_guests()
        place = spot(address)
        self._count(place.household if place is not None else address, now)

    def admit_sponsor(self, member: str, now: float) -> None:
        """Count somebody whom a member lets in, or refuse."""
        if self.rule == "closed":
            raise RegistrationClosed
        self._count("@" + member, now)

    def _count(self, whose: Hashable, now: float) -> None:
        recent = tuple(at for at in self._lately.pop(whose, ()) if 0 <= now - at < DAY)
        if len(recent) < EACH:
            recent += (now,)
            refused = False
        else:
            refused = True
        self._lately[whose] = recent
        while len(self._lately) > KNOWN:
            del self._lately[next(iter(self._lately))]
        if refused:
            raise TooManyRegistrations(limit=EACH)
