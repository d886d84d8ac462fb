"""Measure how fast messages get on disk and are acknowledged, beside what this disk can do and rooms that store nothing.

    python -m benchmarks.append [--short] [--clients 10] [--window 64] [--seconds 3] [--rounds 3] [--folder DIR]

Three measurements a round:
- *floor*: one 4 KiB write and fdatasync after another in a file of the same folder, what any lone durable message must take.
- *posted*: clients of the native protocol, each with a window of messages not acknowledged yet; and one client with one.
- *heard*: the same with the line protocol, where a message counts when another person's client has it; this can be asked of
  servers that know no acknowledgement, so it is the side-by-side figure.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import select
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import cpu_seconds, median, pin, quantile
from benchmarks.subjects import CHATROOM, SUBJECTS, Running, allow_connections, machine, running

CHUNK = 1 << 18
TEXT = "x" * 48


class Broken(Exception):
    """The server did what it must not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """Be what one measurement came to."""

    per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


class Poster:
    """Be one client that has at most `window` messages on their way."""

    arrival = b"\n"
    """What each answer holds once."""

    def __init__(self, port: int, window: int) -> None:
        self.window = window
        self.sent: deque[float] = deque()
        self.number = 0
        self.rest = b""
        self.link = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.hearing = self.link

    def message(self) -> bytes:
        """Make the next message."""
        raise NotImplementedError

    def fill(self) -> None:
        """Send as many as the window has room for."""
        room = self.window - len(self.sent)
        if room > 0:
            lines = b"".join(self.message() for _ in range(room))
            self.sent.extend([time.monotonic()] * room)
            self.link.sendall(lines)

    def hear(self) -> list[float]:
        """Read what has come; give how long each message took that is known now to have arrived."""
        data = self.hearing.recv(CHUNK)
        if not data:
            raise Broken("The server closed the connection of a client.")
        data = self.rest + data
        now, count = time.monotonic(), data.count(self.arrival)
        keep = len(self.arrival) - 1
        self.rest = data[-keep:] if keep else b""
        return [now - self.sent.popleft() for _ in range(count)]

    def close(self) -> None:
        """Leave."""
        self.link.close()


class Native(Poster):
    """Post by the native protocol and count acknowledgements."""

    arrival = b'"ok":true'

    def __init__(self, port: int, window: int, name: str) -> None:
        super().__init__(port, window)
        hello = {"do": "hello", "id": "hello", "name": name, "key": f"{name}-{os.urandom(8).hex()}", "bot": True}
        self.link.sendall(json.dumps(hello).encode() + b"\n")
        _expect(self.link, b'"is":"entered"')

    def message(self) -> bytes:
        """Make the next message."""
        self.number += 1
        return b'{"do":"say","room":"lobby","id":%d,"text":"%s"}\n' % (self.number, TEXT.encode())


class Pair(Poster):
    """Post by the line protocol and count what a second person hears of it."""

    def __init__(self, port: int, window: int, name: str) -> None:
        super().__init__(port, window)
        self.hearing = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.hearing.sendall(b"%s-hears\n" % name.encode())
        _expect(self.hearing, b"\n")
        self.link.sendall(b"%s\n" % name.encode())
        _expect(self.link, b"\n")
        self.arrival = b"|%s|" % name.encode()
        self._meet()

    def _meet(self) -> None:
        word = b"~%s is here" % self.arrival.strip(b"|")
        for _ in range(100):
            self.link.sendall(word + b"\n")
            if _heard(self.hearing, word, 0.2):
                return
        raise Broken("Two people did not meet in the room.")

    def message(self) -> bytes:
        """Make the next message."""
        return b"%s%s\n" % (self.arrival, TEXT.encode())

    def close(self) -> None:
        """Leave, both."""
        super().close()
        self.hearing.close()


def _expect(link: socket.socket, what: bytes) -> None:
    if not _heard(link, what, 10):
        raise Broken(f"The server did not say {what!r}.")


def _heard(link: socket.socket, what: bytes, patience: float) -> bool:
    got, deadline = b"", time.monotonic() + patience
    while what not in got and (left := deadline - time.monotonic()) > 0:
        if select.select([link], [], [], left)[0]:
            got += link.recv(CHUNK)
    return what in got


def drive(posters: Iterable[Poster], server: Running, seconds: float, warm: float = 0.5) -> Rate:
    """Keep every window full for a while."""
    posters = list(posters)
    by_fd: dict[int, tuple[Poster, bool]] = {}
    poll = select.epoll()
    for poster in posters:
        for link in {poster.link, poster.hearing}:
            by_fd[link.fileno()] = (poster, link is poster.hearing)
            poll.register(link, select.EPOLLIN)
    _turn(poll, by_fd, warm)
    begun, cpu = time.monotonic(), cpu_seconds(server.pid)
    took = _turn(poll, by_fd, seconds)
    passed, cpu = time.monotonic() - begun, cpu_seconds(server.pid) - cpu
    for poster in posters:
        poster.close()
    return Rate(
        per_s=len(took) / passed,
        cpu_us=cpu * 1e6 / len(took) if took else 0.0,
        p50_ms=quantile(took, 0.5) * 1e3,
        p99_ms=quantile(took, 0.99) * 1e3,
    )


def _turn(poll: select.epoll, by_fd: dict[int, tuple[Poster, bool]], seconds: float) -> list[float]:
    took: list[float] = []
    for poster, _ in by_fd.values():
        poster.fill()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for fd, _ in poll.poll(0.1):
            poster, counts = by_fd[fd]
            if counts:
                took += poster.hear()
                poster.fill()
            elif not poster.link.recv(CHUNK):
                raise Broken("The server closed the connection of a client.")
    return took


def floor(folder: Path | None, seconds: float) -> Rate:
    """Measure one small write and fdatasync after another."""
    took: list[float] = []
    block = os.urandom(4096)
    with tempfile.TemporaryFile(dir=folder) as file:
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            before = time.monotonic()
            os.pwrite(file.fileno(), block, len(took) % 1024 * 4096)
            os.fdatasync(file.fileno())
            took.append(time.monotonic() - before)
    return Rate(len(took) / sum(took), 0.0, quantile(took, 0.5) * 1e3, quantile(took, 0.99) * 1e3)


def one_round(asked: argparse.Namespace) -> dict[str, Rate]:
    """Measure everything once."""
    clients, window, seconds = asked.clients, asked.window, asked.seconds
    found = {"floor: write + fdatasync": floor(asked.folder, min(seconds, 1.0))}
    with running(CHATROOM, asked.folder) as server:
        posters = [Native(server.port, window, f"poster{number}") for number in range(clients)]
        found[f"posted: chatroom, {clients} clients × {window}"] = drive(posters, server, seconds)
        found["posted: chatroom, one lone message"] = drive([Native(server.port, 1, "lone")], server, seconds)
    for subject in SUBJECTS:
        with running(subject, asked.folder) as server:
            pairs = [Pair(server.port, window, f"pair{number}") for number in range(2)]
            found[f"heard: {subject.name}, 2 pairs × {window}"] = drive(pairs, server, seconds)
            found[f"heard: {subject.name}, one lone message"] = drive([Pair(server.port, 1, "lone")], server, seconds)
    return found


def table(rounds: list[dict[str, Rate]]) -> str:
    """Show the medians over the rounds."""
    lines = [f"{'':<42} {'messages/s':>11} {'CPU µs each':>12} {'p50 ms':>9} {'p99 ms':>9}"]
    for name in rounds[0]:
        all_ = [found[name] for found in rounds]
        per_s, cpu = median([one.per_s for one in all_]), median([one.cpu_us for one in all_])
        p50, p99 = median([one.p50_ms for one in all_]), median([one.p99_ms for one in all_])
        lines.append(f"{name:<42} {per_s:>11,.0f} {cpu:>12.1f} {p50:>9.3f} {p99:>9.3f}")
    lines.append(_ratios(rounds))
    return "\n".join(lines)


def _ratios(rounds: list[dict[str, Rate]]) -> str:
    def ratio(one: str, other: str) -> float:
        return median([found[one].p50_ms / found[other].p50_ms for found in rounds])

    lone, disk = "posted: chatroom, one lone message", "floor: write + fdatasync"
    naive, ours = "heard: naive Twisted, one lone message", "heard: chatroom, one lone message"
    return (
        f"A lone message takes {ratio(lone, disk):.1f} times this disk's floor; to be on disk and heard it takes "
        f"{ratio(ours, naive):.1f} times what the naive room takes to have it heard and forgotten."
    )


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.append", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--window", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="one round of short measurements")
    parser.add_argument("--folder", type=Path, help="where to store, to measure another disk")
    asked = parser.parse_args()
    if asked.short:
        asked.rounds, asked.seconds = 1, 1.5
    return asked


def main() -> int:
    """Measure and print."""
    asked = options()
    allow_connections()
    print(f"Durable append: {len(TEXT)}-byte messages. {machine()}.")
    pin(1)
    print(table([one_round(asked) for _ in range(asked.rounds)]))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as error:
        sys.exit(f"append: {error}")
