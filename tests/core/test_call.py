"""Texts, before they are said: what no text may hold, what shows nothing, and how long they may be."""

from __future__ import annotations

import pytest

from chatroom.core.call import bounded, cut, is_blank, sayable, single
from chatroom.core.errors import BadCharacter, TextTooLong
from chatroom.testing import World
from chatroom.wire.strict import BadCharacter as BadCharacterInJson

FORBIDDEN = [("a\0b", "NUL"), ("a\ud800", "half of a surrogate pair")]


@pytest.mark.parametrize(("text", "character"), FORBIDDEN)
def test_what_would_break_a_line_is_refused(text: str, character: str) -> None:
    with pytest.raises(BadCharacter, match=f"A text holds {character}, which is not allowed"):
        bounded(text, 100, "message")


@pytest.mark.parametrize("text", ["one\ntwo\tthree", "\x02b\x03c\x0fo\x11m\x16r\x1di\x1es\x1fu", "\x1b[31m"])
def test_all_else_is_given_back_as_it_is(text: str) -> None:
    assert sayable(text) == text


@pytest.mark.parametrize(("text", "character"), FORBIDDEN)
def test_the_sentence_and_code_are_the_same_where_json_is_read(text: str, character: str) -> None:
    ours, read = BadCharacter(character=character), BadCharacterInJson(character=character)
    assert (str(read), read.code) == (str(ours), ours.code)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\u200d\ufeff", "\u3164\u2800", "\x02\x0304,1\x0f", "\u202e\ufe0f\U000e0041", "\x1d\x1f"]
)
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "\u200bа", "❤\ufe0f", "04", "\x0304x", "."])
def test_what_shows_something_is_not_blank(text: str) -> None:
    assert not is_blank(text)


def test_a_text_has_at_most_so_many_bytes() -> None:
    assert bounded("é" * 5, 10, "message") == "é" * 5
    with pytest.raises(TextTooLong):
        bounded("é" * 5 + "x", 10, "message")


def test_a_text_is_cut_between_two_characters() -> None:
    assert (cut("aéb", 2), cut("aéb", 3), cut("aéb", 9)) == ("a", "aé", "aéb")


def test_a_line_has_one_blank_between_words_or_shows_nothing() -> None:
    assert (single("  a \t b\nc "), single(" \u200b ")) == ("a b c", "")


def test_a_line_door_stores_no_invisible_text() -> None:
    world = World()
    ann, bob = world.person("ann"), world.person("bob")
    ann.lines()
    bob.types("\u200b\u3164", "/msg ann \u2060")
    bob.hears(
        "! That message is empty. Type some words.",
        "! That message is empty. Type some words.",
    )
    ann.hears()
