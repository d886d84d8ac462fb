"""What was said is found, taken back, given out and forgotten, by real programs; and what is gone is in no byte of the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.harness import Daemon, program, run, until

pytestmark = pytest.mark.e2e


def console(server: Daemon, command: str) -> str:
    """Give what a command at the console of the server's machine prints."""
    done = run([*program("chatroom"), "console", "--state", str(server.state), "-c", command])
    assert done.returncode == 0, done.stderr
    return done.stdout


def stored(server: Daemon, text: str) -> bool:
    return any(text.encode() in file.read_bytes() for file in Path(server.state).glob("chatroom.db*"))


@pytest.fixture
def server(serve: Callable[..., Daemon]) -> Daemon:
    """Give a house whose pages are so short that an export takes several."""
    return serve("--set", "limits.page=4").start()


def test_points_3_and_6_words_are_searched_removed_exported_and_forgotten(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    ann.say("the deployment is at four")
    ann.say("the key is under the doormat")
    bob.expect(r"(?m)^ann: the key is under the doormat\n")
    bob.say("/search deploy")
    bob.expect(r"(?m)^\[\d{4}-\d\d-\d\d \d\d:\d\dZ lobby #1\] ann: the deployment is at four\n")
    ann.say("/remove")
    bob.expect(r"(?m)^-- ann removed a message\n")
    bob.say("/search doormat")
    bob.expect(r"(?m)^Nothing was found\.\n")
    until(lambda: not stored(server, "doormat"), "the words to leave the disk")
    assert stored(server, "deployment")
    for number in range(8):
        bob.say(f"line {number} of many")
    ann.expect(r"(?m)^bob: line 7 of many\n")
    bob.say("/search 7")
    bob.expect(r"\] bob: line 7 of many\n")
    entries = [json.loads(line) for line in console(server, "export lobby").splitlines()]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["is"] for entry in entries[:3]] == ["said", "erased", "removed"]
    assert entries[-1]["text"] == "line 7 of many"
    assert "Removed 8 messages of bob: 8 in lobby." in console(server, "forget bob")
    server.kill()
    server.start()
    assert "bob: " not in console(server, "search line")
    until(lambda: not stored(server, "of many"), "the words to leave the disk")
