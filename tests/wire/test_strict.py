"""JSON is read strictly, in bounded time, and never with anything but a refusal."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.wire.strict import DEPTH, Unreadable, loads, nests_deeper


def refusal(line: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        loads(line)
    return caught.value


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (b"", "not-json", "expecting value"),
        (b"{", "not-json", "at character 1"),
        (b'{"a":1} {}', "not-json", "extra data"),
        (b'{"a":"\x01"}', "not-json", "invalid control character"),
        (b"[]", "not-an-object", "not an object"),
        (b'"a"', "not-an-object", "not an object"),
        (b'{"a":"\xff"}', "not-utf8", "byte 6"),
        (b'{"a":"\xed\xa0\x80"}', "not-utf8", "byte 6"),
        (b'{"a":1,"a":2}', "key-twice", '"a"'),
        (b'{"x":{"a":1,"a":1}}', "key-twice", '"a"'),
        (b'{"a":NaN}', "bad-number", "NaN"),
        (b'{"a":-Infinity}', "bad-number", "-Infinity"),
        (b'{"a":1e999}', "bad-number", "1e999"),
        (b'{"a":9007199254740992}', "bad-number", "2^53"),
        (b'{"a":' + b"9" * 10_000 + b"}", "bad-number", "999"),
        (b'{"a":"\\ud800"}', "bad-character", "half of a surrogate pair"),
        (b'{"\\udfff":1}', "bad-character", "half of a surrogate pair"),
        (b'{"a":[["\\u0000"]]}', "bad-character", "NUL"),
        (b'{"a":"x\\ry"}', "bad-character", "carriage return"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(line: bytes, code: str, words: str) -> None:
    why = refusal(line)
    assert why.code == code
    assert words in str(why)


@pytest.mark.parametrize("line", [b'{"id":7,"a":1,"a":2}', b'{"a":NaN,"id":7}', b'{"id":7,"a":"\\ud800"}', b'{"id":7,"a":1e999}'])
def test_a_refusal_bears_the_id_where_it_can_be_read(line: bytes) -> None:
    assert refusal(line).ref == 7


@pytest.mark.parametrize(
    "line", [b'{"id":true,"a":NaN}', b'{"id":[],"a":NaN}', b'{"id":1e999}', b'{"id":"\\ud800"}', b'{"id":7,', b"[NaN]"]
)
def test_a_refusal_bears_no_id_that_would_not_have_been_taken(line: bytes) -> None:
    assert refusal(line).ref is None


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert loads(b'{"a":"\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_a_client_may_read_controls_that_a_server_refuses() -> None:
    assert loads(b'{"a":"x\\r\\u0000"}', controls=True) == {"a": "x\r\0"}


def test_nesting_up_to_the_limit_is_taken_and_one_more_is_not() -> None:
    def nested(depth: int) -> bytes:
        return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    assert loads(nested(DEPTH))
    assert refusal(nested(DEPTH + 1)).code == "too-deep"
    assert refusal(b"[" * 16_000).code == "too-deep"
    assert refusal(b'{"a":' * 3_000).code == "too-deep"


def test_brackets_within_texts_do_not_nest() -> None:
    assert loads(json.dumps({"a": "[{" * 100 + '"\\' + "[" * 100}).encode())
    assert not nests_deeper('"' + "[" * 100, 8)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(line: bytes) -> None:
    found: object = None
    with contextlib.suppress(Unreadable):
        found = loads(line)
    assert found is None or isinstance(found, dict)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=4), st.booleans())
def test_what_any_program_writes_well_is_read_as_it_was_meant(value: dict[str, Any], escaped: bool) -> None:
    line = json.dumps(value, ensure_ascii=escaped)
    if nests_deeper(line, DEPTH):
        return
    assert loads(line.encode(), controls=True) == value
