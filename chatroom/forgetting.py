"""What is too old or too much is forgotten, now and then; never by a clock that has just been set."""

from __future__ import annotations

from twisted.application.service import Service
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from chatroom.core.seams import Retention
from chatroom.house import House

CLOCK_SET = 600.0
"""Seconds by which the time of day may differ from what has passed before nothing is forgotten by it."""
TRIM_EVERY = 3600.0


class Forgetting(Service):
    """Have the journal forget, now and then, what it is not to keep."""

    log = Logger()

    def __init__(self, house: House, retention: Retention) -> None:
        self.name = "forgetting"
        self._house = house
        self.retention = retention
        self._seen = (house.wall(), house.clock.seconds())
        self._loop = LoopingCall(self._forget)
        self._loop.clock = house.clock

    def _forget(self) -> None:
        """Forget what is too old, unless the clock was set since the last look: by a wrong one everything might be."""
        wall, steady = self._house.wall(), self._house.clock.seconds()
        (then, before), self._seen = self._seen, (wall, steady)
        if abs((wall - then) - (steady - before)) > CLOCK_SET:
            set_by = round(wall - then - steady + before)
            self.log.warn("the clock was set by {seconds} s: nothing is forgotten this time", seconds=set_by)
            return
        self._house.journal.trim(self.retention, wall)

    def startService(self) -> None:
        """Begin after a while: the start has enough to do."""
        super().startService()
        self._loop.start(TRIM_EVERY, now=False)

    def stopService(self) -> None:
        """Forget no more."""
        super().stopService()
        if self._loop.running:
            self._loop.stop()
