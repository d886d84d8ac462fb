"""Attempts to log in: a few are free, then each one must wait longer, by address and by account.

Rules
-----
- An attempt counts as failed from the moment it is let through until it is known to have succeeded, so a hundred at once are no way
  around the limit. One that comes too early is refused with the time to wait, and is not counted: whoever waits as told gets in.
- IPv6 addresses count by /64, which is what one subscriber has; IPv4 in IPv6 clothing counts as IPv4.
- An account's wait is capped low, for it also hits its owner; an address from which somebody got into that account before is exempt
  from it, and is still limited as an address. What is remembered of that does not survive a restart.
- What is counted is forgotten some time after the last attempt. Success takes back only its own count: somebody with a password of
  their own must not be able to wash away guesses at another's.
- This machine's own addresses may try as many times more as they may send: programs that run beside the server come from there. By
  account they wait as everybody does.
- Addresses and accounts have tables of their own, so that no number of addresses frees an account. In each, whoever used up what is
  free is kept apart from the many who did not: a flood of new ones makes room among its own kind, oldest first.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from ipaddress import IPv6Address, ip_address
from typing import Generic, TypeVar

from chatroom.core.addresses import spot
from chatroom.core.errors import TooManyAttempts
from chatroom.core.fact import fact
from chatroom.core.flood import FloodLimits

KEY = 256
"""Characters of an account that are looked at; those alike so far share a count."""
TABLE = 20_000
"""Addresses, and accounts, that are remembered in each half of a table."""
FORGOTTEN = 3600.0
"""Seconds after the last attempt in which what was counted is forgotten at the earliest."""
HOMES = 8
"""Addresses remembered for one account as those its owner comes from."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@fact
class Pace:
    """Say how many attempts are free, zero for all, what the wait is after them, in seconds, and how far it doubles."""

    free: int
    first: float
    longest: float

    @property
    def forgotten(self) -> float:
        """Tell after how many seconds without an attempt all is forgotten: longer than the longest wait."""
        return max(FORGOTTEN, 2 * self.longest)

    def wait(self, count: int) -> float:
        """Give how long after the `count`th attempt the next one may be."""
        over = count - self.free
        return 0.0 if over < 0 or not self.free else min(self.first * 2.0 ** min(over, 64), self.longest)


PER_ADDRESS = Pace(FloodLimits.address_logins, FloodLimits.login_wait, FloodLimits.address_login_wait)
PER_LOCAL = Pace(FloodLimits.address_logins * FloodLimits.loopback, FloodLimits.login_wait, FloodLimits.address_login_wait)
PER_ACCOUNT = Pace(FloodLimits.member_logins, FloodLimits.login_wait, FloodLimits.member_login_wait)


class _Latest(Generic[Key, Value]):
    """Hold at most `size` things, and let go of the one that was not touched for longest."""

    __slots__ = ("held", "size")

    def __init__(self, size: int) -> None:
        self.held: OrderedDict[Key, Value] = OrderedDict()
        self.size = size

    def put(self, key: Key, value: Value) -> None:
        self.held[key] = value
        self.held.move_to_end(key)
        if len(self.held) > self.size:
            self.held.popitem(last=False)


class _Tally:
    """Count attempts by key; the count and the time of the last one are all there is of it."""

    __slots__ = ("_few", "_many", "pace")

    def __init__(self, pace: Pace, size: int) -> None:
        self.pace = pace
        self._few: _Latest[str, tuple[int, float]] = _Latest(size)
        self._many: _Latest[str, tuple[int, float]] = _Latest(size)

    def __len__(self) -> int:
        return len(self._few.held) + len(self._many.held)

    def wait(self, key: str, now: float) -> float:
        count, last = self._at(key, now)
        return max(0.0, last + self.pace.wait(count) - now)

    def count(self, key: str, now: float) -> None:
        self._keep(key, self._at(key, now)[0] + 1, now)

    def take_back(self, key: str, now: float) -> None:
        count, last = self._at(key, now)
        if count:
            self._keep(key, count - 1, last)

    def _at(self, key: str, now: float) -> tuple[int, float]:
        held = self._many.held.get(key) or self._few.held.get(key)
        # What seems to have been later than now was before the clock was set back, which would else hold everybody up for as long.
        if held is None or not 0 <= now - held[1] <= self.pace.forgotten:
            return 0, now
        return held

    def _keep(self, key: str, count: int, at: float) -> None:
        self._many.held.pop(key, None)
        self._few.held.pop(key, None)
        if count:
            (self._many if count >= self.pace.free else self._few).put(key, (count, at))


@fact
class Attempt:
    """Be an attempt that was let through, to be given back when it succeeded or was not made."""

    place: str
    account: str
    at_home: bool


class Attempts:
    """Limit attempts to log in; `account` is a member's id, or what was typed where there is no such member."""

    __slots__ = ("_accounts", "_addresses", "_homes", "_local")

    def __init__(self, address: Pace = PER_ADDRESS, account: Pace = PER_ACCOUNT, size: int = TABLE, local: Pace = PER_LOCAL) -> None:
        self._addresses = _Tally(address, size)
        self._local = _Tally(local, HOMES)
        self._accounts = _Tally(account, size)
        self._homes: _Latest[str, _Latest[str, None]] = _Latest(size)

    def __len__(self) -> int:
        """Count what is remembered."""
        return len(self._addresses) + len(self._local) + len(self._accounts) + len(self._homes.held)

    def obey(self, limits: FloodLimits) -> None:
        """Go by these limits from now on."""
        self._addresses.pace = Pace(limits.address_logins, limits.login_wait, limits.address_login_wait)
        self._local.pace = replace(self._addresses.pace, free=limits.address_logins * limits.loopback)
        self._accounts.pace = Pace(limits.member_logins, limits.login_wait, limits.member_login_wait)

    def admit(self, address: str, account: str, now: float) -> Attempt:
        """Let one attempt through and count it, or raise `TooManyAttempts` with how long to wait."""
        place, who = group(address), account[:KEY]
        homes = self._homes.held.get(who)
        at_home = homes is not None and place in homes.held
        addresses = self._tally(place)
        wait = max(addresses.wait(place, now), 0.0 if at_home else self._accounts.wait(who, now))
        if wait > 0.0:
            raise TooManyAttempts(wait=told(wait), seconds=math.ceil(wait))
        addresses.count(place, now)
        # What its owner mistypes at home must not make others of its devices wait elsewhere.
        if not at_home:
            self._accounts.count(who, now)
        return Attempt(place, who, at_home)

    def succeeded(self, attempt: Attempt, now: float) -> None:
        """Take back an attempt that got in, and remember that the account's owner comes from there."""
        self.take_back(attempt, now)
        homes = self._homes.held.get(attempt.account) or _Latest(HOMES)
        homes.put(attempt.place, None)
        self._homes.put(attempt.account, homes)

    def take_back(self, attempt: Attempt, now: float) -> None:
        """Forget an attempt that was let through and then not made, because the house was too busy to check it."""
        self._tally(attempt.place).take_back(attempt.place, now)
        if not attempt.at_home:
            self._accounts.take_back(attempt.account, now)

    def _tally(self, place: str) -> _Tally:
        found = spot(place)
        return self._local if found is not None and found.local else self._addresses

    def forget(self, account: str) -> None:
        """Forget where the owner of an account comes from, when its password is changed by another or it ends."""
        self._homes.held.pop(account[:KEY], None)


def group(address: str) -> str:
    """Give what an address counts as: itself, or its /64; anything that is no IP address counts as it is written."""
    try:
        ip = ip_address(address[:KEY])
    except ValueError:
        return address[:KEY]
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    if ip.is_link_local or ip.is_loopback:
        return str(IPv6Address(int(ip)))
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"


def told(seconds: float) -> str:
    """Write a time to wait in words, rounded up."""
    whole = math.ceil(seconds)
    count, unit = (whole, "second") if whole < 120 else (math.ceil(whole / 60), "minute")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
