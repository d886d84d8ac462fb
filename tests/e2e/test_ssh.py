"""OpenSSH's own client at the door: a person at a terminal, scripts, keys and passwords, and whoever never reads."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, environment, need_programs, program, run, terminal, until

pytestmark = pytest.mark.e2e

PASSWORD = "a few good words"  # nobody else's
MODERN = {
    "KEX algorithms": r"mlkem768x25519-sha256|curve25519-sha256(@libssh\.org)?|ecdh-sha2-nistp\d+|ext-info-s",
    "host key algorithms": "ssh-ed25519",
    "ciphers ctos": r"aes\d+-ctr",
    "ciphers stoc": r"aes\d+-ctr",
    "MACs ctos": r"hmac-sha2-\d+",
    "MACs stoc": r"hmac-sha2-\d+",
    "compression ctos": "none",
    "compression stoc": "none",
}


def ssh(server: Daemon, name: str, *command: str, options: Sequence[str] = ()) -> list[str]:
    """Give the command line of an SSH client that trusts the house it finds."""
    need_programs("ssh")
    known = server.folder / "known_hosts"
    usual = ("StrictHostKeyChecking=no", f"UserKnownHostsFile={known}", "LogLevel=ERROR", "IdentityAgent=none", "IdentitiesOnly=yes")
    wanted = [part for option in usual for part in ("-o", option)]
    return ["ssh", "-F", "none", "-p", str(server.port), *options, *wanted, f"{name}@{server.host}", *command]


def script(server: Daemon, name: str, *command: str, given: str = "", options: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run a client that asks nobody, to its end."""
    return run(ssh(server, name, *command, options=("-o", "BatchMode=yes", *options)), given=given, patience=20)


def member(server: Daemon, *words: str, given: str = "") -> None:
    """Change the list of members from a shell."""
    done = run([*program("chatroom"), "member", "--state", str(server.state), *words], given=given, patience=20)
    assert done.returncode == 0, done.stderr


def make_key(folder: Path, kind: str = "ed25519") -> Path:
    """Make a key pair; give the private file."""
    file = folder / "id"
    run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(file)])
    return file


def test_point_2_a_guest_chats_at_a_terminal_and_leaves_it_clean(server: Daemon) -> None:
    bob = server.nc("bob")
    with terminal(server.folder, ssh(server, "ann")) as ann:
        ann.expect(r"You are in lobby \(2 here: bob, ann\)")
        ann.type("hello naïve 日本")
        bob.expect("ann: hello naïve 日本")
        ann.press("h", "a", "l", "f")
        bob.say("not disturbing you, ann")
        ann.expect(r"bob: not disturbing you, ann\nlobby> half$")
        ann.resize(60, 20)
        ann.expect(r"\nlobby> half$")
        ann.press("C-c")
        ann.type("/quit")
        assert ann.exit_code() == 0
        ann.expect("-- Goodbye.")
    bob.expect("ann left")


def test_point_2_scripts_say_hear_and_get_exit_codes(server: Daemon) -> None:
    bob = server.nc("bob")
    said = script(server, "ci", "--", "say", "the build is green")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    bob.expect("ci: the build is green")
    asked = script(server, "ci", "who")
    assert (asked.returncode, asked.stdout) == (0, "lobby (2 here): bob, ci\n")
    piped = script(server, "ci", given="one\ntwo\n", options=["-T"])
    assert (piped.returncode, piped.stderr) == (0, "")
    bob.expect("ci: one\r?\nci: two")
    refused = script(server, "ci", given="/nosuch\n", options=["-T"])
    assert (refused.returncode, refused.stdout) == (4, "")
    assert refused.stderr.startswith("! There is no /nosuch.")


def test_point_2_a_member_comes_by_password_and_then_by_the_key_they_keep(server: Daemon) -> None:
    member(server, "add", "--password", "--rank", "moderator", "meg@example.org", given=f"{PASSWORD}\n")
    key = make_key(server.folder)
    with terminal(server.folder, ssh(server, "meg", options=["-o", "LogLevel=INFO", "-i", str(key)])) as meg:
        meg.expect("Password for meg:")
        meg.type("wrong")
        meg.expect("That name and password do not belong together")
        meg.type(PASSWORD)
        meg.expect(r"Your ssh showed a key, SHA256:")
        meg.type("/key add")
        meg.expect("Kept: ssh-ed25519")
        meg.press("C-d")
        assert meg.exit_code() == 0
    console = script(server, "meg", "admin", "whois", "meg", options=["-i", str(key)])
    assert console.returncode == 1  # who is at a console is nobody in the chat
    assert script(server, "meg", "who", options=["-i", str(key)]).stdout == "lobby (1 here): meg\n"
    nobody = script(server, "meg", "who")
    assert nobody.returncode == 255
    assert "Permission denied (publickey,keyboard-interactive,password)" in nobody.stderr


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_can_be_given_from_a_shell(server: Daemon, kind: str) -> None:
    member(server, "add", "ann@example.org")
    key = make_key(server.folder, kind)
    assert script(server, "ann", "who", options=["-i", str(key)]).returncode == 255
    member(server, "key", "ann", f"{key}.pub")
    until(lambda: script(server, "ann", "who", options=["-i", str(key)]).returncode == 0, "the key to hold")


def test_a_client_that_hides_its_question_is_asked_for_a_password(server: Daemon) -> None:
    member(server, "add", "--password", "meg@example.org", given=f"{PASSWORD}\n")
    answer = server.folder / "answer"
    answer.write_text(f"#!/bin/sh\necho '{PASSWORD}'\n")
    answer.chmod(0o700)
    asking = {**environment(), "SSH_ASKPASS": str(answer), "SSH_ASKPASS_REQUIRE": "force"}
    for way in ("keyboard-interactive", "password"):
        command = ssh(server, "meg", "who", options=["-o", f"PreferredAuthentications={way}"])
        done = subprocess.run(command, env=asking, capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
        assert (done.returncode, done.stdout) == (0, "lobby (1 here): meg\n"), done.stderr


def test_point_2_nothing_weak_is_offered_and_keys_are_exchanged_anew(server: Daemon) -> None:
    seen = script(server, "ann", "who", options=["-vv", "-o", "LogLevel=DEBUG2"]).stderr
    offered = seen.partition("peer server KEXINIT proposal")[2]
    for what, wanted in MODERN.items():
        found = re.search(rf"debug2: {what}: (\S+)", offered)
        assert found is not None, f"{what} is not told\n{seen}"
        assert [one for one in found[1].split(",") if not re.fullmatch(wanted, one)] == []
    many = script(server, "ann", given="x" * 1000 + "\n" * 60, options=["-T", "-o", "RekeyLimit=1K"])
    assert (many.returncode, many.stderr) == (0, "")


def test_point_2_nothing_is_forwarded_and_no_files_are_had(server: Daemon) -> None:
    forwarded = script(server, "ann", options=["-o", "LogLevel=INFO", "-W", "localhost:22"])
    assert forwarded.returncode == 255
    assert "There is no forwarding here." in forwarded.stderr
    need_programs("sftp", "scp")
    trusting = [
        "-P",
        str(server.port),
        "-F",
        "none",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        f"UserKnownHostsFile={server.folder / 'known_hosts'}",
    ]
    for command in (
        ["sftp", "-b", "/dev/null", *trusting, f"ann@{server.host}"],
        ["scp", *trusting, "/etc/hostname", f"ann@{server.host}:/tmp/"],
        ["scp", "-O", *trusting, "/etc/hostname", f"ann@{server.host}:/tmp/"],
    ):
        files = run(command, patience=20)
        assert files.returncode != 0
        assert "no files are sent or had here" in files.stderr


def test_a_reader_that_stops_is_let_go_and_costs_nobody_anything(serve: Serve) -> None:
    server = serve("--set", "limits.stall=3", "--set", "floods.per_minute=0", "--set", "floods.burst=0").start()
    before = server.resident_kib()
    held = subprocess.Popen(
        ssh(server, "ann", options=["-tt"]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        bob = server.nc("bob")
        bob.say("/who")
        until(lambda: "ann (ssh" in server.log(), "ann to come in")
        os.kill(held.pid, signal.SIGSTOP)
        for _ in range(3000):
            bob.say("x" * 3000)
        until(lambda: "ann (ssh 127.0.0.1) was let go: read nothing for 3 s" in server.log(), "ann to be let go", 30)
        assert server.resident_kib() - before < 64 * 1024
    finally:
        held.kill()
        held.wait()
