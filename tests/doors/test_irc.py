"""The IRC door: lines in every shape, deadlines, and who a connection is."""

from __future__ import annotations

from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatroom.doors._irc import IDLE, MOST_BEFORE, PATIENCE
from chatroom.testing import Person, SlowWorld, World, member, password_of
from chatroom.wire.irc.message import parse


def plain(name: str, password: str) -> str:
    return b64encode(f"\0{name}\0{password}".encode()).decode()


def numerics(person: Person) -> list[str]:
    return [parse(line).command for line in person.lines()]


class LinesTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.bob = self.world.person("bob")
        self.ann = self.world.chatter("ann")
        self.ann.types("JOIN #lobby")
        self.ann.lines()
        self.bob.lines()

    def test_lines_end_with_or_without_a_carriage_return(self) -> None:
        self.ann.sends(b"PRIVMSG #lobby :one\r\nPRIVMSG #lobby :two\n\r\n \r\nPRIVMSG #lobby three\r\n")
        self.bob.hears("ann: one", "ann: two", "ann: three")

    def test_a_line_of_512_bytes_is_taken_and_a_longer_one_refused_whole(self) -> None:
        room = 510 - len("PRIVMSG #lobby :")
        self.ann.types("PRIVMSG #lobby :" + "x" * room)
        self.bob.hears("ann: " + "x" * room)
        self.ann.lines()
        self.ann.types("PRIVMSG #lobby :" + "x" * (room + 1))
        self.bob.hears()
        self.assertEqual(["417"], numerics(self.ann))

    def test_tags_do_not_count_until_there_are_too_many(self) -> None:
        self.ann.types(f"@+a={'x' * 4091} PRIVMSG #lobby :hi")
        self.bob.hears("ann: hi")
        self.ann.types(f"@+a={'x' * 4092} PRIVMSG #lobby :hi")
        self.bob.hears()
        self.assertEqual(["417"], numerics(self.ann))

    def test_a_line_beyond_every_bound_is_refused_and_the_connection_kept(self) -> None:
        self.ann.sends(b"x" * 70000 + b"\r\nPING here\r\n")
        self.assertEqual(["417", "PONG"], numerics(self.ann))

    def test_what_is_no_utf8_is_refused_by_a_standard_reply_that_names_the_command(self) -> None:
        self.ann.sends(b"PRIVMSG #lobby :caf\xe9\r\n")
        self.bob.hears()
        (line,) = self.ann.lines()
        self.assertEqual(("FAIL", ("PRIVMSG", "INVALID_UTF8")), (parse(line).command, parse(line).params[:2]))

    def test_what_netcat_says_reaches_nobodys_parser(self) -> None:
        self.bob.types("a\x1b[31mb\x07c", "@time=x :eve!e@e PRIVMSG #lobby :forged")
        said = [parse(line) for line in self.ann.lines()]
        self.assertEqual(["bob", "bob"], [one.source.partition("!")[0] for one in said])
        self.assertEqual(["a\u241b[31mb\u2407c", "@time=x :eve!e@e PRIVMSG #lobby :forged"], [one.params[1] for one in said])

    def test_a_text_of_several_lines_and_beyond_a_line_comes_whole(self) -> None:
        bot = self.world.program("bot")
        text = "first\n\n" + "wörter " * 300 + "\nlast"
        bot.asks("say", 1, text=text)
        lines = [line for line in self.ann.lines() if "PRIVMSG" in line]
        self.assertTrue(all(len(f"{line}\r\n".encode()) <= 512 for line in lines))
        said = [parse(line).params[1] for line in lines]
        self.assertEqual(["first", "last"], [said[0], said[-1]])
        self.assertEqual("wörter " * 300, "".join(said[1:-1]))

    def test_an_action_cut_in_pieces_is_several_actions(self) -> None:
        self.bob.types("/me " + "waves " * 200)
        lines = self.ann.lines()
        self.assertTrue(all(len(f"{line}\r\n".encode()) <= 512 for line in lines))
        said = [parse(line).params[1] for line in lines]
        self.assertTrue(all(one.startswith("\x01ACTION ") and one.endswith("\x01") for one in said))
        self.assertGreater(len(said), 1)


class RegistrationTests(TestCase):
    def setUp(self) -> None:
        self.world = World(members=[member("mia")])

    def test_nothing_is_said_before_nick_and_user(self) -> None:
        eve = self.world.connect(self.world.irc)
        eve.types("PRIVMSG #lobby :hi", "NICK eve")
        eve.hears(":irc.chatroom 451 * :Say who you are first.")

    def test_capabilities_hold_the_welcome_back_until_they_are_settled(self) -> None:
        eve = self.world.connect(self.world.irc)
        eve.types("CAP REQ :server-time", "NICK eve", "USER eve 0 * :Eve")
        self.assertEqual(["CAP"], numerics(eve))
        eve.types("CAP END")
        self.assertEqual("001", numerics(eve)[0])

    def test_all_capabilities_asked_for_are_granted_or_none(self) -> None:
        eve = self.world.chatter("eve")
        eve.types("CAP REQ :server-time nonsense", "CAP LIST", "CAP REQ :server-time batch", "CAP REQ :-batch", "CAP LIST", "CAP WHAT")
        eve.hears(
            ":irc.chatroom CAP eve NAK :server-time nonsense",
            ":irc.chatroom CAP eve LIST :",
            ":irc.chatroom CAP eve ACK :server-time batch",
            ":irc.chatroom CAP eve ACK :-batch",
            ":irc.chatroom CAP eve LIST :server-time",
            ":irc.chatroom 410 eve WHAT :There is no such CAP command.",
        )

    def test_all_that_is_offered_by_default_fits_one_line(self) -> None:
        eve = self.world.connect(self.world.irc)
        eve.types("CAP LS 302", "CAP REQ :draft/no-implicit-names")
        told = [parse(line).params for line in eve.lines()]
        self.assertEqual([("*", "LS"), ("*", "ACK")], [params[:2] for params in told])
        self.assertEqual((3, "draft/no-implicit-names"), (len(told[0]), told[1][2]))

    def test_everything_there_is_can_be_asked_for_at_once(self) -> None:
        eve = self.world.connect(self.world.irc)
        eve.types("CAP LS 302")
        every = [word.partition("=")[0] for line in eve.lines() for word in line.partition(" :")[2].split()]
        eve.types(f"CAP REQ :{' '.join(every)}")
        answers = eve.lines()
        self.assertEqual(every, [word for line in answers for word in line.partition(" ACK :")[2].split()])
        self.assertTrue(all(len(line) <= 510 for line in answers))
        eve.types(f"CAP REQ :{' '.join([*every, 'nonsense'])}")
        self.assertEqual([*every, "nonsense"], [word for line in eve.lines() for word in line.partition(" NAK :")[2].split()])

    def test_a_member_who_logs_in_under_another_nick_has_that(self) -> None:
        mia = self.world.connect(self.world.irc)
        mia.types("CAP REQ :sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('mia', password_of('mia'))}")
        mia.types("NICK mia_phone", "USER m 0 * :Mia", "CAP END")
        self.assertIn(":irc.chatroom 001 mia_phone :Welcome to chatroom, mia_phone", mia.lines())
        mia.types("WHOIS mia_phone")
        self.assertIn(":irc.chatroom 330 mia_phone mia_phone mia :is logged in as", mia.lines())

    def test_a_member_who_is_here_already_is_the_same_person(self) -> None:
        browser = self.world.logged_in("mia")
        mia = self.world.connect(self.world.irc)
        mia.types("PASS :mia:" + password_of("mia"), "NICK other", "USER m 0 * :Mia", "JOIN #lobby")
        self.assertEqual([], browser.objects())
        self.assertTrue(any(line.endswith(" 353 mia = #lobby :mia") for line in mia.lines()))
        browser.asks("say", 1, text="hi from elsewhere")
        self.assertEqual(["hi from elsewhere"], [parse(line).params[-1] for line in mia.lines()])

    def test_a_password_with_blanks_needs_no_colon_before_it(self) -> None:
        mia = self.world.connect(self.world.irc)
        mia.types("PASS mia:" + password_of("mia"), "NICK mia", "USER m 0 * :Mia")
        self.assertIn("001", numerics(mia))

    def test_an_invitation_is_answered_with_where_to_choose_a_password(self) -> None:
        host = self.world.host()
        host.asks("members", 1, what="invite mia")
        (invited,) = [reply for reply in host.objects() if reply.get("re") == 1]
        by_pass, by_sasl = self.world.connect(self.world.irc), self.world.connect(self.world.irc)
        by_pass.types(f"PASS mia:{invited['code']}", "NICK mia", "USER m 0 * :Mia")
        by_sasl.types("CAP REQ :sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('mia', invited['code'])}")
        for one in (by_pass, by_sasl):
            self.assertIn("choose a password: once by nc, ssh,", one.lines()[-1])

    def test_a_password_in_several_lines_is_put_together(self) -> None:
        mia = self.world.connect(self.world.irc)
        long = plain("mia", password_of("mia") + "x" * 500)
        mia.types("CAP REQ :sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {long[:400]}", f"AUTHENTICATE {long[400:]}")
        self.assertEqual(["CAP", "AUTHENTICATE", "904"], numerics(mia))

    def test_what_is_no_login_fails_and_may_be_tried_again(self) -> None:
        mia = self.world.connect(self.world.irc)
        mia.types("AUTHENTICATE PLAIN", "CAP REQ :sasl")
        mia.types("AUTHENTICATE PLAIN", "AUTHENTICATE !!!", "AUTHENTICATE PLAIN", "AUTHENTICATE *", "AUTHENTICATE NONSENSE")
        self.assertEqual(["904", "CAP", "AUTHENTICATE", "904", "AUTHENTICATE", "906", "908", "904"], numerics(mia))
        mia.types("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('mia', password_of('mia'))}", "AUTHENTICATE PLAIN")
        self.assertEqual(["AUTHENTICATE", "900", "903", "907"], numerics(mia))

    def test_somebody_without_a_name_is_let_go_in_time_and_after_too_much(self) -> None:
        wrong = [line for _ in range(10) for line in ("PASS :mia:wrong", "NICK eve")]
        for lines in (["USER a 0 * :a", *wrong], ["NICK *"] * (MOST_BEFORE + 1), ["PONG"] * (MOST_BEFORE + 1)):
            eve = self.world.connect(self.world.irc)
            eve.types(*lines)
            self.assertTrue(eve.lines()[-1].startswith("ERROR :"))
        late = self.world.connect(self.world.irc)
        self.world.rest(61)
        late.hears("ERROR :You did not say who you are in time.")

    def test_what_is_merely_said_too_early_may_be_said_more_often(self) -> None:
        eve = self.world.connect(self.world.irc)
        eve.types(*["JOIN #c", "NONSENSE", "NICK *", ":"] * 20, "NICK eve", "USER e 0 * :Eve")
        self.assertIn(" 001 eve ", eve.lines()[60])

    def test_who_is_banned_reads_why(self) -> None:
        self.world.members.replace([member("mia", rank=3)])  # type: ignore[arg-type]
        mod = self.world.logged_in("mia")
        mod.asks("ban", 1, who="192.0.2.9", reason="spam")
        eve = self.world.connect(self.world.irc, self.world.wire("192.0.2.9"))
        (line,) = eve.lines()
        self.assertTrue(line.startswith("ERROR :") and "spam" in line)


class DeadlineTests(TestCase):
    def test_a_silent_client_is_pinged_and_then_let_go(self) -> None:
        world = World()
        ann = world.chatter("ann")
        world.rest(IDLE)
        ann.hears("PING :irc.chatroom")
        ann.types("PONG irc.chatroom")
        world.rest(IDLE + PATIENCE)
        self.assertEqual(["PING :irc.chatroom", f"ERROR :Ping timeout: {int(IDLE + PATIENCE)} seconds"], ann.lines())

    def test_one_that_speaks_is_not_pinged(self) -> None:
        world = World()
        ann = world.chatter("ann")
        for _ in range(10):
            world.rest(IDLE - 1)
            ann.types("PING x")
        ann.hears(*[":irc.chatroom PONG irc.chatroom x"] * 10)


class OrderTests(TestCase):
    def test_what_is_said_is_given_back_when_it_is_on_disk_and_a_pong_does_not_overtake_it(self) -> None:
        world = SlowWorld()
        ann = world.connect(world.irc)
        ann.types("CAP REQ echo-message", "NICK ann", "USER a 0 * :a", "CAP END", "JOIN #lobby")
        world.settle()
        ann.lines()
        ann.types("PRIVMSG #lobby :hi", "PING x")
        ann.hears()
        world.settle()
        self.assertEqual(["PRIVMSG", "PONG"], numerics(ann))

    def test_what_was_not_stored_is_refused_and_not_given_back(self) -> None:
        world = SlowWorld()
        ann = world.connect(world.irc)
        ann.types("CAP REQ echo-message", "NICK ann", "USER a 0 * :a", "CAP END", "JOIN #lobby")
        world.settle()
        for expected in ("NOTICE", "FAIL"):
            ann.lines()
            ann.types("PRIVMSG #lobby :hi")
            world.decline()
            (line,) = ann.lines()
            self.assertEqual(expected, parse(line).command)
            ann.types("CAP REQ standard-replies")


class LabelTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.bob = self.world.person("bob")
        self.ann = self.world.chatter("ann", "labeled-response", "batch", "echo-message")
        self.ann.types("JOIN #lobby")
        self.ann.lines()

    def heard(self) -> list[tuple[str, dict[str, str]]]:
        return [(one.command, dict(one.tags)) for one in map(parse, self.ann.lines())]

    def test_one_line_bears_the_label(self) -> None:
        self.ann.types("@label=a PING x", "@label=b PRIVMSG #lobby :hi", "@label=c NOSUCH")
        self.assertEqual([("PONG", {"label": "a"}), ("PRIVMSG", {"label": "b"}), ("421", {"label": "c"})], self.heard())

    def test_several_are_a_batch(self) -> None:
        self.ann.types("@label=a WHOIS bob")
        first, *middle, last = self.heard()
        self.assertEqual(("BATCH", {"label": "a"}), first)
        self.assertEqual({("batch", "b1")}, {item for _, tags in middle for item in tags.items()})
        self.assertEqual(("BATCH", {}), last)

    def test_none_is_acknowledged(self) -> None:
        self.ann.types("@label=a PONG x", "@label=b NOTICE nobody-here :hi")
        self.assertEqual([("ACK", {"label": "a"}), ("ACK", {"label": "b"})], self.heard())

    def test_a_label_that_is_too_long_is_none(self) -> None:
        self.ann.types(f"@label={'x' * 65} PING x")
        self.assertEqual([("PONG", {})], self.heard())

    def test_what_one_does_oneself_bears_the_label_and_others_see_it_without(self) -> None:
        ada, dan = self.world.chatter("ada", "labeled-response", "batch", "echo-message"), self.world.chatter("dan")
        ada.types("JOIN #den")
        dan.types("JOIN #den")
        deeds = {
            "TOPIC #den :tea": ["TOPIC"],
            "MODE #den +m": ["MODE"],
            "MODE #den +v dan": ["MODE"],
            "MODE #den +b eve!*@*": ["MODE"],
            "MODE #den -b eve!*@*": ["MODE"],
            "MODE #den -m+l 5": ["BATCH", "MODE", "MODE", "BATCH"],
            "KICK #den dan :out": ["KICK"],
            "KICK #den ada :enough": ["KICK"],
        }
        for number, (typed, shown) in enumerate(deeds.items()):
            ada.lines(), dan.lines()
            ada.types(f"@label={number} {typed}")
            told = [parse(line) for line in ada.lines()]
            self.assertEqual((shown, str(number)), ([one.command for one in told], told[0].tags.get("label")), typed)
            seen = [parse(line) for line in dan.lines()]
            self.assertEqual([command for command in shown if command != "BATCH"], [one.command for one in seen], typed)
            self.assertFalse(any(one.tags for one in seen))
            if typed.startswith("KICK"):
                dan.types("JOIN #den")


class HostileTests(TestCase):
    def test_what_cannot_stand_in_a_line_is_not_repeated(self) -> None:
        eve = World().chatter("eve")
        eve.types("JOIN ::", "JOIN :a b", "WHOIS :", "CAP :a b", "TOPIC :#a :b", "WHO :a b", "WHOWAS " + "x" * 300, ": :", "TOPIC")
        commands = [parse(line).command for line in eve.lines()]
        self.assertEqual(["403", "403", "431", "410", "403", "315", "406", "369", "421", "461"], commands)

    @given(st.lists(st.binary(max_size=80), max_size=20))
    def test_any_bytes_are_survived(self, sent: list[bytes]) -> None:
        world = World()
        eve, bob = world.connect(world.irc), world.person("bob")
        eve.sends(b"NICK eve\r\nUSER e 0 * :e\r\nJOIN #lobby\r\n")
        for data in sent:
            eve.sends(data)
        self.assertEqual(0, world.house.figures.faults)
        bob.types("still here")

    @given(
        st.lists(
            st.sampled_from(
                [
                    "CAP",
                    "LS",
                    "REQ",
                    "END",
                    "LIST",
                    "NICK",
                    "USER",
                    "PASS",
                    "AUTHENTICATE",
                    "PLAIN",
                    "SCRAM-SHA-256",
                    "EXTERNAL",
                    "biwsbj1ldmUscj1hYmNkZWZnaA==",
                    "REGISTER",
                    "VERIFY",
                    "OPER",
                    "sasl",
                    "+",
                    "*",
                    "JOIN",
                    "#lobby",
                    "PART",
                    "PRIVMSG",
                    "WHO",
                    "WHOIS",
                    "ann",
                    "eve",
                    "%tcuihsnfdlaor,1",
                    "TOPIC",
                    "LIST",
                    "<5",
                    ">0",
                    "C<5",
                    ":",
                    ":x",
                    "\r\n",
                    "\r\n",
                    "\r\n",
                    "@label=1",
                    "@a",
                    "MODE",
                    "+b",
                    "0",
                    "302",
                    "KICK",
                    "NAMES",
                    "house",
                ]
            ),
            max_size=60,
        )
    )
    def test_any_order_of_words_is_survived(self, words: list[str]) -> None:
        world = World()
        eve = world.chatter("eve", "labeled-response", "batch", "echo-message", "message-tags", "server-time")
        eve.types(" ".join(words))
        self.assertEqual(0, world.house.figures.faults)
