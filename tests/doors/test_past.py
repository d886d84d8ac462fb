"""Lines that were entered before are gone through up and down."""

from __future__ import annotations

from chatroom.doors._past import HISTORY, Past


def remembering(*lines: str) -> Past:
    past = Past()
    for line in lines:
        past.remember(line)
    return past


def test_who_goes_up_and_down_again_finds_what_they_were_typing() -> None:
    past = remembering("one", "two")
    assert [past.up("thr"), past.up("two"), past.up("one")] == ["two", "one", None]
    assert [past.down(), past.down(), past.down()] == ["two", "thr", None]


def test_neither_nothing_nor_the_same_line_twice_in_a_row_is_remembered() -> None:
    assert remembering("one", "one", "", "  ", "two", "one").lines == ["one", "two", "one"]


def test_who_enters_a_line_stands_at_the_end_again() -> None:
    past = remembering("one", "two", "three")
    past.up("")
    past.up("")
    past.remember("two")
    assert past.up("") == "two"


def test_only_so_many_are_remembered() -> None:
    past = remembering(*(str(number) for number in range(HISTORY + 50)))
    assert len(past.lines) == HISTORY
    assert past.lines[0] == "50"
