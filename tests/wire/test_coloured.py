"""Colours at a terminal, and who is called."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import EmptyText
from chatroom.core.events import Author, Entry, Said
from chatroom.core.replies import Answer, Denied, Done, Notice
from chatroom.wire.coloured import ColouredDialect, calls
from chatroom.wire.line import LineDialect

PLAIN = LineDialect(str)
COLOURED = ColouredDialect(str)
STYLE = re.compile(rb"\x1b\[[0-9;]*m")


def said(text: str, name: str = "bob", room: str = "lobby") -> Entry:
    return Entry(room, 1, 0.0, "id", Said(Author(name), text))


@given(st.text(max_size=80), st.sampled_from(["lobby", "dev"]))
def test_without_its_colours_it_reads_like_the_line_doors(text: str, room: str) -> None:
    assert STYLE.sub(b"", COLOURED.entry(said(text, room=room), room)) == PLAIN.entry(said(text, room=room), room)
    notice = Notice(None, "x", text)
    assert STYLE.sub(b"", COLOURED.reply(notice)) == PLAIN.reply(notice)


def test_names_events_and_troubles_are_told_apart() -> None:
    assert COLOURED.entry(said("hi"), "lobby") == b"\x1b[1;38;5;161mbob\x1b[0m: hi\n"
    assert COLOURED.entry(said("hi", room="dev"), "dev").startswith(b"\x1b[90m[dev] \x1b[0m\x1b[1;38;5;161mbob")
    assert COLOURED.reply(Notice(None, "x", "so")) == b"\x1b[90m-- so\x1b[0m\n"
    assert COLOURED.reply(Denied(None, "say", EmptyText())).startswith(b"\x1b[38;5;166m! ")


def test_answers_are_left_as_they_are_and_what_is_done_is_seen_otherwise() -> None:
    assert COLOURED.reply(Answer(None, "help", {}, ("bob: no speaker",))) == b"bob: no speaker\n"
    assert COLOURED.reply(Done(None, "say", (said("hi"),))) == b""
    assert ColouredDialect(str, colours=False).entry(said("hi"), "lobby") == b"bob: hi\n"


@pytest.mark.parametrize(
    ("shown", "called"),
    [
        ("bob: Ann, look", True),
        ("[dev] bob: hello ann", True),
        ("* bob pokes ann", True),
        ("(private) bob: psst", True),
        ("bob (notice): ann!", True),
        ("bob: annual", False),
        ("ann: I, ann, say so", False),
        ("[14:02] bob: ann?", False),
        ("[2026-01-02 14:02 #17] bob: ann?", False),
        ("-- bob: ann", False),
        ("! ann is taken", False),
        ("Welcome, ann.", False),
        ("(private to bob) ann here", False),
        ("", False),
    ],
)
def test_only_others_words_of_now_call(shown: str, called: bool) -> None:
    assert calls(f"x: y\n{shown}\n", "ann") is called
