"""A line while it is typed: characters come and go, the cursor stays among them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatroom.doors._typing import LONGEST, Typing

MOVES = ["erase", "delete", "kill_before", "kill_after", "kill_word", "left", "right", "home", "end", "word_left", "word_right"]


def typed(text: str) -> Typing:
    typing = Typing()
    for char in text:
        typing.insert(char)
    return typing


def test_words_are_passed_over_and_killed_with_the_blanks_beside_them() -> None:
    typing = typed("kick  bob ")
    typing.word_left()
    assert typing.before == "kick  "
    typing.word_left()
    typing.word_right()
    assert typing.before == "kick"
    typing.word_right()
    typing.kill_word()
    assert typing.text == "kick   "


def test_the_cursor_passes_over_a_letter_with_all_that_stands_on_it() -> None:
    typing = typed("ae\u0301\u0323x")
    typing.left()
    typing.left()
    assert typing.before == "a"
    typing.right()
    assert typing.before == "ae\u0301\u0323"


def test_a_line_is_bounded_and_knows_that_it_was_longer_until_something_is_taken_away() -> None:
    typing = typed("a" * LONGEST)
    assert not typing.overflowed
    assert not typing.insert("b")
    assert (typing.overflowed, len(typing.chars)) == (True, LONGEST)
    assert not typing.replace(1, "bb")
    assert typing.replace(1, "b")
    assert typing.overflowed
    typing.erase()
    assert not typing.overflowed


def test_what_is_replaced_is_what_stands_before_the_cursor() -> None:
    typing = typed("ki bob")
    typing.home()
    typing.word_right()
    assert typing.replace(2, "kick")
    assert (typing.text, typing.before) == ("kick bob", "kick")


@given(st.lists(st.sampled_from(MOVES) | st.characters()))
def test_whatever_is_done_the_cursor_stands_in_the_line(deeds: list[str]) -> None:
    typing = Typing()
    for deed in deeds:
        if deed in MOVES:
            getattr(typing, deed)()
        else:
            typing.insert(deed)
        assert 0 <= typing.at <= len(typing.chars)
