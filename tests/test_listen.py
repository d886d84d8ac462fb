"""Endpoint strings: ours are understood, others are handed on, nonsense is told."""

from __future__ import annotations

import pytest

from chatroom.listen import BACKLOG, Endpoint, NoEndpoint, is_public, parse


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


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("tcp:5001:interface=127.0.0.1", False),
        ("tcp:5001:interface=127.9.9.9", False),
        ("tcp6:5001:interface=\\:\\:1", False),
        ("tcp6:5001:interface=\\:\\:ffff\\:127.0.0.1", False),
        ("tcp:5001:interface=localhost", False),
        ("unix:/run/chatroom/console", False),
        ("ssl:5001:interface=127.0.0.1:privateKey=key.pem", False),
        ("5001", True),
        ("tcp:5001", True),
        ("tcp4:5001", True),
        ("tcp:5001:interface=0.0.0.0", True),
        ("tcp6:5001:interface=\\:\\:", True),
        ("tcp:5001:interface=192.168.1.2", True),
        ("tcp:5001:interface=203.0.113.5", True),
        ("tcp:5001:interface=example.org", True),
        ("ssl:5001:privateKey=key.pem", True),
        ("systemd:domain=INET:index=0", True),
    ],
)
def test_what_others_than_this_machines_users_can_reach_is_public(text: str, public: bool) -> None:
    assert is_public(parse(text)) is public
