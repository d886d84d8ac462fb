"""Windows as their person uses them: by keyboard and pointer, on a screen, before a server that runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("tkinter")

from tests.e2e.harness import Daemon
from tests.e2e.screen import Gui

pytestmark = pytest.mark.e2e


Open = Callable[..., Gui]


@pytest.fixture
def open_window(tmp_path: Path) -> Iterator[Open]:
    """Give a way to open windows that all remember in one file."""
    made: list[Gui] = []

    def make(*arguments: str) -> Gui:
        made.append(Gui(tmp_path, *arguments))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_point_1_gui_from_the_form_to_a_private_window(server: Daemon, open_window: Open) -> None:
    bob = server.nc("bob")
    window = open_window()
    window.press("^chatroom$", "ctrl+a")
    window.type("^chatroom$", "ann", "Tab", "Tab", "ctrl+a")
    window.type("^chatroom$", str(server.port), "Return")
    bob.expect(r"-- ann joined \(2 here\)")
    window.type("lobby", "hello from a window", "Return")
    bob.expect(r"ann: hello from a window\n")
    # The people stand at the right: ann, and below her bob.
    window.double_click("lobby", 720, 168)
    window.type("bob .* private", "just between us", "Return")
    bob.expect(r"\(private\) ann: just between us\n")
    window.press("bob .* private", "Escape")
    window.gone("bob .* private")
    bob.say("/tell ann still there?")
    window.find("bob .* private")
    # A window that comes by itself gives the keyboard back at first.
    time.sleep(0.6)
    window.type("bob .* private", "yes", "Return")
    bob.expect(r"\(private\) ann: yes\n")
    window.press("lobby", "ctrl+q")
    bob.expect(r"-- ann left \(1 here\)")
    assert window.process.wait(8) == 0
    assert window.log.read_text() == ""


def test_point_1_gui_goes_on_where_it_was_when_the_server_was_killed(server: Daemon, open_window: Open) -> None:
    bob = server.nc("bob")
    window = open_window(f"ann@127.0.0.1:{server.port}")
    window.type("lobby", "before", "Return")
    bob.expect("ann: before\n")
    server.kill()
    window.type("lobby", "while it was away", "Return")
    server.start()
    rob = server.nc("rob")
    window.type("lobby", "after", "Return")
    rob.expect("ann: after\n", 40)
    assert rob.heard.decode().count("ann: while it was away") == 1
    assert window.log.read_text() == ""


def test_point_1_gui_takes_next_to_no_processor_time_when_idle(server: Daemon, open_window: Open) -> None:
    window = open_window(f"ann@127.0.0.1:{server.port}")
    window.find("lobby")
    time.sleep(2)
    before = window.processor_seconds()
    time.sleep(3)
    assert window.processor_seconds() - before < 0.15


def test_point_1_gui_two_windows_do_not_spoil_each_others_settings(server: Daemon, open_window: Open) -> None:
    ann = open_window(f"ann@127.0.0.1:{server.port}")
    ann.find("lobby")
    bob = open_window(f"bob@127.0.0.1:{server.port}")
    bob.press("lobby", "ctrl+d")
    for one in (bob, ann):
        one.press("lobby", "ctrl+q")
        assert one.process.wait(8) == 0
    found = ann.settings.read_text()
    assert '"name": "bob"' in found
    assert f'"port": {server.port}' in found
