"""The plain face: lines in, lines out, and an exit code a script can use."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import TestCase

from chatroom.client import plain
from chatroom.client.plain import LAST_WORDS, MOST_WAITING, Exit, Plain
from chatroom.client.wording import Wording
from chatroom.view import View
from tests.client.sent import Sent

AT = "2025-11-21T14:02:00.000Z"
WELCOME = {"re": "hello", "ok": True, "is": "welcome", "you": "bot", "rank": "guest", "welcome": "Be kind."}
ENTERED = {"re": None, "ok": True, "is": "entered", "room": "lobby", "epoch": "e", "seq": 0, "topic": "", "people": ["bot"]}


class Streams(StringTransport):
    """Be standard input and output in memory."""

    def loseConnection(self) -> None:
        self.disconnecting = True


class PlainTests(TestCase):
    def setUp(self) -> None:
        self.start()

    def start(self, bot: bool = True, **options: Any) -> None:
        self.clock = Clock()
        self.codes: list[Exit] = []
        self.complaints: list[str] = []
        self.view = View("k" * 20, "bot", bot=bot)
        self.face = Plain(self.view, self.clock, self.complaints.append, self.codes.append, wording=Wording(UTC), **options)
        self.link = self.face.link = Sent(self.view)
        self.view.connected(0.0)
        self.streams = Streams()
        self.face.makeConnection(self.streams)

    def hears(self, *objects: dict[str, Any]) -> None:
        for found in objects:
            self.face.happened(self.view.received(json.dumps(found).encode(), self.clock.seconds()))

    def arrive(self) -> None:
        self.hears(WELCOME, ENTERED)
        self.link.sent.clear()

    def said(self, seq: int, text: str, by: str = "ann", room: str = "lobby") -> None:
        self.hears({"is": "said", "room": room, "seq": seq, "at": AT, "id": f"{room}{seq}", "by": by, "text": text})

    def acknowledge(self) -> None:
        for one in list(self.link.sent):
            self.hears({"re": one["id"], "ok": True})
        self.link.sent.clear()

    def ends(self) -> None:
        IHalfCloseableProtocol(self.face).readConnectionLost()

    def out(self) -> str:
        return bytes(self.streams.value()).decode()

    def test_what_is_said_comes_out_a_line_at_a_time(self) -> None:
        self.arrive()
        self.said(1, "hi")
        self.said(2, "two\nlines \x1b[2J")
        self.assertEqual(self.out(), "[14:02] ann: hi\n[14:02] ann: two\n        | lines ␛[2J\n")

    def test_our_own_words_do_not(self) -> None:
        self.arrive()
        self.said(1, "hi", by="bot")
        self.assertEqual(self.out(), "")

    def test_with_several_rooms_each_line_names_its_own(self) -> None:
        self.arrive()
        self.hears(ENTERED | {"room": "dev"})
        self.said(1, "hi", room="dev")
        self.assertEqual(self.out(), "[14:02] (dev) ann: hi\n")

    def test_each_line_is_posted_and_the_end_waits_for_the_acknowledgements(self) -> None:
        self.arrive()
        self.face.dataReceived("héllo\nworld\r\n\n  \nno newline".encode())
        self.ends()
        self.assertEqual([one["text"] for one in self.link.sent], ["héllo", "world", "no newline"])
        self.assertEqual(self.codes, [])
        self.acknowledge()
        self.assertEqual(self.codes, [Exit.OK])
        self.assertEqual(self.complaints, [])

    def test_lines_that_come_before_the_welcome_wait_for_it(self) -> None:
        self.face.dataReceived(b"hi\n")
        self.ends()
        self.assertEqual([one["do"] for one in self.link.sent], ["hello"])
        self.arrive_late()
        self.assertEqual(self.codes, [Exit.OK])

    def arrive_late(self) -> None:
        self.hears(WELCOME, ENTERED)
        self.link.sent = [one for one in self.link.sent if one["do"] == "say"]
        self.assertEqual(len(self.link.sent), 1)
        self.acknowledge()

    def test_something_refused_is_told_and_counts(self) -> None:
        self.arrive()
        self.face.dataReceived(b"hi\n")
        self.ends()
        self.hears({"re": self.link.sent[0]["id"], "ok": False, "error": "disk-full", "why": "The disk is full."})
        self.assertEqual((self.codes, self.complaints), ([Exit.UNACKNOWLEDGED], ["The disk is full."]))

    def test_what_is_not_acknowledged_in_time_is_said_so(self) -> None:
        self.arrive()
        self.face.dataReceived(b"one\ntwo\n")
        self.ends()
        self.clock.advance(LAST_WORDS)
        self.assertEqual(self.codes, [Exit.UNACKNOWLEDGED])
        self.assertIn("2 of what was sent", self.complaints[-1])

    def test_an_input_that_never_said_anything_leaves_us_listening(self) -> None:
        self.arrive()
        self.ends()
        self.clock.advance(10 * LAST_WORDS)
        self.assertEqual(self.codes, [])
        self.said(1, "hi")
        self.assertEqual(self.out(), "[14:02] ann: hi\n")

    def test_a_pipe_that_never_said_anything_ends_us(self) -> None:
        self.start(listens=False)
        self.arrive()
        self.ends()
        self.assertEqual(self.codes, [Exit.OK])

    def test_input_is_read_no_faster_than_it_is_acknowledged(self) -> None:
        self.arrive()
        self.face.dataReceived(b"x\n" * (5 * MOST_WAITING))
        self.assertEqual(self.view.waiting, MOST_WAITING)
        self.assertEqual(self.streams.producerState, "paused")
        posted = 0
        while self.link.sent:
            posted += len(self.link.sent)
            self.assertLessEqual(self.view.waiting, MOST_WAITING)
            self.acknowledge_in_order()
        self.assertEqual(posted, 5 * MOST_WAITING)
        self.assertEqual(self.streams.producerState, "producing")
        self.assertEqual(self.complaints, [])

    def acknowledge_in_order(self) -> None:
        sent, self.link.sent = self.link.sent, []
        for one in sent:
            self.hears({"re": one["id"], "ok": True})

    def test_saying_goodbye_ends_it_for_good_after_what_was_said_before(self) -> None:
        self.arrive()
        self.face.dataReceived(b"hi\n/quit now\n")
        self.assertEqual([one["text"] for one in self.link.sent], ["hi"])
        self.assertEqual(self.codes, [])
        self.acknowledge()
        self.assertEqual(self.codes, [Exit.OK])

    def test_who_is_put_out_is_told_why_and_is_done(self) -> None:
        self.arrive()
        self.hears({"is": "bye", "why": "You were put out by ann."})
        self.assertEqual((self.codes, self.complaints), ([Exit.REFUSED], ["You were put out by ann."]))

    def test_a_line_longer_than_any_is_refused(self) -> None:
        self.patch(Plain, "MAX_LENGTH", 100)
        self.arrive()
        self.face.dataReceived(b"hi\n" + b"x" * 101 + b"\n")
        self.assertEqual([one["text"] for one in self.link.sent], ["hi"])
        self.assertEqual(self.streams.producerState, "paused")
        self.assertEqual(self.codes, [])
        self.acknowledge()
        self.assertEqual(self.codes, [Exit.UNACKNOWLEDGED])
        self.assertIn("longer than", self.complaints[0])

    def test_a_name_refused_gives_way_to_the_next_and_then_to_an_exit(self) -> None:
        self.start(names=["guest-1"])
        self.link.flush()
        refused = {"re": "hello", "ok": False, "error": "name-taken", "why": "bot is taken."}
        self.hears(refused)
        self.assertEqual(self.link.sent[-1]["name"], "guest-1")
        self.hears(refused)
        self.assertEqual((self.codes, self.complaints), ([Exit.REFUSED], ["bot is taken."]))

    def test_a_house_that_does_not_want_us_is_an_exit(self) -> None:
        self.hears({"re": "hello", "ok": False, "error": "banned", "why": "No."})
        self.assertEqual((self.codes, self.complaints), ([Exit.REFUSED], ["No."]))

    def test_something_that_is_no_chatroom_is_an_exit_of_its_own(self) -> None:
        self.face.happened(self.view.disconnected("closed"))
        self.assertEqual(self.codes, [Exit.UNREACHABLE])

    def test_a_reader_who_is_gone_ends_us_without_a_word(self) -> None:
        self.arrive()
        IHalfCloseableProtocol(self.face).writeConnectionLost()
        self.assertEqual((self.codes, self.complaints), ([Exit.OK], []))

    def test_a_lost_connection_is_told_apart_from_what_is_said(self) -> None:
        self.arrive()
        self.face.happened(self.view.disconnected("reset"))
        self.view.connected(0.0)
        self.hears(WELCOME)
        self.assertEqual(self.out(), "")
        self.assertEqual(self.complaints, ["The connection is lost (reset). Trying to get it back.", "The connection is back."])

    def test_answers_come_out_too(self) -> None:
        self.arrive()
        self.face.dataReceived(b"/who\n")
        (ask,) = self.link.sent
        self.assertEqual((ask["do"], ask["text"]), ("line", "/who"))
        self.hears({"re": ask["id"], "ok": True, "is": "who", "lines": ["lobby: \x1bann"]})
        self.assertEqual(self.out(), "lobby: ␛ann\n")

    def test_only_somebody_who_types_is_told_where_they_are(self) -> None:
        self.hears(WELCOME, ENTERED)
        self.assertEqual(self.complaints, [])
        self.start(chatty=True)
        self.hears(WELCOME, ENTERED)
        self.assertEqual(self.complaints, ["Be kind.", "-- You are in lobby (1 person here)."])

    def test_ctrl_c_ends_it_well_when_nothing_waits(self) -> None:
        self.arrive()
        self.face.interrupted()
        self.face.interrupted()
        self.assertEqual(self.codes, [Exit.OK])

    def test_the_last_of_the_output_is_waited_for(self) -> None:
        self.arrive()
        closed = self.face.close()
        self.assertTrue(self.streams.disconnecting)
        self.assertNoResult(closed)
        self.face.connectionLost(Failure(ConnectionDone()))
        self.successResultOf(closed)
        self.successResultOf(self.face.close())

    def test_when_nobody_takes_our_output_the_house_waits(self) -> None:
        self.assertIs(self.streams.producer, self.link)
        self.assertTrue(self.streams.streaming)

    def test_too_much_at_once_is_refused_aloud(self) -> None:
        self.patch(plain, "MOST_WAITING", 10**9)
        self.arrive()
        self.face.dataReceived(b"x\n" * 1001)
        self.assertIn("1000 messages wait", self.complaints[0])

    def needs_password(self) -> None:
        self.link.flush()
        self.link.sent.clear()
        self.hears({"re": "hello", "ok": False, "error": "password-needed", "why": "bot needs a password to come in."})

    def test_a_password_that_was_given_is_sent_when_the_house_asks_for_it(self) -> None:
        self.start(password="s3cret")
        self.needs_password()
        self.assertEqual([one["password"] for one in self.link.sent], ["s3cret"])
        self.arrive()
        self.assertEqual(self.codes, [])
        self.assertNotIn("s3cret", "".join(self.complaints) + self.out())

    def test_without_a_password_it_says_where_to_put_it_and_leaves(self) -> None:
        self.needs_password()
        self.assertIn("CHATROOM_PASSWORD", self.complaints[0])
        self.assertEqual(self.codes, [Exit.REFUSED])

    def test_a_name_nobody_asked_for_gives_way_to_the_next_when_it_wants_a_password(self) -> None:
        self.start(names=("guest-1",))
        self.needs_password()
        self.assertEqual([one["name"] for one in self.link.sent], ["guest-1"])

    def test_a_wrong_password_ends_it_with_the_sentence(self) -> None:
        self.start(password="s3cret")
        self.needs_password()
        self.hears({"re": "hello", "ok": False, "error": "wrong-password", "why": "They do not belong together."})
        self.assertEqual((self.complaints, self.codes), (["They do not belong together."], [Exit.REFUSED]))

    def test_an_invitation_is_no_use_where_nobody_types(self) -> None:
        self.start(password="abcd")
        self.needs_password()
        self.hears({"re": "hello", "ok": False, "error": "password-to-choose", "why": "Choose one."})
        self.assertIn("chatroom join", self.complaints[0])
        self.assertEqual(self.codes, [Exit.REFUSED])

    def test_what_was_written_is_told_to_the_house_as_seen_where_a_person_types(self) -> None:
        self.start(bot=False)
        self.arrive()
        self.said(1, "hi")
        self.view.tick(2.0)
        self.link.flush()
        assert [one for one in self.link.sent if one["do"] == "seen"] == [{"do": "seen", "id": "seen", "room": "lobby", "seq": 1}]
