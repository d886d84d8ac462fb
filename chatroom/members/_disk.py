"""A small file on disk: what tells that it changed, read, and written so that a crash leaves the old one or the new one.

Every call blocks. Programs that write with `write` exclude one another by a lock on the folder; an editor is noticed by the mark.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path

from chatroom import locks
from chatroom.core.fact import fact

OWNERS = 0o600
"""Who may read and write it: its owner."""
OTHERS = 0o077
"""Who may do nothing with it."""


@fact
class Mark:
    """Be what is different when a file has changed: the times in nanoseconds, the size, and which file it is.

    The time its owner can set is not enough: a tool may put back the old one.
    """

    modified: int
    changed: int
    size: int
    inode: int


@fact
class Found:
    """Be a file as it was found; a missing one is empty and has no mark."""

    raw: bytes = field(default=b"", repr=False)
    mark: Mark | None = None
    narrowed: int = 0
    """The mode it had, when others could read or write it until now."""


class Moved(Exception):
    """Say that a file is not the one that was read, or that another program is writing it."""


def mark(path: Path) -> tuple[Mark | None, int]:
    """Give the mark and the mode of a file; nothing for a missing one."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None, OWNERS
    return _marked(found), stat.S_IMODE(found.st_mode)


def read(path: Path, most: int) -> Found:
    """Read at most `most` bytes of a file, and keep others from doing so; raise OSError when it cannot be read."""
    try:
        # A pipe or device in the file's place must not be waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return Found()
    try:
        return _contents(handle, most)
    finally:
        os.close(handle)


def _contents(handle: int, most: int) -> Found:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    mode = stat.S_IMODE(found.st_mode)
    if mode & OTHERS:
        _narrow(handle, mode)
    with open(handle, "rb", closefd=False) as file:
        return Found(file.read(most), _marked(found), mode if mode & OTHERS else 0)


def _narrow(handle: int, mode: int) -> None:
    try:
        os.fchmod(handle, OWNERS)
    except OSError as error:
        raise OSError(error.errno, f"others may use it (mode {mode:03o}), and it is not ours to change that") from error


def write(path: Path, raw: bytes, expected: Mark | None) -> Mark:
    """Put `raw` in the place of the file marked `expected`, on disk when this returns; raise `Moved` or OSError when it is not."""
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with _alone(target.parent) as folder:
        try:
            _fill(part, raw, _owner(target))
            if mark(target)[0] != expected:
                raise Moved
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        os.fsync(folder)
        made = mark(target)[0]
    if made is None:
        raise Moved
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Hold the folder's lock, which ends with the process."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        locks.hold(handle)
        yield handle
    except BlockingIOError:
        raise Moved from None
    finally:
        os.close(handle)


def _fill(part: Path, raw: bytes, owner: tuple[int, int] | None) -> None:
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, OWNERS), "wb") as file:
        # Only root can keep a file another's; for anybody else it is their own anyway.
        if owner is not None:
            with suppress(PermissionError):
                os.fchown(file.fileno(), *owner)
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _owner(target: Path) -> tuple[int, int] | None:
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    return found.st_uid, found.st_gid


def _marked(found: os.stat_result) -> Mark:
    return Mark(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
