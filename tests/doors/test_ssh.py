"""The chat for whoever has ssh: seen at a terminal, and by scripts."""

from __future__ import annotations

import re

import pytest
from twisted.conch.ssh.common import NS

from chatroom.core.rank import Rank
from chatroom.testing import World, member, password_of
from tests.doors.sshing import PTY, Caller, new_key, public


@pytest.fixture
def world() -> World:
    return World(members=[member("meg"), member("amy", Rank.ADMIN)])


def test_a_guest_is_in_the_chat_at_once(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    assert ann.sees() == [
        "Welcome, ann.",
        "Type /help for commands; anything else is said to everyone in the room.",
        "-- You are in lobby (1 here: ann).",
        "lobby>",
    ]


def test_what_is_typed_reads_like_the_history_and_is_not_disturbed(world: World) -> None:
    ann, bob = Caller(world, "ann").terminal(), world.person("bob")
    ann.types("hi bob\rhalf")
    bob.types("naïve")
    assert ann.sees()[3:] == ["-- bob joined (2 here)", "ann: hi bob", "bob: naïve", "lobby> half"]
    assert bob.lines()[-1] == "ann: hi bob"


def test_names_have_their_colours_unless_nobody_wants_them(world: World) -> None:
    ann, dumb = Caller(world, "ann").terminal(), Caller(world, "dan").terminal(term=b"dumb")
    world.person("bob").types("hi")
    ann.rest()
    dumb.rest()
    assert b"\x1b[1;38;5;161mbob\x1b[0m: hi" in ann.channel.out
    assert b"[38;5" not in dumb.channel.out


def test_a_mention_rings_and_other_words_do_not(world: World) -> None:
    ann, bob = Caller(world, "ann").terminal(), world.person("bob")
    bob.types("annual report")
    ann.rest()
    assert b"\x07" not in ann.channel.out
    bob.types("Ann, look")
    ann.rest()
    assert ann.channel.out.count(b"\x07") == 1
    ann.types("/history\r")
    assert ann.channel.out.count(b"\x07") == 1


def test_tab_completes_commands_names_and_rooms(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    world.person("bobby")
    ann.types("/wh\t")
    ann.types("is bo\t")
    assert ann.sees()[-1] == "lobby> /whois bobby"
    ann.types("\x15bo\t")
    assert ann.sees()[-1] == "lobby> bobby:"


def test_ctrl_c_clears_ctrl_l_redraws_and_ctrl_d_leaves(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.types("oops\x03")
    assert ann.sees()[-1] == "lobby>"
    ann.types("a\x0c")
    assert ann.sees() == ["lobby> a"]
    ann.types("\x15\x04")
    assert ann.sees() == ["-- Goodbye."]
    assert ann.channel.code == 0
    assert ann.channel.over


def test_the_row_fits_a_window_of_another_size(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.types("x" * 70)
    ann.resizes(30, 24)
    ann.sees()
    row = ann.screen.display[ann.screen.cursor.y].rstrip()
    assert row.startswith("> xxx")
    assert len(row) < 30


def test_the_prompt_says_where_one_speaks(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.types("/join dev\r")
    ann.types("hello\r")
    assert ann.sees()[-2:] == ["[dev] ann: hello", "dev>"]


def test_piped_lines_are_said_and_the_end_waits_for_all_of_them(world: World) -> None:
    bob, pipe = world.person("bob"), Caller(world, "bot").knocks().opens().wants(b"shell")
    bob.types("before")
    pipe.sends(b"one\ntwo\nthree")
    pipe.ends()
    assert bob.lines()[1:4] == ["bot: one", "bot: two", "bot: three"]
    assert pipe.reads() == ["bob: before"]
    assert (pipe.channel.code, pipe.channel.apart, pipe.channel.over) == (0, b"", True)


def test_what_is_refused_goes_to_standard_error_and_into_the_exit_code(world: World) -> None:
    pipe = Caller(world, "bot").knocks().opens().wants(b"shell")
    pipe.sends(b"/nosuch\n\xff\n" + b"x" * 20000 + b"\n")
    pipe.ends()
    assert pipe.reads() == []
    assert [line[:12] for line in pipe.channel.apart.decode().splitlines()] == ["! There is n", "! That text ", "! That line "]
    assert pipe.channel.code == 4


def test_one_command_is_done_and_nothing_else_is_shown(world: World) -> None:
    bob = world.person("bob")
    say = Caller(world, "bot").knocks().opens().wants(b"exec", NS(b"say hello"))
    assert (say.reads(), say.channel.code) == ([], 0)
    who = Caller(world, "bot").knocks().opens().wants(b"exec", NS(b"who"))
    assert (who.reads(), who.channel.code) == (["lobby (2 here): bob, bot"], 0)
    bad = Caller(world, "bot").knocks().opens().wants(b"exec", NS(b"tell nobody x"))
    assert (bad.reads(), bad.channel.code) == ([], 4)
    assert bob.lines()[1] == "bot: hello"


def test_an_admin_has_the_console(world: World) -> None:
    amy = Caller(world, "amy").shows_password(password_of("amy")).opens().wants(b"exec", NS(b"admin"))
    amy.sends(b"members list meg\n")
    amy.ends()
    assert amy.reads() == ["meg <meg@example.org>, member"]
    assert amy.channel.apart.decode().splitlines() == ["Welcome, amy. Type help for commands, quit to leave.", "-- Goodbye."]
    assert amy.channel.code == 0
    assert world.person("bob").lines() == []


def test_one_command_of_the_console_has_an_exit_code(world: World) -> None:
    done = Caller(world, "amy").shows_password(password_of("amy")).opens().wants(b"exec", NS(b"admin who"))
    assert (done.reads(), done.channel.apart, done.channel.code) == (["lobby (nobody here)"], b"", 0)
    refused = Caller(world, "amy").shows_password(password_of("amy")).opens().wants(b"exec", NS(b"admin kick nobody"))
    assert refused.channel.apart.decode().splitlines()[0] == "! Nobody here is called nobody. Type who to see who is here."
    assert refused.channel.code == 1


@pytest.mark.parametrize("name", ["meg", "gus"])
def test_the_console_is_for_nobody_else(world: World, name: str) -> None:
    caller = Caller(world, name)
    if name == "meg":
        caller.shows_password(password_of("meg"))
    else:
        caller.knocks()
    caller.opens().wants(b"exec", NS(b"admin"))
    assert "A console is for moderators and admins." in (caller.channel.out + caller.channel.apart).decode()
    assert caller.channel.code == 1


def test_the_front_door_leads_here(world: World) -> None:
    assert Caller(world, "ann", door=world.front).terminal().sees()[0] == "Welcome, ann."


def test_a_house_that_closes_says_so_and_leaves_the_terminal_clean(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.types("half")
    world.restarted()
    assert ann.sees()[-1] == "-- The house is closing. Goodbye."


def test_a_member_is_told_how_to_keep_the_key_they_showed(world: World) -> None:
    key = new_key()
    meg = Caller(world, "meg").knocks().offers_key(key).shows_password(password_of("meg"))
    meg.opens().wants(b"pty-req", PTY).wants(b"shell")
    meg.types("/key add\r")
    fingerprint = public(key).fingerprint
    assert f"-- Your ssh showed a key, {fingerprint}. To come in by" in "".join(meg.sees()).replace("To come in  by", "To come in by")
    assert Caller(world, "meg").signs_with(key).login.inside


@pytest.mark.parametrize("command", [None, b"who"])
def test_what_waited_for_a_member_is_shown_however_they_come(world: World, command: bytes | None) -> None:
    world.person("bob").types("/tell meg psst")
    meg = Caller(world, "meg").shows_password(password_of("meg")).opens()
    if command is None:
        assert meg.wants(b"pty-req", PTY).wants(b"shell").sees()[0] == "Welcome, meg."
    else:
        meg.wants(b"exec", NS(command))
        assert meg.reads() == ["lobby (2 here): bob, meg"]
    assert "(private) bob: psst" in re.sub(r"\x1b\[[0-9;]*m", "", (meg.channel.out + meg.channel.apart).decode())


def test_an_admin_at_a_terminal_has_line_editing(world: World) -> None:
    amy = Caller(world, "amy").shows_password(password_of("amy")).opens().wants(b"pty-req", PTY).wants(b"exec", NS(b"admin"))
    amy.types("whx\x7fo\r")
    assert amy.sees() == ["Welcome, amy. Type help for commands, quit to leave.", "> who", "lobby (nobody here)", ">"]
    amy.rest(1800)
    assert amy.sees()[-1] == "-- You typed nothing for a long time, so this console is closed."
    assert amy.channel.code == 3
