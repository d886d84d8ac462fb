"""Endpoint strings: ours are understood, others are handed on, nonsense is told."""

from __future__ import annotations

import pytest

from chatroom.listen import BACKLOG, Endpoint, NoEndpoint, parse


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("5000", Endpoint("tcp:5000", "tcp", 5000)),
        ("tcp:5000", Endpoint("tcp:5000", "tcp", 5000)),
        ("tcp:port=5000:backlog=9", Endpoint("tcp:port=5000:backlog=9", "tcp", 5000, "", 9)),
        ("tcp:0:interface=127.0.0.1", Endpoint("tcp:0:interface=127.0.0.1", "tcp", 0, "127.0.0.1")),
        (r"tcp6:1:interface=\:\:1", Endpoint(r"tcp6:1:interface=\:\:1", "tcp6", 1, "::1")),
        (r"unix:/run/a\:b", Endpoint(r"unix:/run/a\:b", "unix")),
        ("systemd:domain=INET:index=0", Endpoint("systemd:domain=INET:index=0", "systemd")),
    ],
)
def test_an_endpoint_is_understood(text: str, endpoint: Endpoint) -> None:
    assert parse(text) == endpoint
    assert BACKLOG == 4096


@pytest.mark.parametrize(
    "text", ["", "tcp", "tcp:", "tcp:x", "tcp:65536", "tcp:-1", "tcp:1:2:speed=3", "tcp:1:backlog=x", "x y:1", ":", "tcp:1\\", "٣"]
)
def test_nonsense_is_told_with_a_remedy(text: str) -> None:
    with pytest.raises(NoEndpoint) as caught:
        parse(text)
    assert caught.value.remedy.startswith("Write for example tcp:5000")


@pytest.mark.parametrize(
    ("text", "everywhere"),
    [
        ("tcp:1", True),
        (r"tcp:1:interface=\:\:", True),
        ("tcp:1:interface=0.0.0.0", True),
        ("tcp:1:interface=127.0.0.1", False),
        ("unix:/x", False),
    ],
)
def test_it_is_known_which_endpoints_everybody_reaches(text: str, everywhere: bool) -> None:
    assert parse(text).everywhere is everywhere
