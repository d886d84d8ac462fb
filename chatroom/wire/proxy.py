"""The PROXY protocol, versions 1 and 2: a header in which whoever passes a connection on says where it came from.

`parse` takes what has come so far and gives the header and what follows it, None while it may still become one. What is no header, or
one longer than any would be, raises `NoHeader`. Who is to be believed is none of this module's business.
(HAProxy's specification, proxy-protocol.txt, 2020/03/05.)
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

LINE_BEGINS = b"PROXY "
BINARY_BEGINS = b"\r\n\r\n\x00\r\nQUIT\n"
LONGEST_LINE = 107
LONGEST = 2048
"""Bytes of a binary header after its first 16; addresses and what is told beside them take far less."""

RELAY = 0xE0
"""The kind of what our own relay tells beside the addresses: that it is one, and its secret. (0xE0 to 0xEF are for applications.)"""
TLS = 0x20
"""The kind of what is told of a connection that was encrypted as far as the proxy (section 2.2.6)."""
ENCRYPTED = b"\x01" + b"\x00\x00\x00\x01"
"""A value of that kind: it came by TLS, and showed no certificate that was looked at."""

_LINE = re.compile(rb"PROXY (?:UNKNOWN(?: [^\r\n]*)?|TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5}))\r\n")
_HEAD = struct.Struct("!12sBBH")
_SHAPES = {1: ("!4s4sHH", IPv4Address), 2: ("!16s16sHH", IPv6Address)}
_STREAM = 1


class NoHeader(ValueError):
    """Say that this is no header."""


@dataclass(frozen=True, slots=True)
class Place:
    """Be one end of a connection."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Header:
    """Be what is said of a connection; `source` is None when it is the proxy's own, or not known. `told` are kinds and values."""

    source: Place | None = None
    target: Place | None = None
    told: tuple[tuple[int, bytes], ...] = ()

    def value(self, kind: int) -> bytes | None:
        """Give the first value of a kind that was told."""
        return next((value for one, value in self.told if one == kind), None)

    @property
    def encrypted(self) -> bool:
        """Tell whether the connection is said to have been encrypted as far as the proxy."""
        return bool((self.value(TLS) or b"\0")[0] & 1)


def may_begin(data: bytes) -> bool:
    """Tell whether what has come so far is a header's beginning, or may become one."""
    return any(data.startswith(begin) or begin.startswith(data) for begin in (LINE_BEGINS, BINARY_BEGINS))


def parse(data: bytes) -> tuple[Header, bytes] | None:
    """Read a header at the beginning of `data`; give it and what follows, None for need more; raise `NoHeader`."""
    if not may_begin(data):
        raise NoHeader
    if data.startswith(LINE_BEGINS):
        return _line(data)
    return _binary(data) if len(data) >= _HEAD.size else None


def render(header: Header) -> bytes:
    """Write a header, in version 2."""
    found = b"".join(struct.pack("!BH", kind, len(value)) + value for kind, value in header.told)
    if header.source is None or header.target is None:
        return _HEAD.pack(BINARY_BEGINS, 0x20, 0, len(found)) + found
    source, target = ip_address(header.source.host), ip_address(header.target.host)
    if source.version != target.version:
        # One connection has one family; an IPv4 address can be written as an IPv6 one.
        source, target = _as_six(source), _as_six(target)
    family = 1 if source.version == 4 else 2
    places = struct.pack(_SHAPES[family][0], source.packed, target.packed, header.source.port, header.target.port)
    return _HEAD.pack(BINARY_BEGINS, 0x21, family << 4 | _STREAM, len(places) + len(found)) + places + found


def _as_six(address: IPv4Address | IPv6Address) -> IPv6Address:
    return IPv6Address(f"::ffff:{address}") if isinstance(address, IPv4Address) else address


def render_line(header: Header) -> bytes:
    """Write a header in version 1, which tells nothing beside the addresses."""
    if header.source is None or header.target is None:
        return b"PROXY UNKNOWN\r\n"
    family = ip_address(header.source.host).version
    source, target = header.source, header.target
    return f"PROXY TCP{family} {source.host} {target.host} {source.port} {target.port}\r\n".encode()


def _line(data: bytes) -> tuple[Header, bytes] | None:
    end = data.find(b"\r\n", 0, LONGEST_LINE)
    if end < 0:
        if len(data) >= LONGEST_LINE:
            raise NoHeader
        return None
    found = _LINE.fullmatch(data, 0, end + 2)
    if found is None:
        raise NoHeader
    rest = data[end + 2 :]
    version, source, target, source_port, target_port = found.groups()
    if version is None:
        return Header(), rest
    return Header(_place(version, source, source_port), _place(version, target, target_port)), rest


def _place(version: bytes, host: bytes, port: bytes) -> Place:
    try:
        address = ip_address(host.decode("ascii"))
    except ValueError:
        raise NoHeader from None
    if address.version != int(version) or int(port) > 65535 or b"%" in host:
        raise NoHeader
    return Place(str(address), int(port))


def _binary(data: bytes) -> tuple[Header, bytes] | None:
    _, version, family, length = _HEAD.unpack_from(data)
    if version not in {0x20, 0x21} or length > LONGEST:
        raise NoHeader
    end = _HEAD.size + length
    if len(data) < end:
        return None
    body, rest = data[_HEAD.size : end], data[end:]
    shape = _SHAPES.get(family >> 4)
    if version == 0x20:
        # The proxy itself speaks, to see whether we are there; it tells no addresses, or some that mean nothing.
        return Header(told=tuple(_told(body if family == 0 else b""))), rest
    if shape is None or family & 0xF != _STREAM:
        return Header(), rest
    form, kind = shape
    if length < struct.calcsize(form):
        raise NoHeader
    source, target, source_port, target_port = struct.unpack_from(form, body)
    told = tuple(_told(body[struct.calcsize(form) :]))
    return Header(Place(str(kind(source)), source_port), Place(str(kind(target)), target_port), told), rest


def _told(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(body):
        if at + 3 > len(body):
            raise NoHeader
        kind, length = struct.unpack_from("!BH", body, at)
        at += 3 + length
        if at > len(body):
            raise NoHeader
        yield kind, body[at - length : at]
