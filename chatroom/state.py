"""The one folder in which a chatroom keeps everything, and the lock that makes it one chatroom's.

The folder is for its owner alone. The lock is the kernel's (flock), not the file: it ends with the last process that inherited it, so a
file left behind by a crash is no obstacle, and one taken before daemonising holds after it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from chatroom import locks

CONFIG = "config.yaml"
LOCK = "chatroom.lock"
PID = "chatroom.pid"
LOG = "chatroom.log"


class StateUnusable(Exception):
    """Say why the state folder cannot be used, and what to do."""


def default_folder(environ: Mapping[str, str], uid: int, home: Path, name: str = "chatroom") -> Path:
    """Say where state is kept when nobody says it: the system's place for root, else the XDG base directory's."""
    if uid == 0:
        return Path("/var/lib") / name
    base = environ.get("XDG_STATE_HOME", "")
    # The XDG specification: a relative path is invalid and is to be ignored.
    return (Path(base) if base.startswith("/") else home / ".local" / "state") / name


def keep_secret(file: Path, raw: bytes) -> None:
    """Write a file of the folder that is for its owner alone, whole or not at all."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as opened:
        opened.write(raw)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)


class StateFolder:
    """Be a state folder that exists, can be written to, and is ours until the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = -1

    @property
    def config(self) -> Path | None:
        """Give the folder's own config file, if there is one."""
        file = self.path / CONFIG
        try:
            return file if file.exists() else None
        except OSError:
            # There is something that cannot be looked at; reading it will say why.
            return file

    @property
    def log(self) -> Path:
        """Say where a daemon logs to."""
        return self.path / LOG

    @property
    def pid(self) -> Path:
        """Say where a daemon writes its process id."""
        return self.path / PID

    def claim(self) -> None:
        """Make the folder if need be and lock it, or raise `StateUnusable`."""
        try:
            self._make()
            self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            why = f"{self._told} cannot be used: {error.strerror}"
            raise StateUnusable(f"{why}. Give another folder with --state, or make it yours.") from error
        try:
            locks.hold(self._lock)
        except OSError as error:
            holder = self._holder()
            self.release()
            if not isinstance(error, BlockingIOError):
                raise StateUnusable(
                    f"{self._told} cannot be locked: {error.strerror}. Give a folder on a local disk with --state."
                ) from error
            why = f"{self._told} is in use by another chatroom{holder}"
            raise StateUnusable(f"{why}. Stop that one, or give this one a folder of its own with --state.") from error

    def sign(self) -> None:
        """Write into the lock which process holds it, for whoever comes second."""
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, b"%d\n" % os.getpid(), 0)

    def give_to(self, uid: int, gid: int) -> None:
        """Make the folder another user's, who will be the one to run."""
        for path in (self.path, self.path / LOCK):
            os.chown(path, uid, gid)

    def release(self) -> None:
        """Let go of the folder."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    @property
    def _told(self) -> str:
        return f"The state folder {self.path}"

    def _make(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not self.path.is_dir():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700, exist_ok=True)
        found = self.path.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
            self.path.chmod(0o700)
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def _holder(self) -> str:
        pid = os.pread(self._lock, 20, 0).strip()
        return f" (process {pid.decode()})" if pid.isdigit() else ""
