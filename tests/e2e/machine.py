"""A machine that runs out: of disk, of descriptors; and one that sends without end."""

from __future__ import annotations

import contextlib
import resource
import select
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path


def limited(what: int, amount: int) -> Callable[[], None]:
    """Give what a child does to live within a limit."""
    return lambda: resource.setrlimit(what, (amount, resource.getrlimit(what)[1]))


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a small disk of memory."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False)
    try:
        yield folder
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(filler: Path) -> None:
    """Leave no byte on a disk."""
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def pour(link: socket.socket, source: Iterator[bytes]) -> int:
    """Send about 64 KiB, reading what comes, until all has been answered; give how much was sent."""
    sent, unsent = 0, b""
    while sent < 65536:
        unsent = unsent or next(source)
        readable, writable, _ = select.select([link], [link], [], 5)
        if readable and not link.recv(1 << 18):
            return sent
        if writable:
            count = link.send(unsent)
            sent, unsent = sent + count, unsent[count:]
    link.shutdown(socket.SHUT_WR)
    while link.recv(1 << 18):
        pass
    return sent
