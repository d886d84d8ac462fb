"""The row at the bottom of a terminal: as much as fits, and the cursor where it belongs."""

from __future__ import annotations

import re

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.doors._row import bare, columns, row

WIDTH = 20


def drawn(data: bytes) -> tuple[str, int]:
    """Give what stands in the row, and where the cursor is."""
    screen = pyte.Screen(WIDTH, 2)
    pyte.ByteStream(screen).feed(data)
    assert not screen.display[1].strip()
    return screen.display[0].rstrip(), int(screen.cursor.x)


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("\u0301", 0), ("\x1b[2J", 4), ("", 0)])
def test_columns_are_those_of_what_is_shown(text: str, width: int) -> None:
    assert columns(text) == width


def test_the_cursor_stands_where_the_next_character_goes() -> None:
    assert drawn(row("> ", "abc", 3, WIDTH)) == ("> abc", 5)
    assert drawn(row("> ", "abc", 1, WIDTH)) == ("> abc", 3)
    assert drawn(row("> ", "漢字x", 1, WIDTH))[1] == 4


def test_what_does_not_fit_is_left_out_on_the_side_away_from_the_cursor() -> None:
    line = "".join(f"{number:03}," for number in range(20))
    assert drawn(row("> ", line, 0, WIDTH)) == ("> " + line[:17], 2)
    shown, cursor = drawn(row("> ", line, len(line), WIDTH))
    assert shown.endswith("019,")
    assert cursor == len(shown) < WIDTH


def test_a_prompt_alone_tells_nothing_of_what_is_typed() -> None:
    assert drawn(bare("Password: \x1b[2J")) == ("Password: ␛[2J", 14)


@given(st.text(max_size=60), st.integers(0, 60), st.text(max_size=8))
def test_any_line_stays_in_its_row_and_steers_nothing(text: str, cursor: int, prompt: str) -> None:
    data = row(prompt, text, min(cursor, len(text)), WIDTH)
    shown = re.fullmatch(r"(.*)\x1b\[K(?:\x1b\[\d+D)?", data.decode(), re.DOTALL)
    assert shown is not None
    assert not re.search("[\x00-\x1f\x7f-\x9f]", shown[1])
    if columns(prompt) < WIDTH // 2 and columns(text) < WIDTH // 2:
        assert drawn(data)[1] < WIDTH
