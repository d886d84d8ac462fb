"""A backup holds the whole house, is its owner's alone, takes no file's place, and makes a house of an empty folder."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import tarfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatroom import backup as module
from chatroom import certificate, hostkey
from chatroom.backup import CONFIG, FORMAT, JOURNAL, LABEL, MEMBERS, OWN, Backups, NotRestored, pack, prepare, restore
from chatroom.cli import main
from chatroom.core.errors import NotBackedUp
from chatroom.core.rank import Rank
from chatroom.core.seams import BackupFailed
from chatroom.journals._file import APPLICATION
from chatroom.members import challenges, keys, service
from chatroom.spawn import deferred
from chatroom.testing import World, member

NOON = 1_700_049_600.0


class Copied:
    """Be a journal whose file is at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: Exception | None = None

    def backup(self, target: Path) -> Awaitable[None]:
        if self.trouble is not None:
            raise self.trouble
        with closing(sqlite3.connect(target)) as db:
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute("CREATE TABLE said (what)")
        return succeed(None)


def at_once(work: Callable[[], None]) -> Any:
    """Run what waits for the disk here and now."""
    work()
    return succeed(None)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / MEMBERS).write_text("the members")
    (folder / CONFIG).write_text("name: den")
    return folder


@pytest.fixture
def backups(state: Path) -> Backups:
    made = Backups(state, Copied(state / JOURNAL), Clock(), lambda: state / CONFIG)
    made._aside = at_once  # type: ignore[assignment]  # in no thread
    return made


def make(backups: Backups, name: str = "") -> Path:
    found: Path = SynchronousTestCase().successResultOf(deferred(backups.make(name, NOON)))
    return found


def refusal(backups: Backups, name: str = "") -> str:
    return str(SynchronousTestCase().failureResultOf(deferred(backups.make(name, NOON)), NotBackedUp).value)


def test_what_is_restored_is_what_was_backed_up(backups: Backups, tmp_path: Path) -> None:
    file = make(backups)
    assert file.name == "chatroom-2023-11-15T120000Z.tar"
    there = tmp_path / "there"
    assert restore(file, there) == [JOURNAL, MEMBERS, CONFIG]
    assert (there / MEMBERS).read_text() == "the members"
    assert (there / CONFIG).read_text() == "name: den"
    assert stat.S_IMODE(there.stat().st_mode) == 0o700


def test_the_restored_house_has_the_keys_by_which_others_know_it(backups: Backups, state: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    for name in OWN:
        (state / name).write_text(f"what is in {name}")
    restore(make(backups), there)
    assert {name: (there / name).read_text() for name in OWN} == {name: f"what is in {name}" for name in OWN}


def test_what_is_carried_over_is_called_as_it_is_where_it_is_made(state: Path) -> None:
    kept = {service.FILE, keys.FILE, challenges.FILE, hostkey.FILE, *(place.name for place in certificate.places(state))}
    assert kept == set(OWN)


def test_a_backup_of_the_form_before_can_be_restored(backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FORMAT", 1)
    file = make(backups)
    monkeypatch.undo()
    assert JOURNAL in restore(file, tmp_path / "there")


def test_a_backup_and_what_comes_of_it_are_their_owners_alone(backups: Backups, tmp_path: Path) -> None:
    file = make(backups)
    restore(file, tmp_path / "there")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [file, file.parent, *(tmp_path / "there").iterdir()]}
    assert modes == {file.name: 0o600, "backups": 0o700, JOURNAL: 0o600, MEMBERS: 0o600, CONFIG: 0o600}


def test_nothing_is_left_beside_a_backup_and_what_a_crash_left_is_cleared_away(backups: Backups) -> None:
    backups.folder.mkdir()
    for left in (".old.tar.part", ".old.tar.db", ".old.tar.db.part"):
        (backups.folder / left).touch()
    make(backups, "one.tar")
    assert [path.name for path in backups.folder.iterdir()] == ["one.tar"]


def test_no_file_is_ever_written_over(backups: Backups) -> None:
    make(backups, "one.tar")
    assert "one.tar exists already" in refusal(backups, "one.tar")
    target = backups.folder / "two.tar"
    prepare(target)
    target.write_text("put there in the meantime")
    with pytest.raises(BackupFailed, match="exists already"):
        pack(target, {}, {})
    assert target.read_text() == "put there in the meantime"


@pytest.mark.parametrize("name", ["../one.tar", "/tmp/one.tar", ".hidden", "a b", "x" * 101, "a\nb"])
def test_a_backup_has_a_plain_name(backups: Backups, name: str) -> None:
    assert "A backup's name has letters" in refusal(backups, name)


def test_a_house_that_keeps_nothing_has_nothing_to_back_up(state: Path) -> None:
    assert "nothing to back up" in refusal(Backups(state, object(), Clock(), lambda: None))


def test_a_journal_elsewhere_is_restored_under_the_usual_name(state: Path, tmp_path: Path) -> None:
    backups = Backups(state, Copied(tmp_path / "elsewhere.db"), Clock(), lambda: None)
    backups._aside = at_once  # type: ignore[assignment]  # in no thread
    assert restore(make(backups), tmp_path / "there") == [JOURNAL, MEMBERS]


def test_what_went_wrong_is_told_and_leaves_nothing(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    backups._journal.trouble = BackupFailed("The disk is full.")  # type: ignore[attr-defined]
    assert refusal(backups) == "No backup was made. The disk is full."
    backups._journal.trouble = OSError(28, "No space left on device")  # type: ignore[attr-defined]
    assert "No space left on device" in refusal(backups)
    assert list(backups.folder.iterdir()) == []
    backups._under_way = True
    assert "Another backup is being made" in refusal(backups)


def test_a_folder_with_anything_in_it_is_left_alone(backups: Backups, state: Path) -> None:
    with pytest.raises(NotRestored, match="is not empty"):
        restore(make(backups), state)
    assert (state / MEMBERS).read_text() == "the members"


def archive(path: Path, *parts: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, raw in parts:
            made = tarfile.TarInfo(name)
            made.size, made.type, made.linkname = len(raw), kind if name != LABEL else tarfile.REGTYPE, "/etc/passwd"
            tar.addfile(made, io.BytesIO(raw))
    return path


def label(**fields: object) -> tuple[str, bytes]:
    return LABEL, json.dumps({"format": 1, "journal": JOURNAL} | fields).encode()


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [(JOURNAL, b"x")],
        [label(format=FORMAT + 1), (JOURNAL, b"x")],
        [(LABEL, b"{"), (JOURNAL, b"x")],
        [(LABEL, b"[]"), (JOURNAL, b"x")],
        [label(), ("../escape", b"x")],
        [label(journal="../escape"), ("../escape", b"x")],
        [label(), (MEMBERS, b""), ("/etc/passwd", b"x")],
        [label(), (MEMBERS, b""), (MEMBERS, b"")],
        [label(), (MEMBERS, b"")],
        [label(), (MEMBERS, b""), (JOURNAL, b"this is no database " * 100)],
        [label(), (JOURNAL, b"")],
        [label(), (JOURNAL, b"x")],
    ],
)
def test_a_strange_file_puts_nothing_anywhere(tmp_path: Path, parts: list[tuple[str, bytes]]) -> None:
    there = tmp_path / "there"
    with pytest.raises(NotRestored):
        restore(archive(tmp_path / "strange.tar", *parts), there)
    assert not there.exists() or list(there.iterdir()) == []
    assert not (tmp_path / "escape").exists()


def test_another_programs_database_is_none_of_ours(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE said (what)")
    strange = archive(tmp_path / "strange.tar", label(), (JOURNAL, (tmp_path / "other.db").read_bytes()))
    with pytest.raises(NotRestored, match="it is not one of chatroom's"):
        restore(strange, tmp_path / "there")


def test_a_link_in_a_strange_file_is_not_followed(tmp_path: Path) -> None:
    strange = archive(tmp_path / "strange.tar", label(), (MEMBERS, b""), kind=tarfile.SYMTYPE)
    with pytest.raises(NotRestored, match="no backup has"):
        restore(strange, tmp_path / "there")


def test_a_file_that_is_missing_or_no_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotRestored, match="No such file"):
        restore(tmp_path / "none.tar", tmp_path / "there")
    (tmp_path / "text.tar").write_text("not an archive" * 100)
    with pytest.raises(NotRestored, match="it is not a backup of a chatroom"):
        restore(tmp_path / "text.tar", tmp_path / "there")


def test_the_command_line_says_what_to_do_next(backups: Backups, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, there = make(backups), tmp_path / "there"
    assert main(["restore", str(file), "--state", str(there)]) == 0
    assert f"chatroom serve --state {there}" in capsys.readouterr().out
    assert main(["restore", str(file), "--state", str(there)]) == 1
    assert "is not empty" in capsys.readouterr().err


def test_who_asked_is_told_where_it_is_and_it_is_on_record() -> None:
    world = World(members=[member("root", Rank.ADMIN)])

    async def office(name: str) -> Path:
        return Path("/state/backups") / name

    world.house.offices["backup"] = office
    root = world.console("root")
    assert root.answer("backup", name="one.tar")["lines"] == ["The house is backed up in /state/backups/one.tar"]
    assert "backup one.tar" in root.answer("audit")["lines"][-1]


def test_names_are_on_disk_where_the_system_can_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    module.sync(tmp_path)
    assert len(synced) == 1
