"""The PROXY protocol: what is written is read, in any pieces, and what is no header is refused."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chatroom.wire.proxy import (
    BINARY_BEGINS,
    LONGEST,
    LONGEST_LINE,
    RELAY,
    Header,
    NoHeader,
    Place,
    may_begin,
    parse,
    render,
    render_line,
)

ports = some.integers(0, 65535)


def places(version: Literal[4, 6]) -> some.SearchStrategy[Place]:
    return some.builds(Place, some.ip_addresses(v=version).map(str), ports)


def headers(version: Literal[4, 6]) -> some.SearchStrategy[Header]:
    told = some.lists(some.tuples(some.integers(0, 255), some.binary(max_size=60)), max_size=4).map(tuple)
    return some.builds(Header, places(version), places(version), told)


either = some.one_of(headers(4), headers(6))


@given(either, some.binary(max_size=30))
def test_what_is_written_is_read_and_what_follows_is_left(header: Header, rest: bytes) -> None:
    assert parse(render(header) + rest) == (header, rest)


@given(either)
def test_a_line_is_read_as_it_is_written(header: Header) -> None:
    plain = Header(header.source, header.target)
    written = render_line(plain)
    assert len(written) <= LONGEST_LINE
    assert parse(written + b"hi") == (plain, b"hi")


@given(some.one_of(either.map(render), either.map(render_line)), some.data())
def test_a_part_of_a_header_may_become_one(written: bytes, data: some.DataObject) -> None:
    part = written[: data.draw(some.integers(0, len(written) - 1))]
    assert may_begin(part)
    assert parse(part) is None


@given(some.one_of(some.binary(max_size=200), some.binary(max_size=60).map(lambda tail: BINARY_BEGINS + tail)))
def test_anything_is_a_header_or_may_become_one_or_is_none(data: bytes) -> None:
    try:
        found = parse(data)
    except NoHeader:
        return
    assert found is None or data.endswith(found[1])


def test_addresses_of_two_families_are_written_as_one() -> None:
    header = Header(Place("192.0.2.1", 1), Place("2001:db8::1", 2))
    found = parse(render(header))
    assert found is not None
    assert found[0].source is not None
    assert found[0].source.host in {"::ffff:192.0.2.1", "::ffff:c000:201"}


def test_what_is_told_beside_is_found_by_its_kind() -> None:
    header = Header(told=((4, b"x"), (RELAY, b"secret"), (RELAY, b"other")))
    assert (header.value(RELAY), header.value(9)) == (b"secret", None)


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (b"PROXY UNKNOWN\r\n", Header()),
        (b"PROXY UNKNOWN ffff::1 whatever 1 2\r\n", Header()),
        (b"PROXY TCP4 192.0.2.1 198.51.100.2 4000 5000\r\n", Header(Place("192.0.2.1", 4000), Place("198.51.100.2", 5000))),
        (render(Header()), Header()),
        (BINARY_BEGINS + b"\x20\x00\x00\x00", Header()),
        (BINARY_BEGINS + b"\x21\x12\x00\x0c" + bytes(12), Header()),
        (BINARY_BEGINS + b"\x21\x31\x00\xd8" + bytes(216), Header()),
    ],
)
def test_known_headers_are_understood(data: bytes, header: Header) -> None:
    assert parse(data) == (header, b"")


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.2 4000 99999\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        b"PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n",
        b"PROXY TCP4 ann bob 1 2\r\n",
        b"PROXY TCP5 192.0.2.1 192.0.2.1 1 2\r\n",
        b"PROXY " + b"x" * LONGEST_LINE,
        BINARY_BEGINS + b"\x31\x11\x00\x0c" + bytes(12),
        BINARY_BEGINS + b"\x21\x11\x00\x0b" + bytes(11),
        BINARY_BEGINS + b"\x21\x11" + (LONGEST + 1).to_bytes(2, "big"),
        BINARY_BEGINS + b"\x21\x11\x00\x0e" + bytes(12) + b"\xe0\x00",
        BINARY_BEGINS + b"\x21\x11\x00\x0f" + bytes(12) + b"\xe0\x00\x01",
    ],
)
def test_what_is_no_header_is_refused(data: bytes) -> None:
    with pytest.raises(NoHeader):
        parse(data)
