"""Too much: what becomes of one session that says more than anybody can read, and of one address from which too many come.

Rules
-----
- Everything is a token bucket: so much at once, and so much per time. It holds what was spent, so an unused one is empty, and to
  forget an empty one changes nothing.
- A session that spends too much is slowed: what it sends is taken, each line when its turn comes, and it is read no further until
  then. Slowed for too long, it is hushed: what it sends is refused for a while, which doubles each time. Only when it goes on
  sending while hushed is it cut. Left alone, it calms down by itself.
- The caller obeys: it waits as long as it is told before it asks for the same session again.
- Addresses are counted by household (an IPv6 /64). The table of what they spent is bounded: where there are too many, of those not
  seen for longest the one that spent least is forgotten first. Those with a connection open are counted apart, and always.
- There is no clock here. One that goes backwards grants nothing, and holds nobody for longer than they were told.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice

from chatroom.core.addresses import Spot, spot
from chatroom.core.errors import (
    ConnectingTooOften,
    EnteringTooOften,
    Flooding,
    Hushed,
    Refused,
    TooManyConnections,
    TooManyFromAddress,
)
from chatroom.core.fact import fact
from chatroom.core.spans import told

TRACKED = 20_000
"""Households whose spending is remembered."""

SAMPLE = 8
"""Of how many the one that spent least is forgotten."""


@fact
class Allowance:
    """Allow `burst` at once and `rate` a second; nothing is bounded where either is zero."""

    burst: float
    rate: float

    @property
    def bounds(self) -> bool:
        """Tell whether anything is bounded."""
        return self.burst > 0 and self.rate > 0

    def times(self, factor: float) -> Allowance:
        """Allow `factor` times as much."""
        return Allowance(self.burst * factor, self.rate * factor)


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """Bound what one session may send and one address may open; zero is no bound, times are seconds."""

    burst: int = 20
    """Lines sent at once before any is slowed."""
    per_minute: int = 120
    """Lines a minute that go on without being slowed."""
    patience: int = 30
    """Slowed lines before their sender is hushed."""
    calm: float = 60.0
    """How long it takes until as many may be slowed again."""
    hush: float = 10.0
    """How long somebody is hushed the first time; each further time doubles it."""
    hush_most: float = 300.0
    forgive: float = 600.0
    """After how long without a hush one of them is forgotten, and all lines sent while hushed."""
    tries: int = 40
    """Lines sent while hushed before their sender is disconnected."""
    renaming: int = 5
    """Lines a new name counts for."""
    joining: int = 2
    """Lines that joining or leaving a room, being away, or a new topic counts for."""
    stranger: int = 3
    """Lines a private message counts for when it is to somebody who has not answered."""
    reading: int = 4
    """Lines that history, a search or what was missed counts for."""
    connections: int = 12_000
    """Connections to the house, in all."""
    address_connections: int = 64
    """Connections from one address, at one time."""
    address_connects: int = 100
    """Connections from one address, one after another at once, and a third of it each minute on."""
    address_entries: int = 60
    """People who come in from one address at once, and as many each minute on."""
    loopback: int = 0
    """How many times as much is allowed to this machine's own address."""

    @property
    def pace(self) -> Allowance:
        """Give what a session may send without being slowed."""
        return Allowance(self.burst, self.per_minute / 60)

    @property
    def strain(self) -> Allowance:
        """Give how much a session may be slowed without being hushed."""
        return Allowance(self.patience, self.patience / self.calm if self.calm > 0 and self.hush > 0 else 0)

    @property
    def leniency(self) -> Allowance:
        """Give how much a session may send while hushed without being cut."""
        return Allowance(self.tries, self.tries / self.forgive if self.forgive > 0 else 0)

    @property
    def connects(self) -> Allowance:
        """Give how often an address may connect."""
        return Allowance(self.address_connects, self.address_connects / 180)

    @property
    def entries(self) -> Allowance:
        """Give how often somebody may come in from an address."""
        return Allowance(self.address_entries, self.address_entries / 60)

    def cost(self, verb: str) -> float:
        """Tell how many lines a verb counts for."""
        field = PRICED.get(verb)
        price: float = CHEAP.get(verb, 1.0) if field is None else getattr(self, field)
        return price


PRICED = {
    "nick": "renaming",
    "join": "joining",
    "leave": "joining",
    "topic": "joining",
    "away": "joining",
    "back": "joining",
    "invite": "joining",
    "history": "reading",
    "search": "reading",
    "missed": "reading",
}
"""Verbs that count for more than a line, by the limit that says for how many."""

CHEAP = {"quit": 0.0, "ping": 0.1}
"""Verbs that count for less."""


class Bucket:
    """Remember what was spent, less what time gave back since."""

    __slots__ = ("_at", "_spent")

    def __init__(self) -> None:
        self._at = 0.0
        self._spent = 0.0

    def spent(self, now: float, rate: float) -> float:
        """Tell what of all that was spent is not given back yet."""
        # Not the clock's last reading but its steps count: one set back by an hour would else give nothing back for an hour.
        self._spent = max(0.0, self._spent - max(0.0, now - self._at) * rate)
        self._at = now
        return self._spent

    def wait(self, cost: float, now: float, allowance: Allowance) -> float:
        """Tell how long it takes until `cost` may be spent, without spending it."""
        if not allowance.bounds:
            return 0.0
        return max(0.0, (self.spent(now, allowance.rate) + cost - allowance.burst) / allowance.rate)

    def spend(self, cost: float, now: float, allowance: Allowance) -> float:
        """Spend `cost` and tell how long to wait with what it was spent for."""
        if not allowance.bounds:
            return 0.0
        wait = self.wait(cost, now, allowance)
        self._spent += cost
        return wait


@fact
class Verdict:
    """Say what becomes of a request: wait so many seconds, then do it or, if there is a `why`, refuse it, or even `cut` the session."""

    wait: float = 0.0
    why: Refused | None = None
    cut: bool = False


GO = Verdict()


class Conduct:
    """Judge how much one session sends."""

    __slots__ = ("_cut", "_hush", "_hushed_at", "_hushes", "_pace", "_strain", "_tries", "exempt", "limits")

    def __init__(self, limits: FloodLimits, *, exempt: bool = False) -> None:
        self.limits = limits
        self.exempt = exempt
        self._pace = Bucket()
        self._strain = Bucket()
        self._tries = Bucket()
        self._hushed_at = 0.0
        self._hush = 0.0
        """How long the last hush was to last."""
        self._hushes = 0
        self._cut = False

    def weigh(self, cost: float, now: float) -> Verdict:
        """Say what becomes of a request that counts for `cost` lines."""
        limits = self.limits
        if self.exempt or cost <= 0 or not limits.pace.bounds:
            return GO
        if self._cut:
            return Verdict(why=Flooding(), cut=True)
        wait = self._pace.spend(cost, now, limits.pace)
        left = self._left(now)
        if left > wait:
            return self._while_hushed(cost, now, wait, left)
        if wait <= 0:
            return GO
        if self._strain.spend(cost, now, limits.strain) > 0:
            return self._hushing(now, wait)
        return Verdict(wait)

    def hushed(self, now: float) -> float:
        """Tell for how many more seconds nothing is taken."""
        return max(0.0, self._left(now))

    def _left(self, now: float) -> float:
        self._hushed_at = min(self._hushed_at, now)
        return self._hushed_at + self._hush - now

    def _while_hushed(self, cost: float, now: float, wait: float, left: float) -> Verdict:
        if self._tries.spend(cost, now, self.limits.leniency) > 0:
            self._cut = True
            return Verdict(why=Flooding(), cut=True)
        return Verdict(wait, Hushed(span=told(left - wait)))

    def _hushing(self, now: float, wait: float) -> Verdict:
        limits = self.limits
        quiet = max(0.0, now - self._hushed_at - self._hush)
        forgiven = int(quiet / limits.forgive) if limits.forgive > 0 else 0
        self._hushes = max(0, self._hushes - forgiven)
        # It begins when what was told to wait is refused.
        self._hushed_at = now
        self._hush = wait + min(limits.hush * 2.0 ** min(self._hushes, 30), max(limits.hush, limits.hush_most))
        self._hushes += 1
        return Verdict(wait, Hushed(span=told(self._hush - wait)))


class _Spending:
    """Be what one household spent."""

    __slots__ = ("connects", "entries")

    def __init__(self) -> None:
        self.connects = Bucket()
        self.entries = Bucket()

    def weight(self, now: float, limits: FloodLimits) -> float:
        """Tell how much is lost when this is forgotten: nothing when it is zero."""
        return self.connects.spent(now, limits.connects.rate) + self.entries.spent(now, limits.entries.rate)


Household = tuple[int, int]


class Crowd:
    """Judge how many come from where."""

    __slots__ = ("_open", "_spending", "limits", "total", "tracked")

    def __init__(self, limits: FloodLimits, *, tracked: int = TRACKED) -> None:
        self.limits = limits
        self.tracked = tracked
        self.total = 0
        """Connections open, from everywhere."""
        self._open: dict[Household, int] = {}
        self._spending: OrderedDict[Household, _Spending] = OrderedDict()

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
        place, limits = spot(address), self.limits
        factor = self._factor(place)
        if factor and limits.connections and self.total >= limits.connections:
            raise TooManyConnections(limit=limits.connections)
        if place is not None and factor:
            most = limits.address_connections * factor
            if most and self._open.get(place.household, 0) >= most:
                raise TooManyFromAddress(limit=most)
            self._connect(place.household, now, factor)
        if place is not None:
            self._open[place.household] = self._open.get(place.household, 0) + 1
        self.total += 1

    def _connect(self, household: Household, now: float, factor: int) -> None:
        spending, allowance = self._of(household, now), self.limits.connects.times(factor)
        wait = spending.connects.wait(1, now, allowance)
        if wait > 0:
            raise ConnectingTooOften(span=told(wait))
        spending.connects.spend(1, now, allowance)

    def depart(self, address: str) -> None:
        """Give a connection back that was let in."""
        place = spot(address)
        self.total -= 1
        if place is not None:
            left = self._open.get(place.household, 0) - 1
            if left > 0:
                self._open[place.household] = left
            else:
                self._open.pop(place.household, None)

    def enter(self, address: str, now: float) -> None:
        """Count somebody who comes in with a name, or refuse them."""
        place = spot(address)
        factor = self._factor(place)
        if place is None or not factor:
            return
        spending, allowance = self._of(place.household, now), self.limits.entries.times(factor)
        wait = spending.entries.wait(1, now, allowance)
        if wait > 0:
            raise EnteringTooOften(span=told(wait))
        spending.entries.spend(1, now, allowance)

    def blame(self, address: str, now: float) -> None:
        """Count a session that was cut as a quarter of all its address may connect, so that it does not simply come back."""
        place = spot(address)
        factor = self._factor(place)
        if place is not None and factor:
            allowance = self.limits.connects.times(factor)
            spending = self._of(place.household, now).connects
            room = max(0.0, 2 * allowance.burst - spending.spent(now, allowance.rate))
            spending.spend(min(allowance.burst / 4, room), now, allowance)

    def tidy(self, now: float, limit: int = 500) -> None:
        """Forget, among the next `limit` households, those who have nothing left to give back."""
        for household in list(islice(self._spending, limit)):
            if self._spending[household].weight(now, self.limits) > 0:
                self._spending.move_to_end(household)
            else:
                del self._spending[household]

    def _factor(self, place: Spot | None) -> int:
        """Give how many times the common limits hold there; zero for no limit."""
        return 1 if place is not None and not place.local else self.limits.loopback

    def _of(self, household: Household, now: float) -> _Spending:
        spending = self._spending.get(household)
        if spending is not None:
            self._spending.move_to_end(household)
            return spending
        if len(self._spending) >= self.tracked:
            oldest = islice(self._spending.items(), SAMPLE)
            del self._spending[min(oldest, key=lambda known: known[1].weight(now, self.limits))[0]]
        spending = self._spending[household] = _Spending()
        return spending
