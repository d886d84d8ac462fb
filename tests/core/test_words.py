"""Words in a row: drafts and entries like any others, which nobody makes before they are looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.events import Author, Entry, Said
from chatroom.core.words import Words

ANN = Author("ann")


@given(st.lists(st.text(), min_size=1, max_size=9), st.integers(1, 99), st.slices(9))
def test_words_that_have_their_place_are_entries_like_any_others(texts: list[str], first: int, some: slice) -> None:
    words = Words("lobby", ANN, texts, "id", 1.5)
    placed = words.placed(first, 1.5)
    entries = tuple(Entry("lobby", first + number, 1.5, f"id.{number}", Said(ANN, text)) for number, text in enumerate(texts))
    assert len(placed) == len(entries)
    assert tuple(placed) == entries
    assert tuple(reversed(placed)) == entries[::-1]
    assert placed[some] == entries[some]
    assert [placed[number] for number in range(len(texts))] == [*entries]
    assert [(one.log, one.id, one.event, one.at) for one in words] == [(one.log, one.id, one.event, one.at) for one in entries]
