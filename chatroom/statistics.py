"""How the house is doing, in one line of the log now and then: when something has changed, and else once an hour."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from twisted.application.service import Service
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from chatroom.core.spans import told
from chatroom.figures import memory

if TYPE_CHECKING:
    from chatroom.house import House

IDLE = 3600.0
"""Seconds after which the line is written even if nothing has changed."""


class Statistics(Service):
    """Write the line, every so many seconds."""

    log = Logger()

    def __init__(self, house: House, every: float) -> None:
        self.name = "statistics"
        self.every = every
        self._house = house
        self._before: tuple[object, ...] = ()
        self._written_at = house.clock.seconds()
        self._messages = 0
        self._loop = LoopingCall(self._look)
        self._loop.clock = house.clock

    def obey(self, every: float) -> None:
        """Write it so often from now on; zero for not at all."""
        if every != self.every:
            self.every = every
            if self.running:
                self._rest()
                self._begin()

    def startService(self) -> None:
        """Begin."""
        super().startService()
        self._begin()

    def stopService(self) -> None:
        """Write no more."""
        super().stopService()
        self._rest()

    def _begin(self) -> None:
        if self.every:
            self._loop.start(self.every, now=False)

    def _rest(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def _look(self) -> None:
        house, now = self._house, self._house.clock.seconds()
        figures = house.figures
        doors = Counter(reader.session.door for reader in house.readers.values())
        seen = (doors, len(house.hub.people), len(house.hub.rooms), figures.messages, figures.refused, figures.dropped, figures.faults)
        if seen == self._before and now - self._written_at < IDLE:
            return
        self._write(doors, now - self._written_at)
        self._before, self._written_at, self._messages = seen, now, figures.messages

    def _write(self, doors: Counter[str], seconds: float) -> None:
        house, figures = self._house, self._house.figures
        self.log.info(
            "{connected}; people {people}; rooms {rooms}; messages {messages}, {rate:.2f} a second; deliveries {deliveries}; "
            "last commit {commit:.1f} ms; laggards {lagging}, let go {dropped}; refused {refused}; faults {faults}; "
            "memory {memory}; up {uptime}",
            connected="connected " + (", ".join(f"{count} {door}" for door, count in sorted(doors.items())) or "0"),
            people=len(house.hub.people),
            rooms=len(house.hub.rooms),
            messages=figures.messages,
            rate=(figures.messages - self._messages) / seconds if seconds else 0.0,
            deliveries=house.fanout.deliveries,
            commit=house.journal.health().commit_seconds * 1000,
            lagging=house.lagging,
            dropped=figures.dropped,
            refused=figures.refused,
            faults=figures.faults,
            memory=memory(),
            uptime=told(figures.uptime),
        )
