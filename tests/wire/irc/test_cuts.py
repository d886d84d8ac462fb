"""Where lines were cut: read back from anything, and nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatroom.wire.irc.cuts import CUTS, read, rows, written
from chatroom.wire.irc.message import write_tags


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))), st.lists(st.integers(0, 999_999)))
def test_nothing_is_lost_wherever_lines_are_cut(text: list[str], places: list[int]) -> None:
    tags = tuple(written(places).items())
    assert list(read(tags)) == places
    found = rows(text, read(tags), 10)
    assert ["".join(row) for row in found] == text
    assert all(len(piece.encode()) <= 10 for row in found for piece in row)


@given(st.text())
def test_nonsense_is_no_place(text: str) -> None:
    assert all(isinstance(place, int) for place in read(((CUTS, text),)))


def test_the_clients_own_tags_come_last() -> None:
    assert write_tags({"+a": "b", "msgid": "x", "+c": "", "label": "y"}) == "@msgid=x;label=y;+a=b;+c "
