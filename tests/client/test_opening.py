"""Where to go, what to be called, and what is said when nobody answers."""

from __future__ import annotations

import argparse

import pytest
from twisted.internet import error
from twisted.python.failure import Failure

from chatroom.client.opening import Target, guest, login, target, unreachable
from chatroom.core.names import RESERVED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Target()),
        ("host", Target("host")),
        ("host:6000", Target("host", 6000)),
        ("bot@host", Target("host", 5000, "bot")),
        ("bot@", Target(name="bot")),
        (":6000", Target(port=6000)),
        ("bot@[::1]:6000", Target("::1", 6000, "bot")),
        ("[::1]", Target("::1")),
        ("::1", Target("::1")),
        ("fe80::1%eth0", Target("fe80::1%eth0")),
        ("a@b@host", Target("host", 5000, "a@b")),
    ],
)
def test_a_target_is_a_name_a_host_and_a_port_each_of_which_may_be_left_out(text: str, expected: Target) -> None:
    assert target(text) == expected


@pytest.mark.parametrize("text", ["host:", "host:0", "host:65536", "host:x", "host:٣", "[::1", "[::1]x", "[::1]6000"])
def test_what_is_no_target_is_refused(text: str) -> None:
    if text == "host:":
        assert target(text) == Target("host")
        return
    with pytest.raises(argparse.ArgumentTypeError):
        target(text)


def test_a_target_reads_as_it_would_be_typed() -> None:
    assert str(Target("::1", 6000)) == "[::1]:6000"
    assert str(Target("host")) == "host:5000"


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (error.ConnectionRefusedError(), "connection refused"),
        (error.DNSLookupError(), "there is no host of that name"),
        (error.TimeoutError(), "no answer"),
        (error.ConnectError(string="the network is down."), "the network is down. Start"),
    ],
)
def test_when_nobody_answers_it_is_said_clearly(why: Exception, words: str) -> None:
    said = unreachable(Target(), Failure(why))
    assert said.startswith("No chatroom answers at 127.0.0.1:5000: ")
    assert words in said
    assert said.endswith("Start one with: chatroom serve")
    assert unreachable(Target("example.org"), Failure(why)).endswith("ask its host whether it is running.")


def test_a_name_is_suggested_that_may_be_had() -> None:
    assert login().casefold() not in RESERVED
    assert guest().startswith("guest-")
    assert guest() != guest()
