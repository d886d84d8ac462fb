"""What is taken out of what people type, and what it asks for."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import BadText
from chatroom.core.request import Request
from chatroom.wire.typed import parse, tidy


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"hello", "hello"),
        (b"hello\r", "hello"),
        (b"hello\r\r\0", "hello"),
        (b"  two  blanks ", "  two  blanks "),
        (b"he\0llo", "hello"),
        (b"helo\x08lo", "hello"),
        (b"helo\x7flo", "hello"),
        ("né\x08e".encode(), "ne"),
        ("a👩\x08b".encode(), "ab"),
        (b"\x08\x08\x7fhi", "hi"),
        (b"wrong\x15right", "right"),
        (b"one two\x17three", "one three"),
        (b"one two  \x17\x17three", "three"),
        (b"\x17\x15", ""),
        (b"caf\xe9\x08\xc3\xa9", "café"),
        (b"ab\x80\x80\x80\x80\x08", "ab"),
        (b"", ""),
        (b"a\rb", "a\rb"),
    ],
)
def test_a_line_is_what_remains_after_all_erasures(raw: bytes, text: str) -> None:
    assert tidy(raw) == text


def test_a_line_that_is_not_utf8_is_refused_with_its_place() -> None:
    with pytest.raises(BadText) as caught:
        tidy(b"ab\x08\xff")
    assert caught.value.fields["position"] == 1


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x08\x15\x17\x7f\r"), max_size=30))
def test_what_was_typed_without_erasing_is_kept_whole(text: str) -> None:
    assert tidy(text.encode()) == text
    assert tidy(text.encode() + b"\r") == text
    assert tidy(text.encode() + b"x\x08") == text
    assert tidy(b"x\x15" + text.encode()) == text
    assert tidy(text.encode() + b"\x7f" * len(text)) == ""


@given(st.binary(max_size=60))
def test_any_line_is_text_or_refused(raw: bytes) -> None:
    try:
        text = tidy(raw)
    except BadText:
        return
    assert not set(text) & set("\0\x08\x15\x17\x7f")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x08" * 65536,
        b"a" * 32768 + b"\x08" * 32768,
        b"a\x08" * 32768,
        b"a" * 32000 + b" b\x17" * 11000,
        b"\x17" * 65536,
        b"\x80\x08" * 32768,
    ],
)
def test_hostile_lines_take_time_in_proportion_to_their_length(raw: bytes) -> None:
    start = time.thread_time()
    tidy(raw)
    assert time.thread_time() - start < 0.15


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("hello", Request("say", "hello")),
        ("  hello  there ", Request("say", "  hello  there ")),
        (" /who", Request("say", " /who")),
        ("", Request("say", "")),
        ("/who", Request("who")),
        ("/WHO", Request("who")),
        ("/who ", Request("who")),
        ("/msg  bob  hi  there ", Request("msg", "bob  hi  there")),
        ("/me\twaves", Request("me", "waves")),
        ("/me a\nb", Request("me", "a\nb")),
        ("//who", Request("say", "/who")),
        ("///", Request("say", "//")),
        ("/", Request("say", "/")),
        ("/ shrug", Request("say", "/ shrug")),
        ("/usr/bin", Request("usr/bin")),
    ],
)
def test_a_line_is_a_verb_or_something_said(text: str, request_: Request) -> None:
    assert parse(text) == request_
