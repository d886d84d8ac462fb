"""METADATA: each subcommand, what is refused and how, what is shown unasked and to whom."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatroom.core.cards import KEYS, TEXT
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc import metadata
from chatroom.wire.irc.message import Message, parse

CAPS = ("draft/metadata-2", "batch", "message-tags", "labeled-response")


def heard(person: Person) -> list[Message]:
    return [parse(line) for line in person.lines()]


def told(person: Person) -> list[tuple[str, ...]]:
    """Take what came: commands and parameters, numerics without the nick, without the sentence of those that end with one."""
    return [(one.command, *_told(one)) for one in heard(person)]


def _told(one: Message) -> tuple[str, ...]:
    params = one.params[1:] if one.command.isdigit() else one.params
    return params[:-1] if one.command in {"766", "774", "FAIL"} else params


def _named(one: tuple[str, ...]) -> tuple[str, ...]:
    """Give what follows a command, of people their names alone."""
    return tuple(param.partition("!")[0] for param in one[1:])


class MetadataTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("mia")])
        self.ann, self.bob = self.world.chatter("ann", *CAPS), self.world.chatter("bob", *CAPS)
        for one in (self.ann, self.bob):
            one.types("JOIN #tea")
        self.ann.lines(), self.bob.lines()

    def asks(self, *lines: str) -> list[tuple[str, ...]]:
        self.ann.types(*lines)
        return told(self.ann)

    def batch(self, line: str, kind: str = "metadata") -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Ask for what comes as a batch; give its parameters and what it holds."""
        first, *lines, last = self.asks(line)
        self.assertEqual(("BATCH", kind, "BATCH"), (first[0], first[2], last[0]))
        return first[3:], lines

    def test_it_is_told_that_it_may_be_used_before_registration(self) -> None:
        new = self.world.connect(self.world.irc)
        new.types("CAP LS 302")
        self.assertIn("draft/metadata-2=before-connect", " ".join(new.lines()).split())

    def test_what_is_set_is_got_listed_and_cleared(self) -> None:
        self.assertEqual([("761", "ann", "url", "*", "http://a b")], self.asks("METADATA * SET url :http://a b"))
        self.assertEqual([("761", "ann", "avatar", "*", "")], self.asks("METADATA Ann SET avatar :"))
        self.assertEqual(
            (("ann",), [("761", "ann", "avatar", "*", ""), ("766", "ann", "none"), ("FAIL", "METADATA", "KEY_INVALID", "$x")]),
            self.batch("METADATA * GET avatar none $x"),
        )
        self.bob.types("METADATA ann LIST")
        first, *lines, _ = told(self.bob)
        self.assertEqual(("metadata", "ann"), first[2:])
        self.assertEqual({("761", "ann", "url", "*", "http://a b"), ("761", "ann", "avatar", "*", "")}, set(lines))
        self.assertEqual([("766", "ann", "avatar")], self.asks("METADATA * SET avatar"))
        self.assertEqual((("ann",), [("766", "ann", "url")]), self.batch("METADATA * CLEAR"))
        self.assertEqual((("ann",), []), self.batch("METADATA * LIST"))

    def test_a_room_has_a_card_too(self) -> None:
        self.assertEqual([("761", "#tea", "url", "*", "x")], self.asks("METADATA #TEA SET url x"))
        self.assertEqual((("#tea",), [("761", "#tea", "url", "*", "x")]), self.batch("METADATA #tea LIST"))

    def test_what_may_not_be_is_refused_by_its_code(self) -> None:
        self.ann.types("METADATA * SET have x")
        self.bob.types("METADATA bob SET have x")
        self.ann.lines(), self.bob.lines()
        for line, *expected in [
            ("METADATA nobody-here LIST", "INVALID_TARGET", "nobody-here"),
            ("METADATA #nowhere GET x", "INVALID_TARGET", "#nowhere"),
            ("METADATA $a:user SET url x", "INVALID_TARGET", "$a:user"),
            ("METADATA * SET $url$ x", "KEY_INVALID", "$url$"),
            ("METADATA * SET none", "KEY_NOT_SET", "*", "none"),
            ("METADATA bob SET have y", "KEY_NO_PERMISSION", "bob", "have"),
            ("METADATA bob CLEAR", "KEY_NO_PERMISSION", "bob", "*"),
            ("METADATA * SET have " + "x" * (TEXT + 1), "VALUE_INVALID"),
            ("METADATA * DESTROY", "SUBCOMMAND_INVALID", "DESTROY"),
        ]:
            self.assertEqual([("FAIL", "METADATA", *expected)], self.asks(line), line)
        self.bob.types("METADATA #tea SET url x", "METADATA #tea CLEAR")
        self.assertEqual(
            [("FAIL", "METADATA", "KEY_NO_PERMISSION", "#tea", "url"), ("FAIL", "METADATA", "KEY_NO_PERMISSION", "#tea", "*")],
            told(self.bob),
        )
        self.assertEqual(["461"] * 3, [one[0] for one in self.asks("METADATA *", "METADATA * GET", "METADATA * SUB")])

    def test_a_card_takes_so_many_keys_and_no_more(self) -> None:
        self.asks(*[f"METADATA * SET k{number} x" for number in range(KEYS)])
        self.assertEqual([("FAIL", "METADATA", "LIMIT_REACHED", "*")], self.asks("METADATA * SET more x"))

    def test_who_wants_to_hear_of_a_key_is_told_of_its_changes_and_of_no_others(self) -> None:
        self.bob.types("METADATA * SUB avatar url")
        self.bob.lines()
        self.ann.types("METADATA * SET avatar x", "METADATA * SET other y", "METADATA #tea SET url z", "METADATA * SET avatar")
        changes = heard(self.bob)
        self.assertEqual(
            [("ann", "avatar", "*", "x"), ("#tea", "url", "*", "z"), ("ann", "avatar", "*")], [one.params for one in changes]
        )
        self.assertTrue(all(one.command == "METADATA" and one.source.startswith("ann!") for one in changes))
        self.bob.types("METADATA * UNSUB avatar")
        self.assertEqual([("771", "avatar")], told(self.bob))
        self.ann.types("METADATA * SET avatar x")
        self.bob.hears()

    def test_ones_own_changes_are_told_to_ones_other_devices_alone(self) -> None:
        devices = [self.world.connect(self.world.irc) for _ in range(2)]
        for one in devices:
            one.types(f"CAP REQ :{' '.join(CAPS)}", f"PASS :mia:{password_of('mia')}", "NICK mia", "USER m 0 * :Mia", "CAP END")
            one.types("JOIN #tea", "METADATA * SUB avatar")
            one.lines()
        devices[0].types("METADATA * SET avatar x")
        self.assertEqual([("761", "mia", "avatar", "*", "x")], told(devices[0]))
        self.assertEqual([("METADATA", "mia", "avatar", "*", "x")], told(devices[1]))

    def test_who_shares_no_room_is_told_nothing(self) -> None:
        eve = self.world.chatter("eve", *CAPS)
        eve.types("METADATA * SUB avatar")
        eve.lines()
        self.ann.types("METADATA * SET avatar x")
        eve.hears()

    def test_of_people_one_looks_out_for_one_is_told_wherever_they_are(self) -> None:
        self.ann.types("METADATA * SET avatar x")
        eve = self.world.chatter("eve", *CAPS)
        eve.types("METADATA * SUB avatar", "MONITOR + ann,bob")
        self.assertEqual(("METADATA", "ann", "avatar", "*", "x"), told(eve)[-1])
        self.ann.types("METADATA * SET avatar y", "METADATA * SET other z")
        self.assertEqual([("METADATA", "ann", "avatar", "*", "y")], told(eve))
        eve.types("JOIN #tea")
        eve.lines()
        self.ann.types("METADATA * SET avatar z")
        self.assertEqual([("METADATA", "ann", "avatar", "*", "z")], told(eve))

    def test_what_one_wants_to_hear_of_is_listed(self) -> None:
        self.assertEqual(
            [("770", "avatar", "url", "a", "b", "c", "d"), ("770", "e")], self.asks("METADATA * SUB avatar url a b c d e avatar")
        )
        self.assertEqual([("771", "a", "none"), ("FAIL", "METADATA", "KEY_INVALID", "$")], self.asks("METADATA * UNSUB a $ none"))
        self.assertEqual(((), [("772", "avatar", "b", "c", "d", "e", "url")]), self.batch("METADATA * SUBS", "metadata-subs"))

    def test_what_is_no_key_or_one_too_many_is_refused(self) -> None:
        self.assertEqual([("770", "a", "b"), ("FAIL", "METADATA", "KEY_INVALID", "$x")], self.asks("METADATA * SUB a $x b"))
        keys = [f"k{number}" for number in range(metadata.WANTED)]
        *_, last = self.asks(f"METADATA * SUB {' '.join(keys)}")
        self.assertEqual(("FAIL", "METADATA", "TOO_MANY_SUBS", f"k{metadata.WANTED - 2}"), last)
        self.assertEqual([("FAIL", "METADATA", "TOO_MANY_SUBS", "a")], self.asks("METADATA * SUB a"))

    def test_how_things_stand_is_told_when_one_begins_to_want_it(self) -> None:
        self.bob.types("METADATA * SET avatar x")
        self.ann.types("METADATA #tea SET url y")
        self.ann.lines()
        self.assertEqual(
            [("770", "avatar", "url"), ("METADATA", "#tea", "url", "*", "y"), ("METADATA", "bob", "avatar", "*", "x")],
            self.asks("METADATA * SUB avatar url"),
        )

    def test_and_when_one_comes_into_a_room(self) -> None:
        self.bob.types("METADATA * SET avatar x")
        self.ann.types("METADATA * SUB avatar", "PART #tea", "JOIN #tea")
        *_, end, first, avatar, last = told(self.ann)
        self.assertEqual(("366", ("metadata", "#tea"), "BATCH"), (end[0], first[2:], last[0]))
        self.assertEqual(("METADATA", "bob", "avatar", "*", "x"), avatar)

    def test_a_crowd_is_asked_for_later(self) -> None:
        self.patch(metadata, "MOST", 1)
        self.bob.types("METADATA * SET avatar x")
        self.ann.types("METADATA * SUB avatar", "PART #tea", "JOIN #tea")
        self.assertEqual(("774", "#tea", "0"), told(self.ann)[-1])
        self.assertEqual((("#tea",), [("METADATA", "bob", "avatar", "*", "x")]), self.batch("METADATA #tea SYNC"))

    def test_so_much_in_all_rooms_is_asked_for_later(self) -> None:
        self.patch(metadata, "MOST", 1)
        self.ann.types("METADATA * SET avatar x")
        self.bob.types("METADATA * SET avatar x")
        self.ann.lines()
        self.assertEqual([("770", "avatar"), ("774", "*", "0")], self.asks("METADATA * SUB avatar"))

    def test_one_is_told_ones_own_card_on_coming_in_and_when_one_begins_to_know_of_it(self) -> None:
        web = self.world.logged_in("mia")
        web.answer("card", set={"avatar": "x"})
        phone = self.world.connect(self.world.irc)
        phone.types(f"CAP REQ :{' '.join(CAPS)}", f"PASS :mia:{password_of('mia')}", "NICK mia", "USER m 0 * :Mia", "CAP END")
        *_, first, avatar, last, motd = told(phone)
        self.assertEqual((("metadata", "mia"), "BATCH", "422"), (first[2:], last[0], motd[0]))
        self.assertEqual(("METADATA", "mia", "avatar", "*", "x"), avatar)
        old = self.world.chatter("old", "batch")
        old.types("CAP REQ draft/metadata-2")
        self.assertEqual(["CAP", "BATCH", "BATCH"], [one[0] for one in told(old)])

    def test_who_gives_the_capability_back_hears_of_nothing(self) -> None:
        self.bob.types("METADATA * SUB avatar", "CAP REQ -draft/metadata-2", "CAP REQ draft/metadata-2")
        self.bob.lines()
        self.ann.types("METADATA * SET avatar x")
        self.bob.hears()

    def test_a_label_marks_the_batch(self) -> None:
        self.ann.types("@label=x METADATA * LIST")
        self.assertEqual(["x", ""], [one.tags.get("label", "") for one in heard(self.ann)])

    def test_what_others_write_ends_no_line(self) -> None:
        bot = self.world.program("bot", rooms=["tea"])
        self.ann.types("METADATA * SUB avatar")
        self.ann.lines()
        assert bot.answer("card", set={"avatar": "a\nPRIVMSG #tea :forged\x1b[31m"})["ok"]
        (line,) = heard(self.ann)
        self.assertEqual("a␊PRIVMSG #tea :forged␛[31m", line.params[-1])

    def test_who_comes_into_a_room_is_shown_with_their_card_to_who_wants_to_hear_of_it(self) -> None:
        eve = self.world.chatter("eve", *CAPS)
        eve.types("METADATA * SET avatar x", "METADATA * SET other y")
        self.ann.types("METADATA * SUB avatar")
        self.ann.lines()
        eve.types("JOIN #tea")
        self.assertEqual([("JOIN", "#tea"), ("METADATA", "eve", "avatar", "*", "x")], told(self.ann))
        self.assertEqual([("JOIN", "#tea")], told(self.bob))

    def test_who_is_looked_out_for_is_shown_with_their_card_as_they_come(self) -> None:
        web = self.world.logged_in("mia")
        web.answer("card", set={"avatar": "x", "other": "y"})
        web.leaves()
        self.ann.types("METADATA * SUB avatar", "MONITOR + mia")
        self.ann.lines()
        self.world.logged_in("mia")
        self.assertEqual([("730", "mia"), ("METADATA", "mia", "avatar", "*", "x")], [(one[0], *_named(one)) for one in told(self.ann)])

    def test_whois_shows_of_a_card_what_people_can_read(self) -> None:
        self.bob.types("METADATA * SET display-name Bobby", "METADATA * SET avatar x")
        found = [one for one in self.asks("WHOIS bob") if one[0] == "760"]
        self.assertEqual([("760", "bob", "display-name", "*", "Bobby")], found)
        old = self.world.chatter("old")
        old.types("WHOIS bob")
        self.assertNotIn("760", [one[0] for one in told(old)])


class BeforeTests(TestCase):
    """What may be said before there is a name."""

    def setUp(self) -> None:
        self.world = World()
        self.eve = self.world.connect(self.world.irc)
        self.eve.types(f"CAP REQ :{' '.join(CAPS)}")
        self.eve.lines()

    def asks(self, line: str) -> list[tuple[str, ...]]:
        self.eve.types(line)
        return [(one[0], *one[2:]) if one[0] == "BATCH" else one for one in told(self.eve)]

    def test_ones_own_card_is_written_and_read_as_later(self) -> None:
        rows: list[tuple[str, *tuple[tuple[str, ...], ...]]] = [
            ("METADATA * SUB avatar $", ("770", "avatar"), ("FAIL", "METADATA", "KEY_INVALID", "$")),
            ("METADATA * SUBS", ("BATCH", "metadata-subs"), ("772", "avatar"), ("BATCH",)),
            ("METADATA * SET avatar :x y", ("761", "*", "avatar", "*", "x y")),
            ("METADATA * SET url z", ("761", "*", "url", "*", "z")),
            ("METADATA * SET none", ("FAIL", "METADATA", "KEY_NOT_SET", "*", "none")),
            ("METADATA * SET $ x", ("FAIL", "METADATA", "KEY_INVALID", "$")),
            ("METADATA * SET url " + "x" * (TEXT + 1), ("FAIL", "METADATA", "VALUE_INVALID")),
            ("METADATA * GET url none", ("BATCH", "metadata", "*"), ("761", "*", "url", "*", "z"), ("766", "*", "none"), ("BATCH",)),
            ("METADATA * SYNC", ("BATCH", "metadata", "*"), ("METADATA", "*", "avatar", "*", "x y"), ("BATCH",)),
            ("METADATA * SET url", ("766", "*", "url")),
            ("METADATA * CLEAR", ("BATCH", "metadata", "*"), ("766", "*", "avatar"), ("BATCH",)),
            ("METADATA * LIST", ("BATCH", "metadata", "*"), ("BATCH",)),
            ("METADATA ann LIST", ("FAIL", "METADATA", "INVALID_TARGET", "ann")),
            ("METADATA #tea SYNC", ("FAIL", "METADATA", "INVALID_TARGET", "#tea")),
        ]
        for line, *expected in rows:
            self.assertEqual(expected, self.asks(line), line)

    def test_who_comes_in_brings_it_along_and_is_told_so(self) -> None:
        self.eve.types("METADATA * SET avatar x", "NICK $", "NICK eve", "USER eve 0 * :Eve", "CAP END")
        self.assertIn(("METADATA", "eve", "avatar", "*", "x"), told(self.eve))
        self.assertEqual(("761", "eve", "avatar", "*", "x"), self.asks("METADATA * GET avatar")[1])
        self.eve.types("METADATA * SET avatar", "CAP REQ -draft/metadata-2", "CAP REQ draft/metadata-2")
        self.assertEqual(["766", "CAP", "CAP", "BATCH", "BATCH"], [one[0] for one in told(self.eve)])

    def test_who_does_not_get_in_keeps_it_for_the_next_time(self) -> None:
        self.world.members.replace([member("mia")])
        self.eve.types("METADATA * SET avatar x", "NICK mia", "USER eve 0 * :Eve", "CAP END", "NICK eve")
        self.assertEqual(("761", "eve", "avatar", "*", "x"), self.asks("METADATA * GET avatar")[-2])

    def test_without_the_capability_one_says_first_who_one_is(self) -> None:
        self.eve.types("CAP REQ -draft/metadata-2", "METADATA * SUB avatar")
        self.assertEqual("451", told(self.eve)[-1][0])
