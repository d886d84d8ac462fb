"""The colours of names."""

from __future__ import annotations

import pytest

from chatroom.wire.palette import COLORS, color_of, number_of


def test_a_name_always_has_the_same_colour_in_any_case() -> None:
    assert color_of("Ann") == color_of("ANN")
    assert len({color_of(f"name{number}") for number in range(200)}) == len(COLORS)


@pytest.mark.parametrize("color", COLORS)
def test_colours_can_be_read_on_white_and_on_black(color: str) -> None:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(color[at : at + 2]) for at in (1, 3, 5))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert min(1.05 / (light + 0.05), (light + 0.05) / 0.05) > 3.6


def test_colours_have_the_numbers_terminals_give_them() -> None:
    assert number_of("#000000") == 16
    assert number_of("#ffffff") == 231
    assert number_of("#d7005f") == 161
