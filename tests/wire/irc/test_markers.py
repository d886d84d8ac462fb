"""MARKREAD: getting, setting, on joining, on other devices, and what is refused."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc.message import parse

CAPS = ("draft/read-marker", "message-tags", "batch", "draft/chathistory")
AT = "timestamp=2023-11-14T22:13:{}.000Z"


class MarkerTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("mia")])
        self.bob = self.world.person("bob")
        self.phone, self.laptop = self.comes(*CAPS), self.comes(*CAPS)
        for number in range(1, 6):
            self.world.rest(1)
            self.bob.types(str(number))
        self.phone.lines(), self.laptop.lines()

    def comes(self, *caps: str) -> Person:
        one = self.world.connect(self.world.irc)
        one.types(f"CAP REQ :{' '.join(caps)}", f"PASS :mia:{password_of('mia')}", "NICK mia", "USER m 0 * :Mia", "CAP END")
        one.types("JOIN #lobby")
        self.greeted = one.lines()
        return one

    def test_it_is_told_on_joining_before_the_end_of_the_names(self) -> None:
        *_, joined, marked, names, end = self.greeted
        self.assertIn(" JOIN #lobby", joined)
        self.assertEqual(":irc.chatroom MARKREAD #lobby *", marked)
        self.assertEqual(["353", "366"], [names.split()[1], end.split()[1]])
        self.phone.types(f"MARKREAD #lobby {AT.format(23)}", "PART #lobby", "JOIN #lobby")
        self.assertIn(f":irc.chatroom MARKREAD #lobby {AT.format(23)}", self.phone.lines()[2:])

    def test_it_is_set_got_and_told_to_the_other_devices(self) -> None:
        self.phone.types(f"MARKREAD #lobby {AT.format(23)}")
        for one in (self.phone, self.laptop):
            one.hears(f":irc.chatroom MARKREAD #lobby {AT.format(23)}")
        self.laptop.types("MARKREAD #lobby")
        self.laptop.hears(f":irc.chatroom MARKREAD #lobby {AT.format(23)}")

    def test_it_never_goes_back(self) -> None:
        self.phone.types(f"MARKREAD #lobby {AT.format(23)}")
        self.phone.lines(), self.laptop.lines()
        self.phone.types(f"MARKREAD #lobby {AT.format(22)}", f"MARKREAD #lobby {AT.format(23)}")
        self.phone.hears(*[f":irc.chatroom MARKREAD #lobby {AT.format(23)}"] * 2)
        self.laptop.hears()

    def test_conversations_have_theirs(self) -> None:
        self.phone.types("MARKREAD bob", f"MARKREAD BOB {AT.format(22)}", "MARKREAD nobody-here")
        self.phone.hears(
            ":irc.chatroom MARKREAD bob *",
            f":irc.chatroom MARKREAD BOB {AT.format(22)}",
            ":irc.chatroom MARKREAD nobody-here *",
        )
        self.laptop.hears(f":irc.chatroom MARKREAD bob {AT.format(22)}")

    def test_other_doors_share_it(self) -> None:
        web = self.world.logged_in("mia", marks=True)
        web.asks("seen", 1, room="lobby", seq=4)
        self.phone.hears(f":irc.chatroom MARKREAD #lobby {AT.format(24)}")

    def test_who_did_not_ask_for_it_is_not_told(self) -> None:
        plain = self.comes("batch")
        self.assertFalse([line for line in self.greeted if "MARKREAD" in line])
        self.phone.types(f"MARKREAD #lobby {AT.format(23)}")
        plain.hears()

    def test_what_was_shown_counts_as_read_to_who_cannot_say_it_and_not_to_who_can(self) -> None:
        position = self.world.hub.memory.seen.position
        for one in (self.phone, self.laptop):
            one.types("PART #lobby")
        self.assertIsNone(position("m-mia", "lobby"))
        plain = self.comes("batch")
        plain.types("PART #lobby")
        self.assertIsNotNone(position("m-mia", "lobby"))

    def test_what_makes_no_sense_is_refused(self) -> None:
        for sent, code, context in [
            ("MARKREAD", "NEED_MORE_PARAMS", ()),
            ("MARKREAD #lobby *", "INVALID_PARAMS", ("#lobby", "*")),
            ("MARKREAD #lobby 2023-11-14T22:13:23.000Z", "INVALID_PARAMS", ("#lobby", "2023-11-14T22:13:23.000Z")),
            ("MARKREAD #lobby timestamp=now", "INVALID_PARAMS", ("#lobby", "timestamp=now")),
            ("MARKREAD :a b", "INVALID_PARAMS", ("*",)),
            (f"MARKREAD #elsewhere {AT.format(23)}", "INVALID_PARAMS", ("#elsewhere",)),
        ]:
            self.phone.types(sent)
            (line,) = self.phone.lines()
            self.assertEqual(("FAIL", ("MARKREAD", code, *context)), (parse(line).command, parse(line).params[:-1]), sent)

    def test_a_guest_has_it_too(self) -> None:
        ann = self.world.chatter("ann", *CAPS)
        ann.types("JOIN #lobby", f"MARKREAD #lobby {AT.format(25)}", "MARKREAD #lobby")
        self.assertEqual([f":irc.chatroom MARKREAD #lobby {AT.format(25)}"] * 2, ann.lines()[-2:])
