"""All kinds of people in one room: windows, netcat, a browser, and somebody through a relay."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

pytest.importorskip("tkinter")

from playwright.sync_api import expect

from tests.e2e.browsing import chromium, joined
from tests.e2e.harness import Daemon, Netcat, until
from tests.e2e.relaying import relays_in
from tests.e2e.screen import Gui

pytestmark = pytest.mark.e2e


def once(person: Netcat, line: str) -> None:
    """Wait until somebody sees a line, and see that it came once."""
    person.expect(rf"(?m)^{re.escape(line)}\r?\n")
    assert person.heard.decode().count(f"\n{line}") == 1


def sees_once(window: Gui, said: list[str]) -> None:
    """Wait until a window shows every line, and see that it shows each once."""
    until(lambda: all(line in window.read("lobby") for line in said), f"all of {said}; {window}")
    assert [window.read("lobby").count(line) for line in said] == [1] * len(said)


def test_must_be_shown_everybody_in_one_room(server: Daemon, tmp_path: Path) -> None:
    with chromium() as browser, relays_in(tmp_path) as relays:
        relay = relays(server)
        carl, bob = server.nc("carl"), relay.person("bob")
        windows = {name: Gui(tmp_path, f"{name}@127.0.0.1:{server.port}") for name in ("ann", "dan")}
        try:
            for window in windows.values():
                window.find("lobby", 15)
            eve = joined(browser, server, "eve")
            carl.expect("-- eve joined")
            for name, window in windows.items():
                window.type("lobby", f"hello from {name}", "Return")
                carl.expect(f"{name}: hello from {name}\n")
            eve.page.locator("textarea").fill("hello from eve")
            eve.page.keyboard.press("Enter")
            carl.say("hello from carl")
            bob.say("hello from bob")
            said = [f"{who}: hello from {who.lstrip('*')}" for who in ("ann", "dan", "eve", "carl", "*bob")]
            for person, own in ((carl, "carl"), (bob, "*bob")):
                person.read = 0
                for line in said:
                    if not line.startswith(f"{own}:"):
                        person.read = 0
                        once(person, line)
            for who in ("ann", "dan", "eve", "carl", "bob"):
                expect(eve.page.locator("#rows")).to_contain_text(f"hello from {who}")
            for window in windows.values():
                sees_once(window, said)
            bob.say("/msg ann psst")
            windows["ann"].find("bob .* private")
            # A window that comes by itself gives the keyboard back at first.
            time.sleep(0.6)
            windows["ann"].type("bob .* private", "what is it", "Return")
            bob.expect(r"\(private\) ann: what is it\n")
        finally:
            for window in windows.values():
                window.close()
