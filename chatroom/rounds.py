"""What a house looks at now and then: who lingers, who does not read, how far everybody has come, and whether the journal works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.logger import Logger

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from chatroom.house import House
    from chatroom.reader import Reader

TICK = 2.0
"""Seconds between two looks."""
AROUND = 10
"""Ticks in which all readers are looked at once for how far they have come."""


class Rounds:
    """Go through a house every few seconds, from its opening to its closing."""

    log = Logger()

    def __init__(self, house: House) -> None:
        self._house = house
        self._next: IDelayedCall | None = None
        self._ticks = 0
        self._healthy = True

    def begin(self) -> None:
        """Look for the first time in a moment."""
        self._next = self._house.clock.callLater(TICK, self._tick)

    def end(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _tick(self) -> None:
        self.begin()
        house = self._house
        house.figures.mark()
        self._look_at_some()
        house.deeds.do(house.hub.tick(house.wall(), house.clock.seconds()))
        house.digest.tick()
        self._look_at_the_journal()
        house.observers.sample(self._sample())
        for reader in list(house.readers.values()):
            if reader.outlet.clogged:
                self._look_at_clogged(reader)

    def _look_at_some(self) -> None:
        """Note how far some of the readers have come; each has its turn every `AROUND` ticks."""
        self._ticks += 1
        for reader in list(self._house.readers.values())[self._ticks % AROUND :: AROUND]:
            self._house.hub.memory.note(reader.session, reader.shown())

    def _look_at_the_journal(self) -> None:
        """Tell the host when the journal fails, and when it works again."""
        health = self._house.journal.health()
        if health.ok != self._healthy:
            self._healthy = health.ok
            if health.ok:
                self.log.info("the journal works again: what people say is stored")
            else:
                self.log.error("the journal fails: {why}; nothing that people say is stored until it works again", why=health.why)

    def _look_at_clogged(self, reader: Reader) -> None:
        """Let go who has read nothing for too long."""
        now, stall = self._house.clock.seconds(), self._house.hub.limits.stall
        if reader.clogged_at is None:
            reader.clogged_at = now
        elif now - reader.clogged_at >= stall:
            self._house.deeds.drop(reader, f"read nothing for {stall:g} s")

    def _sample(self) -> dict[str, float]:
        """Take the figures that whoever observes the house is shown."""
        house = self._house
        health = house.journal.health()
        return {
            "at": round(house.wall(), 3),
            "messages": house.figures.messages,
            "deliveries": house.fanout.deliveries,
            "people": len(house.hub.people),
            "connections": len(house.readers),
            "commit_ms": round(health.commit_seconds * 1000, 2),
        }
