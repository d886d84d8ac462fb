"""Whether a text holds somebody's name."""

from __future__ import annotations

import pytest

from chatroom.mentioning import mentions


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("ann", "ann", True),
        ("Hi ANN.", "ann", True),
        ("annual", "ann", False),
        ("joann", "ann", False),
        ("ann_", "ann", False),
        ("a.n", "a.n", True),
        ("axn", "a.n", False),
        ("ÅSA?", "åsa", True),
        ("", "ann", False),
        ("anything", "", False),
    ],
)
def test_a_mention_is_the_name_as_a_word(text: str, name: str, found: bool) -> None:
    assert mentions(text, name) is found
