"""A backup: everything a house needs to be what it was, in one file, made while people talk and put back by `chatroom restore`.

It is a tar archive of what was said, the members, the settings, the keys of the house, and a `LABEL` that says what it is. It is made
under another name and gets its own when it is whole and on disk, and it never takes another file's place.
"""

from __future__ import annotations

import io
import json
import os
import re
import tarfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from twisted.application.service import Service

from chatroom.core.errors import NotBackedUp
from chatroom.core.seams import BackupFailed
from chatroom.journals._file import fault_of
from chatroom.passwords import Threads

FOLDER = "backups"
"""Where in the state folder backups are put."""
LABEL = "backup.json"
JOURNAL = "chatroom.db"
MEMBERS = "members.txt"
CONFIG = "config.yaml"
OWN = (MEMBERS, "member-keys.txt", "login-secret", "ssh-host-key", "certificate.pem", "key.pem")
"""What else is in the state folder: without it nobody would know the restored house by its keys, nor it anybody by theirs."""
FORMAT = 2
"""Rises when a backup could no longer be restored by an older program."""
CHUNK = 1 << 20
"""Bytes copied at once: in C, beside other threads."""
LARGEST_LABEL = 4096

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}").fullmatch


class NotRestored(Exception):
    """Say to the host why a backup cannot be put back, and what to do."""


class Copied(Protocol):
    """Be a journal in a file that can be copied while it is written."""

    path: Path

    def backup(self, target: Path) -> Awaitable[None]:
        """Copy what is on disk now to one new file, beside other work; fail with `BackupFailed`."""


class Backups(Service):
    """Make the backups of one house; `state` is its folder, `settings` tells the file it was set up by, if there is one."""

    def __init__(self, state: Path, journal: object, reactor: Any, settings: Callable[[], Path | None]) -> None:
        self.name = "the backups"
        self.folder = state / FOLDER
        self._state = state
        self._journal = journal
        self._aside = Threads(reactor, count=1, name="backup")
        self._settings = settings
        self._under_way = False

    def stopService(self) -> None:
        """Begin no more."""
        super().stopService()
        self._aside.stop()

    async def make(self, name: str, now: float) -> Path:
        """Make a backup called `name`, or after the time, and give its file; raise `NotBackedUp`."""
        if self._under_way:
            raise NotBackedUp(why="Another backup is being made. Wait for it to end.")
        self._under_way = True
        try:
            return await self._make(name or f"chatroom-{_moment(now)}.tar", now)
        except BackupFailed as error:
            raise NotBackedUp(why=str(error)) from error
        except OSError as error:
            why = f"{self.folder} cannot be written: {error.strerror or error}. Make some space, or see to the folder."
            raise NotBackedUp(why=why) from error
        finally:
            self._under_way = False

    async def _make(self, name: str, now: float) -> Path:
        journal, target = _copied(self._journal), self.folder / name
        if _NAME(name) is None:
            raise BackupFailed("A backup's name has letters, digits, and - _ + . between them. It is put into the folder of backups.")
        prepare(target)
        said = journal.path.name if journal.path.parent == self._state else JOURNAL
        copy = self.folder / f".{name}.db"
        parts = {said: copy, **{own: self._state / own for own in OWN}, CONFIG: self._settings()}
        try:
            await journal.backup(copy)
            await self._aside(partial(pack, target, {"format": FORMAT, "made": _moment(now), "journal": said}, parts))
        finally:
            copy.unlink(missing_ok=True)
        return target


def _copied(journal: Any) -> Copied:
    if not hasattr(journal, "backup"):
        raise BackupFailed("Nothing of what is said is kept here (journal: memory), so there is nothing to back up.")
    copied: Copied = journal
    return copied


def _taken(target: Path) -> BackupFailed:
    return BackupFailed(f"{target} exists already, and nothing was written. Choose another name.")


def prepare(target: Path) -> None:
    """Make the folder for backups, its owner's alone, and clear away what was being made when the server was killed."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    for left in target.parent.glob(".*"):
        if left.suffix in {".part", ".db"}:
            left.unlink(missing_ok=True)
    if os.path.lexists(target):
        raise _taken(target)


def pack(target: Path, label: Mapping[str, object], parts: Mapping[str, Path | None]) -> None:
    """Put what there is of `parts` into one new file, on disk when this returns; raise `BackupFailed` or OSError."""
    part = target.with_name(f".{target.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.TarFile(fileobj=file, mode="w", copybufsize=CHUNK) as tar:
                _fill(tar, label, parts)
            file.flush()
            os.fsync(file.fileno())
        # A link, and no renaming: that would take another file's place.
        os.link(part, target)
    except FileExistsError as error:
        raise _taken(target) from error
    finally:
        part.unlink(missing_ok=True)
    sync(target.parent)


def _fill(tar: tarfile.TarFile, label: Mapping[str, object], parts: Mapping[str, Path | None]) -> None:
    raw = json.dumps(label).encode()
    tar.addfile(_member(LABEL, len(raw)), io.BytesIO(raw))
    for name, path in parts.items():
        with suppress(FileNotFoundError):
            if path is not None:
                with path.open("rb") as file:
                    tar.addfile(_member(name, os.fstat(file.fileno()).st_size), file)


def _member(name: str, size: int) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, 0o600
    return made


def restore(backup: Path, state: Path) -> list[str]:
    """Put a backup into an empty folder and give the names of the files; raise `NotRestored` and leave nothing behind."""
    made: list[Path] = []
    try:
        _check_empty(state)
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tarfile.open(backup, "r:") as tar:
            for part in _parts(tar):
                made.append(state / part.name)
                _take_out(tar, part, made[-1])
        _check_whole(made)
        sync(state)
    except (OSError, tarfile.TarError, NotRestored) as error:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, NotRestored):
            raise
        why = error.strerror if isinstance(error, OSError) and error.strerror else f"it is not a backup of a chatroom ({error})"
        raise NotRestored(f"{backup} cannot be restored to {state}: {why}. Nothing was put there.") from error
    return [path.name for path in made]


def _check_empty(state: Path) -> None:
    if state.is_dir() and any(state.iterdir()):
        raise NotRestored(f"{state} is not empty, so nothing was restored. Name a new folder with --state, or empty this one.")


def _parts(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Give what is to be taken out, after the label has been read; whatever else an archive holds is no backup of ours."""
    first = tar.next()
    file = tar.extractfile(first) if first is not None and first.name == LABEL and first.size <= LARGEST_LABEL else None
    label = _label(file.read()) if file is not None else {}
    if label.get("format") not in range(1, FORMAT + 1):
        raise NotRestored("This version of chatroom cannot restore that backup. Nothing was restored.")
    wanted = {str(label.get("journal")), *OWN, CONFIG}
    for part in tar:
        if part.name == LABEL:
            continue
        if part.name not in wanted or not part.isreg() or _NAME(part.name) is None:
            raise NotRestored("This file holds something that no backup has. Nothing was restored.")
        wanted.discard(part.name)
        yield part


def _label(raw: bytes) -> dict[str, object]:
    try:
        read = json.loads(raw)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _take_out(tar: tarfile.TarFile, part: tarfile.TarInfo, target: Path) -> None:
    source = tar.extractfile(part)
    if source is None:
        raise NotRestored("This file holds something that no backup has. Nothing was restored.")
    with source, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _check_whole(made: Sequence[Path]) -> None:
    """Refuse a backup without what was said, or with a damaged copy of it."""
    fault = "it is missing"
    for journal in [path for path in made if path.name not in {*OWN, CONFIG}]:
        fault = fault_of(journal)
    if fault:
        raise NotRestored(f"What was said is damaged in this backup ({fault}). Nothing was restored: take another backup.")


def sync(folder: Path) -> None:
    """Have the names in a folder on disk."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H%M%SZ}"
