"""What a host has to live with: readers who do not read, people who come and go, rubbish, and a machine that runs out of things."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import resource
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Link, Netcat, need, until
from tests.e2e.latency import holds_p99
from tests.e2e.machine import fill, limited, pour, small_disk

pytestmark = pytest.mark.e2e

DATA = Path(__file__).parents[1] / "data"
MIB = 1024
"""In KiB."""


# -- readers who do not read --------------------------------------------------------------------------------------------------------


def test_a_hundred_readers_who_never_read_cost_little_and_are_let_go(serve: Serve) -> None:
    server = serve("--set", "limits.stall=2s").start()
    reader = server.nc("reader")
    before, files = server.resident_kib(), server.open_files()
    stalled = [server.nc(f"stalled{number}", receive=4096) for number in range(100)]
    talker = server.native("talker", bot=True)
    peak = 0
    text = "x" * 4000
    begun = time.monotonic()
    for number in range(1500):
        talker.request("say", room="lobby", text=f"{number:04} {text}", id=number)
        if number % 50 == 49:
            until(functools.partial(acknowledged, talker, number), f"the acknowledgement of {number}")
            peak = max(peak, server.resident_kib())
    reader.expect("talker: 1499 x", 15)
    assert peak - before <= 64 * MIB, f"{(peak - before) / MIB:.0f} MiB for a hundred who do not read"

    # The journal opens a few files of its own when it is first read.
    until(lambda: server.open_files() <= files + 10, "all who do not read to be let go", 15)
    assert time.monotonic() - begun < 25
    numbers = [int(found) for found in re.findall(rb"talker: (\d{4}) x", reader.heard)]
    assert numbers == list(range(1500)), "somebody who reads missed something"
    for one in stalled:
        one.close()
    assert server.log().count("\n") < 1000, "a log storm"


def acknowledged(talker: Link, number: int) -> bool:
    """Tell whether a reply to a request has come."""
    talker.listen(time.monotonic() + 0.05)
    talker.read = max(talker.read, len(talker.heard) - 65536)
    return f'"re":{number},'.encode() in talker.heard[talker.read :]


def by_tls(server: Daemon) -> socket.socket:
    """Come in encrypted, at the line door."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(narrow(server))


def narrow(server: Daemon) -> socket.socket:
    """Connect with little room for what comes."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.settimeout(8)
    made.connect((server.host, server.port))
    return made


STALLED: dict[str, tuple[Callable[[Daemon], socket.socket], bytes]] = {
    "line": (narrow, b"stalled\n"),
    "programs": (narrow, b'{"do":"hello","name":"stalled"}\n'),
    "IRC": (narrow, b"NICK stalled\r\nUSER s 0 * :S\r\nJOIN #lobby\r\n"),
    "TLS": (by_tls, b"stalled\n"),
}


@pytest.mark.parametrize("door", STALLED)
def test_a_reader_who_never_reads_is_let_go_at_every_door_and_costs_little(serve: Serve, door: str) -> None:
    server = serve("--set", "limits.stall=2s").start()
    talker = server.native("talker", bot=True)
    connect, first = STALLED[door]
    with connect(server) as one:
        one.sendall(first)
        talker.expect("joined", by="stalled")
        before = server.resident_kib()
        for number in range(3000):
            talker.request("say", text=f"{number:04} " + "x" * 1000)
            if number % 100 == 99:
                talker.ask("ping")
        talker.expect("quit", by="stalled")
        assert server.resident_kib() - before < 32 * MIB
        assert "stalled" in server.log()


# -- coming and going ---------------------------------------------------------------------------------------------------------------


def test_coming_and_going_leaves_nothing_behind(server: Daemon) -> None:
    bob = server.nc("bob")
    files = threads = memory = 0
    for turn in range(6):
        for number in range(50):
            come_and_go(server, f"guest{number}", number % 5)
        bob.say(f"turn {turn}")
        if turn == 0:
            until(lambda: searched(bob), "what was said to be found")
            files, threads = server.open_files(), thread_count(server)
        if turn == 1:
            memory = server.resident_kib()
    until(lambda: server.open_files() <= files, f"descriptors to go back to {files}")
    assert thread_count(server) <= threads + 2
    assert server.resident_kib() - memory < 8 * MIB, "memory grows with people who came and went"
    bob.say("/who")
    bob.expect(r"lobby \(1 here\): bob")


def searched(bob: Netcat) -> bool:
    """Tell whether what was said first can be searched: then everything that is opened late is open."""
    bob.say("/search turn")
    return "bob: turn 0" in bob.expect(r"(?m)^(.*bob: turn 0|-- |! ).*\n")[0]


def come_and_go(server: Daemon, name: str, how: int) -> None:
    """Connect and leave in one of five ways."""
    one = server.nc()
    match how:
        case 0:
            one.close()
        case 1:
            one.say(name)
            one.expect("You are in lobby")
            one.close()
        case 2:
            one.say(name)
            one.expect("You are in lobby")
            one.reset()
        case 3:
            one.send(b'{"do":"hello","id":1,"na')
            one.close()
        case _:
            one.send(f"{name}\nhi\n/quit\n".encode())
            one.await_end()
            one.close()


def thread_count(server: Daemon) -> int:
    """Count the server's threads."""
    return len(os.listdir(f"/proc/{server.pid}/task"))


def test_somebody_who_never_says_who_they_are_is_let_go(serve: Serve) -> None:
    server = serve("--set", "limits.registration=1s").start()
    ann = server.nc("ann")
    silent, halfway, native = server.nc(), server.nc(), server.nc()
    halfway.send(b"hal")
    native.send(b'{"do":')
    begun = time.monotonic()
    for one in (silent, halfway, native):
        one.await_end(4)
    assert time.monotonic() - begun > 0.5
    ann.say("/who")
    ann.expect(r"lobby \(1 here\): ann")


def test_somebody_who_answers_but_is_refused_over_and_over_is_let_go_too(serve: Serve) -> None:
    server = serve("--set", "limits.registration=1s").start()
    stubborn = server.nc()
    deadline = time.monotonic() + 6
    with contextlib.suppress(ConnectionError):
        while not stubborn.closed:
            assert time.monotonic() < deadline, "they may try for ever"
            stubborn.say("admin")
            stubborn.listen(time.monotonic() + 0.05)


PEOPLE = int(os.environ.get("CHATROOM_PEOPLE", "300"))
"""Who come back after a restart."""


def test_all_people_are_back_within_five_seconds_of_a_restart(server: Daemon) -> None:
    names = [f"guest{number}" for number in range(PEOPLE)]
    crowd = [server.nc(name) for name in names]
    server.stop(signal.SIGTERM)
    for one in crowd:
        one.await_end()
    server.hang_up()
    server.start()
    begun = time.monotonic()
    crowd = [server.nc() for _ in names]
    for one, name in zip(crowd, names, strict=True):
        one.say(name)
    for one in crowd:
        one.expect("You are in lobby")
    crowd[0].say("all here")
    for one in crowd[1:]:
        one.expect("guest0: all here")
    assert time.monotonic() - begun < 5


def test_somebody_who_floods_does_not_keep_others_waiting(serve_in_memory: Serve) -> None:
    server = serve_in_memory().start()
    sent: list[int] = []

    def flood() -> None:
        with server.nc("flooder").socket as link:
            sent.append(pour(link, itertools.repeat(b"flood\n" * 1000)))

    holds_p99(server, flood, 0.1)
    assert min(sent) > 0


# -- a machine that runs out ----------------------------------------------------------------------------------------------------------


def test_out_of_descriptors_nobody_inside_is_hurt_and_new_people_come_afterwards(serve: Serve) -> None:
    server = serve(preexec=limited(resource.RLIMIT_NOFILE, 64)).start()
    ann, bob = server.nc("ann"), server.nc("bob")
    crowd = [socket.create_connection((server.host, server.port), timeout=5) for _ in range(100)]
    until(lambda: server.open_files() >= 60, "the descriptors to run out")
    before = len(server.log())
    for number in range(40):
        ann.say(f"still here {number}")
        bob.expect(rf"ann: still here {number}\n")
        bob.say(f"me too {number}")
        ann.expect(rf"bob: me too {number}\n")
    # A second in which a server that logs or spins on every failed accept would show itself.
    busy = server.cpu_seconds()
    threading.Event().wait(1.0)
    assert server.cpu_seconds() - busy < 0.7, "it spins while it cannot accept"
    assert len(server.log()) - before < 20_000, "a log storm"
    for one in crowd:
        one.close()
    begun = time.monotonic()
    server.nc("cat").say("hello")
    ann.expect("cat: hello")
    assert time.monotonic() - begun < 5
    server.stop()


def test_a_full_disk_refuses_the_sender_clearly_and_the_room_lives_on(serve: Serve, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        need(os.path.ismount(disk), "mounting a small disk needs root; the limit of file size is tested all the same")
        server = serve()
        server.state = disk / "state"
        server.start()
        ann, bob = server.nc("ann"), server.nc("bob")
        ann.say("before")
        bob.expect("ann: before")
        filler = disk / "filler"
        fill(filler)
        refused(ann, bob, r"(?m)^! .*disk is full")
        filler.unlink()
        recovers(ann, bob, server)
        server.stop()


def test_a_storage_that_refuses_to_grow_refuses_the_sender_clearly_and_the_room_lives_on(serve: Serve) -> None:
    server = serve().start()
    ann, bob = server.nc("ann"), server.nc("bob")
    ann.say("before")
    bob.expect("ann: before")
    signal_free = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in server.state.glob("*.db*"))
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (largest, signal_free[1]))
    refused(ann, bob, r"(?m)^! .*(disk|storage)")
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, signal_free)
    recovers(ann, bob, server)
    server.stop()


def refused(ann: Netcat, bob: Netcat, sentence: str) -> None:
    """Say things until one is refused; nobody is shown what was, and people still come, go and look."""
    for number in range(3000):
        ann.say(f"filling {number} " + "x" * 3000)
        said = ann.expect("(?m)^! .*\n", 0.05) if number % 10 == 9 and refusal_has_come(ann) else None
        if said is not None:
            assert re.search(sentence, said[0]), said[0]
            break
    else:
        ann.fail("nothing was ever refused")
    bob.say("/who")
    bob.expect(r"lobby \(2 here\): ann, bob")
    bob.say("/nick bobby")
    ann.expect("-- bob is now called bobby")
    shown = [int(number) for number in re.findall(rb"ann: filling (\d+) ", bob.heard)]
    # What is refused for want of space may be followed by what fits again, once the journal has made some.
    assert shown == sorted(set(shown)), "something was shown out of its order, or twice"
    assert len(shown) <= number, "what was refused was shown all the same"


def refusal_has_come(one: Link) -> bool:
    """Look whether somebody has been told no."""
    one.listen(time.monotonic() + 0.02)
    return b"\n! " in one.heard[one.read :] or one.heard[one.read :].startswith(b"! ")


def recovers(ann: Netcat, bob: Netcat, server: Daemon) -> None:
    """Speak until it is heard again, without a restart; then look for it in the history of a new start."""
    deadline = time.monotonic() + 15
    for number in itertools.count():
        ann.say(f"again {number}")
        bob.listen(time.monotonic() + 0.2)
        if b"ann: again" in bob.heard:
            break
        if time.monotonic() > deadline:
            bob.fail("the room did not recover")
    ann.close()
    bob.close()
    server.stop(signal.SIGTERM)
    server.start()
    server.nc().send(b"cat\n/history 5\n")
    cat = server.nc("dora")
    cat.say("/history 5")
    cat.expect(r"\] ann: again \d+\n")
