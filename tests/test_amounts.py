"""Durations and sizes are read as people write them, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.amounts import duration, shown_duration, size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("12h", 43200),
        ("365d", 31536000),
        ("2w", 1209600),
        ("500ms", 0.5),
        ("1.5h", 5400),
        ("7", 7),
        ("0", 0),
    ],
)
def test_a_duration_has_a_unit_or_is_seconds(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "number"), [("64KiB", 65536), ("1MiB", 1048576), ("2kB", 2000), ("5B", 5), ("1000000", 1000000), ("0", 0)]
)
def test_a_size_has_a_unit_or_is_a_number(text: str, number: int) -> None:
    assert size(text) == number


@pytest.mark.parametrize(
    "text", ["", "s", "-1", "-1s", "1 s", "1y", "1e3", "nan", "inf", "1_000", "٣", "1s\n", "9" * 20, "0x10", "1.s", ".5s"]
)
def test_nothing_else_is_a_duration_or_a_size(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        duration(text)
    with pytest.raises(ValueError, match="not a size"):
        size(text)


@given(st.integers(0, 10**9))
def test_a_duration_that_is_shown_can_be_read_again(seconds: int) -> None:
    assert duration(shown_duration(float(seconds))) == pytest.approx(seconds, rel=1e-5)


def test_a_duration_is_shown_with_its_largest_whole_unit() -> None:
    assert [shown_duration(seconds) for seconds in (0, 0.25, 90, 7200, 86400 * 365.0)] == ["0s", "250ms", "90s", "2h", "365d"]
