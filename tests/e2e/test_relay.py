"""People who come through a relay, with real programs at both ends of it, and everybody in one room."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Netcat, need, program, run, terminal, until
from tests.e2e.relaying import Relays, relays_in
from tests.e2e.test_encryption import Private

pytestmark = pytest.mark.e2e


@pytest.fixture
def relays(tmp_path: Path) -> Iterator[Relays]:
    """Give a way to start relays."""
    with relays_in(tmp_path) as make:
        yield make


def own_address() -> str:
    """Give an address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        try:
            found.connect(("192.0.2.1", 9))
            return str(found.getsockname()[0])
        except OSError:
            return ""


def command(server: Daemon, line: str) -> None:
    """Command the house as its host."""
    done = run([*program("chatroom"), "console", "--state", str(server.state), "-c", line], patience=20)
    assert done.returncode == 0, done


def test_point_2_relay_brings_a_star_and_words_both_ways(server: Daemon, relays: Relays) -> None:
    ann = server.nc("ann")
    bob = relays(server).person("bob")
    ann.expect(r"-- \*bob joined \(2 here\)\n")
    bob.say("hi from afar")
    ann.expect(r"(?m)^\*bob: hi from afar\n")
    ann.say("/msg *bob psst")
    bob.expect(r"\(private\) ann: psst\n")
    bob.say("/nick rob")
    ann.expect(r"-- \*bob is now called \*rob\n")
    ann.say("/who")
    ann.expect(r"\*rob")
    bob.say("/quit")
    ann.expect(r"-- \*rob left \(1 here\)")
    bob.await_end()


def test_point_2_relay_serves_programs_too_and_nobody_else_brings_a_star(server: Daemon, relays: Relays) -> None:
    relay = relays(server)
    bot = relay.native("bot", key="k" * 20)
    assert bot.welcome["you"] == "*bot"
    refused = server.nc()
    refused.say("*bot")
    refused.expect("! A name cannot contain “\\*”")
    done = run([*program("chatroom"), "join", "--plain", f"script@127.0.0.1:{relay.port}"], given="done\n", patience=20)
    assert (done.returncode, done.stderr) == (0, "")
    assert bot.expect("said")["by"] == "*script"


def test_point_2_relay_bans_hit_the_person_and_not_the_relay(server: Daemon, relays: Relays) -> None:
    address = own_address()
    need(address, "this machine has no address but its loopback")
    relay = relays(server)
    stays = relay.person("stays")
    relay.host = address
    eve = relay.person("eve")
    stays.expect(r"-- \*eve joined")
    command(server, f"ban {address} --force")
    eve.expect("banned")
    stays.expect(r"-- \*eve [^\n]*\n")
    stays.say("still here")
    again = Netcat(relay, address)
    again.expect("banned")
    again.await_end()
    other = server.nc("other")
    stays.say("and now")
    other.expect(r"\*stays: and now")


def test_point_2_relay_tells_when_the_house_is_gone_and_goes_on_when_it_is_back(serve: Serve, relays: Relays) -> None:
    server = serve().start()
    relay = relays(server)
    bob = relay.person("bob")
    server.kill()
    bob.expect("The connection to the house is lost")
    late = Netcat(relay, relay.host)
    late.say("late")
    late.expect("The house cannot be reached")
    server.start()
    bob.expect("What is your name", 20)
    bob.say("bob")
    bob.expect(r"Welcome, \*bob\.")
    late.expect(r"Welcome, \*late\.", 20)
    bob.say("back again")
    late.expect(r"\*bob: back again")


def test_point_2_relay_takes_passwords_and_clients_come_back_through_it(serve: Serve, relays: Relays, tmp_path: Path) -> None:
    server = serve().start()
    relay = relays(server)
    secret = (server.state / "admin-password").read_text().strip()
    zed = server.nc("zed")
    with terminal(tmp_path, [*program("chatroom"), "join", f"admin@127.0.0.1:{relay.port}"]) as shown:
        shown.expect("Password for")
        shown.type(secret)
        zed.expect(r"-- \*admin joined")
        server.kill()
        shown.expect("The connection is lost")
        shown.type("said while it was away")
        server.start()
        back = server.nc("back")
        shown.expect("The connection is back", 40)
        shown.type("and after")
        back.expect(r"\*admin: and after", 20)
        assert back.heard.decode().count("*admin: said while it was away") == 1


def test_point_2_relay_grows_by_nobody_who_reads_nothing(server: Daemon, relays: Relays) -> None:
    relay = relays(server)
    ann = server.nc("ann")
    stalled = Netcat(relay, relay.host, receive=2048)
    stalled.say("stalled")
    ann.expect(r"\*stalled joined")
    before = relay.resident_kib()
    for number in range(60):
        ann.send(b"".join(b"%s %d\n" % (b"x" * 3000, line) for line in range(20)))
        if number % 10 == 0:
            time.sleep(0.1)
    time.sleep(1)
    assert relay.resident_kib() - before < 4096


def encrypted(relay: Daemon, name: str) -> Private:
    """Let somebody come in by TLS."""
    one = Private(relay, relay.host)
    one.say(name)
    one.expect(rf"Welcome, \*{name}\.")
    one.expect(r"You are in lobby[^\n]*\n")
    return one


def test_relay_takes_encrypted_people_and_encrypts_to_the_house(server: Daemon, relays: Relays, tmp_path: Path) -> None:
    relay = relays(server, "--set", "encrypt=always")
    assert f"on to 127.0.0.1:{server.port}, encrypted." in relay.log()
    ann, bob = encrypted(relay, "ann"), relay.person("bob")
    assert ann.shown in relay.log(), "the relay's fingerprint was not told"
    ann.say("hi from inside")
    bob.expect(r"\*ann: hi from inside")
    assert f"127.0.0.1:{server.port} is new here" in relay.log()
    command = ["env", f"XDG_CONFIG_HOME={tmp_path}", *program("chatroom"), "join", "--encrypt", f"eve@127.0.0.1:{relay.port}"]
    done = run(command, given="done\n", patience=20)
    assert done.returncode == 0, done.stderr
    assert "is new here" in done.stderr
    bob.expect(r"\*eve: done")
    bob.say("still here")
    ann.expect(r"\*bob: still here")
    ended = Netcat(relay, relay.host)
    ended.send(b"end\nall I say\n")
    ended.half_close()
    ann.expect(r"\*end: all I say")
    ended.await_end()


def test_relay_that_does_not_believe_the_house_lets_nobody_through(serve: Serve, relays: Relays) -> None:
    server = serve().start()
    relay = relays(server, "--set", "encrypt=always")
    encrypted(relay, "ann").say("/quit")
    known = relay.state / "known_houses"
    place = f"127.0.0.1:{server.port}"
    assert known.read_text().startswith(f"{place} ")
    known.write_text(f"{place} {':'.join(['00'] * 32)}\n")
    late = Netcat(relay, relay.host)
    late.expect("The house cannot be reached")
    until(lambda: f"The certificate of {place} has changed" in relay.log(), "the reason in the log")
    known.unlink()
    late.say("late")
    late.expect(r"Welcome, \*late\.", 20)


def test_relay_says_what_keeps_it_from_starting(server: Daemon, tmp_path: Path) -> None:
    taken = run([*program("chatroom"), "relay", "--state", str(tmp_path), "--port", str(server.port)], patience=20)
    assert taken.returncode == 1
    assert taken.stderr.startswith(f"listen: port {server.port} is in use")
    file = tmp_path / "relay.yaml"
    file.write_text("server: a/b\ntransforms: [stra]\n")
    broken = run([*program("chatroom"), "relay", "--state", str(tmp_path), "--config", str(file)], patience=20)
    assert broken.returncode == 1
    assert re.search(r"relay.yaml:1:\d+: server: this is not a server", broken.stderr)
    assert re.search(r"relay.yaml:2:\d+: transforms: there is no such transform. Did you mean star", broken.stderr)
