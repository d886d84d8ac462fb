"""Measure what it takes that a thousand people come into one room by IRC, beside IRC servers in C.

    python -m benchmarks.storm [--short] [--people 1000] [--rounds 3]

They register, 64 at a time; when all have, all join, 64 at a time not yet answered. It is over when everybody has the list of who
is there, and has seen everybody come who came after them: half a million lines with a thousand people.
"""

from __future__ import annotations

import argparse
import dataclasses
import select
import socket
import sys
import time
from collections.abc import Callable

from benchmarks.ircds import LEFT_OUT
from benchmarks.manners import IRC
from benchmarks.measure import cpu_seconds, median, pin
from benchmarks.subjects import IRCDS, Subject, allow_connections, machine, running

AT_ONCE = 64
"""Joins on their way."""
PATIENCE = 60.0
"""Seconds a server may take."""
MOMENT = 1.5
"""Seconds at most between two crowds of so many connections, while not all are registered."""
LATER = len(b" JOIN ") - 1
"""Bytes that may be the beginning of a word whose rest comes later."""


class Broken(Exception):
    """The server did what it must not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Storm:
    """Be what it took, in seconds; CPU is the server's."""

    registering: float
    registering_cpu: float
    joining: float
    joining_cpu: float


class Comer:
    """Be one who comes."""

    __slots__ = ("came", "link", "listed", "name", "registered", "rest")

    def __init__(self, port: int, number: int) -> None:
        self.name = b"user%05d" % number
        self.link = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.link.setblocking(False)
        self.rest = b""
        self.registered = self.listed = False
        self.came = 0
        """Lines that somebody joined."""
        self.link.send(IRC.first(self.name))

    def read(self) -> None:
        """Take in what has come."""
        data = self.link.recv(1 << 20)
        if not data:
            raise Broken(f"The server let {self.name.decode()} go: {self.rest!r}")
        data = self.rest + data
        self.rest = data[-LATER:]
        self.came += data.count(b" JOIN ")
        self.registered = self.registered or any(word in data for word in IRC.admitted)
        self.listed = self.listed or IRC.entered in data


class Crowd:
    """Be all who come."""

    def __init__(self, port: int, people: int) -> None:
        self.poll = select.epoll()
        self.people: dict[int, Comer] = {}
        for number in range(people):
            comer = Comer(port, number)
            self.people[comer.link.fileno()] = comer
            self.poll.register(comer.link, select.EPOLLIN)
            if number % AT_ONCE == AT_ONCE - 1:
                self._wait_a_moment()

    def _wait_a_moment(self) -> None:
        """Let those in who are waiting: one server keeps a short queue, another registers people once a second."""
        until = time.monotonic() + MOMENT
        while time.monotonic() < until and not all(comer.registered for comer in self.people.values()):
            self._turn()

    def register(self) -> None:
        """Wait until everybody is registered."""
        self._until(lambda: all(comer.registered for comer in self.people.values()))

    def join(self) -> None:
        """Let everybody join, and wait until all have seen all there is to see."""
        begun: list[Comer] = []
        for comer in self.people.values():
            self._until(lambda: sum(not one.listed for one in begun[-2 * AT_ONCE :]) < AT_ONCE)
            comer.link.send(IRC.then(comer.name))
            begun.append(comer)
        count = len(begun)
        self._until(lambda: sum(comer.came for comer in begun) >= count * (count + 1) // 2 and all(comer.listed for comer in begun))

    def _until(self, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not met():
            if time.monotonic() > deadline:
                raise Broken(f"Not all was there after {PATIENCE:g} s.")
            self._turn()

    def _turn(self) -> None:
        for fd, _ in self.poll.poll(0.05, 1024):
            self.people[fd].read()

    def close(self) -> None:
        """Let everybody go."""
        for comer in self.people.values():
            comer.link.close()


def measure(subject: Subject, people: int) -> Storm:
    """Start a server, let everybody in, and give what it took."""
    with running(subject) as server:
        times, cpu = [time.monotonic()], [cpu_seconds(server.pid)]

        def note() -> None:
            times.append(time.monotonic())
            cpu.append(cpu_seconds(server.pid))

        crowd = Crowd(server.port, people)
        crowd.register()
        note()
        crowd.join()
        note()
        crowd.close()
    return Storm(times[1] - times[0], cpu[1] - cpu[0], times[2] - times[1], cpu[2] - cpu[1])


def table(found: dict[str, list[Storm]]) -> str:
    """Show the medians."""
    fields = [field.name for field in dataclasses.fields(Storm)]
    lines = [f"{'server':<14}" + "".join(f"{field.replace('_', ' ') + ' s':>20}" for field in fields)]
    for name, storms in found.items():
        numbers = (median([float(getattr(storm, field)) for storm in storms]) for field in fields)
        lines.append(f"{name:<14}" + "".join(f"{number:>20.2f}" for number in numbers))
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storm", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="one round of at most 300 people")
    asked = parser.parse_args()
    if asked.short:
        asked.rounds, asked.people = 1, min(asked.people, 300)
    allow_connections()
    pin(1)
    print(f"Join storm: {asked.people} people come into one room by IRC. {machine()}.")
    if LEFT_OUT:
        print(f"Left out, as they are not installed: {', '.join(LEFT_OUT)}.")
    found: dict[str, list[Storm]] = {}
    for _ in range(asked.rounds):
        for subject in IRCDS:
            found.setdefault(subject.name, []).append(measure(subject, asked.people))
    print(table(found))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Broken, OSError) as error:
        sys.exit(f"storm: {error}")
