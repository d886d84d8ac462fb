"""What IRC clients are told unasked: by capability, by what they look out for, and by those who keep order."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member, password_of


def told(person: Person) -> list[str]:
    """Give what a client hears, without the host of whoever it comes from."""
    return [" ".join([line.split(" ")[0].partition("!")[0], *line.split(" ")[1:]]) for line in person.lines()]


class InviteNotifyTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.alice = self.world.chatter("alice")
        self.bob = self.world.chatter("bob", "invite-notify")
        self.carol = self.world.chatter("carol")
        for one in (self.alice, self.bob):
            one.types("JOIN #c")
        self.alice.lines(), self.bob.lines()

    def test_who_could_ask_is_told_of_whom_others_ask_in(self) -> None:
        self.alice.types("INVITE carol #c")
        self.bob.hears(*self.carol.lines())

    def test_where_operators_ask_they_alone_are_told(self) -> None:
        self.alice.types("MODE #c +i", "INVITE carol #c")
        self.assertEqual([":alice MODE #c +i"], told(self.bob))
        self.alice.types("MODE #c +o bob", "INVITE dan #c", "INVITE carol #c")
        self.assertEqual([":alice MODE #c +o bob", ":alice INVITE carol #c"], told(self.bob))

    def test_who_did_not_ask_for_it_is_told_nothing(self) -> None:
        dan = self.world.chatter("dan")
        dan.types("JOIN #c")
        dan.lines()
        self.alice.types("INVITE carol #c")
        dan.hears()


class ExtendedMonitorTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("mia")])
        self.alice = self.world.chatter("alice", "extended-monitor", "away-notify", "setname", "account-notify")
        self.bob = self.world.chatter("bob")
        self.alice.types("MONITOR + bob,mia")
        self.alice.lines()

    def test_what_becomes_of_whom_one_looks_out_for_is_told_also_from_elsewhere(self) -> None:
        self.bob.types("AWAY :tea", "AWAY", "SETNAME :Robert")
        self.assertEqual([":bob AWAY :tea", ":bob AWAY", ":bob SETNAME :Robert"], told(self.alice))

    def test_who_shares_a_room_is_told_once(self) -> None:
        self.alice.types("JOIN #c")
        self.bob.types("JOIN #c")
        self.alice.lines()
        self.bob.types("AWAY :tea")
        self.assertEqual([":bob AWAY :tea"], told(self.alice))

    def test_without_the_capability_comings_and_goings_are_all(self) -> None:
        self.alice.types("CAP REQ :-extended-monitor")
        self.alice.lines()
        self.bob.types("AWAY :tea")
        self.alice.hears()


class PreAwayTests(TestCase):
    def come(self, world: World, away: str) -> Person:
        """Come in, away already."""
        bob = world.connect(world.irc)
        bob.types("CAP LS 302", "CAP REQ :draft/pre-away", away, "NICK bob", "USER bob 0 * :Bob", "CAP END")
        return bob

    def test_somebody_may_be_away_as_they_come(self) -> None:
        world = World()
        alice = world.chatter("alice")
        self.assertIn(":irc.chatroom 306 * :You will be away.", self.come(world, "AWAY :tea").lines())
        alice.types("PRIVMSG bob :hi")
        alice.hears(":irc.chatroom 301 alice bob :tea")

    def test_a_star_is_no_message(self) -> None:
        world = World()
        alice = world.chatter("alice")
        self.come(world, "AWAY *")
        alice.types("PRIVMSG bob :hi")
        alice.hears(":irc.chatroom 301 alice bob :not at the keyboard")

    def test_a_member_who_is_here_already_stays_as_they_are(self) -> None:
        world = World(members=[member("mia")])
        world.logged_in("mia")
        phone = world.connect(world.irc)
        login = f"PASS :mia:{password_of('mia')}"
        phone.types("CAP LS 302", "CAP REQ :draft/pre-away", login, "AWAY *", "NICK mia", "USER m 0 * :Mia", "CAP END")
        alice = world.chatter("alice")
        alice.types("PRIVMSG mia :hi")
        alice.hears()

    def test_without_the_capability_one_says_first_who_one_is(self) -> None:
        world = World()
        eve = world.connect(world.irc)
        eve.types("AWAY :tea", "ISUPPORT")
        self.assertEqual(["451", "451"], [line.split(" ")[1] for line in eve.lines()])


class ExtendedIsupportTests(TestCase):
    def test_what_is_supported_may_be_asked_before_and_is_one_batch(self) -> None:
        world = World()
        eve = world.connect(world.irc)
        eve.types("CAP REQ :batch draft/extended-isupport", "ISUPPORT")
        first, *rows, last = eve.lines()[1:]
        self.assertEqual((":irc.chatroom BATCH +b1 draft/isupport", ":irc.chatroom BATCH -b1"), (first, last))
        self.assertTrue(all(row.startswith("@batch=b1 :irc.chatroom 005 * ") for row in rows))
        eve.types("NICK eve", "USER eve 0 * :Eve", "CAP END")
        self.assertFalse([line for line in eve.lines() if line.startswith(":irc.chatroom 005")])


class OrderTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("ada", Rank.ADMIN)])
        self.ada = self.world.connect(self.world.irc)
        self.ada.types(f"PASS :ada:{password_of('ada')}", "NICK ada", "USER a 0 * :Ada", "JOIN #c")
        self.bob = self.world.chatter("bob")
        self.bob.types("JOIN #c")
        self.ada.lines(), self.bob.lines()

    def test_who_wants_it_is_told_what_is_told_to_all_who_do(self) -> None:
        carol = self.world.chatter("carol")
        self.bob.types("MODE bob +w")
        self.bob.lines()
        self.ada.types("WALLOPS :closing at ten")
        self.assertEqual([":ada WALLOPS :closing at ten"], told(self.bob))
        carol.hears()
        self.bob.types("MODE bob -w")
        self.bob.lines()
        self.ada.types("WALLOPS :again")
        self.bob.hears()

    def test_asking_for_capabilities_does_not_undo_it(self) -> None:
        self.bob.types("MODE bob +w", "CAP REQ :invite-notify")
        self.bob.lines()
        self.ada.types("WALLOPS :closing at ten")
        self.assertEqual([":ada WALLOPS :closing at ten"], told(self.bob))

    def test_who_is_killed_is_told_by_whom_and_others_that_they_are_gone(self) -> None:
        self.ada.types("KILL bob :spam")
        killed, error = told(self.bob)
        self.assertEqual(":ada KILL bob :spam", killed)
        self.assertTrue(error.startswith("ERROR :"))
        self.assertEqual([":bob QUIT :Killed (ada (spam))"], told(self.ada))

    def test_who_leaves_by_their_own_word_says_so_and_who_is_lost_does_not(self) -> None:
        carol = self.world.chatter("carol")
        carol.types("JOIN #c")
        self.ada.lines()
        carol.types("QUIT :tea")
        eve = self.world.person("eve")
        eve.types("/join c", "/quit")
        self.bob.leaves()
        dan = self.world.chatter("dan")
        dan.types("JOIN #c", "PRIVMSG #c :last words")
        dan.wire.finish()
        self.world.rest()
        gone = [":carol QUIT :Quit: tea", ":eve QUIT :Quit", ":bob QUIT :Connection closed", ":dan QUIT :Connection closed"]
        self.assertEqual(gone, [line for line in told(self.ada) if "QUIT" in line])
        self.assertTrue(dan.lines()[-1].startswith("ERROR :"))


class ConfidenceTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.alice, self.bob = self.world.chatter("alice"), self.world.chatter("bob")
        self.carol = self.world.chatter("carol", "echo-message", "message-tags")
        self.dan = self.world.person("dan")
        for one in (self.alice, self.bob, self.carol):
            one.types("JOIN #c")
        self.dan.types("/join c")
        for one in (self.alice, self.bob, self.carol, self.dan):
            one.lines()

    def test_what_is_said_to_operators_they_alone_are_shown(self) -> None:
        self.carol.types("PRIVMSG @#c :bob is loud", "NOTICE @#c :so loud", "PRIVMSG @#c :\x01ACTION sighs\x01")
        said = [":carol PRIVMSG @#c :bob is loud", ":carol NOTICE @#c :so loud", ":carol PRIVMSG @#c :\x01ACTION sighs\x01"]
        self.assertEqual(said, told(self.alice))
        self.assertEqual(3, sum("@#c" in line for line in self.carol.lines()))
        self.bob.hears()
        self.dan.hears()

    def test_who_has_a_voice_is_shown_what_is_for_them_and_operators_too(self) -> None:
        self.alice.types("MODE #c +v bob")
        self.bob.lines(), self.alice.lines()
        self.carol.types("PRIVMSG +#c :hi")
        self.assertEqual([":carol PRIVMSG +#c :hi"], told(self.bob))
        self.assertEqual([":carol PRIVMSG +#c :hi"], told(self.alice))

    def test_of_several_marks_the_one_that_lets_more_people_hear_it_counts(self) -> None:
        self.alice.types("MODE #c +v bob")
        self.bob.lines(), self.alice.lines(), self.dan.lines()
        self.carol.types("PRIVMSG @+#c :hi", "@+x TAGMSG +@#c")
        for one in (self.alice, self.bob):
            self.assertEqual([":carol PRIVMSG +#c :hi"], told(one))
        self.assertEqual(["PRIVMSG +#c :hi", "TAGMSG +#c"], [line.split(" ", 2)[2] for line in self.carol.lines() if "+#c" in line])
        self.dan.hears()

    def test_at_other_doors_it_is_told_as_what_it_is_and_kept_nowhere(self) -> None:
        self.alice.types("MODE #c +o dan")
        self.dan.lines()
        self.carol.types("PRIVMSG @#c :bob is loud")
        self.dan.hears("-- carol says to those who keep order in c: bob is loud")
        self.dan.types("/history")
        self.assertFalse([line for line in self.dan.lines() if "loud" in line])

    def test_who_may_not_speak_says_nothing_to_some_either(self) -> None:
        self.alice.types("MODE #c +m")
        self.carol.lines()
        self.carol.types("PRIVMSG @#c :hi")
        self.assertEqual(["404"], [line.split(" ")[1] for line in self.carol.lines()])
