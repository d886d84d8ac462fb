"""The line in the log on how the house is doing."""

from __future__ import annotations

from twisted.logger import ILogObserver, LogEvent, formatEvent, globalLogPublisher
from twisted.trial.unittest import TestCase
from zope.interface import implementer

from chatroom.statistics import IDLE, Statistics
from chatroom.testing import World

EVERY = 60.0


@implementer(ILogObserver)
class Listener:
    """Keep the lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, event: LogEvent) -> None:
        if event.get("log_namespace") == "chatroom.statistics.Statistics":
            self.lines.append(formatEvent(event))


class StatisticsTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        listener = Listener()
        self.lines = listener.lines
        globalLogPublisher.addObserver(listener)
        self.addCleanup(globalLogPublisher.removeObserver, listener)
        self.statistics = Statistics(self.world.house, EVERY)
        self.statistics.startService()
        self.addCleanup(self.statistics.stopService)

    def wait(self, seconds: float) -> list[str]:
        """Let time pass; give the lines that came."""
        self.lines.clear()
        for _ in range(int(seconds // EVERY)):
            self.world.clock.advance(EVERY)
        return list(self.lines)

    def test_it_tells_all_there_is_in_one_line(self) -> None:
        ann, _ = self.world.person("ann"), self.world.program("bob")
        for number in range(30):
            ann.types(f"hello {number}")
        ann.types("/nosuch")
        (line,) = self.wait(EVERY)
        self.assertRegex(
            line,
            r"^connected 1 json, 1 line; people 2; rooms 1; messages 30, 0\.50 a second; deliveries \d+; last commit \d+\.\d ms; "
            r"laggards 0, let go 0; refused 1; faults 0; memory \S+ MiB; up 1 minute$",
        )

    def test_an_empty_house_says_so(self) -> None:
        self.assertIn("connected 0; people 0; ", self.wait(EVERY)[0])

    def test_nothing_new_is_told_once_an_hour(self) -> None:
        ann = self.world.person("ann")
        self.assertEqual(1, len(self.wait(EVERY)))
        self.assertEqual(0, len(self.wait(IDLE - EVERY)))
        self.assertEqual(1, len(self.wait(EVERY)))
        ann.types("something")
        self.assertEqual(1, len(self.wait(2 * EVERY)))

    def test_the_rate_is_that_since_the_line_before(self) -> None:
        ann = self.world.person("ann")
        ann.types("one", "two", "three")
        self.assertIn("messages 3, 0.05 a second", self.wait(EVERY)[0])
        ann.types(*"abcdef")
        self.assertIn("messages 9, 0.10 a second", self.wait(EVERY)[0])

    def test_it_can_be_changed_and_switched_off(self) -> None:
        self.statistics.obey(0)
        self.assertEqual([], self.wait(2 * IDLE))
        self.statistics.obey(IDLE)
        self.assertEqual([], self.wait(IDLE / 2))
        self.assertEqual(1, len(self.wait(IDLE / 2)))
