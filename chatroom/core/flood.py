"""Too much: what becomes of one session that says more than anybody can read.

Rules
-----
- A session that spends too much is slowed: what it sends is taken, and then it is read no further until it may send again. Slowed
  for too long, it is hushed: what it sends is refused for a while, which doubles each time. Only when it goes on sending while hushed
  is it cut; what was on its way when the hush began is refused, but not held against it. Left alone, it calms down by itself.
- Whoever pauses as told is refused nothing. While hushed nobody is made to wait: what they send is refused as fast as it comes, so
  that a flood is soon over, and a few lines more are soon answered.
- The limits come with each question, so new ones hold at once.
- There is no clock here, and no address: those are counted in `crowd.py`.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from chatroom.core.bucket import Allowance, Bucket
from chatroom.core.fact import fact

ON_ITS_WAY = 1.5
"""Seconds in which what comes after a hush has begun was sent before its sender could know."""
TOLD = 1.0
"""Seconds between two times that somebody who is hushed is told so, unless a program wants an answer to each request."""


@dataclass(frozen=True)
class FloodLimits:
    """Bound what one session may send and one address may open; zero is no bound, times are seconds."""

    burst: int = 40
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
    """How long somebody is hushed at most."""
    forgive: float = 600.0
    """After how long without a hush one of them is forgotten, and all lines sent while hushed."""
    tries: int = 100
    """Lines sent while hushed before their sender is disconnected."""
    bulk: int = 1024
    """Characters of one message that count for another line."""
    rows: int = 8
    """Line breaks in one message that count for another line."""
    renaming: int = 5
    """Lines a new name counts for."""
    joining: int = 2
    """Lines that joining or leaving a room, being away, or a new topic counts for."""
    stranger: int = 3
    """Lines a private message counts for when it is to somebody who has not written back."""
    reading: int = 4
    """Lines that history, a search or what was missed counts for."""
    loopback: int = 1000
    """How many times as much this machine's own addresses may send, and try to log in, for programs that run beside the server."""
    connections: int = 12_000
    """Connections to the house, in all; consoles are not counted."""
    address_connections: int = 128
    """Connections from one address, at one time; this machine's own is not bounded by this, nor by what follows."""
    address_connects: int = 200
    """Connections from one address, one after another at once, and a third of it each minute on."""
    address_entries: int = 120
    """People who come in from one address at once, and as many each minute on."""
    address_logins: int = 20
    """Attempts to log in from one address that need not wait; it may be a whole school's, all of it back at once after a restart."""
    member_logins: int = 5
    """Attempts to log in as one member that need not wait."""
    login_wait: float = 5.0
    """How long the next attempt waits then; each further one waits twice as long."""
    address_login_wait: float = 900.0
    """How long an attempt from one address waits at most."""
    member_login_wait: float = 60.0
    """How long an attempt to log in as one member waits at most: it hits its owner, too."""

    @cached_property
    def pace(self) -> Allowance:
        """Give what a session may send without being slowed."""
        return Allowance(self.burst, self.per_minute / 60)

    @cached_property
    def strain(self) -> Allowance:
        """Give how much a session may be slowed without being hushed."""
        return Allowance(self.patience, self.patience / self.calm if self.hush > 0 else 0)

    @cached_property
    def leniency(self) -> Allowance:
        """Give how much a session may send while hushed without being cut."""
        return Allowance(self.tries, self.tries / self.forgive)

    @cached_property
    def connects(self) -> Allowance:
        """Give how often an address may connect."""
        return Allowance(self.address_connects, self.address_connects / 180)

    @cached_property
    def entries(self) -> Allowance:
        """Give how often somebody may come in from an address."""
        return Allowance(self.address_entries, self.address_entries / 60)

    @cached_property
    def at_home(self) -> FloodLimits:
        """Give what holds for sessions that come from this machine itself."""
        times = self.loopback
        return replace(self, burst=self.burst * times, per_minute=self.per_minute * times, patience=self.patience * times)

    def cost(self, verb: str, size: int = 0, breaks: int = 0) -> float:
        """Tell how many lines a verb counts for, with texts of so many characters and line breaks."""
        field = PRICED.get(verb)
        price: float = CHEAP.get(verb, 1.0) if field is None else getattr(self, field)
        if self.bulk and size > self.bulk:
            price += (size - 1) // self.bulk
        if self.rows and breaks:
            price += breaks // self.rows
        return price


OFF = FloodLimits(burst=0, connections=0, address_connections=0, address_connects=0, address_entries=0)
"""Bound nothing: for measurements, and for tests of other things."""

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
    "conversations": "reading",
}
"""Verbs that count for more than a line, by the limit that says for how many."""

CHEAP = {"quit": 0.0, "ping": 0.1, "who": 0.5, "whois": 0.5, "rooms": 0.5, "help": 0.5}
"""Verbs that count for less."""


@fact
class Verdict:
    """Say what becomes of a request: done and then a pause, or refused while `hushed`, or even the session is `cut`."""

    wait: float = 0.0
    """Seconds in which nothing more is to be read."""
    hushed: float = 0.0
    """Seconds for which nothing more is taken, this neither."""
    hushing: bool = False
    """Whether a hush begins with it."""
    cut: bool = False


GO = Verdict()


class Trouble:
    """Be what is held against a session that was slowed."""

    __slots__ = ("_hush", "_hushed_at", "_hushes", "_strain", "_told_at", "_tries")

    def __init__(self) -> None:
        self._strain = Bucket()
        self._tries = Bucket()
        self._hushed_at = 0.0
        self._hush = 0.0
        """How long the last hush was to last."""
        self._hushes = 0
        self._told_at = 0.0

    def tells(self, now: float) -> bool:
        """Tell whether it is time to say again that nothing is taken, and take it for said."""
        if 0 <= now - self._told_at < TOLD:
            return False
        self._told_at = now
        return True

    def left(self, now: float) -> float:
        """Tell for how many more seconds nothing is taken."""
        self._hushed_at = min(self._hushed_at, now)
        return max(0.0, self._hushed_at + self._hush - now)

    def slowed(self, cost: float, now: float, limits: FloodLimits) -> bool:
        """Count something that was slowed, and tell whether that was too much."""
        return self._strain.spend(cost, now, limits.strain) > 0

    def tried(self, cost: float, now: float, limits: FloodLimits) -> bool:
        """Count something that was sent all the same, and tell whether that was too much."""
        return now - self._hushed_at >= ON_ITS_WAY and self._tries.spend(cost, now, limits.leniency) > 0

    def hush(self, now: float, limits: FloodLimits) -> None:
        """Take nothing from here on, for twice as long as the last time."""
        quiet = max(0.0, now - self._hushed_at - self._hush)
        self._hushes = max(0, self._hushes - int(quiet / limits.forgive))
        self._hushed_at = now
        self._told_at = 0.0
        self._hush = min(limits.hush * 2.0 ** min(self._hushes, 30), max(limits.hush, limits.hush_most))
        self._hushes += 1

    def over(self, now: float, limits: FloodLimits) -> bool:
        """Tell whether all of it is forgiven."""
        forgiven = self._hushed_at + self._hush + self._hushes * limits.forgive <= now
        return forgiven and self._strain.spent(now, limits.strain.rate) == self._tries.spent(now, limits.leniency.rate) == 0


class Conduct:
    """Judge how much one session sends."""

    __slots__ = ("_pace", "_trouble")

    def __init__(self, pace: Bucket | None = None) -> None:
        self._pace = pace or Bucket()
        self._trouble: Trouble | None = None

    def weigh(self, cost: float, now: float, limits: FloodLimits) -> Verdict:
        """Say what becomes of a request that counts for `cost` lines."""
        pace = limits.pace
        if cost <= 0 or not pace.bounds:
            return GO
        left = self.hushed(now)
        if left:
            return Verdict(hushed=left, cut=self._trouble is not None and self._trouble.tried(cost, now, limits))
        wait = self._pace.spend(cost, now, pace)
        if wait <= 0:
            return GO
        if self._trouble is None:
            self._trouble = Trouble()
        if not self._trouble.slowed(cost, now, limits):
            return Verdict(wait)
        self._trouble.hush(now, limits)
        return Verdict(hushed=self.hushed(now), hushing=True)

    def lets(self, cost: float, now: float, limits: FloodLimits) -> bool:
        """Let requests that count for `cost` lines go on if none of them is slowed; tell whether they do."""
        pace = limits.pace
        if cost <= 0 or not pace.bounds:
            return True
        return not self.hushed(now) and self._pace.takes(cost, now, pace)

    def tells(self, now: float) -> bool:
        """Tell whether it is time to say again that nothing is taken, and take it for said."""
        return self._trouble is None or self._trouble.tells(now)

    def pace_alone(self) -> Conduct:
        """Give a conduct that has sent as much as this one, and has nothing held against it."""
        return Conduct(copy(self._pace))

    def hushed(self, now: float) -> float:
        """Tell for how many more seconds nothing is taken."""
        return 0.0 if self._trouble is None else self._trouble.left(now)

    def spent(self, now: float, limits: FloodLimits) -> float:
        """Tell how many lines were sent and are not given back yet."""
        return self._pace.spent(now, limits.pace.rate)

    def troubled(self, now: float, limits: FloodLimits) -> bool:
        """Tell whether anything is held against this session beside what it sent lately."""
        if self._trouble is not None and self._trouble.over(now, limits):
            self._trouble = None
        return self._trouble is not None
