"""What is measured, each as a process: the chat room as it is installed, two plain rooms, and IRC servers in C."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.ircds import INSTALLED
from benchmarks.measure import pin

ROOT = Path(__file__).resolve().parents[1]
READY = 20.0
"""Seconds a server may take to answer."""


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """Be one server: its name in the tables and the command that starts it on a port with a folder of its own."""

    name: str
    command: Callable[[int, Path], list[str]]
    stores: bool = False
    door: str = "lines"
    """How people come; see `manners.py`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Running:
    """Be a server that answers."""

    pid: int
    port: int
    state: Path


def _chatroom(port: int, state: Path) -> list[str]:
    twistd = Path(sys.executable).with_name("twistd")
    return [str(twistd), "-n", "chatroom", "--state", str(state), "--port", str(port), "--set", "floods.burst=0"]


def _peer(name: str) -> Callable[[int, Path], list[str]]:
    return lambda port, _: [sys.executable, "-m", f"benchmarks.peers.{name}", str(port)]


CHATROOM = Subject("chatroom", _chatroom, stores=True)
WEB = Subject("chatroom, web", _chatroom, stores=True, door="web")
NAIVE = Subject("naive Twisted", _peer("naive_twisted"))
NAIVE_TLS = Subject("naive Twisted, TLS", lambda port, state: [*_peer("naive_twisted")(port, state), str(state.parent)])
THREADS = Subject("threads", _peer("threads"))
SUBJECTS = (CHATROOM, NAIVE, THREADS)
IRC = Subject("chatroom, irc", _chatroom, stores=True, door="irc")
IRCDS = (IRC, *(Subject(name, command, door="irc") for name, command in INSTALLED.items()))
OURS = frozenset({CHATROOM.name, WEB.name, IRC.name})


@contextlib.contextmanager
def running(subject: Subject, folder: Path | None = None) -> Iterator[Running]:
    """Start a server on a core of its own, wait until it answers, and stop it in the end; its state is below `folder`."""
    state = Path(tempfile.mkdtemp(prefix="bench-", dir=folder))
    port = _free_port()
    with (state / "output").open("wb") as output:
        server = subprocess.Popen(
            subject.command(port, state / "state"),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: pin(0),
        )
    try:
        _await(server, port, state / "output")
        yield Running(server.pid, port, state / "state")
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(state, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _await(server: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"A server did not start:\n{output.read_text(errors='replace')[-2000:]}")


def allow_connections() -> None:
    """Raise the limit of open files as far as it goes; children have it too."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def machine() -> str:
    """Say what this runs on, in one line."""
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        "unknown processor",
    )
    version = ".".join(str(part) for part in sys.version_info[:3])
    return f"{os.cpu_count()} cores, {model}, {os.uname().sysname} {os.uname().release}, Python {version}"
