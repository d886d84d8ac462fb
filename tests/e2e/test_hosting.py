"""What a host does to a house that is open: change its settings, back it up, and have it back from that."""

from __future__ import annotations

import re
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, environment, free_port, program, until

pytestmark = pytest.mark.e2e


def ask(server: Daemon, command: str, code: int = 0) -> str:
    """Have a command done by `chatroom console`."""
    line = [*program("chatroom"), "console", "--state", str(server.state), "-c", command]
    ran = subprocess.run(line, capture_output=True, text=True, timeout=30, env=environment(), check=False)
    assert ran.returncode == code, ran
    return ran.stdout + ran.stderr


def test_point_8_a_backup_made_under_load_restores_to_a_house_where_all_that_was_said_before_it_is_heard(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve().start()
    ann = server.native("ann", echo=True)
    said: list[int] = []
    over = threading.Event()

    def talk() -> None:
        while not over.is_set():
            for number in range(len(said), len(said) + 20):
                ann.ask("say", text=f"line {number}")
            said.extend(range(20))

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        until(lambda: len(said) >= 200, "two hundred lines")
        before = len(said)
        told = ask(server, "backup")
        until(lambda: len(said) > before + 40, "talk to go on after the backup")
    finally:
        over.set()
        talking.join()
    file = Path(re.findall(r"in (\S+\.tar)", told)[0])
    server.stop()

    restored = Daemon(tmp_path / "again")
    line = [*program("chatroom"), "restore", str(file), "--state", str(restored.state)]
    ran = subprocess.run(line, capture_output=True, text=True, timeout=30, env=environment(), check=False)
    assert ran.returncode == 0, ran
    restored.start()
    try:
        bob = restored.native("bob")
        assert bob.entered["epoch"] != ann.entered["epoch"]
        page = bob.ask("history", count=200)
        heard = [int(entry["text"].split()[1]) for entry in page["entries"] if entry.get("text", "").startswith("line ")]
        assert heard == list(range(heard[0], heard[-1] + 1))
        assert heard[-1] >= before - 1
        assert "admin" in ask(restored, "members")
    finally:
        restored.stop()


def test_point_8_at_the_signal_the_settings_are_read_again_and_nobody_has_to_go(serve: Serve, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("name: den\n")
    server = serve("--config", str(settings)).start()
    ann = server.nc("ann")
    other = free_port()
    settings.write_text(f"name: {{}}\nlimits: {{people: lots}}\ndoors: {{line: tcp:{other}}}\n")
    server.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
    until(lambda: server.log().count("settings.yaml:") >= 2, "both faults to be told")
    settings.write_text(f"name: the workshop\nlimits: {{people: 50}}\ndoors: {{line: 'tcp:{other}'}}\n")
    server.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
    until(lambda: f"doors.line: off -> tcp:{other}" in server.log(), "the difference to be told")
    nc = ["nc", "-N", "-w", "3", "127.0.0.1", str(other)]
    there = subprocess.run(nc, input=b"bob\nhi\n/quit\n", capture_output=True, timeout=20, check=False)
    assert b"Welcome, bob" in there.stdout
    ann.expect("bob: hi")
    assert "The settings are as they were" in ask(server, "reload")
    settings.write_text("nonsense: true\n")
    assert "there is no such setting" in ask(server, "reload", 1)


def test_point_1_the_list_of_members_is_kept_from_a_shell_whether_the_house_is_open_or_not(serve: Serve) -> None:
    server = serve()

    def member(*words: str, piped: str = "") -> str:
        line = [*program("chatroom"), "member", "--state", str(server.state), *words]
        ran = subprocess.run(line, input=piped, capture_output=True, text=True, timeout=30, env=environment(), check=False)
        return ran.stdout + ran.stderr

    member("add", "--password", "ann@example.org", piped="a few good words\n")
    server.start()
    ann = server.native("ann", password="a few good words")
    assert "bob is an admin now" in member("add", "--password", "--rank", "admin", "bob@example.org", piped="some other words\n")
    server.native("bob", password="some other words")
    assert member("add", "bob@example.org").startswith("! ")
    assert "ann is no longer a member" in member("remove", "ann")
    assert "You are no longer a member of this house." in ann.await_end()
