"""Members come in with their password: by netcat, by Debian's telnet and by the project's own client; it stands on no screen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e.harness import PATIENCE, Daemon, environment, need_programs, program, terminal, until

pytestmark = pytest.mark.e2e

QUESTION = r"Password for admin:"


def secret(server: Daemon) -> str:
    """Give the first admin's password, which the server keeps in a file until it has been used."""
    until(lambda: "The first admin is called admin" in server.log(), "the first admin")
    return (server.state / "admin-password").read_text().strip()


def test_netcat_gives_a_password_for_a_members_name_and_none_for_a_guests(server: Daemon) -> None:
    password = secret(server)
    bob, wrong, admin = server.nc("bob"), server.nc(), server.nc()
    wrong.say("admin")
    wrong.expect(QUESTION)
    wrong.say("not the password")
    wrong.expect(r"! That name and password do not belong together\.\n-- Password for \w+ again, or Enter alone for another name:.*\n")
    admin.say("admin")
    admin.expect(QUESTION)
    admin.say(password)
    admin.say("hello from the first line on")
    admin.expect(r"Welcome, admin\.\n")
    bob.expect(r"(?m)^-- admin joined \(2 here\)\nadmin: hello from the first line on\n")
    assert password.encode() not in bob.heard + admin.heard
    assert password not in server.log()


def test_debians_telnet_does_not_show_the_password(server: Daemon, tmp_path: Path) -> None:
    need_programs("telnet", "tmux")
    password, bob = secret(server), server.nc("bob")
    with terminal(tmp_path, ["telnet", "127.0.0.1", str(server.port)]) as screen:
        screen.expect("What is your name")
        screen.type("admin")
        screen.expect(QUESTION)
        screen.type(password)
        screen.expect(r"(?m)^Welcome, admin\.$")
        assert password not in screen.screen(history=True)
        screen.type("what follows is shown again")
        bob.expect(r"(?m)^admin: what follows is shown again\n")
        screen.expect(r"(?m)^what follows is shown again$")
        screen.type("/quit")
        screen.expect("Connection closed by foreign host")
        assert password not in screen.screen(history=True)


def test_the_client_asks_at_a_terminal_and_does_not_show_the_password(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux")
    password, bob = secret(server), server.nc("bob")
    with terminal(tmp_path, [*program("chatroom"), "join", f"admin@127.0.0.1:{server.port}"]) as screen:
        screen.expect(QUESTION, 20)
        screen.type("not the password")
        screen.expect("do not belong together")
        screen.expect(QUESTION)
        screen.type(password)
        screen.expect(r"lobby>")
        screen.type("hello from the prompt")
        bob.expect(r"(?m)^admin: hello from the prompt\n")
        assert password not in screen.screen(history=True)
        screen.press("C-d")
        assert screen.exit_code() == 0


def test_the_client_comes_back_with_the_password_after_the_server_was_killed(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux")
    password = secret(server)
    with terminal(tmp_path, [*program("chatroom"), "join", f"admin@127.0.0.1:{server.port}"]) as screen:
        screen.expect(QUESTION, 20)
        screen.type(password)
        screen.expect(r"lobby>")
        server.kill()
        server.start()
        screen.expect("The connection is back", 20)
        screen.type("and here again")
        screen.expect(r"admin: and here again")
        assert password not in screen.screen(history=True)


def joined(server: Daemon, *options: str, given: str = "hi\n", **more: str) -> subprocess.CompletedProcess[str]:
    command = [*program("chatroom"), "join", f"admin@127.0.0.1:{server.port}", *options]
    env = environment() | more
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=3 * PATIENCE, env=env, check=False)


def test_a_script_takes_the_password_from_the_environment_or_a_file_of_its_own(server: Daemon, tmp_path: Path) -> None:
    password, bob = secret(server), server.nc("bob")
    kept = tmp_path / "password"
    kept.write_text(password + "\n")
    kept.chmod(0o600)
    assert joined(server, given="by environment\n", CHATROOM_PASSWORD=password).returncode == 0
    bob.expect(r"(?m)^admin: by environment\n")
    assert joined(server, "--password-file", str(kept), given="by file\n").returncode == 0
    bob.expect(r"(?m)^admin: by file\n")
    kept.chmod(0o644)
    open_file = joined(server, "--password-file", str(kept))
    assert (open_file.returncode, "chmod 600" in open_file.stderr) == (2, True)
    none = joined(server)
    assert (none.returncode, "CHATROOM_PASSWORD" in none.stderr) == (3, True)
    wrong = joined(server, CHATROOM_PASSWORD="not the password")
    assert (wrong.returncode, wrong.stderr) == (3, "That name and password do not belong together.\n")
