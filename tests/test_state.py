"""The state folder is private, belongs to one chatroom at a time, and says why when it cannot be used."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chatroom.state import LOCK, StateFolder, StateUnusable, default_folder, keep_secret

HOME = Path("/home/ann")


@pytest.mark.parametrize(
    ("environ", "uid", "expected"),
    [
        ({}, 0, "/var/lib/chatroom"),
        ({"XDG_STATE_HOME": "/state"}, 0, "/var/lib/chatroom"),
        ({}, 1000, "/home/ann/.local/state/chatroom"),
        ({"XDG_STATE_HOME": "/state"}, 1000, "/state/chatroom"),
        ({"XDG_STATE_HOME": "state"}, 1000, "/home/ann/.local/state/chatroom"),
        ({"XDG_STATE_HOME": ""}, 1000, "/home/ann/.local/state/chatroom"),
    ],
)
def test_the_default_follows_xdg_but_for_root(environ: dict[str, str], uid: int, expected: str) -> None:
    assert default_folder(environ, uid, HOME) == Path(expected)


def test_a_new_folder_and_its_lock_are_for_the_owner_alone(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        state = StateFolder(tmp_path / "a" / "b")
        state.claim()
    finally:
        os.umask(previous)
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((state.path / LOCK).stat().st_mode) == 0o600
    state.release()


def test_a_folder_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    state = StateFolder(tmp_path)
    state.claim()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    state.release()


def test_a_second_claim_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    first, second = StateFolder(tmp_path), StateFolder(tmp_path)
    first.claim()
    first.sign()
    with pytest.raises(StateUnusable, match=rf"is in use by another chatroom \(process {os.getpid()}\)\. Stop that one, or give"):
        second.claim()
    first.release()
    second.claim()
    second.release()


def test_a_lock_file_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("1\n")
    state = StateFolder(tmp_path)
    state.claim()
    state.sign()
    assert (tmp_path / LOCK).read_text() == f"{os.getpid()}\n"
    state.release()


def test_the_lock_outlives_the_process_that_took_it_in_the_child_it_forked(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib; from chatroom.state import StateFolder\n"
        f"state = StateFolder(pathlib.Path({str(tmp_path)!r})); state.claim()\n"
        "if os.fork(): os._exit(0)\n"
        "state.sign(); print('held', flush=True); sys.stdin.read()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    assert child.wait(10) == 0
    with pytest.raises(StateUnusable, match="in use"):
        StateFolder(tmp_path).claim()
    child.stdin.close()
    assert child.stdout.read() == ""
    child.stdout.close()
    state = StateFolder(tmp_path)
    state.claim()
    state.release()


def test_a_folder_that_cannot_be_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for path in (file, file / "below", tmp_path / ("x" * 300)):
        with pytest.raises(
            StateUnusable, match=r"^The state folder .* cannot be used: .*\. Give another folder with --state, or make it yours\.$"
        ):
            StateFolder(path).claim()


def test_a_folder_that_may_not_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so that the answer of the kernel is made up for it.
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with pytest.raises(StateUnusable, match="cannot be used: Permission denied"):
        StateFolder(tmp_path).claim()


def test_a_lock_that_is_a_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / LOCK).symlink_to(tmp_path / "victim")
    with pytest.raises(StateUnusable):
        StateFolder(tmp_path).claim()
    assert not (tmp_path / "victim").exists()


def test_the_folders_own_config_is_found_if_there_is_one(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    assert state.config is None
    (tmp_path / "config.yaml").write_text("")
    assert state.config == tmp_path / "config.yaml"


def test_a_secret_is_for_the_owner_alone_and_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    previous = os.umask(0)
    try:
        keep_secret(file, b"first")
    finally:
        os.umask(previous)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(OSError, match="no space"):
        keep_secret(file, b"second")
    assert file.read_bytes() == b"first"


def _full(handle: int) -> None:
    raise OSError("no space")
