"""CHATHISTORY: what it takes, how much it gives, in which order, and to whom."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member
from chatroom.wire.irc.message import Message, parse

CAPS = ("draft/chathistory", "batch", "server-time", "message-tags")


def stamp(second: int) -> str:
    """Write a time, in seconds after the world began."""
    return f"timestamp=2023-11-14T22:13:{20 + second:02d}.000Z"


def heard(person: Person) -> list[Message]:
    return [parse(line) for line in person.lines()]


def texts(person: Person) -> list[str]:
    """Take the words in the batch that came."""
    first, *lines, last = heard(person)
    assert first.params[0][1:] == last.params[0][1:], (first, last)
    return [one.params[1] for one in lines if one.command in {"PRIVMSG", "NOTICE"}]


class RoomTests(TestCase):
    def setUp(self) -> None:
        self.world = World(page=10)
        self.ann, self.bob = self.world.chatter("ann", *CAPS), self.world.chatter("bob", *CAPS)
        for one in (self.ann, self.bob):
            one.types("JOIN #lobby")
        for number in range(1, 6):
            self.world.rest(1)
            self.bob.types(f"PRIVMSG #lobby :{number}")
        self.ids = [one.tags["msgid"] for one in heard(self.ann) if one.command == "PRIVMSG"]

    def asks(self, what: str) -> list[str]:
        self.ann.types(f"CHATHISTORY {what}")
        return texts(self.ann)

    def test_each_subcommand_gives_its_part_oldest_first_by_time_and_by_id(self) -> None:
        for two, four in ((stamp(2), stamp(4)), (f"msgid={self.ids[1]}", f"msgid={self.ids[3]}")):
            for what, expected in {
                "LATEST #lobby * 2": "45",
                f"LATEST #lobby {two} 2": "45",
                f"LATEST #lobby {four} 9": "5",
                f"BEFORE #lobby {four} 2": "23",
                f"AFTER #lobby {two} 2": "34",
                f"AFTER #lobby {four} 9": "5",
                f"BETWEEN #lobby {two} {four} 9": "3",
                f"BETWEEN #lobby {four} {two} 9": "3",
                f"latest #LOBBY {two} 1": "5",
            }.items():
                self.assertEqual(list(expected), self.asks(what), what)

    def test_between_counts_from_its_first_point(self) -> None:
        for one, five in ((stamp(1), stamp(5)), (f"msgid={self.ids[0]}", f"msgid={self.ids[4]}"), (stamp(1), f"msgid={self.ids[4]}")):
            self.assertEqual(["2", "3"], self.asks(f"BETWEEN #lobby {one} {five} 2"))
            self.assertEqual(["3", "4"], self.asks(f"BETWEEN #lobby {five} {one} 2"))

    def test_around_gives_the_one_meant_and_never_more_than_asked_for(self) -> None:
        three = f"msgid={self.ids[2]}"
        for limit, expected in {1: "3", 2: "23", 3: "234", 4: "1234", 5: "12345", 9: "12345"}.items():
            self.assertEqual(list(expected), self.asks(f"AROUND #lobby {three} {limit}"))
        self.assertEqual(["2", "3", "4", "5"], self.asks(f"AROUND #lobby msgid={self.ids[4]} 4"))
        self.assertEqual(["1", "2", "3", "4"], self.asks(f"AROUND #lobby {stamp(0)} 4"))

    def test_no_more_comes_than_is_offered(self) -> None:
        self.bob.types(*[f"PRIVMSG #lobby :{number}" for number in range(6, 20)])
        self.ann.lines()
        self.assertEqual(10, len(self.asks("LATEST #lobby * 1000")))

    def test_an_id_from_elsewhere_leads_nowhere(self) -> None:
        self.bob.types("JOIN #dev", "PRIVMSG #dev :secret")
        self.world.rest()
        dev = next(iter(self.world.hub.rooms["dev"].log.last(1)))
        for what in (f"BEFORE #lobby msgid={dev.id} 5", f"AROUND #lobby msgid={dev.id} 5", "AFTER #lobby msgid=nothing 5"):
            self.assertEqual([], self.asks(what))

    def test_what_cannot_be_understood_is_refused_with_what_was_given(self) -> None:
        for what, expected in {
            "NONSENSE #lobby * 1": ["INVALID_PARAMS", "NONSENSE"],
            "LATEST": ["INVALID_PARAMS", "LATEST"],
            "LATEST #lobby *": ["INVALID_PARAMS", "LATEST"],
            "LATEST #lobby * 5 more": ["INVALID_PARAMS", "LATEST"],
            "LATEST #lobby * 0": ["INVALID_PARAMS", "LATEST", "0"],
            "LATEST #lobby * -5": ["INVALID_PARAMS", "LATEST", "-5"],
            "BEFORE #lobby * 5": ["INVALID_PARAMS", "BEFORE", "*"],
            "BEFORE #lobby timestamp=yesterday 5": ["INVALID_PARAMS", "BEFORE", "timestamp=yesterday"],
            "BEFORE #lobby timestamp=2023-13-14T22:13:20.000Z 5": ["INVALID_PARAMS", "BEFORE", "timestamp=2023-13-14T22:13:20.000Z"],
            "BEFORE #lobby msgid= 5": ["INVALID_PARAMS", "BEFORE", "msgid="],
            "BEFORE #lobby serial=4 5": ["INVALID_MSGREFTYPE", "BEFORE", "#lobby"],
            f"TARGETS {stamp(0)} {stamp(5)}": ["INVALID_PARAMS", "TARGETS"],
            f"TARGETS {stamp(0)} msgid=1 5": ["INVALID_PARAMS", "TARGETS", "msgid=1"],
            f"TARGETS {stamp(0)} {stamp(5)} many": ["INVALID_PARAMS", "TARGETS", "many"],
            "LATEST #nowhere * 5": ["INVALID_TARGET", "LATEST", "#nowhere"],
        }.items():
            self.ann.types(f"CHATHISTORY {what}")
            (fail,) = heard(self.ann)
            self.assertEqual(("FAIL", ["CHATHISTORY", *expected]), (fail.command, list(fail.params[:-1])), what)

    def test_a_room_one_is_not_in_is_not_told_from_one_that_is_not_there(self) -> None:
        self.bob.types("JOIN #dev", "PRIVMSG #dev :secret")
        for room in ("#dev", "#nowhere"):
            self.ann.types(f"CHATHISTORY LATEST {room} * 5")
            (fail,) = heard(self.ann)
            self.assertEqual(("CHATHISTORY", "INVALID_TARGET", "LATEST", room), fail.params[:-1])

    def test_what_was_removed_does_not_come_back_nor_count(self) -> None:
        self.bob.types(f"REDACT #lobby {self.ids[4]}")
        self.ann.lines()
        self.assertEqual(["3", "4"], self.asks("LATEST #lobby * 2"))

    def test_words_are_found_beyond_any_number_of_other_things(self) -> None:
        self.bob.types(*[f"TOPIC #lobby :{number}" for number in range(30)])
        self.ann.lines()
        self.assertEqual(["4", "5"], self.asks("LATEST #lobby * 2"))

    def test_events_are_shown_to_who_knows_of_them(self) -> None:
        eve = self.world.chatter("eve", *CAPS, "draft/event-playback")
        eve.types("JOIN #lobby")
        self.bob.types("TOPIC #lobby :tea")
        eve.lines()
        eve.types("CHATHISTORY LATEST #lobby * 2")
        _, said, topic, _ = heard(eve)
        self.assertEqual([("PRIVMSG", "5"), ("TOPIC", "tea")], [(one.command, one.params[1]) for one in (said, topic)])
        self.assertTrue({"time", "msgid", "batch"} <= topic.tags.keys())

    def test_several_lines_that_are_one_message_are_a_batch_in_the_batch(self) -> None:
        eve = self.world.chatter("eve", *CAPS, "draft/multiline", "labeled-response")
        eve.types(
            "JOIN #lobby", "BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :a", "@batch=1 PRIVMSG #lobby :b", "BATCH -1"
        )
        eve.lines()
        eve.types("@label=x CHATHISTORY LATEST #lobby * 1")
        outer, inner, a, b, closed, ended = heard(eve)
        self.assertEqual(({"label": "x"}, outer.params[0][1:]), (outer.tags, inner.tags["batch"]))
        self.assertEqual([inner.params[0][1:]] * 2, [a.tags["batch"], b.tags["batch"]])
        self.assertEqual(("-" + inner.params[0][1:], "-" + outer.params[0][1:]), (closed.params[0], ended.params[0]))
        self.assertEqual({"batch": outer.params[0][1:]}, closed.tags)
        self.assertTrue({"time", "msgid"} <= inner.tags.keys())

    def test_words_that_look_like_the_end_of_a_batch_stay_in_it(self) -> None:
        self.bob.types("PRIVMSG #lobby :BATCH -b1")
        self.ann.lines()
        self.assertEqual(["BATCH -b1"], self.asks("LATEST #lobby * 1"))
        self.ann.types("CHATHISTORY LATEST #lobby * 1")
        self.assertTrue(all("batch" in one.tags for one in heard(self.ann)[1:-1]))

    def test_without_batches_the_lines_come_alone(self) -> None:
        eve = self.world.chatter("eve", "draft/chathistory")
        eve.types("JOIN #lobby")
        eve.lines()
        eve.types("CHATHISTORY LATEST #lobby * 2", "CHATHISTORY BEFORE #lobby msgid=no 2", "PING x")
        self.assertEqual(["4", "5", "x"], [one.params[1] for one in heard(eve)])


class ConversationTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("mia"), member("max", Rank.MODERATOR)], page=5)
        self.ann = self.world.chatter("ann", *CAPS)
        self.bob = self.world.chatter("bob", *CAPS)
        for number, (one, other) in enumerate([(self.ann, "bob"), (self.bob, "ann")] * 2, 1):
            self.world.rest(1)
            one.types(f"PRIVMSG {other} :{number}")
        self.ids = [entry.id for entry in next(iter(self.world.hub.memory.inboxes._guests.values())).entries]
        self.ann.lines()

    def asks(self, what: str) -> list[str]:
        self.ann.types(f"CHATHISTORY {what}")
        return texts(self.ann)

    def test_each_subcommand_gives_both_sides(self) -> None:
        for one, three in ((stamp(1), stamp(3)), (f"msgid={self.ids[0]}", f"msgid={self.ids[2]}")):
            for what, expected in {
                "LATEST bob * 2": "34",
                f"LATEST bob {three} 2": "4",
                f"BEFORE bob {three} 2": "12",
                f"AFTER bob {one} 2": "23",
                f"AROUND bob {three} 3": "234",
                f"BETWEEN bob {one} {three} 5": "2",
                f"BETWEEN bob {three} {one} 5": "2",
            }.items():
                self.assertEqual(list(expected), self.asks(what), what)

    def test_somebody_else_reads_none_of_it(self) -> None:
        eve = self.world.chatter("eve", *CAPS)
        eve.types("CHATHISTORY LATEST bob * 5", f"CHATHISTORY AROUND bob msgid={self.ids[0]} 5")
        self.assertEqual(["BATCH"] * 4, [one.command for one in heard(eve)])

    def test_a_page_is_filled_beyond_what_passed_with_others(self) -> None:
        eve = self.world.chatter("eve")
        eve.types(*["PRIVMSG ann :hm"] * 12)
        self.ann.lines()
        self.assertEqual(["3", "4"], self.asks("LATEST bob * 2"))
        self.assertEqual(["2", "3"], self.asks(f"AFTER bob {stamp(1)} 2"))

    def test_a_conversation_stays_one_when_its_side_is_called_otherwise(self) -> None:
        self.ann.types("NICK anna")
        self.ann.lines()
        self.ann.types("CHATHISTORY LATEST Bob * 2")
        first, mine, theirs, _ = heard(self.ann)
        self.assertEqual("bob", first.params[2])
        self.assertEqual(("anna", "bob"), (mine.source.partition("!")[0], mine.params[0]))
        self.assertEqual(("bob", "anna"), (theirs.source.partition("!")[0], theirs.params[0]))

    def test_members_read_what_passed_before_they_came(self) -> None:
        mia = self.world.logged_in("mia")
        mia.asks("tell", 1, to="max", text="are you there?")
        irc = self.world.connect(self.world.irc)
        irc.types(f"CAP REQ :{' '.join(CAPS)}", "PASS :max:max opens this door", "NICK max", "USER m 0 * :Max", "CAP END")
        self.assertNotIn("PRIVMSG", [one.command for one in heard(irc)])
        irc.types(f"CHATHISTORY TARGETS {stamp(0)} {stamp(30)} 5", "CHATHISTORY LATEST mia * 5")
        lines = heard(irc)
        self.assertEqual(("TARGETS", "mia"), lines[1].params[:2])
        self.assertEqual("are you there?", lines[4].params[1])


class TargetsTests(TestCase):
    def setUp(self) -> None:
        self.world = World(page=5)
        self.ann = self.world.chatter("ann", *CAPS)
        self.ann.types("JOIN #a,#b,#c")
        self.bob = self.world.chatter("bob")
        self.bob.types("JOIN #a,#b,#d")
        for target in ("#a", "ann", "#b", "#d"):
            self.world.rest(1)
            self.bob.types(f"PRIVMSG {target} :hi", "TOPIC #a :x")
        self.ann.lines()

    def targets(self, first: str, second: str, limit: int = 5) -> list[str]:
        self.ann.types(f"CHATHISTORY TARGETS {first} {second} {limit}")
        return [one.params[1] for one in heard(self.ann)[1:-1]]

    def test_they_come_in_the_order_of_their_last_words(self) -> None:
        self.assertEqual(["#a", "bob", "#b"], self.targets(stamp(0), stamp(30)))

    def test_too_many_are_counted_from_the_first_time(self) -> None:
        self.assertEqual(["#a", "bob"], self.targets(stamp(0), stamp(30), 2))
        self.assertEqual(["bob", "#b"], self.targets(stamp(30), stamp(0), 2))

    def test_the_last_words_must_stand_within_both_times(self) -> None:
        self.assertEqual(["bob"], self.targets(stamp(1), stamp(3)))
        self.bob.types("PRIVMSG ann :again")
        self.ann.lines()
        self.assertEqual([], self.targets(stamp(1), stamp(3)))
