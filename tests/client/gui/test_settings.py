"""What windows remember, many of them at once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from chatroom.client.gui.settings import LONGEST, Settings, default_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "gui.json"


def test_two_windows_do_not_spoil_what_the_other_wrote(file: Path) -> None:
    one, other = Settings(file), Settings(file)
    one.remember(name="ann", port=6000)
    other.remember(theme="dark")
    found = Settings(file)
    assert (found.text("name", ""), found.number("port", 0, 1, 65535), found.text("theme", "")) == ("ann", 6000, "dark")
    assert os.listdir(file.parent) == ["gui.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff", b'{"a":' * 20_000, b" " * LONGEST + b"{}"])
def test_a_file_that_makes_no_sense_is_as_good_as_none(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    found = Settings(file)
    assert found.text("name", "otherwise") == "otherwise"
    found.remember(name="ann")
    assert Settings(file).text("name", "") == "ann"


def test_values_out_of_bounds_are_not_used(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"port": 70000, "letters": true, "name": "a\\u0007", "host": "' + "x" * 300 + '", "theme": ""}')
    found = Settings(file)
    assert [found.number("port", 1, 1, 65535), found.number("letters", 2, 1, 9)] == [1, 2]
    assert [found.text(key, "-") for key in ("name", "host", "theme")] == ["-", "-", "-"]


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(tmp_path / "file" / "gui.json")
    settings.remember(name="ann")
    assert settings.text("name", "") == "ann"


def test_the_file_is_where_such_files_are() -> None:
    home = Path("/home/ann")
    assert default_file({}, home) == home / ".config/chatroom/gui.json"
    assert default_file({"XDG_CONFIG_HOME": "/x"}, home) == Path("/x/chatroom/gui.json")
    assert default_file({"XDG_CONFIG_HOME": "relative"}, home) == home / ".config/chatroom/gui.json"
