"""The consoles as people meet them: Debian's telnet under expect and in a terminal, nc, the host's own terminal, and scripts."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.harness import Daemon, Tmux, environment, free_port, need_programs, program, run, terminal, until

pytestmark = pytest.mark.e2e

Serve = Callable[..., Daemon]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(serve: Serve, port: int) -> Daemon:
    return serve("--set", f"doors.console=tcp:{port}:interface=127.0.0.1").start()


def password(server: Daemon) -> str:
    """Read the first admin's password where the host would."""
    until(lambda: "The first admin" in server.log(), "the first admin")
    return (server.state / "admin-password").read_text().strip()


def commanded(server: Daemon, *commands: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run `chatroom console` as a script would."""
    wanted = [word for command in commands for word in ("-c", command)]
    return run([*program("chatroom"), "console", "--state", str(server.state), *wanted], given=given, patience=20)


FAIL = 'puts "\\nFAILED"; exit 1'


def expects(pattern: str) -> str:
    """Write one expectation; in vain, it ends the script with a failure."""
    return f"expect -re {{{pattern}}} {{}} timeout {{{FAIL}}} eof {{{FAIL}}}"


def sends(keys: str) -> str:
    """Write the pressing of keys and Enter."""
    return f'send -- "{keys}\\r"'


def expected(folder: Path, port: int, *steps: str) -> subprocess.CompletedProcess[str]:
    """Run telnet under expect, to the end of the connection."""
    need_programs("telnet", "expect")
    script = folder / "steps.exp"
    last = f"expect eof {{}} timeout {{{FAIL}}}"
    script.write_text("\n".join(["set timeout 10", f"spawn telnet 127.0.0.1 {port}", *steps, last]) + "\n")
    return subprocess.run(["expect", "-f", str(script)], capture_output=True, text=True, timeout=60, env=environment(), check=False)


def test_point_2_telnet_under_expect_logs_in_and_kicks(server: Daemon, port: int, tmp_path: Path) -> None:
    bob = server.nc("bob")
    secret = password(server)
    steps = [
        expects("Name: "),
        sends("admin"),
        expects("Password: "),
        sends(secret),
        expects("Welcome, admin"),
        sends("who lobby"),
        expects("lobby .1 here.: bob"),
        sends("kick bob for fun"),
        expects("Done|bob"),
        sends("not this\\025quit"),
    ]
    ran = expected(tmp_path, port, *steps)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert secret not in ran.stdout
    bob.expect("for fun")
    bob.await_end()


def test_point_2_three_wrong_passwords_end_the_connection(server: Daemon, port: int, tmp_path: Path) -> None:
    tries = [expects("Name: "), sends("admin"), expects("Password: "), sends("wrong")] * 3
    ran = expected(tmp_path, port, *tries, expects("Too many attempts"))
    assert ran.returncode == 0, ran.stdout + ran.stderr


def at_console(shown: Tmux, server: Daemon) -> None:
    shown.expect("Name:")
    shown.type("admin")
    shown.expect("Password:")
    shown.type(password(server))
    shown.expect("Welcome, admin")


def test_point_2_telnet_in_a_terminal_has_editing_history_completion_and_a_prompt_that_stays(
    server: Daemon, port: int, tmp_path: Path
) -> None:
    need_programs("telnet")
    secret = password(server)
    with terminal(tmp_path, ["telnet", "127.0.0.1", str(port)], width=90, height=30) as shown:
        at_console(shown, server)
        assert secret not in shown.screen(history=True)
        shown.type("watch")
        shown.press("w", "h", "o", "i", "Tab")
        shown.expect(r"(?m)^> whois")
        ann = server.nc("ann")
        ann.say("what a day: 漢字🙂")
        shown.expect(r"\[lobby\] ann: what a day: 漢字🙂\n> whois")
        shown.press("a", "n", "n", "Enter")
        shown.expect("ann")
        shown.press("Up", "Up")
        shown.expect(r"(?m)^> watch$")
        shown.press("C-u")
        shown.type("rooms")
        shown.expect(r"lobby \(1 here\)")
        shown.resize(50, 20)
        shown.press("漢", "字", "x", "Left", "Left", "a")
        shown.expect("> 漢a字x")
        shown.press("C-c")
        shown.type("help")
        shown.expect("COMMAND says more", history=True)
        shown.press("C-d")
        shown.expect("Connection closed by foreign host")


def test_point_2_nc_has_the_same_dialogue(server: Daemon, port: int) -> None:
    need_programs("nc")
    given = f"admin\n{password(server)}\nrooms\nhlep\nquit\n"
    ran = subprocess.run(["nc", "127.0.0.1", str(port)], input=given.encode(), capture_output=True, timeout=20, check=False)
    heard = ran.stdout.decode(errors="replace")
    assert "Welcome, admin." in heard
    assert "lobby (0 here)" in heard
    assert "Did you mean help?" in heard


def test_point_2_scripts_command_the_house_and_learn_how_it_went(server: Daemon) -> None:
    bob = server.nc("bob")
    assert commanded(server, "kick bob").returncode == 0
    bob.await_end()
    refused = commanded(server, "kick bob")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "bob" in refused.stderr
    assert commanded(server, "hlep").returncode == 2
    piped = commanded(server, given="# who is here\nrooms\nstats\n")
    assert piped.returncode == 0
    assert "lobby (0 here)" in piped.stdout
    server.stop()
    gone = commanded(server, "rooms")
    assert (gone.returncode, gone.stdout) == (3, "")
    assert "No house is open in" in gone.stderr


def test_point_2_the_local_console_at_a_prompt(server: Daemon, tmp_path: Path) -> None:
    server.nc("robert")
    with terminal(tmp_path, [*program("chatroom"), "console", "--state", str(server.state)]) as shown:
        shown.expect("(?m)^>")
        shown.press("w", "h", "o", "i", "Tab")
        shown.expect("> whois")
        shown.press("R", "o", "b", "Tab")
        shown.expect("> whois robert")
        shown.press("Enter")
        shown.expect(r"robert is a guest[^>]*\n>")
        shown.press("C-d")
        assert shown.exit_code() == 0


def host(server: Daemon, tmp_path: Path) -> list[str]:
    """Give the command of a house in the foreground of a terminal, which tells afterwards how it left that."""
    server.folder.mkdir(parents=True, exist_ok=True)
    check = r"stty -a | grep -o -- ' -*icanon\| -*echo ' | tr -d '\n'"
    house = f'trap : INT; {shlex.join(server.command)}; echo "ended $?:$({check})."'
    # In a terminal inside the terminal, as Ctrl-C would otherwise also end the shell that the harness runs all this in.
    return [sys.executable, "-c", "import pty, sys; pty.spawn(sys.argv[1:])", "sh", "-c", house]


@pytest.mark.parametrize("how", ["key", "signal"])
def test_point_2_the_hosts_own_terminal_is_a_console(serve: Serve, tmp_path: Path, how: str) -> None:
    server = serve("--set", "doors.console=off")
    with terminal(tmp_path, host(server, tmp_path), width=100, height=40) as shown:
        shown.expect(r"The password is [a-z0-9-]+\n>", patience=20)
        ann = server.nc("ann")
        shown.expect(r"\[lobby\] -- ann joined")
        shown.type("Good evening, everybody")
        ann.expect("server: Good evening, everybody\r?\n")
        shown.press("h", "a", "l", "f")
        ann.say("is the host here?")
        shown.expect(r"\[lobby\] ann: is the host here\?\n> half")
        shown.press("C-u")
        shown.type("/kick ann enough")
        ann.await_end()
        shown.press("h", "a", "l", "f")
        if how == "key":
            shown.press("C-c")
        else:
            pid = int((server.state / "chatroom.lock").read_text())
            subprocess.run(["kill", f"-{signal.SIGTERM.value}", str(pid)], check=True)
        shown.expect(r"ended 0: icanon echo \.", patience=15)


def test_point_2_the_hosts_terminal_can_be_switched_off(serve: Serve, tmp_path: Path) -> None:
    server = serve("--set", "doors.console=off", "--set", "terminal=false")
    with terminal(tmp_path, host(server, tmp_path), width=100, height=40) as shown:
        shown.expect("State is kept in", patience=20)
        ann = server.nc("ann")
        shown.type("nobody hears this")
        ann.say("/who")
        ann.expect("lobby .1 here.: ann")
        assert b"nobody hears" not in ann.heard
        shown.press("C-c")
        shown.expect(r"ended 0: icanon echo \.", patience=15)


def test_point_3_telnet_under_expect_watches_bans_and_unbans(server: Daemon, port: int, tmp_path: Path) -> None:
    bob, ann = server.nc("bob"), server.nc("ann")
    secret = password(server)
    steps = [
        *[step for pair in (("Name: ", "admin"), ("Password: ", secret)) for step in (expects(pair[0]), sends(pair[1]))],
        expects("Welcome, admin"),
        sends("watch"),
        expects("You see all that happens now"),
        sends("ban bob 10m --dry-run"),
        expects("bob"),
        sends("ban name:bob 10m enough"),
        expects("admin.*ban"),
        sends("bans"),
        expects("bob.*enough"),
        sends("unban bob"),
        expects("Not banned any more: "),
        sends("bans"),
        expects("Nobody is banned"),
        sends("quit"),
    ]
    ran = expected(tmp_path, port, *steps)
    assert ran.returncode == 0, ran.stdout
    ann.expect("bob")
    assert "enough" in bob.await_end()


def test_point_8_telnet_under_expect_reloads_a_broken_and_a_good_config(serve: Serve, tmp_path: Path) -> None:
    settings, port, extra = tmp_path / "settings.yaml", free_port(), free_port()
    place = f"tcp:{port}:interface=127.0.0.1"
    settings.write_text("")
    server = serve("--config", str(settings), "--set", f"doors.console={place}").start()
    ann, secret = server.nc("ann"), password(server)
    broken, good = tmp_path / "broken.yaml", tmp_path / "good.yaml"
    broken.write_text("nam: the workshop\nlimits: {people: lots}\n")
    good.write_text(f"name: the workshop\ndoors: {{line: 'tcp:{extra}:interface=127.0.0.1'}}\nlobby: hall\n")
    steps = [
        *[step for pair in (("Name: ", "admin"), ("Password: ", secret)) for step in (expects(pair[0]), sends(pair[1]))],
        expects("Welcome, admin"),
        f"file copy -force {broken} {settings}",
        sends("reload"),
        expects("Nothing was changed, because the settings have faults"),
        expects("Did you mean name"),
        expects("limits.people: this is not a number"),
        f"file copy -force {good} {settings}",
        sends("reload"),
        expects("2 settings changed:"),
        expects("name: 'chatroom' -> 'the workshop'"),
        expects("doors.line: off -> tcp:"),
        expects("1 setting changed in the file, for the next start:"),
        expects("lobby: 'lobby' -> 'hall'"),
        sends("audit"),
        expects("reload: name, lobby, doors.line"),
        sends("quit"),
    ]
    ran = expected(tmp_path, port, *steps)
    assert ran.returncode == 0, ran.stdout
    there = run(["nc", "-N", "127.0.0.1", str(extra)], given="bob\nhi\n/quit\n", patience=10)
    ann.expect("bob: hi")
    assert "Welcome, bob." in there.stdout
    server.nc().expect(r"This is the workshop\.")
