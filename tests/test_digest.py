"""Some lines of a kind are written, the others summed up."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.logger import ILogObserver, LogEvent, Logger, formatEvent
from twisted.trial.unittest import TestCase
from zope.interface import implementer

from chatroom.digest import Digest


class DigestTests(TestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.written: list[str] = []

        @implementer(ILogObserver)
        def write(event: LogEvent) -> None:
            self.written.append(formatEvent(event))

        self.digest = Digest(Logger(observer=write), self.clock, most=2)

    def test_a_few_lines_are_written_as_they_are(self) -> None:
        self.digest.info("came in", "{name} came in", name="ann")
        self.digest.info("went", "{name} went", name="ann")
        assert self.written == ["ann came in", "ann went"]

    def test_of_a_flood_the_first_are_written_and_the_others_counted(self) -> None:
        for number in range(814):
            self.digest.info("came in", "{name} came in", name=number)
        assert self.written == ["0 came in", "1 came in"]
        self.clock.advance(60)
        self.digest.tick()
        assert self.written[2:] == ["… and 812 more in the last minute: came in"]

    def test_kinds_are_counted_apart(self) -> None:
        for number in range(5):
            self.digest.info("came in", "{name} came in", name=number)
        self.digest.info("went", "{name} went", name=0)
        assert self.written[-1] == "0 went"

    def test_each_minute_begins_anew_whoever_looks_at_the_time(self) -> None:
        for number in range(3):
            self.digest.info("came in", "{name} came in", name=number)
        self.clock.advance(61)
        self.digest.info("came in", "{name} came in", name="ann")
        assert self.written[2:] == ["… and 1 more in the last minute: came in", "ann came in"]

    def test_what_was_not_told_yet_is_told_at_the_end(self) -> None:
        for number in range(3):
            self.digest.info("came in", "{name} came in", name=number)
        self.digest.sum_up()
        self.digest.sum_up()
        assert self.written[2:] == ["… and 1 more in the last minute: came in"]
