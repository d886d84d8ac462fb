"""The web door, numbered like the points of what it is to do: what somebody with a browser or curl sees of people with netcat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import Visitor, chromium
from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon

pytestmark = pytest.mark.e2e

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
