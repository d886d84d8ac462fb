"""Figures that the installed server holds: how soon it is ready, and how long others wait while something costly goes on.

Small versions on every run; `CHATROOM_STORED=1000000` and `CHATROOM_LOGINS=100` for as much as is promised.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from chatroom.contracts import Turns, closed, said
from chatroom.core.seams import Submission
from chatroom.journals.sqlite import SqliteJournal
from tests.e2e.conftest import Serve
from tests.e2e.harness import PATIENCE, Daemon, Netcat, need, need_programs, run, until
from tests.e2e.latency import holds_p99

pytestmark = pytest.mark.e2e

STORED = int(os.environ.get("CHATROOM_STORED", "30000"))
BATCH = 500
PEOPLE = int(os.environ.get("CHATROOM_LOGINS", "40"))


def store(state: Path, count: int) -> None:
    """Put so many messages into a house that is not open yet."""
    state.mkdir(parents=True, mode=0o700)
    turns = Turns()
    journal = SqliteJournal(state / "chatroom.db", turns)
    journal.open(lambda outcomes: None, tail=10)
    for first in range(0, count, 20 * BATCH):
        batches = range(first, min(first + 20 * BATCH, count), BATCH)
        texts = (tuple(said(f"number {number} of words about tea") for number in range(at, at + BATCH)) for at in batches)
        journal.submit([Submission(1 + at // BATCH, drafts) for at, drafts in zip(batches, texts, strict=True)])
        turns.until(lambda: journal.health().waiting == 0)
    assert closed(journal, turns)


def test_with_many_messages_stored_it_is_ready_as_soon_as_with_none(serve: Serve) -> None:
    empty, full = serve(), serve()
    store(full.state, STORED)
    # The processor's time, as on a busy machine that on the clock is others' as well.
    assert full.start().cpu_seconds() < empty.start().cpu_seconds() + 0.3
    ann = full.nc("ann")
    ann.say("/history 3")
    ann.expect(f"number {STORED - 1} of words about tea")


def test_who_reads_back_and_searches_without_end_keeps_nobody_waiting(serve_in_memory: Serve) -> None:
    server = serve_in_memory()
    store(server.state, STORED)
    server.start()
    reader = server.native("reader")

    until(lambda: reader.ask("search", text="tea")["behind"] == 0, "the search to catch up", 30)
    found: list[bool] = []

    def ask_much() -> None:
        before = STORED
        until_then = time.monotonic() + 1.5
        while time.monotonic() < until_then:
            page = reader.ask("history", count=200, before=before)
            before = page["entries"][0]["seq"] if page["ok"] and page["entries"] else STORED
            for words in ("tea", "number words", "about 99", "nothing-of-the-kind"):
                answer = reader.ask("search", text=words)
                found.append(answer["ok"] and bool(answer["entries"]))

    holds_p99(server, ask_much, 0.05)
    assert any(found)


def test_many_who_log_in_at_once_keep_nobody_waiting(serve_in_memory: Serve) -> None:
    server = serve_in_memory()
    server.state.mkdir(parents=True, mode=0o700)
    listed = [f"member{number}@example.org the-password-of-{number}\n" for number in range(PEOPLE)]
    (server.state / "members.txt").write_text("".join(listed))
    server.start()
    until(lambda: "the-password" not in (server.state / "members.txt").read_text(), "all passwords to be hashed", 40)
    came: list[int] = []

    def log_in() -> None:
        crowd = [from_elsewhere(server, number) for number in range(PEOPLE)]
        for number, one in enumerate(crowd):
            one.say(f"member{number}\nthe-password-of-{number}")
        # A queue of hashing that is full says so, and at once.
        came.append(sum(one.expect("(Welcome, )|Too many people", 30)[1] is not None for one in crowd))
        for one in crowd:
            one.close()

    # Where nothing else runs it is 50 ms; two threads that hash are two more for the cores of a busy machine to share.
    holds_p99(server, log_in, 0.25)
    assert min(came) >= PEOPLE // 2, came


def from_elsewhere(server: Daemon, number: int) -> Netcat:
    """Connect as a proxy on this machine would, for somebody with an address of their own."""
    one = server.nc()
    one.send(f"PROXY TCP4 198.51.100.{number + 1} 192.0.2.1 {10000 + number} 5000\r\n".encode())
    return one


def test_health_turns_bad_with_the_journal_and_good_again(serve: Serve) -> None:
    server = serve().start()
    ann = server.nc("ann")
    ann.say("hello")
    until(lambda: ready(server) == "200", "the house to be ready")
    free = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in server.state.glob("*.db*"))
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (largest, free[1]))

    def fails() -> bool:
        ann.say("x" * 4000)
        # The log is told when the house looks, every two seconds.
        return ready(server) == "503" and "the journal fails" in server.log()

    until(fails, "the house not to be ready, and the log to say so", 20)
    assert run(["curl", "-sS", f"http://{server.host}:{server.port}/healthz"]).stdout == "ok\n"
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, free)
    until(lambda: ready(server) == "200", "the house to be ready again", 20)
    until(lambda: "the journal works again" in server.log(), "the log to say so again")


def ready(server: Daemon) -> str:
    """Give the status of what asks whether the house can do its work."""
    address = f"http://{server.host}:{server.port}/readyz"
    return run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", address]).stdout


def test_before_every_acknowledgement_what_was_said_is_synced_to_the_disk(serve: Serve, tmp_path: Path) -> None:
    need_programs("strace")
    server = serve().start()
    ann = server.native("ann")
    record = tmp_path / "calls"
    calls = ["-f", "-s", "200", "-e", "trace=fsync,fdatasync,send,sendto,sendmsg", "-o", str(record), "-p", str(server.pid)]
    with subprocess.Popen(["strace", *calls], stderr=subprocess.PIPE, text=True) as tracing:
        try:
            assert tracing.stderr is not None
            attached = tracing.stderr.readline()
            need("attached" in attached, f"strace may not look here: {attached}")
            said = [ann.request("say", text=f"number {number}", id=f"said-{number}") for number in range(10)]
            ann.ask("ping")
            for number in range(20):
                ann.ask("say", text=f"one by one {number}", id=f"alone-{number}")
                said.append(f"alone-{number}")
        finally:
            tracing.send_signal(signal.SIGINT)
            tracing.wait(PATIENCE)
    synced = 0
    acknowledged: list[str] = []
    for call in record.read_text().splitlines():
        synced += bool(re.search(r"(fdatasync|fsync)(\(\d+\)| resumed>\)) += 0", call))
        for ref in re.findall(r're\\":\\"((?:said|alone)-\d+)\\",\\"ok\\":true', call):
            assert synced, f"{ref} was acknowledged before anything was synced"
            if ref.startswith("alone"):
                synced = 0
            acknowledged.append(ref)
    assert acknowledged == said
