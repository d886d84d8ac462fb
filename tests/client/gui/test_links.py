"""Addresses within text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chatroom.client.gui.links import split


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]),
        ("(http://example.org/x_(y)) and HTTP://B.example!", ["http://example.org/x_(y)", "HTTP://B.example"]),
        ("“https://example.org” <https://b.example>", ["https://example.org", "https://b.example"]),
        ("xhttps://example.org javascript:alert(1) file:///etc/passwd https://", []),
        ("https://...", ["https://"]),
    ],
)
def test_addresses_are_found_without_what_belongs_to_the_sentence(text: str, links: list[str]) -> None:
    assert [piece for piece, link in split(text) if link] == links


@given(some.text(alphabet="htps:/.()[] x"))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    assert "".join(piece for piece, _ in split(text)) == text


def test_a_hostile_text_takes_no_time() -> None:
    begun = time.process_time()
    for text in ("https://" * 10_000, "https://a" + ")" * 50_000, "http" * 20_000):
        list(split(text))
    assert time.process_time() - begun < 1.0
