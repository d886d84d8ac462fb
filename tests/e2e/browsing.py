"""A real browser for the end-to-end tests: Debian's chromium, driven by playwright, with what it complains about collected."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.harness import Daemon, need

CHROMIUM = "/usr/bin/chromium"
FLAGS = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync
""".split()  # noqa: SIM905  # as one would type them
PATIENCE = 15_000
"""Milliseconds a browser may take on a busy machine."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser, and end it afterwards."""
    need(shutil.which(CHROMIUM), "not installed: chromium; tests/e2e/needs.sh does it")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Be somebody with a browser of their own."""

    def __init__(self, browser: Browser, server: Daemon, **options: Any) -> None:
        self.address = str(options.get("base_url", f"http://127.0.0.1:{server.port}"))
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("console", lambda said: self._noted(said.type, said.text))
        self.page.on("dialog", lambda dialog: self.troubles.append(f"dialog: {dialog.message}"))
        self.page.on("request", lambda asked: self._asked(asked.url))

    def goes(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(self.address + path)
        return self.page

    def shot(self, folder: Path, name: str) -> Path:
        """Take a picture of the page."""
        path = folder / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def is_content(self) -> None:
        """Check that nothing went wrong on the page, and that it asked nobody else for anything."""
        assert self.troubles == []

    def _noted(self, kind: str, text: str) -> None:
        # A server that is down for a moment is no fault of the page.
        if kind in {"error", "warning"} and "WebSocket connection" not in text:
            self.troubles.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, self.address.replace("http", "ws"))):
            self.troubles.append(f"asked for {url}")


def joined(browser: Browser, server: Daemon, who: str, **options: Any) -> Visitor:
    """Let somebody come in by the chat page, until they are in the lobby."""
    visitor = Visitor(browser, server, **options)
    page = visitor.goes("/")
    page.get_by_label("Your name").fill(who)
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.locator("#title")).to_have_text("lobby")
    expect(page.locator("#state")).to_have_text("Connected")
    return visitor


def problems(page: Page) -> list[str]:
    """Let axe-core look for what keeps people from using a page; give what is serious."""
    page.evaluate((Path(__file__).parent / "axe" / "axe.min.js").read_text())
    found = page.evaluate("axe.run().then(found => found.violations)")
    return [
        f"{one['id']}: {', '.join(node['target'][0] for node in one['nodes'])}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
