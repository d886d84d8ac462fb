"""The consoles' format: verbs in, rooms named, help in sections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import UnknownCommandNearMiss, WrongUsage
from chatroom.core.events import Author, Entry, Said
from chatroom.core.replies import Answer, Denied, Done, Welcome
from chatroom.core.request import Request
from chatroom.registry import load_verbs
from chatroom.wire.console import OTHERS, SECTIONS, ConsoleDialect, parse, parse_host
from chatroom.wire.line import LineDialect

DIALECT = ConsoleDialect(lambda at: "14:02")
HOST = ConsoleDialect(lambda at: "14:02", slashed=True)


@pytest.mark.parametrize(
    ("text", "verb", "tail"),
    [
        ("kick bob", "kick", "bob"),
        ("/kick bob", "kick", "bob"),
        ("  KICK   bob  10m  spam ", "kick", "bob  10m  spam"),
        ("who", "who", ""),
        ("who\t", "who", ""),
        ("", "", ""),
        ("   ", "", ""),
        ("/", "/", ""),
    ],
)
def test_a_consoles_line_is_a_verb_with_or_without_its_slash(text: str, verb: str, tail: str) -> None:
    assert parse(text) == Request(verb, tail)


@pytest.mark.parametrize(
    ("text", "verb", "tail"),
    [
        ("good evening", "announce", "good evening"),
        ("kick bob", "announce", "kick bob"),
        ("/kick bob", "kick", "bob"),
        ("//kick is a command", "announce", "/kick is a command"),
        ("/", "announce", "/"),
        ("/ ", "announce", "/ "),
    ],
)
def test_at_the_hosts_terminal_what_has_no_slash_is_announced(text: str, verb: str, tail: str) -> None:
    found = parse_host(text)
    assert (found.verb, found.fields["text"] if found.fields else found.tail) == (verb, tail)


@given(st.text())
def test_whatever_is_typed_becomes_a_request(text: str) -> None:
    assert parse(text).verb == parse(text).verb.lower()
    assert parse_host(text).tail in text


def test_every_room_is_named_before_what_happens_in_it() -> None:
    said = Entry("lobby", 1, 0.0, "a", Said(Author("ann"), "hi"))
    assert DIALECT.entry(said, "lobby") == b"[lobby] ann: hi\n"


def test_what_is_done_is_said_to_be_done() -> None:
    assert DIALECT.reply(Done(None, "kick")) == b"Done.\n"
    assert HOST.reply(Done(None, "kick")) == b"Done.\n"
    assert HOST.reply(Done(None, "announce")) == b""


def test_help_comes_in_sections() -> None:
    commands = [
        {"verb": "who", "usage": "/who [ROOM]", "summary": "who is here."},
        {"verb": "kick", "usage": "/kick NAME [REASON]", "summary": "send somebody out."},
        {"verb": "dance", "usage": "/dance", "summary": "move."},
    ]
    reply = Answer(None, "help", {"commands": commands}, ("the line door's lines",))
    assert DIALECT.reply(reply).decode().splitlines() == [
        "People:",
        "  who [ROOM]          who is here.",
        "Order:",
        "  kick NAME [REASON]  send somebody out.",
        "More:",
        "  dance               move.",
        "help COMMAND says more about one.",
    ]
    assert "  /kick NAME" in HOST.reply(reply).decode()


def test_every_verb_of_the_house_has_its_section() -> None:
    placed = [verb for verbs in SECTIONS.values() for verb in verbs]
    assert len(placed) == len(set(placed))
    assert OTHERS not in SECTIONS
    assert [verb.name for verb in load_verbs() if not verb.hidden and verb.name not in placed] == []


def test_refusals_name_verbs_as_they_are_typed_here() -> None:
    near = Denied(None, "hlep", UnknownCommandNearMiss(verb="hlep", near="help"))
    assert DIALECT.reply(near) == b"! There is no hlep. Did you mean help?\n"
    assert HOST.reply(near) == b"! There is no /hlep. Did you mean /help?\n"
    wrong = Denied(None, "kick", WrongUsage(problem="See /etc/passwd or 10.0.0.0/8.", usage="/kick NAME"))
    assert DIALECT.reply(wrong) == b"! See /etc/passwd or 10.0.0.0/8. Usage: kick NAME\n"


def test_the_welcome_says_how_to_go_on() -> None:
    welcome = Welcome(None, "ann", "admin", "chatroom", {}, "", False)
    assert DIALECT.reply(welcome) == b"Welcome, ann. Type help for commands, quit to leave.\n"
    assert HOST.reply(welcome) == b"Welcome, ann. Type /help for commands; anything else is announced.\n"


def test_hostile_names_and_words_are_made_visible() -> None:
    said = Entry("dev", 1, 0.0, "a", Said(Author("ann"), "\x1b[2J\x9b2J\u202e"))
    assert DIALECT.entry(said, "dev") == "[dev] ann: ␛[2J\ufffd2J\n".encode()


def test_dialects_that_render_alike_are_equal_and_others_are_not() -> None:
    when = DIALECT.when
    assert ConsoleDialect(when) == DIALECT
    assert len({DIALECT, HOST, LineDialect(when)}) == 3


def test_what_takes_an_order_back_is_told_as_it_is_typed() -> None:
    answer = Answer(None, "ban", {"id": "4"}, ("Banned for good: bob and 203.0.113.0/24. /unban #4 takes it back.",))
    assert DIALECT.reply(answer) == b"Banned for good: bob and 203.0.113.0/24. unban #4 takes it back.\n"
    assert b" /unban #4" in HOST.reply(answer)
