"""HTTP behind a proxy: whose request it is, told in X-Forwarded-For and believed from listed addresses alone."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.testing import World, member, password_of
from tests.doors.browsing import OPENING, Answered, Socket, answered, request

FAR = "203.0.113.9"
PROXY, STRANGER = "127.0.0.1", "198.51.100.7"


@pytest.fixture
def world() -> World:
    return World(members=[member("dana", Rank.ADMIN)])


def asks(world: World, path: str, address: str = PROXY, method: str = "GET", body: bytes = b"", **headers: str) -> Answered:
    one = world.connect(world.web, world.wire(address))
    one.sends(request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}))
    return answered(one.wire.taken())


def opens(world: World, address: str = PROXY, **headers: str) -> Socket:
    one = world.connect(world.web, world.wire(address))
    one.sends(request("GET", "/ws", headers={**OPENING, **{name.replace("_", "-"): value for name, value in headers.items()}}))
    return Socket(world, one.wire, answered(one.wire.taken()).body)


def addresses(world: World) -> set[str]:
    return {session.address for session in world.hub.sessions}


def test_a_browser_is_known_by_the_address_the_proxy_tells(world: World) -> None:
    opens(world, X_Forwarded_For=FAR)
    assert addresses(world) == {FAR}


def test_strangers_may_write_what_they_like(world: World) -> None:
    opens(world, STRANGER, X_Forwarded_For=FAR, X_Forwarded_Proto="https")
    assert addresses(world) == {STRANGER}


def test_a_ban_hits_who_is_behind_the_proxy_and_nobody_else(world: World) -> None:
    world.host().asks("ban", who=FAR, force=True)
    assert opens(world, X_Forwarded_For=FAR).wire.lost
    assert not opens(world, X_Forwarded_For="203.0.113.10").wire.lost


def test_how_much_one_may_ask_is_counted_by_who_is_behind_the_proxy(world: World) -> None:
    found = [asks(world, "/healthz", X_Forwarded_For=FAR).status for _ in range(201)]
    assert (found[0], found[-1]) == (200, 429)
    assert asks(world, "/healthz", X_Forwarded_For="203.0.113.10").status == 200
    assert asks(world, "/healthz").status == 200


def test_each_request_on_one_connection_is_its_own_senders(world: World) -> None:
    one = world.connect(world.web, world.wire(PROXY))
    for _ in range(200):
        one.sends(request("GET", "/healthz", headers={"X-Forwarded-For": FAR}))
    one.wire.taken()
    for address, status in ((FAR, 429), ("203.0.113.10", 200)):
        one.sends(request("GET", "/healthz", headers={"X-Forwarded-For": address}))
        assert answered(one.wire.taken()).status == status


@pytest.mark.parametrize(
    ("address", "headers", "taken"),
    [
        (STRANGER, {}, False),
        (STRANGER, {"X_Forwarded_For": PROXY, "X_Forwarded_Proto": "https"}, False),
        (PROXY, {}, True),
        (PROXY, {"X_Forwarded_For": FAR}, False),
        (PROXY, {"X_Forwarded_For": FAR, "X_Forwarded_Proto": "http"}, False),
        (PROXY, {"X_Forwarded_For": FAR, "X_Forwarded_Proto": "https"}, True),
    ],
)
def test_tokens_and_passwords_are_taken_where_nobody_can_read_them(address: str, headers: dict[str, str], taken: bool) -> None:
    world = World(Rules(clear_passwords=False), members=[member("dana", Rank.ADMIN)])
    secret = world.logged_in("dana", world.wire("127.0.0.1")).answer("bots", what="add ci")["token"]
    for path, method in (("/rooms", "GET"), ("/metrics", "GET"), ("/rooms/lobby", "POST")):
        found = asks(world, path, address, method, b"hi" if method == "POST" else b"", Authorization=f"Bearer {secret}", **headers)
        assert (found.status < 300) is taken
        assert taken or found.json["error"] == "password-in-clear"
    browser = opens(world, address, **headers)
    browser.asks("hello", 0, name="dana", password=password_of("dana"))
    assert (browser.objects()[0].get("error") != "password-in-clear") is taken
