"""Rubbish of every kind, thrown at the front door: nobody who behaves is hurt by it, and the server neither grows nor fills the log."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon
from tests.e2e.latency import holds_p99
from tests.e2e.machine import pour

pytestmark = pytest.mark.e2e

DATA = Path(__file__).parents[1] / "data"
MIB = 1024
"""In KiB."""


def naughty() -> Iterator[bytes]:
    """Give strings known to break programs, said by a person and by a program."""
    for text in json.loads((DATA / "blns" / "blns.json").read_text()):
        yield text.encode("utf-8", "surrogatepass") + b"\n"
        yield json.dumps({"do": "say", "room": text, "text": text, "id": text[:100]}).encode() + b"\n"
        yield f"/topic {text}\n".encode("utf-8", "surrogatepass")


def endless(data: bytes) -> Callable[[random.Random], Iterator[bytes]]:
    """Send the same again and again."""
    return lambda chance: itertools.repeat(data)


RUBBISH: dict[str, Callable[[random.Random], Iterator[bytes]]] = {
    "naughty strings": lambda chance: itertools.cycle([b"".join(naughty())]),
    "random bytes": lambda chance: iter(lambda: chance.randbytes(8192), b""),
    "one endless line": endless(b"x" * 65536),
    "NULs": endless(b"\0" * 65536),
    "telnet commands": endless(bytes([255, 253, 1, 255, 251, 31, 255, 250, 24]) * 2000),
    "nested JSON": endless(b'{"do":' + b"[" * 8000 + b"\n"),
    "empty lines": endless(b"\n" * 4096),
    "names that cannot be had": endless("аdmin\nserver\n\u202e\n".encode() * 100),
    "refused requests": endless(b'{"do":"hello","id":1,"name":"server"}\n{"do":"\xff"}\n{}\n' * 100),
    "IRC that nobody speaks": endless(
        b"@a=b;;;\\ :x!y@z NICK \xff\r\nCAP REQ :\r\nAUTHENTICATE *\r\nUSER\r\nMODE #a +b *!*@" + b"*?" * 200 + b"\r\n"
    ),
    "requests of browsers": endless(b"GET /" + b"%2e" * 200 + b" HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 4000 + b"\r\n\r\n"),
    "a request without end": endless(
        b"POST /rooms/lobby HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"fffffff\r\n" + b"z" * 60000
    ),
    "an SSH greeting without end": endless(b"SSH-2.0-" + b"x" * 65000),
    "headers of proxies": endless(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff" + b"q" * 60000),
}


MEBIBYTE = 1 << 20
SHARE = int(os.environ.get("CHATROOM_RUBBISH_MIB", "1")) * MEBIBYTE
"""Bytes of each kind, before and after somebody has said a name; a thousand MiB by hand."""


def throw(server: Daemon, kind: str, chance: random.Random, first: bytes) -> int:
    """Send rubbish over one connection after another, each until the server has had enough; give how much it took."""
    source, taken = RUBBISH[kind](chance), 0
    deadline = time.monotonic() + 1 + 2 * SHARE / MEBIBYTE
    while taken < SHARE and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((server.host, server.port), timeout=5) as link:
            link.sendall(first)
            taken += pour(link, source)
    return taken


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_does_no_harm_to_those_who_behave(serve_in_memory: Serve, kind: str) -> None:
    server = serve_in_memory().start()
    chance = random.Random(kind)

    def attack() -> None:
        sent = throw(server, kind, chance, b"") + throw(server, kind, chance, b"mallory\n")
        assert sent > SHARE // 10, f"only {sent} bytes of rubbish were taken"

    holds_p99(server, attack, 0.05)
    assert server.resident_kib() < 128 * MIB
    assert server.log().count("\n") < 3000, "a log storm"
    server.stop()
