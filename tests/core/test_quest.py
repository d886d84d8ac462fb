"""What somebody looks for, as they type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import NoSuchDay, NothingToFind, Refused, TooManyTerms
from chatroom.core.quest import LONGEST, MOST_TERMS, Wanted, wanted

DAY = 86400.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tea", Wanted(("tea",))),
        ("  tea   at four ", Wanted(("tea", "at", "four"))),
        ('"tea at  four" now', Wanted(("tea at four", "now"))),
        ('"never closed', Wanted(("never closed",))),
        ("tea from:ann in:dev", Wanted(("tea",), by="ann", room="dev")),
        ("FROM:ann tea", Wanted(("tea",), by="ann")),
        ("tea after:1970-01-02 before:1970-1-3", Wanted(("tea",), since=DAY, until=2 * DAY)),
        ("tea older:17", Wanted(("tea",), older=17)),
        ("tea older:soon", Wanted(("tea",))),
        ("http://example.org/from:x", Wanted(("http://example.org/from:x",))),
        ("- * tea ?", Wanted(("tea",))),
    ],
)
def test_words_and_filters_are_told_apart(text: str, expected: Wanted) -> None:
    assert wanted(text) == expected


@pytest.mark.parametrize("text", ["", "   ", '""', "from:ann", "* - ?", '"'])
def test_nothing_to_look_for_is_refused(text: str) -> None:
    with pytest.raises(NothingToFind):
        wanted(text)


@pytest.mark.parametrize("day", ["soon", "2026-13-01", "2026-02-30", "0000-01-01", "99999-01-01", "2026-11", "٢٠٢٦-١١-٢١"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(NoSuchDay):
        wanted(f"tea after:{day}")


def test_more_terms_than_can_be_looked_for_are_refused() -> None:
    wanted(" ".join("x" * MOST_TERMS))
    with pytest.raises(TooManyTerms):
        wanted(" ".join("x" * (MOST_TERMS + 1)))


@given(st.text(max_size=LONGEST * 2))
def test_whatever_is_typed_is_understood_or_refused_and_bounded(text: str) -> None:
    try:
        found = wanted(text)
    except Refused:
        return
    assert 0 < len(found.terms) <= MOST_TERMS
    assert sum(map(len, found.terms)) <= LONGEST
    assert 0 <= found.older <= 1 << 62
