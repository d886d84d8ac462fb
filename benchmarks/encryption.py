"""Measure what encryption costs beside plain TCP: memory of an idle connection, and processor time of each delivery.

    python -m benchmarks.encryption [--short] [--people 500] [--messages 400] [--rounds 3]

The chat room in clear and in TLS on the same port, and a naive Twisted room with Twisted's own TLS. One message is in flight at a time,
so that every delivery is one write.
"""

from __future__ import annotations

import argparse
import dataclasses
import select
import socket
import ssl
import sys
import time
from collections.abc import Sequence

from benchmarks.measure import cpu_seconds, median, resident_kib
from benchmarks.subjects import CHATROOM, NAIVE, NAIVE_TLS, Subject, allow_connections, machine, running

WARM = 50
"""People who come first, so that what a server takes once is not counted for everybody."""


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """Be one line of the table."""

    name: str
    subject: Subject
    encrypted: bool


CASES = (
    Case("chatroom, clear", CHATROOM, False),
    Case("chatroom, TLS", CHATROOM, True),
    Case("naive, clear", NAIVE, False),
    Case("naive, Twisted's TLS", NAIVE_TLS, True),
)


class Party:
    """Hold people who read, and one who speaks."""

    def __init__(self, port: int, encrypted: bool) -> None:
        self._port = port
        self._settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if encrypted else None
        if self._settings is not None:
            self._settings.check_hostname = False
            self._settings.verify_mode = ssl.CERT_NONE
        self._poll = select.epoll()
        self._people: dict[int, socket.socket] = {}

    def enter(self, count: int) -> None:
        """Let people in, one after the other."""
        for _ in range(count):
            link = socket.create_connection(("127.0.0.1", self._port), timeout=20)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._settings is not None:
                link = self._settings.wrap_socket(link)
            link.sendall(b"user%05d\n" % len(self._people))
            link.recv(4096)
            link.setblocking(False)
            self._people[link.fileno()] = link
            self._poll.register(link, select.EPOLLIN)
        self._rest()

    def say(self, number: int) -> None:
        """Let the first say something, and wait until all others have it."""
        speaker = next(iter(self._people))
        self._people[speaker].sendall(b"~%06d\n" % number)
        self._until(b"~%06d\n" % number, set(self._people) - {speaker})

    def _rest(self) -> None:
        deadline = time.monotonic() + 0.5
        while time.monotonic() < deadline:
            for fd, _ in self._poll.poll(0.05):
                self._read(fd)

    def _until(self, what: bytes, waiting: set[int]) -> None:
        deadline = time.monotonic() + 30
        while waiting:
            if time.monotonic() > deadline:
                raise SystemExit("Somebody did not get a message within 30 s.")
            for fd, _ in self._poll.poll(1):
                if self._read(fd).endswith(what):
                    waiting.discard(fd)

    def _read(self, fd: int) -> bytes:
        heard = b""
        while True:
            try:
                data = self._people[fd].recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                return heard
            if not data:
                raise SystemExit("The server closed a connection.")
            heard += data


def measure(case: Case, people: int, messages: int) -> tuple[float, float]:
    """Give KiB of memory per idle connection, and µs of processor time per delivery."""
    with running(case.subject) as server:
        party = Party(server.port, case.encrypted)
        party.enter(WARM)
        before = resident_kib(server.pid)
        party.enter(people)
        memory = (resident_kib(server.pid) - before) / people
        for number in range(20):
            party.say(number)
        used = cpu_seconds(server.pid)
        for number in range(messages):
            party.say(number)
        return memory, (cpu_seconds(server.pid) - used) * 1e6 / (messages * (people + WARM - 1))


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encryption", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="one round, fewer messages")
    asked = parser.parse_args(given)
    if asked.short:
        asked.rounds, asked.messages = 1, 100
    allow_connections()
    print(f"Encryption: {asked.people} people in one room, one message in flight. {machine()}.")
    found: dict[str, list[tuple[float, float]]] = {}
    for turn in range(asked.rounds):
        for case in CASES:
            print(f"round {turn + 1}/{asked.rounds}: {case.name}", file=sys.stderr)
            found.setdefault(case.name, []).append(measure(case, asked.people, asked.messages))
    plain = median([cpu for _, cpu in found[CASES[0].name]])
    print(f"{'':<22} {'KiB idle':>9} {'CPU µs each':>12} {'× clear':>8}")
    for name, results in found.items():
        memory, cpu = median([one for one, _ in results]), median([one for _, one in results])
        print(f"{name:<22} {memory:>9.1f} {cpu:>12.2f} {cpu / plain:>8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
