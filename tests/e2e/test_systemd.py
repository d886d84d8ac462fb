"""A house that systemd has started: it is told when people can come in, and may hold the port itself."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import PATIENCE, environment, need_programs, program

pytestmark = pytest.mark.e2e


def test_systemd_is_told_when_the_house_is_open_that_it_lives_and_when_it_closes(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        told.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        server = serve().start()
        assert told.recv(100) == b"READY=1"
        assert {told.recv(100) for _ in range(3)} == {b"WATCHDOG=1"}
        server.stop(signal.SIGTERM)
        while (last := told.recv(100)) == b"WATCHDOG=1":
            pass
        assert last == b"STOPPING=1"


def test_systemd_holds_the_port_and_the_house_takes_it_over(serve: Serve) -> None:
    need_programs("systemd-socket-activate")
    server = serve("--set", "doors.front=systemd:domain=INET6:name=front")
    server.folder.mkdir()
    at = server.command.index("--port")
    command = [*program("chatroom"), "serve", *server.command[server.command.index("chatroom") + 1 : at], *server.command[at + 2 :]]
    holding = ["systemd-socket-activate", f"--listen={server.port}", "--fdname=front", *command]
    with server.output.open("ab") as output:
        server.process = subprocess.Popen(holding, env=environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    heard = ""
    while "Listening on" not in heard:
        heard = server.log()
        assert server.process.poll() is None, server
    # The first to come brings the house up, and waits for it.
    ann = server.nc()
    ann.say("ann")
    ann.expect("Welcome, ann", 3 * PATIENCE)
    server.nc("bob").say("hello")
    ann.expect("bob: hello")
    server.stop(signal.SIGTERM)


def test_a_port_that_systemd_does_not_hold_ends_the_start_with_one_line(serve: Serve) -> None:
    server = serve("--set", "doors.front=systemd:domain=INET6:name=front")
    server.folder.mkdir()
    done = subprocess.run(server.command, env=environment(), capture_output=True, text=True, timeout=20, check=False)
    told = "doors.front: this endpoint is not known here. Write for example tcp:5000.\n"
    assert (done.returncode, done.stderr) == (1, told)
