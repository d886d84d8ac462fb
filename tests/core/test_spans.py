"""Lengths of time are read as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import (
    SpanTooLong,
    SpanUnclear,
)
from chatroom.core.spans import LONGEST, UNITS, lasting, remaining, span, told


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("2h", 7200),
        ("1d", 86400),
        ("2w", 1209600),
        ("1h30m", 5400),
        ("1d 2h", 93600),
        ("1.5h", 5400),
        ("500ms", 0.5),
        ("0s", 0),
        (" 10 Minutes ", 600),
        ("10mins", 600),
        ("2 hrs", 7200),
        ("1 hour, 30 minutes", 5400),
        ("2 days and 3 hours", 183600),
        ("for 10m", 600),
        ("3 milliseconds", 0.003),
    ],
)
def test_a_length_of_time_is_numbers_with_units(text: str, seconds: float) -> None:
    assert span(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["for good", "For Good", "for  good", "forever", "for ever", "permanently", "permanent"])
def test_some_lengths_of_time_have_no_end(text: str) -> None:
    assert span(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "m",
        "-5m",
        "10x",
        "10mm",
        "10m!",
        "1y",
        "ten minutes",
        "1e3s",
        "nan",
        "infs",
        "٣m",
        "10ſ",
        "10\tm",
        "for",
        "5m and",
        "1..5h",
    ],
)
def test_nothing_else_is_a_length_of_time(text: str) -> None:
    with pytest.raises(SpanUnclear, match="not a length of time"):
        span(text)


def test_what_is_longer_than_a_hundred_years_is_to_be_called_for_good() -> None:
    assert span("36500d") == LONGEST
    for text in ("36501d", "999999999999w", "9w" * 5000):
        with pytest.raises(SpanTooLong, match="Write “for good”"):
            span(text)


def test_a_length_of_time_is_told_in_two_units_at_most() -> None:
    told_as = {
        600: "10 minutes",
        93600: "1 day and 2 hours",
        93600 + 59: "1 day and 2 hours",
        7199.5: "2 hours",
        86399: "1 day",
        61: "1 minute and 1 second",
        0.2: "1 second",
        0: "no time",
        7 * 86400: "1 week",
        14 * 86400: "2 weeks",
        10 * 86400: "10 days",
    }
    assert {seconds: told(seconds) for seconds in told_as} == told_as
    assert told(None) == told(math.inf) == "for good"


def test_how_long_something_lasts_and_how_much_longer_is_said_in_words() -> None:
    assert (lasting(600), lasting(None)) == ("for 10 minutes", "for good")
    assert remaining(7200, 0) == "for 2 more hours"
    assert remaining(93600, 0) == "for 1 more day and 2 hours"
    assert remaining(5, 100) == "for 1 more second"
    assert remaining(None, 0) == "for good"


@given(st.floats(0.001, LONGEST))
def test_what_is_told_can_be_read_again_and_is_nearly_the_same(seconds: float) -> None:
    read = span(told(seconds))
    assert read is not None
    assert read == pytest.approx(seconds, rel=1 / 24, abs=1)


@given(
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from(sorted(UNITS))), min_size=1, max_size=5),
    st.sampled_from(["", " ", " and ", ", "]),
)
def test_parts_add_up_however_they_are_joined(parts: list[tuple[int, str]], between: str) -> None:
    assert span(between.join(f"{count}{unit}" for count, unit in parts)) == pytest.approx(
        sum(count * UNITS[unit] for count, unit in parts)
    )
