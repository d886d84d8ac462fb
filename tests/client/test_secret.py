"""Where a password comes from when nobody types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatroom.client.secret import LONGEST, VARIABLE, Unusable, given


def kept(folder: Path, data: bytes, mode: int = 0o600) -> str:
    path = folder / "password"
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def test_the_environment_gives_it_up_so_that_no_other_program_gets_it() -> None:
    environ = {VARIABLE: "s3cret", "HOME": "/"}
    assert given(None, environ) == "s3cret"
    assert environ == {"HOME": "/"}
    assert given(None, environ) is None


def test_a_file_goes_before_the_environment_and_gives_its_first_line(tmp_path: Path) -> None:
    environ = {VARIABLE: "other"}
    assert given(kept(tmp_path, b"correct horse\r\nand more\n"), environ) == "correct horse"
    assert environ == {}


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o602, 0o700 | 0o010])
def test_a_file_that_others_can_get_at_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = kept(tmp_path, b"s3cret\n", mode)
    with pytest.raises(Unusable) as why:
        given(path, {})
    assert f"chmod 600 {path}" in str(why.value)
    assert "s3cret" not in str(why.value)


@pytest.mark.parametrize(("data", "word"), [(b"", "empty"), (b"\nlater\n", "empty"), (b"\xff\xfe\n", "UTF-8")])
def test_a_file_without_a_password_is_refused(tmp_path: Path, data: bytes, word: str) -> None:
    with pytest.raises(Unusable, match=word):
        given(kept(tmp_path, data), {})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be read"):
        given(str(tmp_path / "none"), {})


def test_no_more_is_read_than_a_password_can_take(tmp_path: Path) -> None:
    assert given(kept(tmp_path, b"x" * LONGEST * 3), {}) == "x" * LONGEST
