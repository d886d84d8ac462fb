"""All kinds of people in one room, by one port: each says one line, and each sees all the others' lines once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("tkinter")

from tests.e2e import kinds
from tests.e2e.browsing import chromium
from tests.e2e.harness import Daemon, Native, until
from tests.e2e.kinds import Kind
from tests.e2e.relaying import relays_in
from tests.e2e.screen import Gui

pytestmark = pytest.mark.e2e

Come = Callable[[Daemon, str, bool], Kind]
COME: dict[str, Come] = {
    "nc": kinds.netcat,
    "tel": kinds.telnet,
    "pipe": kinds.stdio,
    "ann": kinds.prompt,
    "gui": kinds.Window,
    "ssh": kinds.openssh,
    "irssi": kinds.irssi,
    "curl": kinds.Curl,
}


def line(name: str) -> str:
    return f"a line of {name.lstrip('*')}"


def sees_each_once(one: Kind, everybody: list[Kind]) -> None:
    """Wait until somebody sees the lines of all others, and see that each came once."""
    others = [line(other.name) for other in everybody if other is not one]

    def all_there() -> bool:
        heard = one.heard()
        return all(wanted in heard for wanted in others)

    until(all_there, f"{one.name} to see all of {others}; what they see:\n{one.heard()}", kinds.START)
    heard = one.heard()
    assert {wanted: len(re.findall(rf"{re.escape(wanted)}\b", heard)) for wanted in others} == dict.fromkeys(others, 1), one.name


@pytest.mark.parametrize("encrypted", [False, True], ids=["in clear", "encrypted"])
def test_must_be_shown_all_kinds_of_client_in_one_room_by_one_port(server: Daemon, tmp_path: Path, encrypted: bool) -> None:
    with chromium() as browser, relays_in(tmp_path) as relays:
        relay = relays(server, *(["--set", "encrypt=always"] if encrypted else []))
        come: dict[str, Come] = {**COME, "web": partial(kinds.Page, browser=browser), "far": kinds.relayed(relay)}
        everybody: list[Kind] = []
        try:
            for name, arrive in come.items():
                everybody.append(arrive(server, name, encrypted))
            kinds.in_the_room(everybody, server)
            # In the room, and seen to be: IRC clients join in a second step.
            witness = Native(server, "witness")
            until(lambda: len(witness.ask("who")["people"]) == len(everybody), f"everybody to be in the room\n{server}", kinds.START)
            for one in everybody:
                one.say(line(one.name))
            for one in everybody:
                sees_each_once(one, everybody)
        finally:
            for one in everybody:
                one.close()


def test_a_window_and_somebody_behind_a_relay_talk_in_private(server: Daemon, tmp_path: Path) -> None:
    with relays_in(tmp_path) as relays:
        bob = relays(server).person("bob")
        window = Gui(tmp_path, f"ann@127.0.0.1:{server.port}")
        try:
            window.find("lobby", 15)
            bob.expect("-- ann joined")
            bob.say("/msg ann psst")
            window.find("bob .* private")
            # A window that comes by itself gives the keyboard back at first.
            time.sleep(0.6)
            window.type("bob .* private", "what is it", "Return")
            bob.expect(r"\(private\) ann: what is it\n")
        finally:
            window.close()
