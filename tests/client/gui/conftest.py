"""What the tests of windows are given: a screen that nobody sees, a root window on it, and a desk before a house in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[3])
if ROOT not in sys.path:
    sys.path.append(ROOT)

pytest.importorskip("tkinter")

import tkinter  # noqa: E402  # there is one

from chatroom.client.gui.theme import Theme  # noqa: E402  # not to be imported without tkinter
from chatroom.testing import World  # noqa: E402
from tests.client.gui.desk import Desk, screen, screens_can_be_had  # noqa: E402  # found by the path above


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    if not screens_can_be_had():
        pytest.skip("not installed: Xvfb; tests/e2e/needs.sh does it")
    with screen() as name:
        yield name


@pytest.fixture(scope="session")
def only_root(display: str) -> Iterator[tkinter.Tk]:
    """Be the one root window there ever is: Tk 8.6 falls over what one that is gone had the keyboard."""
    made = tkinter.Tk(screenName=display)
    yield made
    made.destroy()


@pytest.fixture
def root(only_root: tkinter.Tk) -> Iterator[tkinter.Tk]:
    only_root.deiconify()
    only_root.update()
    yield only_root
    only_root.configure({"menu": ""})
    for child in only_root.winfo_children():
        child.destroy()
    for keys in only_root.bind():
        only_root.unbind(keys)
    only_root.update()


@pytest.fixture
def theme(root: tkinter.Tk) -> Theme:
    return Theme(root)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk(root: tkinter.Tk, world: World, tmp_path: Path) -> Desk:
    return Desk(root, world, tmp_path / "gui.json")
