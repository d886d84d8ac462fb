"""How much one address may ask over HTTP: so much at once, and so much a second; nothing is bounded for this machine's own."""

from __future__ import annotations

from collections import OrderedDict

from chatroom.core.bucket import Allowance, Bucket
from chatroom.core.crowd import Household, household
from chatroom.wire.problem import Problem

ALLOWED = Allowance(burst=200, rate=10)
"""Requests at once, and each second on."""
TRACKED = 10_000
"""Addresses that are remembered; of more, those not seen for longest are forgotten."""


class Pace:
    """Count what addresses ask."""

    def __init__(self, allowed: Allowance = ALLOWED) -> None:
        self._allowed = allowed
        self._buckets: OrderedDict[Household, Bucket] = OrderedDict()

    def __len__(self) -> int:
        """Count the addresses that are remembered."""
        return len(self._buckets)

    def spend(self, address: str, cost: float, now: float) -> None:
        """Count a request, or raise `Problem` with how long to wait."""
        home = household(address)
        if home is None:
            return
        bucket = self._buckets.setdefault(home, Bucket())
        self._buckets.move_to_end(home)
        if len(self._buckets) > TRACKED:
            self._buckets.popitem(last=False)
        wait = bucket.wait(cost, now, self._allowed)
        if wait > 0:
            seconds = int(wait) + 1
            raise Problem(429, f"You ask too often. Ask again in {seconds} s.", headers={"Retry-After": str(seconds)})
        bucket.spend(cost, now, self._allowed)
