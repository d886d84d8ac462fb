"""curl is a client: tokens, posts that are said once, pages of history, events that go on where one was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatroom.core.publicity import Publicity
from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.doors._web.stream import BEAT
from chatroom.testing import Person, World, member
from tests.doors.browsing import Answered, Browser, answered, request

READABLE = Rules(publicity=Publicity(readable=frozenset({"news"})))


@pytest.fixture
def world() -> World:
    return World(READABLE, members=[member("dana", Rank.ADMIN)])


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


@pytest.fixture
def dana(world: World) -> Person:
    return world.logged_in("dana")


def token(dana: Person, what: str = "add ci") -> str:
    """Let an admin make a bot, and give its token."""
    found: str = dana.answer("bots", what=what)["token"]
    return found


def posts(browser: Browser, secret: str, text: str | bytes, room: str = "lobby", **headers: str) -> Answered:
    raw = text if isinstance(text, bytes) else text.encode()
    return browser.asks("POST", f"/rooms/{room}", raw, Authorization=f"Bearer {secret}", **headers)


def test_curl_posts_and_everybody_sees_it(world: World, browser: Browser, dana: Person) -> None:
    ann = world.person("ann")
    found = posts(browser, token(dana), "build is green\n", Content_Type="application/x-www-form-urlencoded")
    assert found.status == 201
    assert (found.json["room"], found.json["seq"]) == ("lobby", 1)
    assert found.headers["location"] == "/rooms/lobby?at=1"
    ann.hears("ci: build is green")


def test_nobody_sees_a_bot_come_or_go(world: World, browser: Browser, dana: Person) -> None:
    ann, secret = world.person("ann"), token(dana)
    posts(browser, secret, "one")
    posts(browser, secret, "two")
    world.rest(60)
    ann.hears("ci: one", "ci: two")
    ann.types("/who")
    ann.hears("lobby (2 here): ann, dana")


def test_the_same_key_is_said_once(world: World, browser: Browser, dana: Person) -> None:
    ann, secret = world.person("ann"), token(dana)
    first = posts(browser, secret, "deployed", Idempotency_Key="build-7")
    second = posts(browser, secret, "deployed", Idempotency_Key="build-7")
    assert (first.status, second.status, second.json["repeated"]) == (201, 200, True)
    assert second.json["id"] == first.json["id"]
    ann.hears("ci: deployed")


def test_other_words_under_the_same_key_are_refused_and_not_lost_in_silence(world: World, browser: Browser, dana: Person) -> None:
    ann = world.person("ann")
    ann.types("/join den")
    secret = token(dana, "add ci guest *")
    assert posts(browser, secret, "one", Idempotency_Key="k").status == 201
    for text, room in (("two", "lobby"), ("one", "den")):
        found = posts(browser, secret, text, room, Idempotency_Key="k")
        assert (found.status, "Nothing was sent" in found.json["detail"]) == (422, True)
    assert posts(browser, secret, "one", "Lobby", Idempotency_Key="k").status == 200


@pytest.mark.parametrize("key", ["", "a b", "caf\xe9", "x" * 129])
def test_a_key_that_is_none_is_refused(browser: Browser, dana: Person, key: str) -> None:
    assert posts(browser, token(dana), "hi", Idempotency_Key=key).status == 400


def test_json_may_say_it_is_a_notice(world: World, browser: Browser, dana: Person) -> None:
    ann = world.person("ann")
    posts(browser, token(dana), json.dumps({"text": "disk at 91%", "manner": "notice"}), Content_Type="application/json")
    ann.hears("ci (notice): disk at 91%")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "text/plain", 400),
        (b"  \n", "text/plain", 400),
        (b"caf\xe9", "text/plain", 400),
        (b"a\0b", "text/plain", 400),
        (b"x" * 5000, "text/plain", 413),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"text":5}', "application/json", 400),
        (b'{"text":"a","text":"b"}', "application/json", 400),
        (b'{"text":"a","manner":"act"}', "application/json", 400),
        (b'{"text":"a","manner":{}}', "application/json", 400),
        (b'{"text":"a","manner":null}', "application/json", 400),
        (b'{"text":"a","room":"dev"}', "application/json", 400),
        (b'{"text":"\\ud800"}', "application/json", 400),
    ],
)
def test_what_cannot_be_said_is_refused_with_a_reason(browser: Browser, dana: Person, body: bytes, kind: str, status: int) -> None:
    found = posts(browser, token(dana), body, Content_Type=kind)
    assert (found.status, found.headers["content-type"]) == (status, "application/problem+json")
    assert found.json["detail"]


@pytest.mark.parametrize("given", ["Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer", "x" * 3000])
def test_a_token_that_is_nobodys_is_refused_wherever_it_is_shown(browser: Browser, given: str) -> None:
    for method, path in (("POST", "/rooms/lobby"), ("GET", "/rooms"), ("GET", "/rooms/lobby/history"), ("GET", "/metrics")):
        found = browser.asks(method, path, b"hi" if method == "POST" else b"", Authorization=given)
        assert (found.status, found.headers["www-authenticate"]) == (401, 'Bearer realm="chatroom"')


def test_without_a_token_nothing_is_said_or_read(world: World, browser: Browser) -> None:
    world.person("ann").types("hi")
    assert browser.asks("POST", "/rooms/lobby", b"hi").status == 401
    for path in ("/rooms/lobby", "/rooms/lobby/history", "/rooms/lobby/events", "/rooms/nowhere", "/rooms/nowhere/history"):
        assert browser.gets(path).status == 401


def test_a_bot_has_its_rooms_and_no_others(world: World, browser: Browser, dana: Person) -> None:
    ann = world.person("ann")
    ann.types("/join dev", "/access invited", "/join ops")
    secret, all_over = token(dana, "add ci guest dev"), token(dana, "add scout *")
    assert posts(browser, secret, "hi", "dev").status == 201
    assert posts(browser, secret, "hi", "ops").json["error"] == "bot-out-of-reach"
    assert posts(browser, all_over, "hi", "ops").status == 201
    assert posts(browser, all_over, "hi", "dev").status == 403
    assert posts(browser, all_over, "hi", "nowhere").status == 403
    rooms = browser.gets("/rooms", Authorization=f"Bearer {all_over}").json["rooms"]
    assert [one["room"] for one in rooms] == ["lobby", "ops"]


def test_a_token_that_is_taken_back_opens_nothing_and_ends_what_it_opened(world: World, browser: Browser, dana: Person) -> None:
    secret = token(dana)
    stream = browser.connect()
    stream.sends(request("GET", "/rooms/lobby/events", headers={"Authorization": f"Bearer {secret}"}))
    dana.answer("bots", what="remove ci")
    assert stream.wire.lost
    assert b"event: bye" in stream.wire.taken()
    assert posts(browser, secret, "hi").status == 401


def test_bots_and_their_names_outlive_a_restart(world: World, dana: Person) -> None:
    secret = token(dana)
    again = world.restarted()
    assert posts(Browser(again), secret, "still here").status == 201
    ann = again.connect(again.line)
    ann.types("ci")
    assert "! ci is taken. Choose another name." in ann.lines()


def test_somebody_who_is_muted_by_the_rules_of_a_room_is_refused(world: World, browser: Browser, dana: Person) -> None:
    dana.answer("quiet", state="on", room="lobby")
    assert posts(browser, token(dana), "hi").status == 403
    assert posts(browser, token(dana, "add herald moderator"), "hi").status == 201


def test_history_comes_in_pages(world: World, browser: Browser, dana: Person) -> None:
    secret = f"Bearer {token(dana)}"
    world.person("ann").types(*(f"line {number}" for number in range(10)))
    found = browser.gets("/rooms/lobby/history?count=3", Authorization=secret).json
    assert [one["text"] for one in found["entries"]] == ["line 7", "line 8", "line 9"]
    assert found["more"]
    older = browser.gets(f"/rooms/lobby/history?count=200&before={found['entries'][0]['seq']}", Authorization=secret).json
    assert [one["text"] for one in older["entries"]] == [f"line {number}" for number in range(7)]
    assert not older["more"]
    newer = browser.gets("/rooms/lobby/history?after=8", Authorization=secret).json
    assert [one["text"] for one in newer["entries"]] == ["line 8", "line 9"]


@pytest.mark.parametrize("query", ["count=0", "count=201", "count=x", "before=-1", "before=" + "9" * 20, "after=%FF", "count=٣"])
def test_a_page_that_cannot_be_is_refused(browser: Browser, dana: Person, query: str) -> None:
    assert browser.gets(f"/rooms/lobby/history?{query}".encode().decode("latin-1"), Authorization=f"Bearer {token(dana)}").status == 400


def follow(browser: Browser, secret: str, **headers: str) -> Person:
    one = browser.connect()
    described = {"Authorization": f"Bearer {secret}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    one.sends(request("GET", "/rooms/lobby/events", headers=described))
    found = answered(one.wire.taken())
    assert found.status == 200
    assert found.headers["x-content-type-options"] == "nosniff"
    one.unread = found.body
    return one


def events(one: Person) -> list[dict[str, Any]]:
    blocks = (one.unread + one.wire.taken()).decode().split("\n\n")
    one.unread = b""
    return [json.loads(block.partition("data: ")[2]) | {"#": block.partition("\n")[0]} for block in blocks if "data: " in block]


def test_events_come_as_they_happen(world: World, browser: Browser, dana: Person) -> None:
    stream = follow(browser, token(dana))
    world.person("ann").types("hi <b>")
    found = events(stream)
    assert [(one["is"], one["by"]) for one in found] == [("joined", "ann"), ("said", "ann")]
    assert found[1]["#"] == f"id: {world.hub.epoch}.1"
    world.rest(BEAT)
    assert stream.wire.taken() == b": still here\n\n"


def test_a_stream_goes_on_where_it_was(world: World, browser: Browser, dana: Person) -> None:
    secret = token(dana)
    world.person("ann").types("one", "two", "three")
    stream = follow(browser, secret, Last_Event_ID=f"{world.hub.epoch}.1")
    assert [one["text"] for one in events(stream)] == ["two", "three"]
    for strange in ("another.1", f"{world.hub.epoch}.9"):
        (told,) = events(follow(browser, secret, Last_Event_ID=strange))
        assert (told["is"], told["code"]) == ("notice", "unknown-position")
    assert browser.gets("/rooms/lobby/events", Authorization=f"Bearer {secret}", Last_Event_ID="x y").status == 400


def test_a_stream_tells_what_was_too_much(world: World, browser: Browser, dana: Person) -> None:
    world.house.obey(Rules(limits=type(world.hub.limits)(resume=2)))
    secret = token(dana)
    world.person("ann").types("one", "two", "three", "four")
    missed, *others = events(follow(browser, secret, Last_Event_ID=f"{world.hub.epoch}.1"))
    assert (missed["is"], missed["count"], missed["after"]) == ("missed", 1, 1)
    assert [one["text"] for one in others] == ["three", "four"]


@pytest.mark.parametrize("deed", ["/close", "/access invited"])
def test_a_stream_of_a_room_that_is_open_no_more_ends(world: World, browser: Browser, dana: Person, deed: str) -> None:
    ann = world.person("ann")
    ann.types("/join den")
    secret = token(dana, "add ci guest *")
    one = browser.connect()
    one.sends(request("GET", "/rooms/den/events", headers={"Authorization": f"Bearer {secret}"}))
    ann.types(deed, "a secret")
    raw = one.wire.taken()
    assert b"no longer open to you" in raw
    assert b"a secret" not in raw
    assert one.wire.lost


def test_events_may_come_as_json_lines(world: World, browser: Browser, dana: Person) -> None:
    stream = follow(browser, token(dana), Accept="application/x-ndjson")
    world.person("ann").types("hi")
    assert [json.loads(line)["is"] for line in stream.wire.taken().splitlines()] == ["joined", "said"]


def test_a_stream_ends_with_its_connection(world: World, browser: Browser, dana: Person) -> None:
    stream = follow(browser, token(dana))
    before = len(world.house.readers)
    stream.leaves()
    assert len(world.house.readers) == before - 1
    assert not world.hub.observing.sessions


def test_streams_are_bounded(world: World, browser: Browser, dana: Person) -> None:
    world.house.obey(Rules(limits=type(world.hub.limits)(observers=1)))
    secret = token(dana)
    follow(browser, secret)
    assert browser.gets("/rooms/lobby/events", Authorization=f"Bearer {secret}").status == 503


def test_rooms_and_people_are_told_to_whoever_may_watch(world: World, browser: Browser) -> None:
    ann = world.person("ann")
    ann.types("/join dev", "/topic tea", "/away lunch")
    assert browser.gets("/rooms").json["rooms"] == [
        {"room": "dev", "present": 1, "topic": "tea"},
        {"room": "lobby", "present": 1, "topic": ""},
    ]
    assert browser.gets("/people").json == {"people": [{"name": "ann", "away": "lunch", "rooms": ["dev", "lobby"]}]}


def test_where_only_members_may_enter_everything_but_health_wants_a_token() -> None:
    world = World(Rules(access="members", publicity=Publicity(readable=frozenset({"lobby"}))), members=[member("dana", Rank.ADMIN)])
    browser, secret = Browser(world), token(world.logged_in("dana"))
    assert browser.gets("/healthz").status == 200
    for path in ("/readyz", "/metrics", "/rooms", "/people", "/rooms/lobby", "/rooms/lobby/history", "/rooms/lobby/events"):
        assert browser.gets(path).status == 401, path
        assert browser.gets(path, Accept="text/html").status == 401, path
        assert browser.gets(path, Authorization=f"Bearer {secret}").status == 200, path


def test_figures_are_given_as_prometheus_reads_them(world: World, browser: Browser) -> None:
    world.person("ann").types("hi")
    found = browser.gets("/metrics")
    assert found.headers["content-type"].startswith("text/plain")
    text = found.body.decode()
    assert "chatroom_messages_total 1.0" in text
    assert 'chatroom_connections{door="line"} 1.0' in text
    assert "ann" not in text


# -- pages


def page(browser: Browser, path: str, **headers: str) -> str:
    found = browser.gets(path, Accept="text/html", **headers)
    assert (found.status, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return found.body.decode()


def test_a_room_the_host_opens_to_readers_is_a_page(world: World, browser: Browser) -> None:
    world.person("ann").types("/join news", "/topic <i>today</i>", "first <script>alert(1)</script> \x1b[31m", "/me & waves")
    text = page(browser, "/rooms/news")
    assert "first &lt;script&gt;alert(1)&lt;/script&gt; ␛[31m" in text
    assert "&lt;i&gt;today&lt;/i&gt;" in text
    assert "&amp; waves" in text
    assert "<script" not in text
    assert '<a class="at" href="/rooms/news?at=3#s3">' in text
    assert browser.gets("/rooms/lobby", Accept="text/html").status == 401


def test_one_turns_pages_and_comes_to_an_entry(world: World, browser: Browser) -> None:
    ann = world.person("ann")
    ann.types("/join news")
    for number in range(250):
        ann.wire.feed(b"line %d\n" % number)
    world.rest(300)
    newest = page(browser, "/rooms/news")
    assert "line 249<" in newest
    assert "line 100<" not in newest
    assert 'href="/rooms/news?before=' in newest
    around = page(browser, "/rooms/news?at=50")
    assert '<li id="s50" class="sought">' in around
    assert 'href="/rooms/news?after=' in around
    assert "line 1<" in page(browser, "/rooms/news?after=1")


def test_one_searches_a_page(world: World, browser: Browser) -> None:
    world.person("ann").types("/join news", "tea is ready", "coffee is ready", "/join other", "tea elsewhere")
    text = page(browser, "/rooms/news?q=tea")
    assert "tea is ready" in text
    assert "coffee" not in text
    assert "elsewhere" not in text
    assert "Nothing was found." in page(browser, "/rooms/news?q=juice")
    assert browser.gets("/rooms/news?q=from:", Accept="text/html").status in {200, 400}
    assert 'value="&quot;&gt;&lt;script&gt;"' in page(browser, "/rooms/news?q=%22%3E%3Cscript%3E")


def test_a_room_closed_to_strangers_is_no_page_any_more(world: World, browser: Browser) -> None:
    ann = world.person("ann")
    ann.types("/join news", "hi")
    page(browser, "/rooms/news")
    ann.types("/access invited")
    assert browser.gets("/rooms/news", Accept="text/html").status == 401


def test_a_ban_holds_for_whatever_is_asked_but_whether_the_house_works(world: World) -> None:
    web = Browser(world)
    assert world.host().answer("ban", who="192.0.2.1", reason="enough", force=True)["ok"]
    for path in ("/", "/monitor", "/rooms", "/people", "/rooms/lobby", "/static/chat.js", "/openapi.json"):
        answer = web.gets(path)
        assert answer.status == 403, path
        assert b"You are banned from this house for good: enough." in answer.body
    assert web.gets("/healthz").status == 200
