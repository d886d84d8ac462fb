"""So much at once, and so much per time.

A bucket holds what was spent, so an unused one is empty, and to forget an empty one changes nothing. There is no clock here: one that
goes backwards grants nothing, and holds nobody for longer than they were told.
"""

from __future__ import annotations

from chatroom.core.fact import fact


@fact
class Allowance:
    """Allow `burst` at once and `rate` a second; nothing is bounded where either is zero."""

    burst: float
    rate: float

    @property
    def bounds(self) -> bool:
        """Tell whether anything is bounded."""
        return self.burst > 0 and self.rate > 0


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

    def takes(self, cost: float, now: float, allowance: Allowance) -> bool:
        """Spend `cost` if there is no need to wait for it; tell whether that is so."""
        if allowance.bounds:
            if self.spent(now, allowance.rate) + cost > allowance.burst:
                return False
            self._spent += cost
        return True

    def spend(self, cost: float, now: float, allowance: Allowance) -> float:
        """Spend `cost` and tell how long to wait for it, or after it."""
        if not allowance.bounds:
            return 0.0
        wait = self.wait(cost, now, allowance)
        self._spent += cost
        return wait
