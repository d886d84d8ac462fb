"""What is nobody else's business: the files of a house and of its clients, and the passwords that went through them."""

from __future__ import annotations

import os
import signal
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import entering
from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, answers, environment, program, run, terminal, until

pytestmark = pytest.mark.e2e

TYPED = "typed-at-the-prompt-1"
SECOND = "typed-at-the-prompt-2"
BY_SHELL = "piped-into-the-shell-3"
BY_HAND = "written-by-hand-4"
BY_ADMIN = "chosen-by-an-admin-5"
WRONG = "tried-in-vain-6"
RELAYS = "shared-with-a-relay-7"
ROOMS = "key-of-a-room-8"


def everything_in(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Give every file below a folder with what is in it, and what is in archives."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".tar":
            yield path, path.read_bytes()
        elif path.is_file():
            with tarfile.open(path) as archive:
                for name in archive.getnames():
                    if (held := archive.extractfile(name)) is not None:
                        yield path / name, held.read()


def modes(folder: Path) -> dict[str, str]:
    """Give what others than the owner may do with each thing below a folder, where that is anything."""
    found = {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}
    # twistd writes this one, as it was told to.
    found.pop("chatroom.pid")
    return {name: oct(mode) for name, mode in found.items() if mode & 0o077}


def console(server: Daemon, line: str) -> str:
    """Have the house do something from a shell."""
    done = run([*program("chatroom"), "console", "--state", str(server.state), "-c", line], patience=20)
    assert done.returncode == 0, done
    return done.stdout


@pytest.mark.parametrize("twistd", [(), ("--umask", "0")], ids=["starter's", "twistd's"])
def test_point_4_everything_a_house_keeps_is_its_owners_alone_whatever_the_umask(serve: Serve, twistd: tuple[str, ...]) -> None:
    server = serve("--set", "doors.console=tcp:0:interface=127.0.0.1", preexec=lambda: os.umask(0))
    server.folder.mkdir()
    command = [part for part in server.command if part != "-n"]
    loose = ["sh", "-c", 'umask 0; exec "$@"', "sh", command[0], *twistd, *command[1:]]
    done = run(loose, folder=server.folder, patience=20)
    assert done.returncode == 0, done.stdout + done.stderr
    pid_file = server.state / "chatroom.pid"
    pid = int(until(lambda: pid_file.exists() and pid_file.read_text(), "the pid file"))
    try:
        until(lambda: answers(server.host, server.port), "the house to answer")
        ann = server.nc("ann")
        for number in range(20):
            ann.say(f"something to keep {number}")
        console(server, "backup")
        os.kill(pid, signal.SIGUSR1)
        server.nc("bob")
        until((server.state / "chatroom.log.1").exists, "the log to be turned")
        kept = {path.name for path in server.state.iterdir()}
        wanted = "chatroom.db chatroom.db-wal chatroom.log chatroom.lock members.txt certificate.pem key.pem ssh-host-key console.sock"
        assert kept >= set(wanted.split()), kept
        assert modes(server.state) == {}
    finally:
        os.kill(pid, signal.SIGTERM)


def test_point_4_no_password_is_in_any_log_list_error_or_history(serve: Serve, tmp_path: Path) -> None:
    config = tmp_path / "settings" / "relaying.yaml"
    config.parent.mkdir()
    config.write_text(f"relays: {{secret: {RELAYS}-{RELAYS}}}\nregistration: open\n")
    server = serve("--config", str(config), "--set", "doors.console=tcp:0:interface=127.0.0.1").start()
    until(lambda: "The first admin is called admin" in server.log(), "the first admin")
    first = (server.state / "admin-password").read_text().strip()
    admin = server.native("admin", password=first)
    homes = tmp_path / "homes"
    homes.mkdir()
    added = [*program("chatroom"), "member", "--state", str(server.state), "add", "--password", "ann@example.org"]
    seen = [run(added, given=f"{BY_SHELL}\n", patience=20)]
    with (server.state / "members.txt").open("a") as file:
        file.write(f"hal@example.org {BY_HAND}\nbroken {BY_HAND} <\n")
    until(lambda: "hal@example.org, called hal, is hashed now" in server.log(), "the line of hal to be taken")
    code = admin.ask("members", what="add eve@example.org")["code"]
    admin.ask("members", what=f"passwd hal {BY_ADMIN}")
    admin.ask("join", room="dev")
    assert admin.ask("line", text=f"/access #dev key {ROOMS}")["ok"]
    token = admin.ask("bots", what="add ci")["token"]
    console(server, f"members passwd hal {BY_ADMIN}")
    at_the_prompt(server, homes, code)
    for way in (entering.ByNetcat, entering.Spoken, entering.ByPass, entering.BySasl, entering.ByTelnet, entering.BySsh):
        visit = way(server)
        # After five of them one would have to wait.
        assert not visit.enter("ann" if isinstance(visit, entering.ByNetcat) else "hal", WRONG)
        visit.close()
    odd_lines(server)
    run(["curl", "-sS", "-H", f"Authorization: Bearer {token}x", f"http://{server.host}:{server.port}/rooms/lobby?token={token}"])
    seen.append(run([*program("chatroom"), "join", f"ann@{server.host}:{server.port}"], given="hi\n", patience=20))
    console(server, "reload")
    told = console(server, "audit") + console(server, "members") + console(server, "stats") + console(server, "bans")
    console(server, "backup")
    shown = [told, *(one.stdout + one.stderr for one in seen)]
    listed = [Path(f"/proc/{server.pid}/cmdline").read_bytes(), *(text.encode() for text in shown)]
    server.stop()
    secrets = [first, TYPED, SECOND, BY_SHELL, BY_ADMIN, WRONG, token, code]
    places = [*everything_in(server.folder), *everything_in(homes), *((Path("a list"), text) for text in listed)]
    assert len(places) > 10
    for secret in secrets:
        for path, held in places:
            assert secret.encode() not in held, f"{secret} is in {path}"
    # What its owner wrote into a file and is still to mend or to use stays there, and in what is backed up of it.
    assert {path.name for path, held in places if BY_HAND.encode() in held} == {"members.txt"}
    assert {path.name for path, held in places if RELAYS.encode() in held} <= {"config.yaml"}
    # A room's key is to be told to others, and kept so; but in no log.
    assert ROOMS not in server.log()


def at_the_prompt(server: Daemon, home: Path, code: str) -> None:
    """Use the project's client as somebody who was invited: choose a password, and another one."""
    env = {**environment(), "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state")}
    join = [*program("chatroom"), "join", f"eve@{server.host}:{server.port}"]
    given = [f"{name}={env[name]}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")]
    with terminal(server.folder, ["env", *given, *join]) as shown:
        shown.expect("Password for eve:", 25)
        shown.type(code)
        shown.expect("Choose a password:")
        shown.type(TYPED)
        shown.expect("And once more:")
        shown.type(TYPED)
        shown.expect("lobby>")
        shown.type(f"/passwd {TYPED} {SECOND}")
        shown.expect("(?i)password.*(changed|new)")
        shown.press("C-d")
        shown.exit_code()


def odd_lines(server: Daemon) -> None:
    """Say secrets where they are not asked for, as people do by mistake: nobody has them in a log for that."""
    one = server.nc()
    one.say(f"/password {WRONG}")
    one.say(f"/hello ann {WRONG}")
    one.say('{"do":"hello","name":"ann","password":"' + WRONG)
    one.close()
    program = server.native("carl")
    for asked in ({"do": "hello", "password": WRONG}, {"do": "passwd", "old": WRONG}, {"do": "nosuch", "password": WRONG}):
        program.request(**asked)
    program.ask("ping")
