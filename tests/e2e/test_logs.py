"""The log of a house in the background, as its host finds it: turned, moved away by others, and on a disk that is full."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, answers, need, run, until
from tests.e2e.machine import fill, small_disk

pytestmark = pytest.mark.e2e


class Background:
    """Be a house in the background."""

    def __init__(self, server: Daemon, *twistd: str) -> None:
        self.server = server
        server.folder.mkdir(parents=True, exist_ok=True)
        command = [part for part in server.command if part != "-n"]
        done = run([command[0], *twistd, *command[1:]], folder=server.folder, patience=20)
        assert done.returncode == 0, done.stdout + done.stderr
        pid_file = server.state / "chatroom.pid"
        self.pid = int(until(lambda: pid_file.exists() and pid_file.read_text(), "the pid file"))
        until(lambda: answers(server.host, server.port), "the house to answer")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)


@pytest.fixture
def background(serve: Serve) -> Iterator[Background]:
    """Run one whose log is turned soon, and end it."""
    house = Background(serve("--set", "log.size=20KiB", "--set", "log.files=2"))
    yield house
    house.signal(signal.SIGKILL)


def log_of(house: Background) -> Path:
    return house.server.state / "chatroom.log"


def test_point_3_the_log_is_for_its_owner_alone_and_turned_at_the_signal(background: Background) -> None:
    log, old = log_of(background), log_of(background).with_name("chatroom.log.1")
    background.server.nc("ann")
    until(lambda: "ann (line 127.0.0.1) came in" in log.read_text(), "the line that ann came in")
    background.signal(signal.SIGUSR1)
    until(old.exists, "the old file")
    background.server.nc("bob")
    until(lambda: log.exists() and "bob (line" in log.read_text(), "the new file")
    assert ("ann (line" in old.read_text(), "ann (line" in log.read_text()) == (True, False)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (log, old)} == {0o600}


def test_point_3_a_log_that_logrotate_moves_away_is_let_go_of(background: Background) -> None:
    log, moved = log_of(background), log_of(background).with_name("chatroom.log-20260101")
    background.server.nc("ann")
    until(lambda: "ann (line" in log.read_text(), "the line that ann came in")
    log.rename(moved)
    log.touch(0o600)
    background.signal(signal.SIGUSR1)
    background.server.nc("bob")
    until(lambda: "bob (line" in log.read_text(), "the new file")
    assert "bob (line" not in moved.read_text()
    assert not log.with_name("chatroom.log.1").exists()


def test_point_3_a_log_on_a_full_disk_costs_nothing_but_lines_and_is_said_once(serve: Serve, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        need(os.path.ismount(disk), "mounting a small disk needs root")
        log = disk / "house.log"
        house = Background(serve(), "--logfile", str(log))
        ann, bob = house.server.nc("ann"), house.server.nc("bob")
        until(lambda: "bob (line" in log.read_text(), "the line that bob came in")
        fill(disk / "filler")
        fill(disk / "filler2")
        # More than what is left of the last block, and not more than the log tells of in a minute.
        for number in range(17):
            house.server.nc(f"guest{number}").close()
        ann.say("the house goes on")
        bob.expect("ann: the house goes on")
        (disk / "filler").unlink()
        house.server.nc("late")
        until(lambda: "late (line" in log.read_text(errors="replace"), "the log to go on")
        assert log.read_text(errors="replace").count("could not be written: No space left on device") == 1
        house.signal(signal.SIGTERM)
        until(lambda: not Path(f"/proc/{house.pid}/cmdline").exists() or not Path(f"/proc/{house.pid}/cmdline").read_text(), "the end")


def test_point_7_how_the_house_is_doing_is_logged_now_and_then(serve: Serve) -> None:
    server = serve("--set", "log.statistics=1s").start()
    ann = server.nc("ann")
    ann.say("hello")
    until(lambda: "connected 1 line; people 1; rooms 1; messages 1," in server.log(), "the line of statistics")
    server.stop()
    assert "hello" not in server.log()
