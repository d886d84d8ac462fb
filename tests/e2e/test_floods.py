"""One who floods the house at ten thousand lines a second, and a hundred others who talk and are not to notice."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Netcat, environment

pytestmark = pytest.mark.e2e

OTHERS = 100
BOUND = 0.1
"""Seconds that 99 of 100 lines of the others may take."""

# A program of its own: it must not wait for those who measure, nor they for it.
FLOODER = """
import json, socket, sys, time
link = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
link.sendall(b"flooder\\n")
link.setblocking(False)
begun, sent, heard, rest = time.monotonic(), 0, b"", b""
while time.monotonic() - begun < 60:
    due = int((time.monotonic() - begun) * 10000) - sent
    if due > 0 and not rest:
        rest = b"".join(b"spam %d\\n" % (sent + number) for number in range(min(due, 1000)))
        sent += min(due, 1000)
    try:
        rest = rest[link.send(rest):] if rest else rest
    except BlockingIOError:
        pass
    except OSError:
        rest = b""  # what has come can still be read
    try:
        data = link.recv(1 << 16)
        heard += data
        if not data:
            break
    except BlockingIOError:
        time.sleep(0.002)
    except OSError:
        break
lines = heard.decode(errors="replace").splitlines()
print(json.dumps({"seconds": time.monotonic() - begun, "sent": sent, "lines": lines}))
"""


class Others:
    """Be a hundred people of whom each says something once a second, and note how long it takes until another has it."""

    def __init__(self, server: Daemon) -> None:
        self.people: list[Netcat] = [server.nc(f"person{number}") for number in range(OTHERS)]
        self.links: dict[int, Netcat] = {}
        self.poll = select.epoll()
        for one in self.people:
            one.socket.setblocking(False)
            self.links[one.socket.fileno()] = one
            self.poll.register(one.socket, select.EPOLLIN)
        self.took: list[float] = []
        self.spam = 0
        self._said: dict[bytes, float] = {}
        self._number = 0
        self._rest = b""

    def talk(self, seconds: float) -> None:
        """Let all of them talk for so long."""
        end = time.monotonic() + seconds
        begun, first = time.monotonic(), self._number
        while time.monotonic() < end:
            while (self._number - first) < (time.monotonic() - begun) * OTHERS:
                self._say()
            for number, _ in self.poll.poll(0.005):
                self._hear(self.links[number].socket)

    def p99(self) -> float:
        """Give the 99th percentile of what was noted since the last time."""
        took, self.took = sorted(self.took), []
        assert len(took) > 50, f"only {len(took)} lines came through"
        return took[len(took) * 99 // 100]

    def _say(self) -> None:
        # The first listens, and is not to be who says it.
        speaker = self.people[1 + self._number % (OTHERS - 1)]
        said = b"beat %d" % self._number
        self._number += 1
        self._said[said] = time.perf_counter()
        speaker.socket.send(said + b"\n")

    def _hear(self, link: socket.socket) -> None:
        try:
            data = link.recv(1 << 18)
        except BlockingIOError:
            return
        if link is not self.people[0].socket:
            return
        now = time.perf_counter()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            text = line.rpartition(b": ")[2].rstrip(b"\r")
            if text in self._said:
                self.took.append(now - self._said.pop(text))
            self.spam += b"flooder: spam" in line


def flooded(server: Daemon, others: Others) -> tuple[float, dict[str, object]]:
    """Let a flood come and go; give how long the others waited meanwhile, and what the flooder saw."""
    flooder = subprocess.Popen(
        [sys.executable, "-c", FLOODER, str(server.port)], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 60
        while flooder.poll() is None and time.monotonic() < deadline:
            others.talk(0.5)
        out, err = flooder.communicate(timeout=5)
    finally:
        flooder.kill()
        flooder.wait()
    assert flooder.returncode == 0, err.decode()
    return others.p99(), json.loads(out)


def test_point_4_a_flood_is_slowed_then_hushed_then_cut_and_the_others_do_not_notice(serve_in_memory: Serve) -> None:
    # As it is anywhere else, but with less patience, so that the test is short.
    server = serve_in_memory("--set", "floods.loopback=100", "--set", "floods.patience=5").start()
    others = Others(server)
    others.talk(1.0)
    others.p99()
    found = []
    # The best of three: others may be at work on this machine, too.
    for _ in range(3):
        waited, seen = flooded(server, others)
        found.append(waited)
        if waited <= BOUND:
            break
    others.talk(2.0)
    calm = others.p99()
    print(f"p99: calm {calm * 1000:.1f} ms, in a flood", *(f"{one * 1000:.1f} ms" for one in found), seen["sent"], others.spam)
    lines = seen["lines"]
    assert isinstance(lines, list)
    assert any(
        "! You have sent too much too fast: nothing you send is accepted for 10 seconds. Wait until then." in one for one in lines
    )
    assert "You went on sending too much too fast, so you are disconnected." in lines[-1]
    # 4000 at once, and 200 a second.
    assert 4000 <= others.spam / len(found) < 8000
    assert min(found) <= max(BOUND, 3 * calm)


def test_point_4_ten_lines_pasted_from_elsewhere_are_said_at_once_and_a_page_is_slowed_and_said(serve: Serve) -> None:
    server = serve("--set", "floods.loopback=1").start()
    bob, eve = server.nc("bob"), server.nc("eve")
    begun = time.monotonic()
    eve.send(b"".join(b"paste %d\n" % number for number in range(45)))
    bob.expect("eve: paste 9\n", 1)
    assert time.monotonic() - begun < 1
    bob.expect("eve: paste 44\n")
    assert time.monotonic() - begun > 1
