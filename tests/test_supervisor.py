"""systemd is told when the house is open, that it lives, and when it closes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet.task import Clock

from chatroom.supervisor import Supervisor


class Systemd:
    """Be a socket where it is told."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.setblocking(False)

    def told(self) -> list[bytes]:
        found = []
        try:
            while True:
                found.append(self.socket.recv(100))
        except BlockingIOError:
            return found


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    made = Systemd(str(tmp_path / "notify"))
    yield made
    made.socket.close()


def test_it_is_told_that_the_house_is_open_and_that_it_closes(systemd: Systemd, tmp_path: Path) -> None:
    one = Supervisor(Clock(), {"NOTIFY_SOCKET": str(tmp_path / "notify")})
    one.startService()
    assert systemd.told() == [b"READY=1"]
    one.stopService()
    assert systemd.told() == [b"STOPPING=1"]


@pytest.mark.parametrize("whom", [{}, {"WATCHDOG_PID": str(os.getpid())}])
def test_it_is_told_twice_in_its_patience_that_the_house_lives(systemd: Systemd, tmp_path: Path, whom: dict[str, str]) -> None:
    clock = Clock()
    one = Supervisor(clock, {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "20000000", **whom})
    one.startService()
    systemd.told()
    clock.pump([1.0] * 20)
    assert systemd.told() == [b"WATCHDOG=1"] * 2
    one.stopService()
    assert clock.getDelayedCalls() == []


def test_a_name_in_no_folder_is_found() -> None:
    name = f"chatroom-test-{os.getpid()}"
    systemd = Systemd(f"\0{name}")
    Supervisor(Clock(), {"NOTIFY_SOCKET": f"@{name}"}).startService()
    assert systemd.told() == [b"READY=1"]
    systemd.socket.close()


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1"}, {"NOTIFY_SOCKET": "/nowhere/notify"}])
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    clock = Clock()
    one = Supervisor(clock, {**environ, "WATCHDOG_USEC": "20", "WATCHDOG_PID": "1"})
    one.startService()
    one.stopService()
    assert clock.getDelayedCalls() == []
