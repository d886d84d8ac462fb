"""A client's connection: made again when it breaks, ended politely, bounded on both sides."""

from __future__ import annotations

import json
from typing import Any

from twisted.internet import error
from twisted.internet.task import Clock
from twisted.trial.unittest import TestCase

from chatroom.client.link import FIRST_DELAY, GOODBYE, LAST_DELAY, TICK, Link
from chatroom.dialogue import PATIENCE, SILENCE
from chatroom.happening import Disconnected, Ended, Happening, TurnedAway, Welcomed
from chatroom.view import View
from chatroom.wire.heard import LINE
from chatroom.wires import Wire
from tests.endpoints import Endpoint

WELCOME = {"re": "hello", "ok": True, "is": "welcome", "you": "ann", "rank": "guest"}


class LinkTests(TestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.endpoint = Endpoint()
        self.told: list[Happening] = []
        self.view = View("k" * 20, "ann")
        self.link = Link(self.view, self.endpoint, self.clock, self.told.extend)

    def accepted(self) -> Wire:
        """Let the newest attempt succeed; give the house's end of it."""
        wire = Wire(self.clock)
        self.endpoint.accepts(wire)
        return wire

    def arrive(self) -> Wire:
        self.link.start()
        wire = self.accepted()
        wire.feed(line(WELCOME))
        wire.clear()
        return wire

    def rest(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK) + 1):
            self.clock.advance(TICK)

    def test_a_connection_begins_with_the_greeting(self) -> None:
        reached = self.link.start()
        wire = self.accepted()
        self.assertIn(b'{"do":"hello"', wire.value())
        self.successResultOf(reached)
        wire.feed(line(WELCOME))
        self.assertEqual([type(one) for one in self.told], [Welcomed])

    def test_a_first_attempt_that_fails_is_told(self) -> None:
        reached = self.link.start()
        self.endpoint.refuses()
        self.failureResultOf(reached, error.ConnectionRefusedError)

    def test_lines_come_in_any_pieces_and_with_any_end(self) -> None:
        self.link.start()
        wire = self.accepted()
        for byte in line(WELCOME).replace(b"\n", b"\r\n"):
            wire.feed(bytes([byte]))
        self.assertEqual(len(self.told), 1)

    def test_a_broken_connection_is_made_again_and_again_ever_more_slowly(self) -> None:
        wire = self.arrive()
        wire.end()
        self.assertEqual(type(self.told[-1]), Disconnected)
        waits = []
        for _ in range(12):
            tried, begun = self.endpoint.tries, self.clock.seconds()
            while self.endpoint.tries == tried:
                self.clock.advance(0.05)
                self.assertLess(self.clock.seconds() - begun, LAST_DELAY + 2)
            waits.append(self.clock.seconds() - begun)
            self.endpoint.refuses()
        self.assertLess(waits[0], FIRST_DELAY + 1.5)
        self.assertGreater(waits[-1], 5 * waits[0])
        self.clock.advance(LAST_DELAY + 2)
        wire = self.accepted()
        self.assertIn(b"hello", wire.value())

    def test_what_is_typed_is_sent_when_flushed(self) -> None:
        wire = self.arrive()
        self.view.typed("hi", 0.0)
        self.link.flush()
        self.assertIn(b'"text":"hi"', wire.value())

    def test_a_silent_connection_is_cut_and_made_again(self) -> None:
        wire = self.arrive()
        self.rest(SILENCE)
        self.assertIn(b"ping", wire.value())
        self.rest(PATIENCE)
        self.assertTrue(wire.lost)
        self.clock.advance(5)
        self.assertEqual(self.endpoint.tries, 2)

    def test_while_nobody_takes_what_is_said_the_house_waits_and_its_silence_means_nothing(self) -> None:
        wire = self.arrive()
        self.link.pauseProducing()
        self.assertEqual(wire.producerState, "paused")
        self.rest(10 * SILENCE)
        self.assertFalse(wire.lost)
        self.link.resumeProducing()
        self.assertEqual(wire.producerState, "producing")
        self.clock.advance(TICK)
        self.assertFalse(wire.lost)

    def test_a_line_without_an_end_is_not_kept_for_ever(self) -> None:
        wire = self.arrive()
        for _ in range(LINE // (1 << 20) + 1):
            wire.feed(b"x" * (1 << 20))
        self.clock.advance(0)
        self.assertTrue(wire.lost)

    def test_leaving_says_goodbye_and_waits_for_the_answer(self) -> None:
        wire = self.arrive()
        stopped = self.link.stop()
        self.assertIn(b'"do":"quit"', wire.value())
        self.assertNoResult(stopped)
        wire.feed(line({"is": "bye", "why": "Goodbye."}))
        self.assertEqual(type(self.told[-1]), Ended)
        self.clock.advance(0)
        self.successResultOf(stopped)
        self.rest(60)
        self.assertEqual(self.endpoint.tries, 1)

    def test_leaving_a_house_that_does_not_answer_takes_a_moment_at_most(self) -> None:
        wire = self.arrive()
        stopped = self.link.stop()
        self.clock.advance(GOODBYE)
        self.successResultOf(stopped)
        self.clock.advance(0)
        self.assertTrue(wire.lost)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_leaving_without_a_connection_is_quick(self) -> None:
        self.link.start().addErrback(lambda failure: None)
        self.endpoint.refuses()
        stopped = self.link.stop()
        self.clock.advance(0)
        self.successResultOf(stopped)
        self.rest(60)
        self.assertEqual(self.endpoint.tries, 1)

    def test_leaving_twice_is_leaving_once(self) -> None:
        self.arrive()
        self.assertIs(self.link.stop(), self.link.stop())

    def test_a_house_that_turns_us_away_is_not_tried_again(self) -> None:
        self.link.start()
        wire = self.accepted()
        wire.feed(line({"re": "hello", "ok": False, "error": "banned", "why": "No."}))
        self.assertEqual(self.told, [TurnedAway("banned", "No.")])
        self.rest(60)
        self.assertTrue(wire.lost)
        self.assertEqual(self.endpoint.tries, 1)


def line(found: dict[str, Any]) -> bytes:
    return json.dumps(found).encode() + b"\n"
