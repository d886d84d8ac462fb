"""The web door, numbered like the points of what it is to do: what somebody with a browser or curl sees of people with netcat."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from chatroom.wire.text import visible
from tests.e2e.browsing import Visitor, chromium, joined, problems
from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, environment, need, need_programs, program, run, until
from tests.e2e.kinds import token

pytestmark = pytest.mark.e2e

FAKE_BELL = """
    window.told = [];
    window.Notification = class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor(title, { body }) { told.push([title, body]); }
    };
    document.hasFocus = () => false;
"""
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> \x1b[31mred \u202egnp.exe"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser for all tests; each opens windows of its own."""
    with chromium() as one:
        yield one


def test_point_1_the_monitor_shows_live_what_people_with_netcat_do(browser: Browser, server: Daemon) -> None:
    visitor = Visitor(browser, server)
    page = visitor.goes("/monitor")
    expect(page.locator("#state")).to_have_text("Live")
    ann, bob = server.nc("ann"), server.nc("bob")
    ann.say("good morning")
    ann.say("/topic tea at four")
    ann.say("/join dev")
    ann.say("/tell bob only for you")
    bob.expect("only for you")
    bob.say("/quit")
    feed = page.locator("#feed")
    for happened in (
        "ann came in",
        "good morning",
        "ann set the topic: tea at four",
        "ann opened the room",
        "ann → bob (private)",
        "bob has gone",
    ):
        expect(feed).to_contain_text(happened)
    expect(page.locator("#rooms")).to_contain_text("dev1ann")
    expect(feed).not_to_contain_text("only for you")
    visitor.is_content()


def test_point_1_hostile_words_are_shown_as_text(browser: Browser, server: Daemon) -> None:
    visitor = Visitor(browser, server)
    page = visitor.goes("/monitor")
    ann = server.nc("ann")
    ann.say(HOSTILE)
    ann.say("/topic " + HOSTILE)
    expect(page.locator("#feed")).to_contain_text("<img src=x onerror=alert(1)><script>alert(2)</script> ␛[31mred gnp.exe")
    expect(page.locator("#rooms")).to_contain_text("<script>alert(2)</script>")
    assert page.locator("#feed img, #feed script, #rooms img, #rooms script").count() == 0
    visitor.is_content()


def test_point_1_filters_and_pause(browser: Browser, server: Daemon) -> None:
    visitor = Visitor(browser, server)
    page = visitor.goes("/monitor")
    ann = server.nc("ann")
    ann.say("in the lobby")
    ann.say("/join dev")
    ann.say("in dev")
    feed = page.locator("#feed")
    expect(feed.get_by_text("in dev")).to_be_visible()
    page.locator("#room").select_option("dev")
    expect(feed.get_by_text("in the lobby")).to_be_hidden()
    page.get_by_role("checkbox", name="Messages").uncheck()
    expect(feed.get_by_text("in dev")).to_be_hidden()
    expect(feed.get_by_text("opened the room")).to_be_visible()
    page.get_by_role("checkbox", name="Messages").check()
    page.get_by_role("button", name="Pause").click()
    ann.say("while paused")
    expect(page.locator("#newest")).to_have_text("1 new")
    expect(feed.get_by_text("while paused")).to_have_count(0)
    page.get_by_role("button", name="Go on").click()
    expect(feed.get_by_text("while paused")).to_be_visible()
    visitor.is_content()


def test_point_1_a_restart_leaves_no_gap_and_no_repeat(browser: Browser, serve: Serve) -> None:
    server = serve().start()
    visitor = Visitor(browser, server)
    page = visitor.goes("/monitor")
    ann = server.nc("ann")
    ann.say("before")
    expect(page.locator("#feed")).to_contain_text("before")
    server.kill()
    expect(page.locator("#state")).to_contain_text("trying again")
    server.start()
    bob = server.nc("bob")
    bob.say("after")
    expect(page.locator("#feed")).to_contain_text("after")
    assert page.locator("#feed .text").all_inner_texts() == ["before", "after"]
    visitor.is_content()


def test_point_1_thousands_of_entries_do_not_make_it_slow(browser: Browser, server: Daemon) -> None:
    visitor = Visitor(browser, server)
    page = visitor.goes("/monitor")
    expect(page.locator("#state")).to_have_text("Live")
    ann = server.native("ann")
    for number in range(5000):
        ann.request("say", text=f"line {number}")
        if number % 50 == 49:
            ann.ask("ping")
    expect(page.locator("#feed")).to_contain_text("line 4999", timeout=60_000)
    assert page.locator("#feed li").count() <= 3000
    assert (
        page.evaluate("new Promise(done => { const t = performance.now(); requestAnimationFrame(() => done(performance.now() - t)); })")
        < 500
    )
    visitor.is_content()


def says(page: Page, text: str) -> None:
    """Type something and send it."""
    page.locator("textarea").fill(text)
    page.keyboard.press("Enter")


def shown(page: Page) -> list[str]:
    """Give what was said, as it stands on the page."""
    return page.locator("#rows .spoken .body").all_inner_texts()


def test_point_2_two_browsers_and_somebody_at_netcat_talk(browser: Browser, server: Daemon) -> None:
    ann, bob, carl = joined(browser, server, "ann"), joined(browser, server, "bob"), server.nc("carl")
    says(ann.page, "hello from a browser")
    expect(bob.page.locator("#rows")).to_contain_text("hello from a browser")
    carl.expect("ann: hello from a browser")
    carl.say("hello from netcat")
    says(bob.page, "two\nlines")
    for page in (ann.page, bob.page):
        expect(page.locator("#rows")).to_contain_text("hello from netcat")
        expect(page.locator("#rows")).to_contain_text("lines")
    assert shown(ann.page) == shown(bob.page) == ["hello from a browser", "hello from netcat", "two\nlines"]
    expect(ann.page.locator("#people")).to_have_text(re.compile("ann.*bob.*carl", re.DOTALL))
    carl.say("/quit")
    expect(ann.page.locator("#count")).to_have_text("2")
    ann.is_content()
    bob.is_content()


def test_point_2_before_one_has_a_name_one_sees_what_happens_and_may_join(browser: Browser, server: Daemon) -> None:
    visitor = Visitor(browser, server)
    page = visitor.goes("/")
    ann = server.nc("ann")
    ann.say("come in")
    expect(page.locator("#feed")).to_contain_text("come in")
    expect(page.get_by_role("link", name="Open the monitor")).to_be_visible()
    page.get_by_label("Your name").fill("ann")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("ann is taken. Choose another name.")
    page.get_by_label("Your name").fill("anna")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("lobby")
    visitor.is_content()


def test_point_2_private_words_stand_in_a_tab_of_their_own_with_a_count(browser: Browser, server: Daemon) -> None:
    ann, bob = joined(browser, server, "ann"), server.nc("bob")
    bob.say("/tell ann between us")
    tab = ann.page.locator("#privates").get_by_role("button", name="bob 1 unread")
    tab.click()
    expect(ann.page.locator("#rows")).to_contain_text("between us")
    expect(ann.page.locator("#privates .badge")).to_have_count(0)
    says(ann.page, "indeed")
    bob.expect(r"\(private\) ann: indeed")
    expect(ann.page.locator("#rows")).to_contain_text("indeed")
    ann.is_content()


def test_point_2_older_words_load_as_one_scrolls_up(browser: Browser, server: Daemon) -> None:
    one = server.native("one")
    for number in range(120):
        one.request("say", text=f"line {number}")
    one.ask("ping")
    ann = joined(browser, server, "ann")
    expect(ann.page.locator("#rows")).to_contain_text("line 119")
    expect(ann.page.get_by_text("line 3", exact=True)).to_have_count(0)
    for _ in range(4):
        ann.page.locator("#rows").evaluate("rows => { rows.scrollTop = 0; }")
        ann.page.wait_for_timeout(300)
    expect(ann.page.get_by_text("line 0", exact=True)).to_have_count(1)
    assert shown(ann.page) == [f"line {number}" for number in range(120)]
    says(ann.page, "/who")
    expect(ann.page.locator("#rows pre, #rows .answer").last).to_contain_text("ann")
    says(ann.page, "and on")
    expect(ann.page.locator("#rows")).to_contain_text("and on")
    days = ann.page.locator("#rows .day").all_inner_texts()
    assert len(days) == len(set(days))
    ann.is_content()


def test_point_2_commands_and_names_are_completed_and_links_are_links(browser: Browser, server: Daemon) -> None:
    ann, bob = joined(browser, server, "ann"), server.nc("bobby")
    box = ann.page.locator("textarea")
    expect(ann.page.locator("#people")).to_contain_text("bobby")
    box.press_sequentially("/top")
    expect(ann.page.get_by_role("option")).to_contain_text("/topic [TEXT]")
    ann.page.keyboard.press("Tab")
    expect(box).to_have_value("/topic ")
    box.press_sequentially("see https://example.org/a?b=c.")
    ann.page.keyboard.press("Enter")
    bob.expect("see https://example.org/a")
    link = ann.page.locator("#topic a")
    expect(link).to_have_attribute("href", "https://example.org/a?b=c")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    box.press_sequentially("bo")
    ann.page.keyboard.press("Tab")
    expect(box).to_have_value("bobby: ")
    ann.is_content()


def test_point_2_who_is_named_is_told(browser: Browser, server: Daemon) -> None:
    ann, bob = joined(browser, server, "ann", permissions=["notifications"]), server.nc("bob")
    ann.page.evaluate(FAKE_BELL)
    ann.page.get_by_role("button", name="Notify me").click()
    bob.say("nothing for you")
    bob.say("hey Ann, look")
    expect(ann.page.locator("#rows mark")).to_have_text("Ann")
    assert ann.page.evaluate("told") == [["bob in lobby", "hey Ann, look"]]
    expect(ann.page).to_have_title(re.compile(r"^\(2\) lobby"))
    ann.is_content()


def test_point_2_hostile_names_and_words_are_text(browser: Browser, server: Daemon) -> None:
    ann, bob = joined(browser, server, "ann"), server.nc("bob")
    bob.say(HOSTILE)
    bob.say("/topic " + HOSTILE)
    bob.say("/tell ann " + HOSTILE)
    bob.say("/away " + HOSTILE)
    bob.say("javascript:alert(3) data:text/html,<script>alert(4)</script> https://user:pass@example.org https://a\u202eb.example")
    expect(ann.page.locator("#privates")).to_contain_text("bob")
    expect(ann.page.locator("#rows")).to_contain_text("javascript:alert(3)")
    expect(ann.page.locator("#rows")).to_contain_text("␛[31mred gnp.exe")
    assert ann.page.locator("#rows img, #rows script, #topic img, #topic script").count() == 0
    assert ann.page.locator("#rows a").evaluate_all("all => all.map(one => one.href)") == ["https://a/"]
    ann.is_content()


def test_point_2_a_restart_loses_and_doubles_nothing(browser: Browser, serve: Serve) -> None:
    server = serve().start()
    ann, bob = joined(browser, server, "ann"), joined(browser, server, "bob")
    for number in range(3):
        says(ann.page, f"before {number}")
    expect(bob.page.locator("#rows")).to_contain_text("before 2")
    server.kill()
    says(ann.page, "while nobody listens")
    bob.page.locator("textarea").fill("begun but not sent")
    expect(ann.page.locator("#pending")).to_contain_text("while nobody listens")
    server.start()
    expect(bob.page.locator("#rows")).to_contain_text("while nobody listens", timeout=40_000)
    expect(ann.page.locator("#pending li")).to_have_count(0, timeout=40_000)
    says(ann.page, "after")
    expect(bob.page.locator("#rows")).to_contain_text("after")
    expected = ["before 0", "before 1", "before 2", "while nobody listens", "after"]
    assert shown(ann.page) == shown(bob.page) == expected
    expect(bob.page.locator("textarea")).to_have_value("begun but not sent")
    ann.is_content()
    bob.is_content()


def test_point_2_loading_the_page_again_goes_on_as_the_same_person(browser: Browser, server: Daemon) -> None:
    ann, bob = joined(browser, server, "ann"), server.nc("bob")
    says(ann.page, "one")
    bob.expect("ann: one")
    ann.page.locator("textarea").fill("half a sent")
    ann.page.reload()
    expect(ann.page.locator("#title")).to_have_text("lobby")
    expect(ann.page.locator("#rows")).to_contain_text("one")
    expect(ann.page.locator("textarea")).to_have_value("half a sent")
    says(ann.page, "two")
    bob.expect("ann: two")
    assert "left" not in bob.heard.decode()
    ann.is_content()


def test_point_2_by_keyboard_alone(browser: Browser, server: Daemon) -> None:
    visitor, bob = Visitor(browser, server), server.nc("bob")
    page = visitor.goes("/")
    page.keyboard.type("ann")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("lobby")
    page.keyboard.type("/join dev")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("dev")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#title")).to_have_text("lobby")
    page.keyboard.type("typed by hand")
    page.keyboard.press("Enter")
    bob.expect("ann: typed by hand")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.dataset.key") == "person bob":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("bob")
    visitor.is_content()


def test_point_2_a_member_comes_in_with_a_password(browser: Browser, serve: Serve) -> None:
    server = serve("--set", "access=members").start()
    visitor = Visitor(browser, server)
    page = visitor.goes("/")
    password = (server.state / "admin-password").read_text().split()[-1]
    expect(page.locator("#greeting")).to_have_text("Members add their password to their name.")
    page.get_by_label("Your name").fill("admin")
    page.locator("[name=password]").fill("wrong password")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("That name and password do not belong together.")
    expect(page.locator("#state")).to_have_text("Not joined yet")
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.locator("#title")).to_have_text("lobby")
    visitor.is_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_points_1_and_2_nothing_keeps_anybody_from_using_the_pages(
    browser: Browser, server: Daemon, tmp_path: Path, scheme: str, size: tuple[int, int]
) -> None:
    view = {"color_scheme": scheme, "viewport": {"width": size[0], "height": size[1]}}
    bob = server.nc("bob")
    visitor = Visitor(browser, server, **view)
    for path in ("/", "/monitor"):
        visitor.goes(path)
        bob.say(f"hello {path}")
        expect(visitor.page.locator("#feed")).to_contain_text(f"hello {path}")
        assert problems(visitor.page) == []
        visitor.shot(tmp_path, f"{scheme}-{size[0]}-{path.strip('/') or 'entrance'}")
    ann = joined(browser, server, "ann", **view)
    bob.say("hey ann, see https://example.org")
    bob.say("/tell ann psst")
    says(ann.page, "/who")
    expect(ann.page.locator("#rows .answer")).to_be_visible()
    assert problems(ann.page) == []
    ann.shot(tmp_path, f"{scheme}-{size[0]}-chat")
    assert ann.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    ann.is_content()


def test_points_1_and_2_what_is_removed_vanishes_from_every_page(browser: Browser, server: Daemon) -> None:
    monitor = Visitor(browser, server)
    monitor.goes("/monitor")
    ann, bob = joined(browser, server, "ann"), joined(browser, server, "bob")
    says(ann.page, "I should not have said this")
    for page in (ann.page.locator("#rows"), bob.page.locator("#rows"), monitor.page.locator("#feed")):
        expect(page).to_contain_text("I should not have said this")
    says(ann.page, "/remove last")
    for page in (ann.page.locator("#rows"), bob.page.locator("#rows"), monitor.page.locator("#feed")):
        expect(page).not_to_contain_text("I should not have said this")
        expect(page).to_contain_text("A message was removed.")
    assert "I should not" not in bob.page.content()
    monitor.is_content()
    bob.is_content()


@pytest.fixture
def secret(server: Daemon) -> str:
    """Let the host make a bot; give its token."""
    return token(server, "ci")


def curl(server: Daemon, path: str, *options: str, secret: str = "") -> str:
    """Run curl; give what it printed."""
    need_programs("curl")
    shown = ["-H", f"Authorization: Bearer {secret}"] if secret else []
    return run(["curl", "-sS", "-m", "10", *shown, *options, f"http://127.0.0.1:{server.port}{path}"]).stdout


def test_point_3_a_stalled_browser_costs_the_others_nothing(browser: Browser, server: Daemon) -> None:
    ann, bob = joined(browser, server, "ann"), server.native("bob")
    stalled = server.nc(receive=4096)
    key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    host = f"Host: 127.0.0.1:{server.port}\r\nOrigin: http://127.0.0.1:{server.port}\r\n"
    stalled.send(f"GET /ws HTTP/1.1\r\n{host}Upgrade: websocket\r\nConnection: Upgrade\r\n{key}\r\n".encode())
    stalled.expect("101 Switching Protocols")
    monitor = b'{"do":"monitor"}'
    stalled.send(b"\x81" + bytes([0x80 | len(monitor)]) + bytes(4) + monitor)
    before = server.resident_kib()
    for number in range(3000):
        bob.request("say", text=f"{number} " + "x" * 1000)
        if number % 50 == 49:
            bob.ask("ping")
    expect(ann.page.locator("#rows li").last).to_contain_text("2999 x", timeout=60_000)
    assert server.resident_kib() - before < 40_000
    ann.is_content()


def test_point_4_curl_posts_reads_and_follows(server: Daemon, secret: str) -> None:
    ann = server.nc("ann")
    key = ("-H", "Idempotency-Key: build-7")
    first = json.loads(curl(server, "/rooms/lobby", "-d", "build is green", *key, secret=secret))
    again = json.loads(curl(server, "/rooms/lobby", "-d", "build is green", *key, secret=secret))
    assert (again["id"], again["repeated"]) == (first["id"], True)
    ann.expect("ci: build is green")
    ann.say("thank you")
    ann.say("/rooms")
    ann.expect("lobby \\(1 here")
    page = json.loads(curl(server, "/rooms/lobby/history?count=2", secret=secret))
    assert [one["text"] for one in page["entries"]] == ["build is green", "thank you"]
    assert [one["name"] for one in json.loads(curl(server, "/people"))["people"]] == ["ann"]
    assert curl(server, "/rooms/lobby", "-d", "x", "-o", "/dev/null", "-w", "%{http_code}") == "401"
    following = subprocess.Popen(
        ["curl", "-sSN", "-m", "20", f"http://127.0.0.1:{server.port}/rooms/lobby/events", "-H", f"Authorization: Bearer {secret}"],
        stdout=subprocess.PIPE,
        env=environment(),
        text=True,
    )
    try:
        assert following.stdout is not None
        time.sleep(1)
        ann.say("is anybody listening?")
        shown = [following.stdout.readline() for _ in range(3)]
    finally:
        following.kill()
        following.wait()
    assert shown[0].startswith("id: ")
    assert shown[1] == "event: said\n"
    last = shown[0].removeprefix("id: ").strip()
    epoch, seq = last.split(".")
    caught_up = curl(server, "/rooms/lobby/events", "-m", "2", "-H", f"Last-Event-ID: {epoch}.{int(seq) - 1}", secret=secret)
    assert "is anybody listening?" in caught_up


def test_point_4_schemathesis_finds_nothing(server: Daemon, secret: str, tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("schemathesis")
    need(command.exists(), "not installed: schemathesis; it comes with the extra test")
    address = f"http://127.0.0.1:{server.port}"
    options = ["--exclude-operation-id", "events", "--max-examples", "25", "--phases", "examples,coverage,fuzzing", "--no-color"]
    # What a text may not be, such as nothing that can be seen, is more than a schema can say; and reading needs no token everywhere.
    checks = ["--checks", "all", "--exclude-checks", "positive_data_acceptance,ignored_auth"]
    shown = ["--header", f"Authorization: Bearer {secret}", "--request-timeout", "10", *checks]
    done = run([str(command), "run", f"{address}/openapi.json", "--url", address, *options, *shown], patience=240, folder=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_point_5_a_room_open_to_readers_is_a_page_with_search_and_permalinks(browser: Browser, serve: Serve) -> None:
    server = serve("--set", "web.readable=[lobby]").start()
    ann = server.nc("ann")
    for words in ("tea is ready", HOSTILE, "coffee is ready"):
        ann.say(words)
    ann.say("/who")
    ann.expect("1 here")
    visitor = Visitor(browser, server)
    page = visitor.goes("/rooms/lobby")
    expect(page.locator(".pages li")).to_have_count(3)
    expect(page.locator(".pages")).to_contain_text("<script>alert(2)</script> ␛[31mred")
    page.get_by_role("link", name=re.compile("20")).first.click()
    expect(page).to_have_url(re.compile(r"/rooms/lobby\?at=1#s1$"))
    page.get_by_role("searchbox").fill("coffee")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".pages li")).to_have_count(1)
    assert problems(page) == []
    visitor.is_content()


def test_point_6_health_and_metrics(server: Daemon) -> None:
    server.nc("ann").say("hi")
    assert (curl(server, "/healthz"), curl(server, "/readyz")) == ("ok\n", "ready\n")
    assert "chatroom_people 1.0" in curl(server, "/metrics")


def test_where_only_members_may_enter_the_monitor_wants_a_login(browser: Browser, serve: Serve) -> None:
    server = serve("--set", "access=members").start()
    visitor = Visitor(browser, server)
    page = visitor.goes("/monitor")
    expect(page.locator("#why")).to_have_text("The monitor of this house is for members.")
    assert page.locator("#feed li").count() == 0
    for secret, told in (
        ("wrong password", "That name and password do not belong together."),
        ((server.state / "admin-password").read_text(), ""),
    ):
        page.locator("[name=name]").fill("admin")
        page.locator("[name=password]").fill(secret.split()[-1])
        page.get_by_role("button", name="Log in").click()
        if told:
            expect(page.get_by_role("alert")).to_have_text(told)
    expect(page.locator("#state")).to_have_text("Live")
    expect(page.locator("#rooms")).to_contain_text("lobby")
    assert curl(server, "/rooms", "-o", "/dev/null", "-w", "%{http_code}") == "401"
    run([*program("chatroom"), "console", "--state", str(server.state), "-c", "kick admin enough seen"])
    expect(page.locator("#why")).to_have_text("You were put out by host: enough seen. You may come back.")
    expect(page.locator("#state")).to_have_text("Closed")
    visitor.is_content()


def test_point_2_who_was_banned_is_back_at_the_form_and_reads_why(browser: Browser, server: Daemon) -> None:
    password = (server.state / "admin-password").read_text().split()[-1]
    until(lambda: "The first admin is called" in server.log(), "made an admin")
    admin, eve = server.native("admin", password=password), joined(browser, server, "eve")
    admin.ask("ban", who="eve", force=True)
    expect(eve.page.locator("#rows")).to_contain_text("You are banned from this house")
    eve.page.get_by_role("button", name="Connect again").click()
    expect(eve.page.get_by_role("alert")).to_contain_text("You are banned from this house")
    expect(eve.page.locator("#state")).to_have_text("Not joined yet")
    expect(eve.page.get_by_role("button", name="Leave", exact=True)).to_be_hidden()
    eve.is_content()


def test_a_strange_host_and_a_strange_page_get_nothing(server: Daemon) -> None:
    code = ("-o", "/dev/null", "-w", "%{http_code}")
    assert curl(server, "/", "-H", "Host: evil.example", *code) == "421"
    assert curl(server, "/rooms/lobby", "-d", "hi", "-H", "Origin: http://evil.example", *code) == "403"
    assert curl(server, "/static/../../setup.cfg", "--path-as-is", *code) == "404"


SHOWN_ALIKE = [
    "a\x1b[31mb",
    "x\u202egnp.exe",
    "a\u200bb\u00ad",
    "\u0645\u200c\u062e",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u2764\ufe0f\u200d\U0001f525",
    "1\ufe0f\u20e3",
    "a\ufe0f",
    "a" + "\u0301" * 20,
    "\ue000\ufdd0\U0010ffff",
    "\x7f\x80\x9f\x00",
    "\t.\u2028",
    "\x0304,05colour\x0f \x02bold",
    "\U000e0041",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "a\u034fb\u3164c",
]
"""Texts about which a page and a terminal must agree."""


def test_point_2_a_page_shows_what_a_terminal_would(browser: Browser, server: Daemon) -> None:
    visitor = Visitor(browser, server)
    page = visitor.goes("/monitor")
    seen = page.evaluate("texts => import('/static/shown.js').then(({ visible }) => texts.map(visible))", SHOWN_ALIKE)
    assert seen == [visible(text) for text in SHOWN_ALIKE]
    visitor.is_content()


def test_point_2_private_words_of_an_earlier_visit_load_as_one_turns_to_them(browser: Browser, server: Daemon) -> None:
    bob = server.native("bob")
    ann = joined(browser, server, "ann")
    for number in range(80):
        bob.request("tell", to="ann", text=f"secret {number}")
    bob.ask("ping")
    tab = ann.page.locator("#privates").get_by_role("button", name=re.compile("bob"))
    tab.click()
    expect(ann.page.locator("#rows")).to_contain_text("secret 79")
    ann.page.get_by_role("button", name="Close").click()
    bob.request("tell", to="ann", text="one more")
    tab.click()
    for _ in range(4):
        ann.page.locator("#rows").evaluate("rows => { rows.scrollTop = 0; }")
        ann.page.wait_for_timeout(300)
    assert shown(ann.page) == [*(f"secret {number}" for number in range(80)), "one more"]
    ann.is_content()


def test_point_2_a_reload_comes_back_into_a_room_that_wants_a_key(browser: Browser, server: Daemon) -> None:
    own = server.native("own")
    own.ask("join", room="den")
    own.ask("access", room="den", access="key sesame")
    ann = joined(browser, server, "ann")
    says(ann.page, "/join den sesame")
    expect(ann.page.locator("#title")).to_have_text("den")
    server.stop()
    server.start()
    own = server.native("own")
    own.ask("join", room="den")
    expect(ann.page.locator("#state")).to_have_text("Connected")
    says(ann.page, "back again")
    expect(ann.page.locator("#rows")).to_contain_text("back again")
    ann.is_content()


def test_point_2_what_was_seen_here_is_seen_on_other_devices(browser: Browser, server: Daemon) -> None:
    password = (server.state / "admin-password").read_text().split()[-1]
    bob = server.native("bob")
    until(lambda: "The first admin is called" in server.log(), "made an admin")
    visitor = Visitor(browser, server)
    page = visitor.goes("/")
    page.get_by_label("Your name").fill("admin")
    page.get_by_role("button", name="Join", exact=True).click()
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.locator("#title")).to_have_text("lobby")
    bob.ask("say", text="seen in the page")
    bob.ask("tell", to="admin", text="between us")
    expect(page.locator("#rows")).to_contain_text("seen in the page")
    page.wait_for_timeout(2500)
    page.locator("#privates").get_by_role("button", name=re.compile("bob")).click()
    expect(page.locator("#rows")).to_contain_text("between us")
    page.wait_for_timeout(2500)
    other = server.native("admin", password=password)
    other.ask("ping")
    assert (other.entered["recent"], other.pushed) == ([], [])
    bob.ask("say", text="read on the other device")
    expect(page.locator("#rooms .badge")).to_have_text("1 unread")
    other.ask("seen", room="lobby", upto="2099-01-01T00:00:00.000Z")
    expect(page.locator("#rooms .badge")).to_have_count(0)
    visitor.is_content()


AWAY = """
    window.away = false;
    window.sockets = [];
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
        constructor(address) { super(away ? `${address}/nowhere` : address); sockets.push(this); }
    };
"""


def traveller(browser: Browser, server: Daemon, who: str) -> Visitor:
    """Let somebody in whose connection can be taken away."""
    visitor = Visitor(browser, server)
    visitor.context.add_init_script(AWAY)
    page = visitor.goes("/")
    page.get_by_label("Your name").fill(who)
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.locator("#title")).to_have_text("lobby")
    return visitor


def goes_away(page: Page) -> None:
    """Break a page's connection until it `comes_back`."""
    page.evaluate("away = true, sockets.forEach(one => one.close())")
    expect(page.locator("#state")).to_contain_text("trying again")


def comes_back(page: Page) -> None:
    """Let a page connect again."""
    page.evaluate("away = false, dispatchEvent(new Event('online'))")
    expect(page.locator("#state")).to_have_text("Connected")


def test_point_2_what_was_too_much_to_be_sent_is_there_when_one_scrolls_up(browser: Browser, serve: Serve) -> None:
    server = serve("--set", "limits.resume=5").start()
    bob, ann = server.native("bob"), traveller(browser, server, "ann")
    said = ["before", *(f"line {number}" for number in range(90))]
    bob.ask("say", text=said[0])
    expect(ann.page.locator("#rows")).to_contain_text("before")
    goes_away(ann.page)
    for words in said[1:]:
        bob.ask("say", text=words)
    comes_back(ann.page)
    expect(ann.page.locator("#rows")).to_contain_text("line 89")
    for _ in range(4):
        ann.page.locator("#rows").evaluate("rows => { rows.scrollTop = 0; }")
        ann.page.wait_for_timeout(300)
    assert shown(ann.page) == said
    expect(ann.page.locator("#rows .gap")).to_have_count(0)
    ann.is_content()


def test_point_2_who_is_in_no_room_loses_no_private_words(browser: Browser, server: Daemon) -> None:
    bob, ann = server.native("bob"), traveller(browser, server, "ann")
    bob.ask("tell", to="ann", text="one")
    ann.page.get_by_role("button", name="Leave room").click()
    expect(ann.page.locator("#title")).to_have_text("bob")
    goes_away(ann.page)
    bob.ask("tell", to="ann", text="two")
    comes_back(ann.page)
    expect(ann.page.locator("#rows")).to_contain_text("two")
    assert shown(ann.page) == ["one", "two"]
    expect(ann.page.locator("#rooms li")).to_have_count(0)
    ann.is_content()


def test_point_2_a_phone_has_room_for_every_button_and_time(browser: Browser, server: Daemon) -> None:
    bob = server.native("bob")
    visitor = joined(browser, server, "ann", viewport={"width": 340, "height": 640}, is_mobile=True, has_touch=True)
    bob.ask("topic", topic="t" * 300)
    expect(visitor.page.locator(".happened.topic")).to_be_visible()
    high = "all => all.filter(one => one.offsetHeight > 3 * parseFloat(getComputedStyle(one).fontSize)).length"
    assert visitor.page.locator(".bar nav button:visible, .happened time").evaluate_all(high) == 0
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.is_content()


def test_point_2_a_second_window_of_the_same_person_takes_over(browser: Browser, server: Daemon) -> None:
    ann = joined(browser, server, "ann")
    with ann.context.expect_page() as opened:
        ann.page.evaluate("void open('/')")
    expect(opened.value.locator("#state")).to_have_text("Connected")
    expect(ann.page.locator("#state")).to_have_text("Not connected")
    expect(ann.page.get_by_text("Your session goes on in another connection.")).to_have_count(1)
    says(opened.value, "from the second")
    expect(opened.value.locator("#rows")).to_contain_text("from the second")
    ann.page.get_by_role("button", name="Connect again").click()
    expect(ann.page.locator("#rows")).to_contain_text("from the second")
    expect(opened.value.locator("#state")).to_have_text("Not connected")
    ann.is_content()
