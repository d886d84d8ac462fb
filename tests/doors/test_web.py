"""The web door: what is asked in order is answered, what is not is refused with a reason, and every answer bears its headers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from chatroom.core.bucket import Allowance
from chatroom.core.publicity import Publicity
from chatroom.core.rules import Rules
from chatroom.doors._web.channel import EACH, MOST, TIMEOUT, WebChannel, WebFactory
from chatroom.doors._web.pace import TRACKED, Pace
from chatroom.doors._web.request import BODY
from chatroom.testing import World
from chatroom.wire.problem import Problem
from tests.doors.browsing import HOST, Browser, answered, request


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


@pytest.mark.parametrize("path", ["/", "/monitor"])
def test_a_page_is_served(browser: Browser, path: str) -> None:
    found = browser.gets(path)
    assert (found.status, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert found.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/healthz", "/nothing", "/ws"])
def test_every_answer_bears_the_headers_of_caution(browser: Browser, path: str) -> None:
    headers = browser.gets(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert "set-cookie" not in headers


@pytest.mark.parametrize("vouched", [True, False, None])
def test_who_came_by_a_certificate_that_others_vouch_for_is_to_come_so_again(world: World, vouched: bool | None) -> None:
    wire: Any = world.wire("192.0.2.7")
    if vouched is not None:
        wire.vouched = vouched
    one = Browser(world).connect(wire)
    one.sends(request("GET", "/healthz"))
    assert answered(one.wire.taken()).headers.get("strict-transport-security") == ("max-age=2592000" if vouched else None)


def test_what_has_not_changed_is_not_sent_again(browser: Browser) -> None:
    mark = browser.gets("/static/style.css").headers["etag"]
    found = browser.gets("/static/style.css", If_None_Match=mark)
    assert (found.status, found.body) == (304, b"")


def test_a_head_is_answered_without_a_body(browser: Browser) -> None:
    found = browser.asks("HEAD", "/")
    assert (found.status, found.body) == (200, b"")
    assert int(found.headers["content-length"]) > 100


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/static/",
        "/static/nothing.js",
        "/static/../setup.cfg",
        "/static/..%2f..%2fsetup.cfg",
        "/static/%2e%2e/house.py",
        "/static/uplot.LICENSE",
        "/static//etc/passwd",
        "//etc/passwd",
        "/%ff",
        "/%00",
        "http://localhost:8000/nothing",
        "ftp://localhost:8000/",
        "*",
    ],
)
def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    found = browser.gets(path)
    assert (found.status, found.headers["content-type"]) == (404, "application/problem+json")
    assert found.json["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X" * 3000])
def test_another_method_is_refused_with_those_that_are_possible(browser: Browser, method: str) -> None:
    found = browser.asks(method, "/")
    assert (found.status, found.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "", "a b", "[::1", "me@localhost", "local host"]
)
def test_a_server_that_is_called_by_a_strange_name_does_not_answer(browser: Browser, host: str) -> None:
    found = browser.gets("/", Host=host)
    assert found.status == 421
    assert "web.hosts" in found.json["detail"]


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:8000", "[::1]:8000", "[2001:db8::1]", "192.0.2.7"])
def test_addresses_and_localhost_are_names_of_every_server(browser: Browser, host: str) -> None:
    assert browser.gets("/", Host=host).status == 200


def test_a_name_from_the_list_is_one_of_its_names() -> None:
    browser = Browser(World(Rules(publicity=Publicity(hosts=frozenset({"chat.example.org"})))))
    assert browser.gets("/", Host="Chat.example.org:8000").status == 200
    assert browser.gets("/", Host="other.example.org").status == 421


def test_no_host_and_two_hosts_are_refused(browser: Browser) -> None:
    assert browser.gets("/", Host=None).status == 400
    assert browser.sends(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n").status == 400


def test_a_page_of_another_server_may_ask_for_nothing(browser: Browser) -> None:
    for origin in ("http://evil.example", "null", "http://localhost:8001", f"http://{HOST}.evil.example", f"ftp://{HOST}"):
        assert browser.gets("/", Origin=origin).status == 403
    assert browser.gets("/", Origin=f"http://{HOST}").status == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_with_a_problem_and_ends_the_connection(world: World, raw: bytes) -> None:
    one = Browser(world).connect()
    one.sends(raw)
    found = answered(one.wire.taken())
    assert found.status in {400, 431}
    assert found.json["title"] in {"Bad Request", "Request Header Fields Too Large"}
    assert found.headers["x-content-type-options"] == "nosniff"
    assert one.wire.lost


def test_a_body_that_is_too_long_is_refused_before_it_is_read(world: World) -> None:
    one = Browser(world).connect()
    one.sends(request("POST", "/", headers={"Content-Length": str(BODY + 1)}))
    assert answered(one.wire.taken()).status == 413
    assert one.wire.lost


def test_a_body_that_turns_out_too_long_is_read_no_further(world: World) -> None:
    one = Browser(world).connect()
    one.sends(request("POST", "/", headers={"Transfer-Encoding": "chunked"}))
    for _ in range(BODY // 4096 + 1):
        one.wire.feed(b"1000\r\n" + b"x" * 4096 + b"\r\n")
    world.rest()
    assert answered(one.wire.taken()).status == 413
    assert one.wire.lost


def test_a_request_that_trickles_in_is_given_up(world: World) -> None:
    one = Browser(world).connect()
    for byte in b"GET / HTTP/1.1\r\n" * 3:
        one.sends(bytes([byte]))
        world.rest(1.0)
        if one.wire.lost:
            break
    assert one.wire.lost
    assert world.clock.seconds() <= TIMEOUT + 2
    assert answered(one.wire.taken()).status == 408


def test_a_connection_that_says_nothing_is_closed(world: World) -> None:
    one = Browser(world).connect()
    world.rest(TIMEOUT)
    assert one.wire.lost


def test_several_requests_may_come_on_one_connection(world: World) -> None:
    one = Browser(world).connect()
    one.sends(request("GET", "/healthz") * 3)
    assert one.wire.taken().count(b"ok\n") == 3
    assert not one.wire.lost


@pytest.mark.parametrize("address", ["http://localhost:8000/healthz", "HTTP://localhost:8000/healthz?x", "/healthz"])
def test_a_whole_address_may_be_asked_for(browser: Browser, address: str) -> None:
    assert browser.gets(address).body == b"ok\n"
    assert browser.asks("GET", address, b"", Host="evil.example").status == 421


def test_a_status_is_named_as_what_it_is(world: World) -> None:
    one = world.connect(world.web)
    one.wire.feed(request("GET", "/healthz", headers={"Host": "evil.example"}))
    assert one.wire.value().startswith(b"HTTP/1.1 421 Misdirected Request\r\n")


def test_connections_are_bounded(world: World) -> None:
    factory = world.web.factory
    assert isinstance(factory, WebFactory)
    factory.channels |= {WebChannel(factory) for _ in range(MOST)}
    assert factory.buildProtocol(None) is None


def test_one_household_cannot_take_every_connection(world: World) -> None:
    factory = world.web.factory
    far, near, proxy = IPv4Address("TCP", "192.0.2.1", 1), IPv4Address("TCP", "192.0.2.2", 1), IPv4Address("TCP", "127.0.0.1", 1)
    made: list[Any] = [factory.buildProtocol(far) for _ in range(EACH)]
    for one in made:
        one.makeConnection(StringTransport(peerAddress=far))
    assert factory.buildProtocol(far) is None
    assert None not in (factory.buildProtocol(near), factory.buildProtocol(proxy))
    for _ in range(2):
        made[0].connectionLost()
    assert factory.buildProtocol(far) is not None


def test_a_house_that_lives_says_so_and_whether_it_is_ready(world: World, browser: Browser) -> None:
    assert (browser.gets("/healthz").body, browser.gets("/readyz").body) == (b"ok\n", b"ready\n")
    world.house.closing = True
    assert (browser.gets("/healthz").status, browser.gets("/readyz").status) == (200, 503)


def test_it_tells_by_the_first_bytes_who_speaks_http(world: World) -> None:
    takes = world.web.recognises
    assert takes(b"GET / HTTP/1.1") is True
    assert takes(b"POST /rooms") is True
    assert takes(b"G") is takes(b"GET") is takes(b"") is None
    assert takes(b"GETTING") is takes(b"ann\n") is takes(b"get /") is False
    assert takes(b"GET up, everybody\n") is False


def test_the_front_door_leads_browsers_here(world: World) -> None:
    one = world.connect(world.front)
    for byte in request("GET", "/healthz"):
        one.wire.feed(bytes([byte]))
    world.rest()
    assert answered(one.wire.taken()).status == 200


def test_a_problem_is_json_as_the_standard_has_it(browser: Browser) -> None:
    found = json.loads(browser.gets("/nothing").body)
    assert found == {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing here by that name."}


def test_an_address_that_asks_too_often_is_told_to_wait(world: World) -> None:
    one = Browser(world).connect(world.wire("203.0.113.7"))
    one.sends(request("GET", "/healthz") * 250)
    found = one.wire.taken()
    assert found.count(b"HTTP/1.1 200 ") == 200
    assert b"HTTP/1.1 429 " in found
    assert b"Retry-After: 1\r\n" in found
    assert Browser(world).gets("/healthz").status == 200, "others may ask"
    world.rest(10)
    again = Browser(world).connect(world.wire("203.0.113.7"))
    again.sends(request("GET", "/healthz"))
    assert answered(again.wire.taken()).status == 200


def test_looking_for_words_counts_for_more_and_addresses_are_bounded() -> None:
    pace = Pace(Allowance(burst=20, rate=1))
    pace.spend("203.0.113.7", 10, 0)
    pace.spend("203.0.113.7", 10, 0)
    with pytest.raises(Problem, match=r"Ask again in 11 s\."):
        pace.spend("203.0.113.7", 10, 0)
    for number in range(TRACKED + 10):
        pace.spend(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 1, 0)
    assert len(pace) == TRACKED
    for _ in range(1000):
        pace.spend("127.0.0.1", 10, 0)
