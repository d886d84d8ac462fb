"""Tests of whose certificate is believed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chatroom.trust import Judge, Trust, Untrusted, file_of

ONE, OTHER = "AA:BB", "CC:DD"
PLACE = "192.0.2.7:5000"


def test_a_house_met_for_the_first_time_is_kept_and_its_fingerprint_told(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "new" / "known_houses")
    told = trust.judge(PLACE, ONE, vouched=False)
    assert told == f"{PLACE} is new here. Compare the fingerprint of its certificate with what its host sees:\n  {ONE}"
    assert trust.judge(PLACE, ONE, vouched=False) == ""
    assert trust.file.read_text() == f"{PLACE} {ONE}\n"
    assert stat.S_IMODE(trust.file.stat().st_mode) == 0o600


def test_another_certificate_than_before_is_refused_with_what_to_do(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "known_houses")
    trust.judge(PLACE, ONE, vouched=False)
    with pytest.raises(Untrusted) as caught:
        trust.judge(PLACE, OTHER, vouched=False)
    assert OTHER in str(caught.value)
    assert f"remove the line of {PLACE} from {trust.file}" in str(caught.value)
    assert trust.judge("192.0.2.7:5001", OTHER, vouched=False)


def test_what_an_authority_vouches_for_is_believed_and_not_kept(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "known_houses")
    assert trust.judge(PLACE, ONE, vouched=True) == ""
    assert not trust.file.exists()


def test_a_file_with_anything_in_it_does_no_harm(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "known_houses")
    trust.file.write_bytes(b"# a note\n\xff\xfe\x00 x y z\n\n" + f"{PLACE} {ONE}\n".encode())
    assert trust.known() == {PLACE: ONE}


def test_a_fingerprint_that_cannot_be_kept_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    trust = Trust(tmp_path / "file" / "known_houses")
    assert "It cannot be kept, so it will be shown again" in trust.judge(PLACE, ONE, vouched=False)


def test_a_change_while_one_was_in_is_said_once_and_refused_each_time(tmp_path: Path) -> None:
    said: list[str] = []
    judge = Judge(Trust(tmp_path / "known_houses"), PLACE, said.append)
    judge(ONE, False)
    judge(ONE, False)
    assert len(said) == 1
    for _ in range(3):
        with pytest.raises(Untrusted):
            judge(OTHER, False)
    assert len(said) == 2


def test_the_file_is_where_the_xdg_specification_says() -> None:
    assert file_of({}, Path("/home/ann")) == Path("/home/ann/.config/chatroom/known_houses")
    assert file_of({"XDG_CONFIG_HOME": "/etc/x"}, Path("/home/ann")) == Path("/etc/x/chatroom/known_houses")
    assert file_of({"XDG_CONFIG_HOME": "relative"}, Path("/home/ann")) == Path("/home/ann/.config/chatroom/known_houses")
