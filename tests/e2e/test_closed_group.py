"""Point 1: a closed group, whose members come in with their password by every door there is, and nobody else by any."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import entering
from tests.e2e.browsing import chromium
from tests.e2e.conftest import Serve
from tests.e2e.entering import GuestWay, Visit, Way
from tests.e2e.harness import Daemon, Native, environment, program, run, until
from tests.e2e.relaying import Relays, relays_in
from tests.e2e.test_ssh import make_key, script

pytestmark = pytest.mark.e2e

FIRST, SECOND, WRONG = "a first password", "a second password", "not the password"
RELAYED = {"relay, netcat": entering.ByNetcat, "relay, programs": entering.Spoken}
WAYS: dict[str, Way] = {
    "netcat": entering.ByNetcat,
    "telnet": entering.ByTelnet,
    "programs": entering.Spoken,
    "client": entering.ByClient,
    "IRC by PASS": entering.ByPass,
    "IRC by SASL": entering.BySasl,
    "SSH": entering.BySsh,
    "WebSocket": entering.BySocket,
}


@pytest.fixture
def relays(tmp_path: Path) -> Iterator[Relays]:
    """Give a way to start relays."""
    with relays_in(tmp_path) as make:
        yield make


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser for all tests."""
    with chromium() as one:
        yield one


@pytest.fixture
def house(serve: Serve) -> Daemon:
    """Open a house for members alone, and write one into the list by hand."""
    server = serve("--set", "access=members", "--set", "doors.console=tcp:0:interface=127.0.0.1").start()
    members = server.state / "members.txt"
    admin_is_made(server)
    with members.open("a") as file:
        file.write(f"# the choir\nann@example.org {FIRST}\n")
    until(lambda: FIRST not in members.read_text(), "the password to be gone from the list")
    return server


def admin_is_made(server: Daemon) -> None:
    """Wait until the house has made its first admin."""
    until(lambda: "The first admin is called admin" in server.log(), "the first admin")


def boss(server: Daemon) -> Native:
    """Let the first admin in."""
    admin_is_made(server)
    return server.native("admin", password=(server.state / "admin-password").read_text().strip())


def member(server: Daemon, *words: str, given: str = "") -> None:
    """Change the list of members from a shell."""
    done = run([*program("chatroom"), "member", "--state", str(server.state), *words], given=given, patience=20)
    assert done.returncode == 0, done.stdout + done.stderr


def strike_out(server: Daemon, name: str) -> None:
    """Take a member's line out of the list with an editor."""
    members = server.state / "members.txt"
    kept = [line for line in members.read_text().splitlines(keepends=True) if f" {name} " not in line]
    (server.state / "edited").write_text("".join(kept))
    (server.state / "edited").rename(members)


def refuses(way: Way, server: Daemon, who: str, password: str) -> None:
    """Try to come in, in vain."""
    visit = way(server)
    assert not visit.enter(who, password), f"{who} came in"
    visit.close()


def admits(way: Way, server: Daemon, password: str) -> Visit:
    """Come in, and be heard."""
    visit = way(server)
    assert visit.enter("ann@example.org", password)
    return visit


def lets_in_members_alone(way: Way, at: Daemon, server: Daemon, rank: str = "member") -> None:
    """Try one way in with wrong, right, changed and removed passwords."""
    admin = boss(server)
    member(server, "rank", "ann", rank)
    refuses(way, at, "stranger", WRONG)
    refuses(way, at, "ann", WRONG)
    visit = admits(way, at, FIRST)
    visit.say("hello from where I am")
    admin.expect("said", text="hello from where I am")
    member(server, "passwd", "ann", given=f"{SECOND}\n")
    refuses(way, at, "ann", FIRST)
    again = admits(way, at, SECOND)
    strike_out(server, "ann")
    visit.is_put_out()
    again.is_put_out()
    refuses(way, at, "ann", SECOND)
    assert admin.ask("who")["people"] == [{"name": "admin"}]
    for password in (FIRST, SECOND, WRONG):
        assert password not in server.log()


@pytest.mark.parametrize("door", WAYS)
def test_point_1_the_closed_group(house: Daemon, door: str) -> None:
    lets_in_members_alone(WAYS[door], house, house)


def test_point_1_the_closed_group_at_the_console(house: Daemon) -> None:
    lets_in_members_alone(entering.AtConsole, house, house, rank="admin")


def test_point_1_a_key_lets_its_member_in_by_ssh_until_they_are_removed(house: Daemon) -> None:
    key = make_key(house.folder)
    member(house, "key", "ann", f"{key}.pub")
    until(lambda: script(house, "ann", "who", options=["-i", str(key)]).returncode == 0, "the key to hold")
    strike_out(house, "ann")
    until(lambda: script(house, "ann", "who", options=["-i", str(key)]).returncode == 255, "the key to let nobody in")


@pytest.mark.parametrize("door", RELAYED)
def test_point_1_the_closed_group_through_a_relay(house: Daemon, relays: Relays, door: str) -> None:
    lets_in_members_alone(RELAYED[door], relays(house), house)


def test_point_1_the_closed_group_in_a_browser(house: Daemon, browser: Browser) -> None:
    lets_in_members_alone(partial(entering.ByPage, browser=browser), house, house)


# -- invitations -----------------------------------------------------------------------------------------------------------------------

CODE = r"[a-z0-9]{4}(?:-[a-z0-9]{4}){2}"
OWN = "words-of-my-own"
INVITED = [door for door in WAYS if "IRC" not in door]


def turns_the_code_into_a_password(way: Way, server: Daemon, code: str) -> None:
    """Come in by an invitation, once, and from then on with what was chosen."""
    visit = way(server)
    visit.redeem("ann", code, OWN)
    visit.close()
    refuses(way, server, "ann", code)
    again = way(server)
    assert again.enter("ann", OWN)
    again.close()
    assert code not in server.log()
    assert OWN not in server.log()


def invited(server: Daemon) -> str:
    """Have an invitation made for somebody whose password is then no more."""
    found = re.search(CODE, boss(server).ask("members", what="invite ann")["code"])
    assert found is not None
    return found[0]


@pytest.mark.parametrize("door", INVITED)
def test_point_1_an_invitation_is_turned_into_a_password(house: Daemon, door: str) -> None:
    turns_the_code_into_a_password(WAYS[door], house, invited(house))


def test_point_1_an_invitation_is_turned_into_a_password_in_a_browser(house: Daemon, browser: Browser) -> None:
    turns_the_code_into_a_password(partial(entering.ByPage, browser=browser), house, invited(house))


def test_point_1_an_invitation_at_irc_says_where_to_turn_it_into_a_password(house: Daemon) -> None:
    visit = entering.ByPass(house)
    assert not visit.enter("ann", invited(house))
    assert b"464 * :The invitation is good, and lets you choose a password: once by nc," in visit.link.heard


# -- strangers -------------------------------------------------------------------------------------------------------------------------

PLAN = "the plan is to meet at noon"
CONTENT_FREE = {"/": 200, "/monitor": 200, "/static/chat.js": 200, "/openapi.json": 200, "/healthz": 200}
SHOWING = [*(f"/rooms/lobby{more}" for more in ("", "?q=noon", "?at=1", "/history", "/events")), "/rooms", "/people"]
PATHS = {**CONTENT_FREE, **dict.fromkeys(SHOWING, 401), "/metrics": 401, "/readyz": 401}


def http(server: Daemon, path: str, *options: str, token: str = "") -> tuple[int, str]:
    """Ask by curl; give the status and what came."""
    shown = ["-H", f"Authorization: Bearer {token}"] if token else []
    line = ["curl", "-sS", "-m", "10", "-w", "\n%{http_code}", *shown, *options, f"http://{server.host}:{server.port}{path}"]
    done = run(line, patience=20)
    body, _, code = done.stdout.rpartition("\n")
    return int(code), body


def test_point_1_strangers_see_nothing_on_the_web(serve: Serve) -> None:
    server = serve("--set", "access=members", "--set", "web.readable=[lobby]", "--set", "web.monitor=open").start()
    boss(server).ask("say", text=PLAN)
    for path, status in PATHS.items():
        for token in ("", "nobodys"):
            code, shown = http(server, path, token=token)
            assert code == status, (path, code, shown)
            assert PLAN not in shown
            assert '"admin"' not in shown
    assert http(server, "/rooms/lobby", "-d", "hi")[0] == 401


def test_point_1_a_programs_token_lets_it_in_until_it_is_taken_away(serve: Serve) -> None:
    server = serve("--set", "access=members").start()
    admin = boss(server)
    token = admin.ask("bots", what="add ci")["token"]
    assert http(server, "/rooms/lobby", "-d", "from a script", token=token)[0] == 201
    admin.expect("said", text="from a script")
    for path in set(SHOWING) - {"/rooms/lobby/events"}:
        assert http(server, path, token=token)[0] == 200, path
    follow = [
        "curl",
        "-sSN",
        "-m",
        "30",
        f"http://{server.host}:{server.port}/rooms/lobby/events",
        "-H",
        f"Authorization: Bearer {token}",
    ]
    with subprocess.Popen(follow, stdout=subprocess.PIPE, text=True, env=environment()) as following:
        until(lambda: "1 web" in admin.ask("stats")["connections"], "the stream to be open")
        admin.ask("bots", what="remove ci")
        assert following.wait(10) == 0
    assert http(server, "/rooms/lobby", "-d", "hi", token=token)[0] == 401
    assert http(server, "/rooms", token=token)[0] == 401
    assert token not in server.log()


def test_point_1_strangers_see_nothing_of_the_monitor(house: Daemon) -> None:
    admin = boss(house)
    for way in (entering.Spoken, entering.BySocket):
        visit = way(house)
        visit.put(do="monitor", id="look")
        visit.link.expect(r'"re":"look","ok":false[^\n]*"error":"monitor-for-members"')
        admin.ask("say", text=PLAN)
        visit.put(do="ping", id="still")
        visit.link.expect('"re":"still"')
        assert PLAN.encode() not in visit.link.heard


# -- registration ----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["netcat", "programs", "page"])
def way(request: pytest.FixtureRequest, browser: Browser) -> GuestWay:
    """Give one way in of three."""
    ways: dict[str, GuestWay] = {"netcat": entering.ByNetcat, "programs": entering.Spoken}
    return ways.get(request.param) or partial(entering.ByPage, browser=browser)


def test_point_1_where_registration_is_open_a_guest_becomes_a_member(serve: Serve, way: GuestWay) -> None:
    server = serve("--set", "registration=open").start()
    dan = server.nc("dan")
    guest = way(server)
    guest.enter_as_guest("ann")
    guest.say("/register ann@example.org")
    code = guest.reads(rf"ann is your name.*?({CODE})")
    guest.say("and say this in the lobby")
    dan.expect("ann: and say this in the lobby")
    guest.close()
    turns_the_code_into_a_password(way, server, code)


def test_point_1_where_members_invite_a_friend_becomes_one(serve: Serve, way: GuestWay) -> None:
    server = serve("--set", "registration=invited").start()
    member(server, "add", "--password", "bob@example.org", given="bobs own words\n")
    bob = server.native("bob", password="bobs own words")
    guest = way(server)
    guest.enter_as_guest("eve")
    guest.say("/register eve@example.org")
    guest.reads("(Only a member can make you one here)")
    guest.close()
    code = bob.ask("sponsor", mail="ann@example.org")["code"]
    turns_the_code_into_a_password(way, server, code)
