"""Put one room under load by the line protocol, and print what came of it: one JSON object a phase.

    python -m benchmarks.load --port 5000 --people 1000 --plan 'window=64:seconds=3;window=1:seconds=3' [--pid PID]

It is a process of its own on raw epoll, so that its work is never taken for the server's.

Rules
-----
- Some people speak, the others only read. A message is out of flight when everybody who only reads has all of it.
- Those who only read must get the very same bytes. So the stream is kept once, as far as the fastest reader has it, and every
  reader's bytes are compared with it in place: each delivery is checked for order, loss and repeats at the price of a memcmp,
  and all that is kept of a reader is a position.
- Latency is from the moment before a line is sent to the moment after it is read, on a few readers, for at most one message a
  millisecond.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import resource
import select
import socket
import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks.measure import cpu_seconds, pin, quantile, resident_kib

CHUNK = 1 << 20
CONNECTING = 64
"""Connections opened before the first of them is answered."""
SAMPLED = 8
"""Readers on whom latency is measured."""
MARK = b"|"
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
SAMPLE = b"|#"
_HEAD = re.compile(rb"\|#?([0-9a-f]{2})([0-9a-f]{8})")


class Broken(Exception):
    """The server did what it must not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Phase:
    """Ask for one kind of load: `window` messages in flight, or if that is 0 `rate` messages a second."""

    window: int = 0
    rate: float = 0.0
    seconds: float = 3.0
    warm: float = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """Be what one phase came to; CPU is the server's unless said, times are milliseconds."""

    people: int
    speaking: int
    window: int
    rate: float
    seconds: float
    messages_per_s: float
    deliveries_per_s: float
    cpu_us_per_delivery: float
    cpu_percent: float
    load_percent: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    rss_kib: int
    lost: int
    repeated: int
    misordered: int


class Reader:
    """Be somebody in the room."""

    __slots__ = ("heard", "link", "position", "rest", "sampled", "tail")

    def __init__(self, link: socket.socket, *, sampled: bool) -> None:
        self.link = link
        self.sampled = sampled
        self.heard = False
        self.tail = b""
        self.position = -1
        """Bytes of the common stream this one has; -1 until the stream begins for it."""
        self.rest = b""


class Speaker(Reader):
    """Be somebody who also speaks; gets all lines but its own."""

    __slots__ = ("got", "number", "spoken", "unsent")

    def __init__(self, link: socket.socket, number: int) -> None:
        super().__init__(link, sampled=False)
        self.number = number
        self.spoken = 0
        self.got = 0
        self.unsent = b""


class Stream:
    """Be the bytes that all readers get, as far as the first of them has got."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.differing: set[int] = set()

    def take(self, who: int, position: int, data: memoryview) -> int:
        """Compare what a reader got at its position; give its next position."""
        end = position + len(data)
        if not self.bytes.startswith(data, position):
            known = len(self.bytes) - position
            if self.bytes[position:] == data[:known] and end > len(self.bytes):
                self.bytes += data[known:]
            else:
                self.differing.add(who)
        return end

    def messages(self, begin: int, end: int) -> int:
        """Count the messages that begin in a stretch."""
        return self.bytes.count(MARK, begin, end)

    def faults(self, first: Sequence[int]) -> tuple[int, list[int]]:
        """Count repeats and reorderings per speaker, and give how many of each one's messages there were."""
        expected, wrong = list(first), 0
        for speaker, number in _HEAD.findall(self.bytes):
            who, which = int(speaker, 16), int(number, 16)
            if which < expected[who]:
                wrong += 1
            expected[who] = max(expected[who], which + 1)
        return wrong, expected


def open_web(link: socket.socket, name: bytes) -> None:
    """Come in as a browser does: open a WebSocket, and say who one is in one masked frame (the mask of zeros changes nothing)."""
    link.settimeout(10)
    link.sendall(UPGRADE)
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        got = link.recv(1)
        if not got:
            raise Broken(f"The server opened no WebSocket: {answer[:200]!r}.")
        answer += got
    hello = b'{"do":"hello","name":"%s"}' % name
    link.sendall(b"\x81%c\0\0\0\0" % (0x80 | len(hello)) + hello)
    link.setblocking(False)


class Crowd:
    """Hold all connections and move bytes; with `web` those who only read come by WebSocket."""

    def __init__(self, host: str, port: int, people: int, speaking: int, *, web: bool = False) -> None:
        self.address = (host, port)
        self._web = web
        self.poll = select.epoll()
        self._buffer = memoryview(bytearray(CHUNK))
        self.everybody: dict[int, Reader] = {}
        self.speakers: list[Speaker] = []
        self.readers: list[Reader] = []
        self.stream = Stream()
        self.latencies: list[float] = []
        self.done = 0
        self._floor = 0
        self._at_floor = 0
        self._sampled_at = 0
        self._next = 0
        self._begins = b""
        self._enter(people, speaking)

    # -- entering -------------------------------------------------------------------------------------------------------

    def _enter(self, people: int, speaking: int) -> None:
        waiting: list[Reader] = []
        for number in range(people):
            one = self._connect(number, speaking)
            waiting.append(one)
            if len(waiting) >= CONNECTING:
                self._until(lambda: all(one.heard for one in waiting), "the first line of somebody who entered")
                waiting.clear()
        self._until(lambda: all(one.heard for one in waiting), "the first line of somebody who entered")
        self._call("ready")
        self._begin()

    def _connect(self, number: int, speaking: int) -> Reader:
        link = socket.create_connection(self.address, timeout=10)
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if number < speaking:
            one: Reader = Speaker(link, number)
            self.speakers.append(one)  # type: ignore[arg-type]  # mypy forgets what was just made
        else:
            one = Reader(link, sampled=number < speaking + SAMPLED)
            self.readers.append(one)
        self.everybody[link.fileno()] = one
        self.poll.register(link, select.EPOLLIN)
        name = b"user%05d" % number
        if self._web and not isinstance(one, Speaker):
            open_web(link, name)
        else:
            link.send(name + b"\n")
        return one

    def _call(self, word: str) -> None:
        """Have the first speaker say a word until everybody else has heard it: now all are in the room."""
        for turn in range(100):
            said = b"~%s%04d" % (word.encode(), turn)
            self.speakers[0].link.send(said + b"\n")
            deadline = time.monotonic() + 0.5
            while time.monotonic() < deadline:
                if all(said in one.tail for one in self.everybody.values() if one is not self.speakers[0]):
                    return
                self.turn(0.05)
        raise Broken("Not everybody came into the room.")

    def _begin(self) -> None:
        """Let everybody's common stream begin behind one last word."""
        self._begins = b"~begin"
        self.speakers[0].link.send(b"~begin\n")
        self._until(lambda: all(one.position >= 0 for one in self.everybody.values() if one is not self.speakers[0]), "a word")
        self.speakers[0].position = 0
        self.reset()

    def _until(self, met: object, what: str) -> None:
        assert callable(met)
        deadline = time.monotonic() + 30
        while not met():
            if time.monotonic() > deadline:
                raise Broken(f"Waited 30 s in vain for {what}.")
            self.turn(0.05)

    # -- moving bytes ---------------------------------------------------------------------------------------------------

    def turn(self, patience: float) -> None:
        """Read what has come, for at most `patience` seconds if nothing has."""
        for fd, event in self.poll.poll(patience, 1024):
            one = self.everybody[fd]
            if event & select.EPOLLOUT and isinstance(one, Speaker):
                self._flush(one)
            if event & ~select.EPOLLOUT:
                self._read(fd, one)

    def _read(self, fd: int, one: Reader) -> None:
        try:
            data = self._buffer[: one.link.recv_into(self._buffer)]
        except BlockingIOError:
            return
        if not data:
            raise Broken(f"The server closed the connection of somebody after {one.tail[-200:]!r}.")
        if one.position < 0:
            self._listen(one, bytes(data))
        elif isinstance(one, Speaker):
            one.got += bytes(data).count(MARK)
        else:
            self._follow(fd, one, data)

    def _listen(self, one: Reader, data: bytes) -> None:
        one.heard = True
        one.tail = (one.tail + data)[-4096:]
        end = b'"}\n' if self._web and not isinstance(one, Speaker) else b"\n"
        _, found, after = one.tail.partition(self._begins + end)
        if self._begins and found:
            one.position = 0
            if after:
                raise Broken("Something was said after the last word.")

    def _follow(self, fd: int, one: Reader, data: memoryview) -> None:
        before = one.position
        one.position = self.stream.take(fd, before, data)
        if one.sampled:
            self._sample(one, bytes(data))
        if before <= self._floor < one.position:
            self._at_floor -= 1
            if not self._at_floor:
                self._raise_floor()

    def _raise_floor(self) -> None:
        """Count what everybody has; done once a batch, not once a delivery."""
        positions = [one.position for one in self.readers]
        floor = min(positions)
        self.done += self.stream.messages(self._floor, floor)
        self._floor, self._at_floor = floor, positions.count(floor)

    def _sample(self, one: Reader, data: bytes) -> None:
        now = time.monotonic_ns()
        data = one.rest + data
        at = data.find(SAMPLE)
        while at >= 0 and len(data) - at >= 28:
            self.latencies.append((now - int(data[at + 12 : at + 28], 16)) / 1e6)
            at = data.find(SAMPLE, at + 28)
        one.rest = data[at:] if at >= 0 else data[-1:] if data.endswith(MARK) else b""

    # -- speaking -------------------------------------------------------------------------------------------------------

    def say(self, count: int, size: int) -> None:
        """Let `count` messages be said, the speakers taking turns, each sending its share at once."""
        shares: dict[Speaker, list[bytes]] = {}
        for _ in range(count):
            speaker = self.speakers[self._next % len(self.speakers)]
            self._next += 1
            shares.setdefault(speaker, []).append(self._message(speaker, size))
        for speaker, lines in shares.items():
            speaker.unsent += b"".join(lines)
            self._flush(speaker)

    def _message(self, speaker: Speaker, size: int) -> bytes:
        now = time.monotonic_ns()
        mark = MARK
        if now - self._sampled_at >= 1_000_000:
            mark, self._sampled_at = SAMPLE, now
        head = b"%s%02x%08x%016x" % (mark, speaker.number, speaker.spoken, now)
        speaker.spoken += 1
        return head.ljust(size, b"x") + b"\n"

    def _flush(self, speaker: Speaker) -> None:
        try:
            sent = speaker.link.send(speaker.unsent) if speaker.unsent else 0
        except BlockingIOError:
            sent = 0
        speaker.unsent = speaker.unsent[sent:]
        wanted = select.EPOLLIN | (select.EPOLLOUT if speaker.unsent else 0)
        self.poll.modify(speaker.link, wanted)

    # -- counting -------------------------------------------------------------------------------------------------------

    @property
    def said(self) -> int:
        """Count the messages said in this phase."""
        return sum(one.spoken for one in self.speakers) - self._said_before

    def reset(self) -> None:
        """Begin a phase: nothing is in flight."""
        self.stream = Stream()
        self.latencies = []
        self.done = self._floor = 0
        self._at_floor = len(self.readers)
        for one in self.everybody.values():
            one.position = 0
        for speaker in self.speakers:
            speaker.got = 0
        self.first = [one.spoken for one in self.speakers]
        self._said_before = sum(self.first)

    def deliveries(self) -> int:
        """Count all deliveries of this phase so far."""
        total, count, at = sum(one.got for one in self.speakers), 0, 0
        for position in sorted(one.position for one in self.readers):
            count += self.stream.messages(at, position)
            at = position
            total += count
        return total


@dataclasses.dataclass(slots=True)
class Snapshot:
    """Be what is known at one moment of a phase."""

    at: float
    cpu: float
    load_cpu: float
    deliveries: int
    said: int


class Run:
    """Take a crowd through phases."""

    def __init__(self, crowd: Crowd, pid: int, size: int) -> None:
        self.crowd = crowd
        self.pid = pid
        self.size = size

    def phase(self, phase: Phase) -> Figures:
        """Load the room as asked, then let it come to rest and look at what everybody got."""
        self.crowd.reset()
        self._drive(phase, phase.warm, 0)
        self.crowd.latencies.clear()
        before = self._snapshot()
        self._drive(phase, phase.seconds, self.crowd.said)
        after = self._snapshot()
        latencies = list(self.crowd.latencies)
        self._rest()
        return self._figures(phase, before, after, latencies)

    def _drive(self, phase: Phase, seconds: float, said: int) -> None:
        crowd, begun = self.crowd, time.monotonic()
        while (passed := time.monotonic() - begun) < seconds:
            if phase.window:
                due, patience = phase.window - (crowd.said - crowd.done), 0.01
            else:
                due, patience = int(passed * phase.rate) + said - crowd.said, min(0.01, 1 / phase.rate)
            if due > 0:
                crowd.say(due, self.size)
            crowd.turn(patience)

    def _rest(self) -> None:
        deadline = time.monotonic() + 10
        while self._missing() and time.monotonic() < deadline:
            self.crowd.turn(0.02)

    def _missing(self) -> int:
        wanted = self.crowd.said * (len(self.crowd.everybody) - 1)
        return wanted - self.crowd.deliveries()

    def _snapshot(self) -> Snapshot:
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = cpu_seconds(self.pid) if self.pid else 0.0
        return Snapshot(time.monotonic(), cpu, used.ru_utime + used.ru_stime, self.crowd.deliveries(), self.crowd.said)

    def _figures(self, phase: Phase, before: Snapshot, after: Snapshot, latencies: list[float]) -> Figures:
        seconds, deliveries = after.at - before.at, after.deliveries - before.deliveries
        cpu = after.cpu - before.cpu
        repeated, _ = self.crowd.stream.faults(self.crowd.first)
        return Figures(
            people=len(self.crowd.everybody),
            speaking=len(self.crowd.speakers),
            window=phase.window,
            rate=phase.rate,
            seconds=round(seconds, 2),
            messages_per_s=round((after.said - before.said) / seconds, 1),
            deliveries_per_s=round(deliveries / seconds),
            cpu_us_per_delivery=round(cpu * 1e6 / deliveries, 3) if deliveries else 0.0,
            cpu_percent=round(100 * cpu / seconds),
            load_percent=round(100 * (after.load_cpu - before.load_cpu) / seconds),
            p50_ms=round(quantile(latencies, 0.5), 3),
            p99_ms=round(quantile(latencies, 0.99), 3),
            max_ms=round(max(latencies, default=0.0), 3),
            rss_kib=resident_kib(self.pid) if self.pid else 0,
            lost=self._missing(),
            repeated=repeated,
            misordered=len(self.crowd.stream.differing),
        )


def phases(plan: str) -> Iterator[Phase]:
    """Read a plan: phases separated by `;`, each `field=number:…`."""
    for part in plan.split(";"):
        numbers = dict(field.split("=", 1) for field in part.split(":"))
        yield Phase(
            window=int(numbers.get("window", 0)),
            rate=float(numbers.get("rate", 0)),
            seconds=float(numbers.get("seconds", 3)),
            warm=float(numbers.get("warm", 0.5)),
        )


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description="Put one room under load.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--speaking", type=int, default=10, help="how many of the people speak, at most half of them")
    parser.add_argument("--size", type=int, default=64, help="bytes of a message")
    parser.add_argument("--plan", default="window=64")
    parser.add_argument("--web", action="store_true", help="those who only read come by WebSocket, for less than 40 s")
    parser.add_argument("--pid", type=int, default=0, help="the server's, to read its CPU and memory")
    parser.add_argument("--core", type=int, help="the core to run on")
    asked = parser.parse_args()
    if asked.core is not None:
        pin(asked.core)
    crowd = Crowd(asked.host, asked.port, asked.people, max(1, min(asked.speaking, asked.people // 2)), web=asked.web)
    run = Run(crowd, asked.pid, max(30, asked.size))
    for phase in phases(asked.plan):
        print(json.dumps(dataclasses.asdict(run.phase(phase))), flush=True)


if __name__ == "__main__":
    try:
        main()
    except (Broken, OSError) as error:
        sys.exit(f"load: {error}")
