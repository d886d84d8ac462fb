"""What waits for a member who is not here, with the real daemon: notes, bans and what was said, over kills and on every door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Netcat, need_programs, program, terminal
from tests.e2e.test_members_login import joined, secret

pytestmark = pytest.mark.e2e

TIME = r"\[\d\d:\d\d\]"
WAITED = r"(?m)^-- Said to you alone while you were not here:\n"


def logs_in(server: Daemon, password: str) -> Netcat:
    """Let the admin come in with netcat, until they are in the lobby."""
    admin = server.nc()
    admin.say("admin")
    admin.expect("Password for admin:")
    admin.say(password)
    admin.expect(r"Welcome, admin\.")
    return admin


def leaves(one: Netcat) -> str:
    """Let somebody quit; give what they were shown until then."""
    one.say("/quit")
    return one.await_end()


def settles(one: Netcat) -> None:
    """Wait until everything that was to be stored until now is stored: what is said next is stored after it."""
    one.say("/join aside")
    one.expect("You are in aside")
    one.say("/topic all of it is stored")
    one.expect("You changed the topic to: all of it is stored")


def kill_and_start(server: Daemon) -> None:
    server.kill()
    server.start()


def test_points_3_and_5_a_ban_and_a_note_that_survive_kill_9(server: Daemon) -> None:
    password = secret(server)
    admin, troll, bob = logs_in(server, password), server.nc("troll"), server.nc("bob")
    admin.say("/ban troll for a day: spam")
    admin.expect(r"(?m)^-- [^\n]*troll[^\n]*\n")
    troll.await_end()
    leaves(admin)
    bob.expect("admin left")
    bob.say("/msg admin they were at it again")
    bob.expect(r"-- admin is not here; your message is kept until they come\.")
    kill_and_start(server)
    again = server.nc()
    again.say("troll")
    again.expect(r"(?m)^! [^\n]*banned")
    admin = logs_in(server, password)
    admin.expect(WAITED + TIME + r" \(private\) bob: they were at it again\n")


@pytest.mark.parametrize("door", ["line", "native", "console", "prompt"])
def test_point_5_a_note_is_delivered_once_with_its_time_at_the_next_door_whatever_it_is(
    server: Daemon, tmp_path: Path, door: str
) -> None:
    password = secret(server)
    bob = server.nc("bob")
    bob.say("/msg admin mind the gap")
    bob.expect(r"-- admin is not here; your message is kept until they come\.")
    _DOORS[door](server, password, tmp_path)
    bob.expect("admin left")
    later = logs_in(server, password)
    assert "mind the gap" not in leaves(later)


def _by_line(server: Daemon, password: str, folder: Path) -> None:
    admin = logs_in(server, password)
    admin.expect(WAITED + TIME + r" \(private\) bob: mind the gap\n")
    leaves(admin)


def _by_native(server: Daemon, password: str, folder: Path) -> None:
    admin = server.native("admin", password=password)
    told = admin.expect("told", text="mind the gap")
    assert told["at"].endswith("Z")
    admin.ask("quit")


def _by_plain(server: Daemon, password: str, folder: Path) -> None:
    found = joined(server, given="/who\n", CHATROOM_PASSWORD=password)
    assert found.returncode == 0
    assert "bob: mind the gap" in found.stdout


def _by_prompt(server: Daemon, password: str, folder: Path) -> None:
    need_programs("tmux")
    with terminal(folder, [*program("chatroom"), "join", f"admin@127.0.0.1:{server.port}"]) as screen:
        screen.expect("Password for admin:", 20)
        screen.type(password)
        screen.expect(r"(?m)^\[\d\d:\d\d\] \(private\) bob: mind the gap$")
        screen.press("C-d")
        assert screen.exit_code() == 0


_DOORS = {"line": _by_line, "native": _by_native, "console": _by_plain, "prompt": _by_prompt}


def test_point_6_what_was_missed_is_shown_once_with_times_and_up_to_a_limit(serve: Serve) -> None:
    server = serve("--set", "limits.missed=3", "--set", "limits.recent=2").start()
    password, bob = secret(server), server.nc("bob")
    admin = logs_in(server, password)
    admin.expect("You are in lobby")
    leaves(admin)
    for text in ("one", "two", "three", "four", "five"):
        bob.say(text)
    bob.say("/history 1")
    bob.expect("bob: five")
    admin = logs_in(server, password)
    told = admin.expect(
        rf"(?m)^-- New since you were here:\n{TIME} bob: three\n{TIME} bob: four\n{TIME} bob: five\n"
        r"-- … and 2 more before that: /history (\d+ \d+)\n-- You are in lobby"
    )
    admin.say(f"/history {told[1]}")
    admin.expect(r"(?m)bob: one\n.*bob: two\n")
    leaves(admin)
    settles(bob)
    kill_and_start(server)
    admin = logs_in(server, password)
    admin.expect(r"-- Nothing new since you were here\.\n")
    leaves(admin)
    guest = server.nc()
    guest.say("guest")
    guest.expect(rf"(?m)^{TIME} bob: four\n{TIME} bob: five\n-- You are in lobby")


def test_point_6_what_stood_on_the_screen_is_seen_and_what_was_said_in_a_room_not_looked_at_is_not(
    server: Daemon, tmp_path: Path
) -> None:
    need_programs("tmux")
    password, bob = secret(server), server.native("bob", rooms=["lobby", "dev"])
    command = [*program("chatroom"), "join", f"admin@127.0.0.1:{server.port}"]
    with terminal(tmp_path, command) as screen:
        screen.expect("Password for admin:", 20)
        screen.type(password)
        screen.expect(r"lobby>")
        screen.type("/join dev")
        screen.expect(r"dev>")
        bob.ask("say", room="lobby", text="elsewhere")
        bob.ask("say", room="dev", text="before your eyes")
        screen.expect("before your eyes")
        screen.press("C-d")
        assert screen.exit_code() == 0
    again = server.native("admin", password=password, rooms=["lobby", "dev"])
    shown = {
        one["room"]: [said["text"] for said in one["recent"] if said["is"] == "said"]
        for one in (again.entered, again.expect("entered"))
    }
    assert shown == {"lobby": ["elsewhere"], "dev": []}
