"""How many come from where: connections, and people coming in, by address.

Rules
-----
- Addresses are counted by household (an IPv6 /64). The table of what they spent is bounded: where there are too many, of those not
  seen for longest the one that spent least is forgotten first. Those with a connection open are counted apart, and always.
- This machine's own addresses, and connections that have none, count only towards the total: whoever runs a tunnel, a proxy or a test
  beside the server is not one household.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice

from chatroom.core.addresses import spot
from chatroom.core.bucket import Bucket
from chatroom.core.errors import ConnectingTooOften, EnteringTooOften, TooManyConnections, TooManyFromAddress
from chatroom.core.flood import FloodLimits
from chatroom.core.spans import told

TRACKED = 20_000
"""Households whose spending is remembered."""

SAMPLE = 8
"""Of how many the one that spent least is forgotten."""

Household = tuple[int, int]


def household(address: str) -> Household | None:
    """Give the household of an address; none for this machine's own."""
    place = spot(address)
    return None if place is None or place.local else place.household


class Spending:
    """Be what one household spent."""

    __slots__ = ("connects", "entries")

    def __init__(self) -> None:
        self.connects = Bucket()
        self.entries = Bucket()

    def weight(self, now: float, limits: FloodLimits) -> float:
        """Tell how much is lost when this is forgotten: nothing when it is zero."""
        return self.connects.spent(now, limits.connects.rate) + self.entries.spent(now, limits.entries.rate)


class Crowd:
    """Judge how many come from where."""

    __slots__ = ("_open", "_spending", "limits", "total", "tracked")

    def __init__(self, limits: FloodLimits, *, tracked: int = TRACKED) -> None:
        self.limits = limits
        self.tracked = tracked
        self.total = 0
        """Connections open, from everywhere."""
        self._open: dict[Household, int] = {}
        self._spending: OrderedDict[Household, Spending] = OrderedDict()

    @property
    def addresses(self) -> int:
        """Count the households that have a connection open."""
        return len(self._open)

    @property
    def remembered(self) -> int:
        """Count the households whose spending is remembered."""
        return len(self._spending)

    def arrive(self, address: str, now: float) -> None:
        """Count a new connection, to be given back with `depart`, or refuse it."""
        self._check_place(address)
        home = household(address)
        if home is not None:
            self._connect(home, now)
        self._take_place(home)

    def wait(self, address: str) -> None:
        """Count a connection that has not arrived at a door yet, to be given back with `depart`, or refuse it."""
        self._check_place(address)
        self._take_place(household(address))

    def _check_place(self, address: str) -> None:
        limits, home = self.limits, household(address)
        if limits.connections and self.total >= limits.connections:
            raise TooManyConnections(limit=limits.connections)
        most = limits.address_connections
        if home is not None and most and self._open.get(home, 0) >= most:
            raise TooManyFromAddress(limit=most)

    def _take_place(self, home: Household | None) -> None:
        if home is not None:
            self._open[home] = self._open.get(home, 0) + 1
        self.total += 1

    def _connect(self, home: Household, now: float) -> None:
        spending, allowance = self._of(home, now), self.limits.connects
        wait = spending.connects.wait(1, now, allowance)
        if wait > 0:
            raise ConnectingTooOften(span=told(wait))
        spending.connects.spend(1, now, allowance)

    def depart(self, address: str) -> None:
        """Give a connection back that was let in."""
        self.total -= 1
        home = household(address)
        if home is not None:
            left = self._open.get(home, 0) - 1
            if left > 0:
                self._open[home] = left
            else:
                self._open.pop(home, None)

    def enter(self, address: str, now: float) -> None:
        """Count somebody who comes in with a name, or refuse them."""
        home = household(address)
        if home is None:
            return
        spending, allowance = self._of(home, now), self.limits.entries
        wait = spending.entries.wait(1, now, allowance)
        if wait > 0:
            raise EnteringTooOften(span=told(wait))
        spending.entries.spend(1, now, allowance)

    def blame(self, address: str, now: float) -> None:
        """Count a session that was cut as a quarter of all its address may connect, so that it does not simply come back."""
        home = household(address)
        if home is not None:
            allowance = self.limits.connects
            spending = self._of(home, now).connects
            room = max(0.0, 2 * allowance.burst - spending.spent(now, allowance.rate))
            spending.spend(min(allowance.burst / 4, room), now, allowance)

    def tidy(self, now: float, limit: int = 500) -> None:
        """Forget, among the next `limit` households, those who have nothing left to give back."""
        for home in list(islice(self._spending, limit)):
            if self._spending[home].weight(now, self.limits) > 0:
                self._spending.move_to_end(home)
            else:
                del self._spending[home]

    def _of(self, home: Household, now: float) -> Spending:
        spending = self._spending.get(home)
        if spending is not None:
            self._spending.move_to_end(home)
            return spending
        if len(self._spending) >= self.tracked:
            oldest = islice(self._spending.items(), SAMPLE)
            del self._spending[min(oldest, key=lambda known: known[1].weight(now, self.limits))[0]]
        spending = self._spending[home] = Spending()
        return spending
