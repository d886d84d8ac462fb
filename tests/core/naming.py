"""Texts that may be names, for the tests of what is a name and of which are the same."""

from __future__ import annotations

from hypothesis import strategies as st

from chatroom.core.errors import NameRefused
from chatroom.core.names import clean_name

LIMIT = 32
LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Lm", "Nd", "Mn"])
NAMELIKE = st.text(st.one_of(st.sampled_from("abcdeABC019-_.ıİßΣσςΩΩéàвВ"), LETTERS), min_size=1, max_size=12)


def accepted(text: str) -> str | None:
    try:
        return clean_name(text, LIMIT)
    except NameRefused:
        return None
