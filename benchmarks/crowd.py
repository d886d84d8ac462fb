"""Those who are in the room: all their connections in one process on raw epoll, and what each of them got.

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

import re
import select
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.manners import Manner

CHUNK = 1 << 20
CONNECTING = 256
"""Connections opened before the first of them is answered."""
SAMPLED = 8
"""Readers on whom latency is measured."""
MARK = b"|"
SAMPLE = b"|#"
_HEAD = re.compile(rb"\|#?([0-9a-f]{2})([0-9a-f]{8})")


class Broken(Exception):
    """The server did what it must not."""


class Reader:
    """Be somebody in the room."""

    __slots__ = ("admitted", "entered", "link", "manner", "name", "position", "rest", "sampled", "tail")

    def __init__(self, link: socket.socket, name: bytes, manner: Manner, *, sampled: bool) -> None:
        self.link = link
        self.name = name
        self.manner = manner
        self.sampled = sampled
        self.admitted = not manner.admitted
        self.entered = False
        self.tail = b""
        self.position = -1
        """Bytes of the common stream this one has; -1 until the stream begins for it."""
        self.rest = b""


class Speaker(Reader):
    """Be somebody who also speaks; gets all lines but its own."""

    __slots__ = ("got", "number", "spoken", "unsent")

    def __init__(self, link: socket.socket, name: bytes, manner: Manner, number: int) -> None:
        super().__init__(link, name, manner, sampled=False)
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


def _all_entered(people: Sequence[Reader]) -> bool:
    return all(one.entered for one in people)


class Crowd:
    """Hold all connections and move bytes; those who only read may come in another manner than those who speak."""

    def __init__(self, host: str, port: int, people: int, speaking: int, spoken: Manner, read: Manner) -> None:
        self.address = (host, port)
        self._spoken, self._heard = spoken, read
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
            waiting.append(self._connect(number, speaking))
            if len(waiting) >= CONNECTING or number == people - 1:
                self._until(partial(_all_entered, waiting), "the first line of somebody who entered")
                waiting.clear()

    def begin(self) -> None:
        """Wait until everybody hears what is said, and let the common stream begin there."""
        self._call("ready")
        self._begin()

    def _connect(self, number: int, speaking: int) -> Reader:
        link = socket.create_connection(self.address, timeout=10)
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name = b"user%05d" % number
        if number < speaking:
            speaker = Speaker(link, name, self._spoken, number)
            self.speakers.append(speaker)
            one: Reader = speaker
        else:
            one = Reader(link, name, self._heard, sampled=number < speaking + SAMPLED)
            self.readers.append(one)
        self.everybody[link.fileno()] = one
        self.poll.register(link, select.EPOLLIN)
        link.send(one.manner.first(name))
        return one

    def _call(self, word: str) -> None:
        """Have the first speaker say a word until everybody else has heard it: now all are in the room."""
        for turn in range(100):
            said = b"~%s%04d" % (word.encode(), turn)
            self.speakers[0].link.send(self._spoken.saying(said))
            deadline = time.monotonic() + 0.5
            while time.monotonic() < deadline:
                if all(said in one.tail for one in self.everybody.values() if one is not self.speakers[0]):
                    return
                self.turn(0.05)
        raise Broken("Not everybody came into the room.")

    def _begin(self) -> None:
        """Let everybody's common stream begin behind one last word."""
        self._begins = b"~begin"
        self.speakers[0].link.send(self._spoken.saying(self._begins))
        self._until(lambda: all(one.position >= 0 for one in self.everybody.values() if one is not self.speakers[0]), "a word")
        self.speakers[0].position = 0
        self.reset()

    def _until(self, met: Callable[[], bool], what: str) -> None:
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
        data = one.tail + data
        one.tail = data[-4096:]
        if not one.admitted and any(word in data for word in one.manner.admitted):
            one.admitted = True
            one.link.send(one.manner.then(one.name))
        one.entered = one.entered or (one.admitted and one.manner.entered in data)
        _, found, after = one.tail.partition(self._begins + one.manner.end)
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
        return self._spoken.saying(head.ljust(size, b"x"))

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
