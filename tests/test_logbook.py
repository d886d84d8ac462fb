"""The log of a house in the background: bounded, its owner's alone, and nothing that a full disk could break."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.logger import LogLevel

from chatroom import house, logbook
from chatroom.core.rank import Rank
from chatroom.logbook import Logbook
from chatroom.logs import Logs
from chatroom.testing import World, member

ROOM = Logs(size=1000, files=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chatroom.log"


@pytest.fixture
def kept(path: Path) -> Iterator[Logbook]:
    made = Logbook()
    made.keep(path)
    made.obey(ROOM)
    yield made
    made.close()


def write(log: Logbook, text: str) -> None:
    log({"log_format": "{text}", "text": text, "log_time": 0.0, "log_level": LogLevel.info, "log_namespace": "test"})


def test_a_line_is_written_with_its_time_and_the_file_is_for_its_owner_alone(kept: Logbook, path: Path) -> None:
    write(kept, "somebody came")
    assert path.read_text().endswith("[test#info] somebody came\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_opened_before_the_first_line_and_nothing_written_where_no_file_is_named(kept: Logbook, path: Path) -> None:
    assert not path.exists()
    write(Logbook(), "nowhere")
    kept.turn()
    assert not path.exists()


def test_files_are_bounded_in_size_and_in_number(kept: Logbook, path: Path) -> None:
    for number in range(500):
        write(kept, f"line {number}")
    assert sorted(one.name for one in path.parent.iterdir()) == ["chatroom.log", "chatroom.log.1", "chatroom.log.2"]
    assert all(one.stat().st_size < ROOM.size + 100 for one in path.parent.iterdir())
    assert "line 499\n" in path.read_text()
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}


def test_another_bound_holds_at_once(kept: Logbook, path: Path) -> None:
    write(kept, "x" * 2000)
    kept.obey(Logs(size=0, files=1))
    write(kept, "no new file")
    assert not path.with_name("chatroom.log.1").exists()
    kept.obey(Logs(size=100, files=1))
    for _ in range(5):
        write(kept, "y" * 200)
    assert sorted(one.name for one in path.parent.iterdir()) == ["chatroom.log", "chatroom.log.1"]


def test_at_the_signal_a_new_file_is_begun(kept: Logbook, path: Path) -> None:
    write(kept, "old")
    kept.turn()
    write(kept, "new")
    assert ("old" in path.with_name("chatroom.log.1").read_text(), "old" in path.read_text()) == (True, False)


@pytest.mark.parametrize("made_anew", [True, False])
def test_at_the_signal_a_file_that_was_moved_away_is_let_go_of(kept: Logbook, path: Path, made_anew: bool) -> None:
    write(kept, "old")
    path.rename(path.with_name("chatroom.log-20260101"))
    if made_anew:
        path.touch()
    kept.turn()
    write(kept, "new")
    assert sorted(one.name for one in path.parent.iterdir()) == ["chatroom.log", "chatroom.log-20260101"]
    assert "new" in path.read_text()


def test_lines_that_cannot_be_written_are_lost_and_counted_and_nothing_else_happens(kept: Logbook, path: Path) -> None:
    write(kept, "before")
    kept.close()
    path.rename(path.with_name("aside"))
    path.mkdir()
    for _ in range(3):
        write(kept, "lost")
    kept.turn()
    path.rmdir()
    write(kept, "after")
    blank, told, after = path.read_text().splitlines()
    assert blank == ""
    assert told.endswith("[chatroom.logbook#warn] 3 lines before this one are lost, as they could not be written: Is a directory")
    assert after.endswith("after")
    write(kept, "and on")
    assert path.read_text().count("lost") == 1


def test_what_is_no_file_is_neither_moved_nor_made_anybodys_own(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o644)
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    log = Logbook()
    log.keep(pipe)
    log.obey(ROOM)
    # A pipe cannot be written from its end on, which is where a log goes on; so all that comes is lost, and the pipe is as it was.
    for _ in range(50):
        write(log, "x" * 100)
    log.turn()
    os.close(end)
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o644


def test_where_files_cannot_be_turned_the_log_goes_on(kept: Logbook, path: Path) -> None:
    write(kept, "before")
    path.with_name("chatroom.log.1").mkdir()
    path.with_name("chatroom.log.1").joinpath("in the way").touch()
    path.with_name("chatroom.log.2").mkdir()
    kept.turn()
    write(kept, "after")
    assert "after" in path.read_text()


def test_half_a_character_costs_no_line(kept: Logbook, path: Path) -> None:
    write(kept, "a\ud800b")
    assert "a\\ud800b" in path.read_text()


def test_twistd_finds_the_log_of_the_process() -> None:
    assert logbook.log_observer() is logbook.LOG


def test_on_a_full_disk_lines_are_lost_and_whoever_keeps_order_is_told_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(members=[member("mod", Rank.MODERATOR)])
    mod = world.logged_in("mod")
    log = Logbook()
    monkeypatch.setattr(house, "LOG", log)
    log.keep(Path("/dev/full"))
    write(log, "lost")
    assert mod.answer("stats")["log"] == "fails: No space left on device; 1 line is lost"
    write(log, "lost")
    assert mod.answer("stats")["log"] == "fails: No space left on device; 2 lines are lost"
    log.keep(tmp_path / "chatroom.log")
    write(log, "after")
    assert "log" not in mod.answer("stats")
    log.close()
