"""Several lines as one message: put together, bounded, refused as a whole, and shown as each reader can show it."""

from __future__ import annotations

from typing import ClassVar

from twisted.trial.unittest import TestCase

from chatroom.core.flood import FloodLimits
from chatroom.core.limits import Limits
from chatroom.core.rules import Rules
from chatroom.testing import Person, World
from chatroom.wire.irc.message import Message, parse
from chatroom.wire.irc.multiline import LINES, PATIENCE

CAPS = ("draft/multiline", "batch", "message-tags", "labeled-response", "echo-message")


def heard(person: Person) -> list[Message]:
    return [parse(line) for line in person.lines()]


class MultilineTests(TestCase):
    limits: ClassVar = Limits(text=300)

    def setUp(self) -> None:
        self.world = World(Rules(limits=self.limits))
        self.bob = self.world.program("bob")
        self.ann, self.eve, self.old = (self.world.chatter(one, *caps) for one, caps in (("ann", CAPS), ("eve", CAPS), ("old", ())))
        for one in (self.ann, self.eve, self.old):
            one.types("JOIN #lobby")
        self.forget()

    def forget(self) -> None:
        for one in (self.ann, self.eve, self.old, self.bob):
            one.lines()

    def sends(self, *lines: str, tags: str = "", target: str = "#lobby") -> None:
        self.ann.types(f"{tags}BATCH +1 draft/multiline {target}")
        self.ann.types(*[one if one.startswith("@") else f"@batch=1 {one}" for one in lines], "BATCH -1")

    def said(self) -> list[str]:
        return [one["text"] for one in self.bob.objects() if one["is"] in {"said", "told"}]

    def refusal(self) -> tuple[str, ...]:
        self.assertEqual([], self.said())
        (fail,) = heard(self.ann)
        self.assertEqual(("FAIL", "BATCH"), (fail.command, fail.params[0]))
        return fail.params[1:-1]

    def test_its_bounds_are_those_of_the_house(self) -> None:
        new = self.world.connect(self.world.irc)
        new.types("CAP LS 302")
        self.assertIn(f"draft/multiline=max-bytes=300,max-lines={LINES}", " ".join(new.lines()).split())

    def test_lines_are_joined_and_those_cut_in_two_made_whole(self) -> None:
        self.sends(
            "PRIVMSG #lobby hello",
            "PRIVMSG #lobby :",
            "privmsg #LOBBY :how is ",
            "@batch=1;draft/multiline-concat PRIVMSG #lobby :everyone?",
        )
        self.assertEqual(["hello\n\nhow is everyone?"], self.said())

    def test_who_knows_it_is_shown_a_batch_and_others_lines_without_blanks(self) -> None:
        self.sends("PRIVMSG #lobby :a", "PRIVMSG #lobby :", "PRIVMSG #lobby :b", tags="@+draft/reply=x ")
        begin, *lines, end = heard(self.eve)
        ref = begin.params[0][1:]
        self.assertEqual(("BATCH", ("draft/multiline", "#lobby"), f"-{ref}"), (begin.command, begin.params[1:], end.params[0]))
        self.assertEqual({"msgid", "+draft/reply"}, set(begin.tags))
        self.assertEqual([({"batch": ref}, text) for text in ("a", "", "b")], [(one.tags, one.params[1]) for one in lines])
        self.assertEqual(["a", "b"], [one.params[1] for one in heard(self.old)])

    def test_lines_are_shown_as_they_were_cut(self) -> None:
        self.sends(
            "PRIVMSG #lobby :hello",
            "PRIVMSG #lobby :how is ",
            "@batch=1;draft/multiline-concat PRIVMSG #lobby :ev",
            "@batch=1;draft/multiline-concat PRIVMSG #lobby :eryone?",
            "PRIVMSG #lobby :" + "ü" * 120,
        )
        _, *lines, _ = heard(self.eve)
        expected = [("hello", False), ("how is ", False), ("ev", True), ("eryone?", True), ("ü" * 120, False)]
        self.assertEqual(expected, [(one.params[1], "draft/multiline-concat" in one.tags) for one in lines])
        self.assertEqual([text for text, _ in expected], [one.params[1] for one in heard(self.old)])

    def test_nobody_is_shown_or_can_say_where_a_line_was_cut(self) -> None:
        self.sends("PRIVMSG #lobby :a", "@batch=1;draft/multiline-concat PRIVMSG #lobby :b", tags="@+a=b ")
        begin, *_ = heard(self.eve)
        self.assertEqual({"msgid", "+a"}, set(begin.tags))
        self.eve.types("@+chatroom/cuts=1,2 PRIVMSG #lobby :abc")
        self.assertEqual("abc", heard(self.old)[-1].params[1])

    def test_only_the_first_of_the_lines_bears_the_id(self) -> None:
        tagged = self.world.chatter("tagged", "message-tags")
        tagged.types("JOIN #lobby")
        tagged.lines()
        self.sends("PRIVMSG #lobby :a", "PRIVMSG #lobby :b")
        self.assertEqual([True, False], ["msgid" in one.tags for one in heard(tagged)])

    def test_the_echo_is_a_batch_whose_beginning_bears_the_label(self) -> None:
        self.sends("PRIVMSG #lobby :a", "PRIVMSG #lobby :b", tags="@label=x ")
        begin, *rest = heard(self.ann)
        self.assertEqual("x", begin.tags["label"])
        self.assertFalse([one for one in rest if "label" in one.tags])
        self.assertEqual(4, 1 + len(rest))

    def test_a_refusal_bears_the_label(self) -> None:
        self.sends("PRIVMSG #lobby :", tags="@label=x ")
        (fail,) = heard(self.ann)
        self.assertEqual("x", fail.tags["label"])

    def test_the_answer_bears_the_label_of_the_beginning_whatever_the_end_bears(self) -> None:
        for end in ("BATCH -1", "@label=z BATCH -1"):
            self.ann.types("@label=x BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :a", end)
            (echo,) = heard(self.ann)
            self.assertEqual("x", echo.tags["label"])

    def test_what_is_wrong_is_told_at_once_and_once_and_the_next_one_may_begin(self) -> None:
        self.ann.types("@label=x BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :a", "@batch=1 PRIVMSG #other :b")
        (fail,) = heard(self.ann)
        self.assertEqual(("x", "MULTILINE_INVALID_TARGET"), (fail.tags["label"], fail.params[1]))
        self.ann.types("@batch=1 PRIVMSG #lobby :c", "BATCH +2 draft/multiline #lobby", "@batch=2 PRIVMSG #lobby :d", "BATCH -2")
        self.assertEqual(["d"], self.said())
        self.assertEqual(["d"], [one.params[1] for one in heard(self.ann)])

    def test_one_that_takes_too_long_is_given_up_and_what_comes_of_it_later_passed_over(self) -> None:
        self.ann.types("@label=x BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :a")
        self.world.rest(PATIENCE - 1)
        self.ann.hears()
        self.world.rest(1)
        (fail,) = heard(self.ann)
        self.assertEqual(("FAIL", ("BATCH", "TIMEOUT", "1"), "x"), (fail.command, fail.params[:3], fail.tags["label"]))
        self.ann.types("@batch=1 PRIVMSG #lobby :b", "BATCH -1")
        self.ann.hears()
        self.assertEqual([], self.said())

    def test_one_that_ended_is_waited_for_no_more(self) -> None:
        calls = len(self.world.clock.getDelayedCalls())
        for _ in range(3):
            self.sends("PRIVMSG #lobby :a")
        self.ann.types("BATCH +1 draft/multiline #lobby")
        self.assertEqual(calls + 1, len(self.world.clock.getDelayedCalls()))
        self.ann.leaves()
        self.assertLess(len(self.world.clock.getDelayedCalls()), calls)

    def test_notices_may_be_several_lines_too_and_people_their_target(self) -> None:
        self.sends("NOTICE bob :a", "NOTICE bob :b", target="bob")
        self.assertEqual(["a\nb"], self.said())

    def test_another_target_is_refused(self) -> None:
        self.sends("PRIVMSG #lobby :a", "PRIVMSG #other :b")
        self.assertEqual(("MULTILINE_INVALID_TARGET", "#lobby", "#other"), self.refusal())

    def test_too_many_bytes_are_refused_and_as_many_as_may_be_taken(self) -> None:
        self.sends("PRIVMSG #lobby :" + "x" * 149, "PRIVMSG #lobby :" + "x" * 150)
        self.assertEqual([300], [len(one) for one in self.said()])
        self.forget()
        self.sends("PRIVMSG #lobby :" + "x" * 150, "PRIVMSG #lobby :" + "x" * 150)
        self.assertEqual(("MULTILINE_MAX_BYTES", "300"), self.refusal())

    def test_too_many_lines_are_refused_and_as_many_as_may_be_taken(self) -> None:
        self.sends(*["PRIVMSG #lobby :x"] * LINES)
        self.assertEqual([LINES * 2 - 1], [len(one) for one in self.said()])
        self.forget()
        self.sends(*["PRIVMSG #lobby :x"] + ["@batch=1;draft/multiline-concat PRIVMSG #lobby :x"] * LINES)
        self.assertEqual(("MULTILINE_MAX_LINES", str(LINES)), self.refusal())

    def test_what_is_no_message_is_refused(self) -> None:
        for lines in (
            [],
            ["PRIVMSG #lobby :"],
            ["PRIVMSG #lobby :", "PRIVMSG #lobby :"],
            ["PRIVMSG #lobby :a", "@batch=1;draft/multiline-concat PRIVMSG #lobby :"],
            ["PRIVMSG #lobby :a", "NOTICE #lobby :b"],
            ["TOPIC #lobby :a"],
            ["PRIVMSG #lobby"],
        ):
            self.sends(*lines)
            self.assertEqual(("MULTILINE_INVALID",), self.refusal(), lines)

    def test_the_first_thing_that_is_wrong_is_told_and_nothing_is_held(self) -> None:
        self.ann.types("BATCH +1 draft/multiline #lobby", *["@batch=1 PRIVMSG #other :" + "x" * 400] * 300)
        self.ann.types("BATCH -1")
        self.assertEqual(("MULTILINE_INVALID_TARGET", "#lobby", "#other"), self.refusal())

    def test_a_batch_within_a_batch_drops_both(self) -> None:
        self.ann.types("BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :a", "BATCH +2 draft/multiline #lobby")
        self.assertEqual(("MULTILINE_INVALID",), self.refusal())
        self.ann.types("BATCH -2", "BATCH -1")
        self.assertEqual([("INVALID_REFTAG", "-2"), ("INVALID_REFTAG", "-1")], [one.params[1:3] for one in heard(self.ann)])

    def test_a_batch_of_another_kind_or_without_the_capability_is_refused(self) -> None:
        self.ann.types("BATCH +1 netjoin #lobby", "BATCH +1 draft/multiline", "BATCH +")
        self.old.types("BATCH +1 draft/multiline #lobby")
        self.assertEqual(["MULTILINE_INVALID"] * 3, [one.params[1] for one in heard(self.ann)])
        self.assertEqual(["MULTILINE_INVALID"], [one.params[1] for one in heard(self.old)])

    def test_where_one_may_not_speak_it_is_refused_as_one_line_would_be(self) -> None:
        self.sends("PRIVMSG #nowhere :a", "PRIVMSG #nowhere :b", target="#nowhere")
        self.assertEqual(["403"], [one.command for one in heard(self.ann)])


class FloodTests(TestCase):
    def test_lines_that_come_for_nothing_count_as_any_do(self) -> None:
        for lines in (
            ["BATCH +1 draft/multiline #lobby", *["@batch=1 PRIVMSG #other :x"] * 400],
            ["BATCH +1 draft/multiline #lobby", *["@batch=1 PRIVMSG #lobby :x"] * 90] * 5,
            [f"BATCH {sign}{ref} draft/multiline #lobby" for ref in range(200) for sign in "+-"],
            ["NOTICE"] * 400,
        ):
            world = World(floods=FloodLimits())
            ann = world.chatter("ann", *CAPS, wire=world.wire("192.0.2.1"))
            ann.types(*lines)
            self.assertGreater(world.hub.guard.counts.slowed, 0)
