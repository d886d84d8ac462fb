"""Measure what encryption costs beside plain TCP: memory of an idle connection, and processor time of each delivery.

    python -m benchmarks.encryption [--short] [--people 500] [--messages 400] [--rounds 3]

The chat room in clear, in TLS and by OpenSSH on the same port, and a naive Twisted room with Twisted's own TLS. One message is in
flight at a time, so that every delivery is one write. By SSH fewer people come, each a process of their own.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import select
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks.measure import cpu_seconds, median, resident_kib
from benchmarks.subjects import CHATROOM, NAIVE, NAIVE_TLS, Subject, allow_connections, machine, running

WARM = 50
"""People who come first, so that what a server takes once is not counted for everybody."""
QUIET = 0.5
"""Seconds in which nothing comes once everybody is there."""
TRIES = 60
"""How often, a second apart, it is tried whether everybody is."""


class Clear:
    """Be somebody with a socket."""

    def __init__(self, port: int, name: str) -> None:
        self.link = self.connect(port)
        self.link.sendall(f"{name}\n".encode())
        self.link.recv(4096)
        self.link.setblocking(False)

    def connect(self, port: int) -> socket.socket:
        """Connect."""
        link = socket.create_connection(("127.0.0.1", port), timeout=20)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def fileno(self) -> int:
        """Give what is to be polled."""
        return self.link.fileno()

    def send(self, data: bytes) -> None:
        """Say something."""
        self.link.sendall(data)

    def read(self) -> bytes:
        """Read some of what has come; raise `BlockingIOError` or `SSLWantReadError` when that was all."""
        return self.link.recv(65536)

    def close(self) -> None:
        """Go."""
        self.link.close()


class Tls(Clear):
    """Be somebody with a socket, encrypted."""

    def connect(self, port: int) -> socket.socket:
        """Connect and shake hands."""
        settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        settings.check_hostname = False
        settings.verify_mode = ssl.CERT_NONE
        return settings.wrap_socket(super().connect(port))


class OpenSsh:
    """Be somebody with OpenSSH between pipes."""

    def __init__(self, port: int, name: str) -> None:
        usual = (
            "BatchMode=yes",
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentityAgent=none",
            "IdentitiesOnly=yes",
        )
        options = [part for option in usual for part in ("-o", option)]
        command = ["ssh", "-F", "none", "-T", "-p", str(port), *options, f"{name}@127.0.0.1"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        os.set_blocking(self.fileno(), False)

    def fileno(self) -> int:
        """Give what is to be polled."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def send(self, data: bytes) -> None:
        """Say something."""
        assert self.process.stdin is not None
        os.write(self.process.stdin.fileno(), data)

    def read(self) -> bytes:
        """Read some of what has come; raise `BlockingIOError` when that was all."""
        return os.read(self.fileno(), 65536)

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.communicate()


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """Be one line of the table."""

    name: str
    subject: Subject
    come: Callable[[int, str], Clear | OpenSsh]
    most: int = 100_000
    """How many people may come."""


CASES = (
    Case("chatroom, clear", CHATROOM, Clear),
    Case("chatroom, TLS", CHATROOM, Tls),
    Case("chatroom, SSH", CHATROOM, OpenSsh, 250),
    Case("naive, clear", NAIVE, Clear),
    Case("naive, Twisted's TLS", NAIVE_TLS, Tls),
)


class Party:
    """Hold people who read, and one who speaks."""

    def __init__(self, port: int, case: Case) -> None:
        self._port = port
        self._case = case
        self._poll = select.epoll()
        self._people: dict[int, Clear | OpenSsh] = {}
        self._tries = 0

    def enter(self, count: int) -> None:
        """Let people in, one after the other."""
        for _ in range(count):
            one = self._case.come(self._port, f"user{len(self._people):05d}")
            self._people[one.fileno()] = one
            self._poll.register(one, select.EPOLLIN)
        while not self._hear_each_other():
            pass
        self._rest()

    def leave(self) -> None:
        """Let everybody go."""
        for one in self._people.values():
            one.close()

    def say(self, number: int) -> None:
        """Let the first say something, and wait until all others have it."""
        if not self._heard(number, 30):
            raise SystemExit("Somebody did not get a message within 30 s.")

    def _hear_each_other(self) -> bool:
        """Try whether everybody is in the room: a program that is started comes in later."""
        self._tries += 1
        if self._tries > TRIES:
            raise SystemExit("Somebody did not come in.")
        return self._heard(900_000 + self._tries, 1)

    def _heard(self, number: int, patience: float) -> bool:
        speaker = next(iter(self._people))
        self._people[speaker].send(b"~%06d\n" % number)
        return self._until(b"~%06d\n" % number, set(self._people) - {speaker}, patience)

    def _rest(self) -> None:
        """Read until nothing has come for a while."""
        deadline = time.monotonic() + QUIET
        while time.monotonic() < deadline:
            for fd, _ in self._poll.poll(0.05):
                self._read(fd)
                deadline = time.monotonic() + QUIET

    def _until(self, what: bytes, waiting: set[int], patience: float) -> bool:
        deadline = time.monotonic() + patience
        while waiting:
            if time.monotonic() > deadline:
                return False
            for fd, _ in self._poll.poll(1):
                if self._read(fd).endswith(what):
                    waiting.discard(fd)
        return True

    def _read(self, fd: int) -> bytes:
        heard = b""
        while True:
            try:
                data = self._people[fd].read()
            except (BlockingIOError, ssl.SSLWantReadError):
                return heard
            if not data:
                raise SystemExit("The server closed a connection.")
            heard += data


def measure(case: Case, people: int, messages: int) -> tuple[float, float]:
    """Give KiB of memory per idle connection, and µs of processor time per delivery."""
    with running(case.subject) as server:
        people, warm = min(people, case.most), min(WARM, case.most // 5)
        party = Party(server.port, case)
        party.enter(warm)
        before = resident_kib(server.pid)
        party.enter(people)
        memory = (resident_kib(server.pid) - before) / people
        for number in range(20):
            party.say(number)
        used = cpu_seconds(server.pid)
        for number in range(messages):
            party.say(number)
        used = cpu_seconds(server.pid) - used
        party.leave()
        return memory, used * 1e6 / (messages * (people + warm - 1))


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
            if case.come is OpenSsh and shutil.which("ssh") is None:
                continue
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
