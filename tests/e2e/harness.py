"""What the end-to-end tests run: the daemon, plain sockets, native clients and programs in a terminal.

Every wait ends at a deadline, and what fails says what was waited for, what came instead, and the end of the server's log.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import secrets
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

import chatroom

PATIENCE = 8.0
"""Seconds an ordinary wait may take on a busy machine."""
SOURCE = Path(chatroom.__file__).parents[1]
TROUBLE = re.compile(r"Traceback|Unhandled|CRITICAL|HELD UP.*")
WATCHDOG = str(Path(__file__).parent / "watchdog")
Preexec = Callable[[], None]


def environment() -> dict[str, str]:
    """Give the environment of programs started: this checkout or installation, UTF-8, no colours forced."""
    watchdog = WATCHDOG if "CHATROOM_WATCHDOG" in os.environ else None
    path = os.pathsep.join(filter(None, (watchdog, str(SOURCE), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}


def program(name: str) -> list[str]:
    """Give the command of one of the project's programs, as installed beside this Python."""
    installed = Path(sys.executable).with_name(name)
    if name == "chatroom" and not installed.exists():
        return [sys.executable, "-m", "chatroom"]
    return [str(installed)]


def need(what: object, otherwise: str) -> None:
    """Skip a test whose needs are not met, but never where everything has been set up."""
    if not what:
        if os.environ.get("CI") == "true":
            pytest.fail(otherwise)
        pytest.skip(otherwise)


def need_programs(*names: str) -> None:
    """Skip a test that needs programs which are not installed."""
    missing = [name for name in names if shutil.which(name) is None]
    need(not missing, f"not installed: {', '.join(missing)}; tests/e2e/needs.sh does it")


def free_port() -> int:
    """Find a port free on all addresses, out of the range from which clients get theirs."""
    for _ in range(200):
        port = random.randrange(10240, 32000)
        with contextlib.suppress(OSError), socket.create_server(("", port)):
            return port
    raise AssertionError("no free port found")


def until(met: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Look at something that cannot tell when it changes, until it is met; give what it was."""
    deadline = time.monotonic() + patience
    while not (found := met()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:g} s in vain for {what}")
        time.sleep(0.02)
    return found


def answers(host: str, port: int) -> bool:
    """Tell whether a house is open: its port may take connections a moment before somebody is there to answer."""
    try:
        with socket.create_connection((host, port), timeout=1) as link:
            link.sendall(b"{}\n")
            return link.recv(1) == b"{"
    except OSError:
        return False


class Daemon:
    """Be one `twistd chatroom` in the foreground, with a state folder and a port of its own."""

    def __init__(self, folder: Path, *options: str, preexec: Preexec | None = None, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.state = folder / "state"
        self.options = options
        self.preexec = preexec
        self.host = host
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.output = folder / "output"
        self.links: list[Link] = []
        """Everybody who connected, so that nobody leaves before the test is over."""

    @property
    def command(self) -> list[str]:
        """Give the command line."""
        kept = "--state", str(self.state), "--port", str(self.port)
        return [*program("twistd"), "-n", "chatroom", *kept, *self._closed, *self.options]

    @property
    def _closed(self) -> Iterator[str]:
        # At their usual ports they would meet those of other servers.
        for door in ("irc", "console", "web"):
            yield from ("--set", f"doors.{door}=off")

    @property
    def pid(self) -> int:
        """Give the process's number."""
        assert self.process is not None, "the server has not been started"
        return self.process.pid

    def start(self) -> Daemon:
        """Start it and wait until somebody can connect."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=self.preexec,
            )
        until(self._answers, f"the server to answer on port {self.port}\n{self}", 20)
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode} instead of starting\n{self}")
        return answers(self.host, self.port)

    def stop(self, how: signal.Signals = signal.SIGINT, code: int = 0, patience: float = PATIENCE) -> None:
        """End it by a signal and look at its exit code and log."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            ended = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not end within {patience:g} s of {how.name}\n{self}") from None
        self.process = None
        assert ended == code, f"the server ended with {ended}, not {code}, after {how.name}\n{self}"
        self.look_for_trouble()

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hang_up(self) -> None:
        """Close everybody's connection."""
        for link in self.links:
            link.close()
        self.links.clear()

    def look_for_trouble(self) -> None:
        """Fail if the log holds anything that is a bug."""
        found = TROUBLE.search(self.log())
        assert found is None, f"the server's log holds {found[0] if found else ''}\n{self}"

    def log(self) -> str:
        """Give all the server printed."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def open_files(self) -> int:
        """Count its descriptors."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu_seconds(self) -> float:
        """Give the processor time it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_kib(self) -> int:
        """Give the memory it holds, in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1])

    def nc(self, name: str | None = None, *, host: str | None = None, receive: int | None = None) -> Netcat:
        """Connect somebody with netcat; with a name, until they are in the lobby."""
        one = Netcat(self, host or self.host, receive=receive)
        if name is not None:
            one.say(name)
            one.expect(rf"Welcome, {re.escape(name)}\.")
            one.expect(r"You are in lobby[^\n]*\n")
        return one

    def native(self, name: str, **hello: Any) -> Native:
        """Connect a native client, until it is in its rooms."""
        return Native(self, name, **hello)

    def __str__(self) -> str:
        return f"--- the end of the server's log ({self.output}):\n{self.log()[-3000:]}\n---"


class Link:
    """Be a connection whose bytes are read up to a deadline."""

    def __init__(self, server: Daemon, host: str, receive: int | None = None) -> None:
        self.server = server
        self.heard = b""
        """All that came."""
        self.read = 0
        """How much of it has been expected."""
        self.closed = False
        self.socket = self._connect(host, receive)
        server.links.append(self)

    def _connect(self, host: str, receive: int | None) -> socket.socket:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        if receive is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        made.settimeout(PATIENCE)
        try:
            made.connect((host, self.server.port))
        except OSError:
            made.close()
            raise
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def listen(self, deadline: float) -> bool:
        """Wait for more; False when the deadline has passed or the connection has ended."""
        if self.closed:
            return False
        # Not select, which knows no descriptors beyond 1023.
        waiting = select.poll()
        waiting.register(self.socket, select.POLLIN)
        if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return False
        try:
            data = self.socket.recv(1 << 18)
        except ConnectionError:
            data = b""
        self.heard += data
        self.closed = not data
        return bool(data)

    def await_end(self, patience: float = PATIENCE) -> str:
        """Wait until the other side closes; give what had not been expected yet."""
        deadline = time.monotonic() + patience
        while self.listen(deadline):
            pass
        if not self.closed:
            self.fail(f"the server did not close the connection within {patience:g} s")
        rest, self.read = self.heard[self.read :].decode(errors="replace"), len(self.heard)
        return rest

    def fail(self, problem: str) -> None:
        """Fail the test, showing what came."""
        unread = self.heard[self.read :].decode(errors="replace")
        before = self.heard[: self.read].decode(errors="replace")
        state = "closed" if self.closed else "open"
        came = f"--- not expected yet (connection {state}):\n{unread[-2000:]}\n--- before that:\n{before[-1000:]}"
        raise AssertionError(f"{problem}\n{came}\n{self.server}")

    def half_close(self) -> None:
        """Say that nothing more will be sent."""
        self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def reset(self) -> None:
        """Hang up rudely: the other side gets a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Netcat(Link):
    """Be somebody at the line door with nothing but a socket."""

    def say(self, line: str) -> None:
        """Send one line."""
        self.send(line.encode() + b"\n")

    def expect(self, pattern: str, patience: float = PATIENCE) -> re.Match[str]:
        """Wait until what came since the last expectation matches; give the match."""
        wanted, deadline = re.compile(pattern), time.monotonic() + patience
        while True:
            text = self.heard[self.read :].decode(errors="surrogateescape")
            found = wanted.search(text)
            if found is not None:
                self.read += len(text[: found.end()].encode(errors="surrogateescape"))
                return found
            if not self.listen(deadline):
                self.fail(f"{pattern!r} did not come within {patience:g} s")

    def lines_until(self, last: str, patience: float = PATIENCE) -> list[str]:
        """Wait for a whole line; give the lines before it."""
        begin = self.read
        self.expect(rf"(?m)^{re.escape(last)}\r?\n", patience)
        return self.heard[begin : self.read].decode(errors="replace").splitlines()[:-1]


class Native(Link):
    """Be a client of the native protocol."""

    def __init__(self, server: Daemon, name: str, **hello: Any) -> None:
        super().__init__(server, server.host)
        self.name = name
        self.pushed: list[dict[str, Any]] = []
        """What came unasked and has not been expected yet."""
        self.number = 0
        self.welcome = self.ask("hello", name=name, **hello)
        assert self.welcome["ok"], f"{name} was refused: {self.welcome}"
        self.entered = self.expect("entered")

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Send a request and wait for its reply."""
        ref = self.request(do, **fields)
        while True:
            came = self.next()
            if came.get("re") == ref:
                return came
            self.pushed.append(came)

    def request(self, do: str, **fields: Any) -> Any:
        """Send a request; give its id."""
        if "id" not in fields:
            self.number += 1
            fields["id"] = f"ask-{self.number}"
        self.send(json.dumps({"do": do, **fields}).encode() + b"\n")
        return fields["id"]

    def expect(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Wait for an object of a kind with these fields; what came before it is dropped."""
        while True:
            came = self.pushed.pop(0) if self.pushed else self.next()
            if came.get("is") == kind and fields.items() <= came.items():
                return came

    def next(self, patience: float = PATIENCE) -> dict[str, Any]:
        """Wait for the next object."""
        deadline = time.monotonic() + patience
        while True:
            end = self.heard.find(b"\n", self.read)
            if end >= 0:
                line = self.heard[self.read : end]
                self.read = end + 1
                came: dict[str, Any] = json.loads(line)
                return came
            if not self.listen(deadline):
                self.fail(f"{self.name} heard no further object within {patience:g} s")


class Tmux:
    """Be a terminal in which a person runs one program."""

    open: ClassVar[list[Tmux]] = []
    """Those that are to be closed yet; a program that has ended leaves its terminal standing."""

    def __init__(self, folder: Path, command: Sequence[str], *, width: int = 100, height: int = 30) -> None:
        need_programs("tmux")
        # The path of a Unix socket is short; the folder of a test need not be.
        self.at = f"/tmp/chatroom-e2e-{secrets.token_hex(6)}"
        self.folder = folder
        self.ended = folder / f"{Path(self.at).name}.ended"
        # The shell tells how the program ended; what tmux says of it may be missing.
        watched = f"{shlex.join(command)}; echo $? > {shlex.quote(str(self.ended))}"
        config = folder / "tmux.conf"
        config.write_text("set -g history-limit 50000\nset -g status off\nset -g escape-time 0\nset -g remain-on-exit on\n")
        self.open.append(self)
        self._run("-f", str(config), "new-session", "-d", "-x", str(width), "-y", str(height), watched, environ=environment())

    def _run(self, *arguments: str, environ: dict[str, str] | None = None) -> str:
        command = ["tmux", "-S", self.at, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environ, cwd=self.folder, check=False)
        assert done.returncode == 0, f"{shlex.join(command)} failed: {done.stderr}"
        return done.stdout

    def screen(self, *, history: bool = False) -> str:
        """Give what stands on the screen, or all that has ever stood there; wrapped lines joined."""
        lines = self._run("capture-pane", "-p", "-J", *(("-S", "-") if history else ())).splitlines()
        return "\n".join(line.rstrip() for line in lines).rstrip("\n")

    def type(self, text: str) -> None:
        """Type a text and Enter."""
        self._run("send-keys", "-l", text)
        self._run("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        """Press keys by their tmux names."""
        self._run("send-keys", *keys)

    def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def expect(self, pattern: str, patience: float = PATIENCE, *, history: bool = False) -> re.Match[str]:
        """Wait until the screen matches; give the match."""
        deadline = time.monotonic() + patience
        while True:
            shown = self.screen(history=history)
            found = re.search(pattern, shown)
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"{pattern!r} did not show within {patience:g} s\n--- the screen:\n{shown}\n---")
            time.sleep(0.03)

    def exit_code(self, patience: float = PATIENCE) -> int:
        """Wait until the program has ended; give its exit code."""
        deadline = time.monotonic() + patience
        while not (code := self.ended.read_text().strip() if self.ended.exists() else ""):
            if time.monotonic() > deadline:
                raise AssertionError(f"the program did not end within {patience:g} s\n--- the screen:\n{self.screen()}\n---")
            time.sleep(0.03)
        return int(code)

    def close(self) -> None:
        """End the terminal and all in it."""
        if self in self.open:
            self.open.remove(self)
        subprocess.run(["tmux", "-S", self.at, "kill-server"], capture_output=True, timeout=PATIENCE, check=False)
        Path(self.at).unlink(missing_ok=True)


@contextlib.contextmanager
def terminal(folder: Path, command: Sequence[str], *, width: int = 100, height: int = 30) -> Iterator[Tmux]:
    """Run a program in a terminal, and end both afterwards."""
    shown = Tmux(folder, command, width=width, height=height)
    try:
        yield shown
    finally:
        shown.close()


def run(
    command: Sequence[str], *, given: str = "", patience: float = PATIENCE, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with a text on its standard input."""
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=patience, env=environment(), cwd=folder, check=False
    )
