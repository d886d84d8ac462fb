"""Words and tags by IRC: to oneself, on other devices, labels on every kind of answer, and what is taken back."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc.message import Message, parse

CAPS = ("labeled-response", "batch", "echo-message", "message-tags", "draft/message-redaction")


def heard(person: Person) -> list[Message]:
    return [parse(line) for line in person.lines()]


def shown(person: Person) -> list[tuple[str, str, bool]]:
    """Take what came: commands, labels, and whether with an id."""
    return [(one.command, one.tags.get("label", ""), "msgid" in one.tags) for one in heard(person)]


class SelfTests(TestCase):
    """What one says to oneself is delivered, and that is no answer."""

    def test_with_an_echo_the_echo_bears_the_label_and_what_is_delivered_does_not(self) -> None:
        ann = World().chatter("ann", *CAPS)
        ann.types("@label=x PRIVMSG ann :hi")
        self.assertEqual([("PRIVMSG", "x", True), ("PRIVMSG", "", True)], shown(ann))
        ann.types("@label=y;+typing=active TAGMSG ann")
        self.assertEqual([("TAGMSG", "y", True), ("TAGMSG", "", True)], shown(ann))

    def test_without_an_echo_there_is_an_acknowledgement(self) -> None:
        ann = World().chatter("ann", "labeled-response", "batch", "message-tags")
        ann.types("@label=x PRIVMSG ann :hi")
        self.assertEqual([("ACK", "x", False), ("PRIVMSG", "", True)], shown(ann))

    def test_without_a_label_there_is_what_is_delivered(self) -> None:
        ann = World().chatter("ann")
        ann.types("PRIVMSG ann :hi")
        self.assertEqual([("PRIVMSG", "", False)], shown(ann))


class DeviceTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("mia")])
        self.bob = self.world.chatter("bob", *CAPS)
        self.phone = self.comes(*CAPS)
        self.laptop = self.comes("message-tags", "labeled-response", "batch", "znc.in/self-message", "draft/message-redaction")
        self.old = self.comes()
        for one in (self.phone, self.laptop, self.old, self.bob):
            one.types("JOIN #lobby")
        for one in (self.phone, self.laptop, self.old, self.bob):
            one.lines()

    def comes(self, *caps: str) -> Person:
        one = self.world.connect(self.world.irc)
        one.types(*([f"CAP REQ :{' '.join(caps)}"] if caps else []), f"PASS :mia:{password_of('mia')}", "NICK mia", "USER m 0 * :Mia")
        one.types(*(["CAP END"] if caps else []))
        return one

    def test_other_devices_are_shown_what_is_said_in_a_room_without_the_label(self) -> None:
        self.phone.types("@label=x PRIVMSG #lobby :hi")
        self.assertEqual([("PRIVMSG", "x", True)], shown(self.phone))
        self.assertEqual([("PRIVMSG", "", True)], shown(self.laptop))
        self.assertEqual([("PRIVMSG", "", False)], shown(self.old))

    def test_private_words_are_shown_to_other_devices_that_know_how(self) -> None:
        self.phone.types("@label=x PRIVMSG bob :hi")
        self.assertEqual([("PRIVMSG", "x", True)], shown(self.phone))
        (line,) = heard(self.laptop)
        self.assertEqual(("mia", "bob", ""), (line.source.partition("!")[0], line.params[0], line.tags.get("label", "")))
        self.old.hears()

    def test_a_new_name_is_told_to_other_devices_wherever_they_are_and_once(self) -> None:
        self.laptop.types("PART #lobby")
        for one in (self.phone, self.laptop, self.old):
            one.lines()
        self.phone.types("NICK mimi")
        for one in (self.phone, self.laptop, self.old):
            self.assertEqual([("NICK", ("mimi",))], [(line.command, line.params) for line in heard(one)])

    def test_private_words_taken_back_go_from_other_devices_that_know_how_too(self) -> None:
        self.phone.types("PRIVMSG bob :oops")
        said = heard(self.phone)[0].tags["msgid"]
        self.laptop.lines()
        self.phone.types(f"REDACT BOB {said} :sorry")
        self.assertEqual([("REDACT", ("bob", said, "sorry"))], [(one.command, one.params) for one in heard(self.laptop)])
        self.old.hears()


class TagsTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.ann, self.eve, self.old = self.world.chatter("ann", *CAPS), self.world.chatter("eve", *CAPS), self.world.chatter("old")
        for one in (self.ann, self.eve, self.old):
            one.types("JOIN #lobby")
        for one in (self.ann, self.eve, self.old):
            one.lines()

    def test_clients_tags_are_passed_on_as_they_are_and_no_others(self) -> None:
        raw = r"+example=raw+:=,escaped\:\s\\;+draft/react=👍;time=forged;msgid=forged;account=root"
        self.ann.types(f"@{raw} PRIVMSG #lobby :hi")
        (line,) = heard(self.eve)
        self.assertEqual(("raw+:=,escaped; \\", "👍"), (line.tags["+example"], line.tags["+draft/react"]))
        self.assertEqual({"+example", "+draft/react", "msgid"}, set(line.tags))
        self.assertNotEqual("forged", line.tags["msgid"])
        self.assertEqual([{}], [one.tags for one in heard(self.old)])

    def test_tags_alone_reach_who_knows_of_them_and_nobody_else(self) -> None:
        self.ann.types("@label=x;+typing=active TAGMSG #lobby", "@+typing=active TAGMSG eve")
        self.assertEqual([("TAGMSG", "x", True), ("TAGMSG", "", True)], shown(self.ann))
        self.assertEqual([("#lobby", "active"), ("eve", "active")], [(one.params[0], one.tags["+typing"]) for one in heard(self.eve)])
        self.old.hears()

    def test_tags_to_nobody_are_refused_as_words_would_be(self) -> None:
        for target, numeric in {"nobody-here": "401", "#nowhere": "403", "a,b,c,d,e": "407"}.items():
            self.ann.types(f"@label=x;+typing=active TAGMSG {target}")
            self.assertEqual([(numeric, "x", False)], shown(self.ann))

    def test_who_did_not_ask_for_tags_sends_none(self) -> None:
        self.old.types("@+typing=active TAGMSG #lobby", "@+a=b PRIVMSG #lobby :hi")
        (line,) = heard(self.eve)
        self.assertEqual({"msgid"}, set(line.tags))


class RedactTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("mod", Rank.MODERATOR)])
        self.ann, self.eve = self.world.chatter("ann", *CAPS), self.world.chatter("eve", *CAPS)
        self.old, self.bob = self.world.chatter("old", "message-tags"), self.world.person("bob")
        for one in (self.ann, self.eve, self.old):
            one.types("JOIN #lobby")
        self.ann.types("PRIVMSG #lobby :oops")
        self.said = heard(self.ann)[-1].tags["msgid"]
        for one in (self.eve, self.old, self.bob):
            one.lines()

    def test_it_is_passed_on_with_its_reason_to_who_can_take_it_off_the_screen(self) -> None:
        self.ann.types(f"@label=x REDACT #lobby {self.said} :bad example")
        (mine,), (theirs,) = heard(self.ann), heard(self.eve)
        self.assertEqual(("REDACT", "x"), (mine.command, mine.tags["label"]))
        for one in (mine, theirs):
            self.assertEqual(("ann", ("#lobby", self.said, "bad example")), (one.source.partition("!")[0], one.params))
            self.assertNotIn(one.tags["msgid"], {"", self.said})
        self.old.hears()
        self.bob.hears("-- ann removed a message: bad example")

    def test_without_a_reason_there_is_none(self) -> None:
        self.ann.types(f"REDACT #lobby {self.said}")
        self.assertEqual([("#lobby", self.said)], [one.params for one in heard(self.eve)])

    def test_others_words_are_for_those_who_keep_order(self) -> None:
        self.eve.types(f"REDACT #lobby {self.said}", "REDACT #lobby nothing", f"REDACT #nowhere {self.said}", "REDACT #lobby")
        refused = [(one.command, one.params[:-1]) for one in heard(self.eve)]
        self.assertEqual(
            [
                ("FAIL", ("REDACT", "REDACT_FORBIDDEN", "#lobby", self.said)),
                ("FAIL", ("REDACT", "UNKNOWN_MSGID", "#lobby", "nothing")),
                ("FAIL", ("REDACT", "INVALID_TARGET", "#nowhere")),
                ("461", ("eve", "REDACT")),
            ],
            refused,
        )
        mod = self.world.logged_in("mod")
        assert mod.answer("remove", entry=self.said, reason="spam", room="lobby")["ok"]
        self.assertEqual([("#lobby", self.said, "spam")], [one.params for one in heard(self.eve) if one.command == "REDACT"])

    def test_private_words_are_taken_back_from_both(self) -> None:
        self.ann.types("PRIVMSG eve :oops")
        (mine,), _ = heard(self.ann), heard(self.eve)
        self.ann.types(f"REDACT eve {mine.tags['msgid']} :sorry")
        self.assertEqual([("eve", mine.tags["msgid"], "sorry")], [one.params for one in heard(self.ann)])
        self.assertEqual([mine.tags["msgid"]], [one.params[1] for one in heard(self.eve)])

    def test_what_went_elsewhere_is_not_taken_back(self) -> None:
        self.ann.types("PRIVMSG eve :private")
        private = heard(self.ann)[0].tags["msgid"]
        for target, msgid, code in [
            ("old", private, "UNKNOWN_MSGID"),
            ("#lobby", private, "UNKNOWN_MSGID"),
            ("eve", self.said, "UNKNOWN_MSGID"),
            ("nobody-here", private, "INVALID_TARGET"),
        ]:
            self.ann.types(f"REDACT {target} {msgid}")
            self.assertEqual([("REDACT", code, target)], [one.params[:3] for one in heard(self.ann)])
        self.eve.lines()
        self.eve.types(f"REDACT ann {private}")
        self.assertEqual([("REDACT", "REDACT_FORBIDDEN", "ann", private)], [one.params[:4] for one in heard(self.eve)])
