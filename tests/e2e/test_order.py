"""Keeping order, numbered like the points of people and order: what holds at every door, and what is seen from both sides."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest

from tests.e2e.harness import Daemon, Link, program, run, until

pytestmark = pytest.mark.e2e

BROUGHT = b"PROXY TCP4 203.0.113.9 192.0.2.8 4711 5000\r\n"
"""How a proxy on this machine, which is believed, says whose connection it passes on."""
HOST = b"Host: localhost\r\n"
FIRST = {
    "line": b"",
    "native": b'{"do": "hello", "id": 1, "name": "eve"}\n',
    "irc": b"CAP LS 302\r\nNICK eve\r\nUSER eve 0 * :Eve\r\n",
    "http": b"GET /rooms HTTP/1.1\r\n" + HOST + b"\r\n",
    "websocket": b"GET /ws HTTP/1.1\r\n"
    + HOST
    + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://localhost\r\n\r\n",
    "ssh": b"SSH-2.0-test\r\n",
}
"""What a client says first at each door."""
BEGINNING = {
    "line": "-- You are banned",
    "native": r'\{"is":"bye","why":"You are banned',
    "irc": "ERROR :You are banned",
    "http": "HTTP/1.1 403 ",
    "websocket": "HTTP/1.1 101 ",
    "ssh": "SSH-2.0-",
}
"""How the answer begins, which is the sentence where a protocol allows it."""
BANNED = "You are banned from this house for good: enough. (by host)"


def commanded(server: Daemon, *commands: str) -> subprocess.CompletedProcess[str]:
    """Command the house as a script on its machine would."""
    wanted = [word for command in commands for word in ("-c", command)]
    return run([*program("chatroom"), "console", "--state", str(server.state), *wanted], patience=20)


def comes(server: Daemon, first: bytes) -> Link:
    """Connect as somebody whom a proxy brings, and say the first words."""
    one = Link(server, server.host)
    one.send(BROUGHT + first)
    return one


def answered(one: Link, text: str) -> Callable[[], bool]:
    """Tell whether somebody has heard something."""
    return lambda: one.listen(0) or text.encode() in one.heard


@pytest.mark.parametrize("door", FIRST)
def test_point_3_a_ban_holds_at_every_door_before_anything_is_sent(server: Daemon, door: str) -> None:
    assert commanded(server, "ban 203.0.113.9 for good enough").returncode == 0
    one = comes(server, FIRST[door])
    until(answered(one, BANNED), "sentence")
    said = one.heard.decode(errors="replace")
    assert re.match(BEGINNING[door], said), said
    for private in ("lobby", "chatroom is", "Welcome"):
        assert private not in said
    assert "eve" not in server.log()


@pytest.mark.parametrize("verb", ["kick", "ban"])
def test_point_3_who_is_put_out_goes_at_every_door_at_once_and_others_see_it_once(server: Daemon, verb: str) -> None:
    until(lambda: "The first admin" in server.log(), "the first admin")
    assert commanded(server, "members add meg@example.org", "members passwd meg a-few-good-words").returncode == 0
    bob = server.nc("bob")
    line = server.nc()
    line.say("meg")
    line.expect("Password for meg:")
    line.say("a-few-good-words")
    line.expect(r"Welcome, meg\.")
    native = server.native("meg", password="a-few-good-words")
    irc = Link(server, server.host)
    irc.send(b"PASS meg:a-few-good-words\r\nNICK meg\r\nUSER meg 0 * :Meg\r\nJOIN #lobby\r\n")
    until(answered(irc, " 366 "), "IRC client in the lobby")
    assert commanded(server, f"{verb} meg spam").returncode == 0
    why = {"kick": "You were put out by host: spam.", "ban": "You are banned from this house for good: spam. (by host)"}[verb]
    for one in (line, native, irc):
        one.await_end()
        assert why.encode() in one.heard
    bob.expect(r"meg was put out by host \(1 here\): spam")
    bob.say("/who")
    bob.expect(r"lobby \(1 here\): bob")
    assert bob.heard.count(b"meg was put out") == 1
    assert b"meg left" not in bob.heard


def test_point_4_panic_shuts_new_people_out_at_every_door_and_disturbs_nobody_inside(server: Daemon) -> None:
    until(lambda: "The first admin" in server.log(), "the first admin")
    password = (server.state / "admin-password").read_text().strip()
    ann, bob = server.nc("ann"), server.nc("bob")
    assert commanded(server, "panic on").returncode == 0
    for door, first in {"line": b"eve\n", "native": FIRST["native"], "irc": FIRST["irc"] + b"CAP END\r\n"}.items():
        eve = Link(server, server.host)
        eve.send(first)
        until(answered(eve, "Nobody new"), f"refusal at {door}")
    ann.say("still here")
    bob.expect("ann: still here")
    assert server.native("admin", password=password).welcome["ok"]
    server.kill()
    server.start()
    eve = server.nc()
    eve.say("eve")
    eve.expect("Nobody new")
    assert commanded(server, "panic off").returncode == 0
    eve.say("eve")
    eve.expect(r"Welcome, eve\.")


def test_point_4_slow_and_quiet_are_told_to_who_speaks_and_seen_by_who_listens(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    assert commanded(server, "slow #lobby 1h").returncode == 0
    for one in (ann, bob):
        one.expect("host slowed this room: everybody may send one message in 1 hour")
    ann.say("first")
    ann.say("second")
    ann.expect(r"! lobby is slow: everybody may send one message in 1 hour\. Wait 1 hour")
    bob.expect("ann: first")
    assert commanded(server, "slow #lobby off", "quiet #lobby on").returncode == 0
    bob.expect("host made this room quiet: only those with a voice speak")
    ann.say("third")
    ann.expect("! .*quiet")
    assert commanded(server, "voice #lobby ann").returncode == 0
    ann.say("fourth")
    bob.expect("ann: fourth")
    assert b"second" not in bob.heard
    assert b"third" not in bob.heard


def test_point_7_figures_and_limits_stand_on_the_console(server: Daemon) -> None:
    server.nc("ann").say("hello")
    told = commanded(server, "stats").stdout
    names = [line.split("  ")[0] for line in told.splitlines()]
    for name in (
        "people",
        "connections",
        "rooms",
        "messages",
        "deliveries",
        "commit latency",
        "laggards",
        "refusals",
        "memory",
        "uptime",
    ):
        assert name in names, told
    assert re.search(r"(?m)^connections +1 line, 1 local$", told), told
    assert "burst 40, per_minute 120" in told
    assert "window_bytes 1048576" in told
