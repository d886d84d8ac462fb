"""Where words are written."""

from __future__ import annotations

import tkinter as tk

import pytest

from chatroom.client.gui.theme import Theme
from chatroom.client.gui.writing import MOST_LINES, REMEMBERED, Writing


class Desk:
    """Write, and note what is said."""

    def __init__(self, root: tk.Tk, theme: Theme) -> None:
        self.said: list[str] = []
        self.taken = True
        self.root = root
        self.writing = Writing(root, theme, say=self.say, complete=self.complete)
        self.writing.pack(fill="x")
        self.writing.text.focus_force()
        root.update()

    def say(self, text: str) -> bool:
        self.said.append(text)
        return self.taken

    def complete(self, text: str) -> list[str]:
        return [name + " " for name in ("bob", "bobby") if name.startswith(text.rpartition(" ")[2])] if text else []

    def press(self, *keys: str) -> str:
        for key in keys:
            self.writing.text.event_generate(key)
        self.root.update()
        return self.writing.written


@pytest.fixture
def desk(root: tk.Tk, theme: Theme) -> Desk:
    return Desk(root, theme)


def test_return_says_what_is_written_and_shift_return_begins_a_line(desk: Desk) -> None:
    desk.writing.type("one")
    desk.press("<Shift-Return>")
    desk.writing.type("two")
    assert desk.press("<Return>") == ""
    assert desk.said == ["one\ntwo"]


def test_nothing_but_blanks_is_not_said(desk: Desk) -> None:
    desk.writing.type("  ")
    desk.press("<Return>")
    assert desk.said == []


def test_what_is_not_taken_stays(desk: Desk) -> None:
    desk.taken = False
    desk.writing.type("too much")
    assert desk.press("<Return>") == "too much"


def test_up_and_down_go_through_what_was_written_before(desk: Desk) -> None:
    for text in ("one", "two", "one"):
        desk.writing.put(text)
        desk.press("<Return>")
    desk.writing.put("draft")
    assert [desk.press("<Up>"), desk.press("<Up>"), desk.press("<Up>")] == ["one", "two", "two"]
    assert [desk.press("<Down>"), desk.press("<Down>"), desk.press("<Down>")] == ["one", "draft", "draft"]


def test_what_was_written_before_is_bounded_and_holds_no_passwords(desk: Desk) -> None:
    for number in range(REMEMBERED + 10):
        desk.writing.put(f"{number}")
        desk.press("<Return>")
    desk.writing.put("/passwd old new")
    desk.press("<Return>")
    assert len(desk.writing._before) == REMEMBERED
    assert desk.press("<Up>") == f"{REMEMBERED + 9}"


def test_tab_completes_and_goes_through_the_choices(desk: Desk) -> None:
    desk.writing.type("hi bo")
    assert [desk.press("<Tab>"), desk.press("<Tab>"), desk.press("<Tab>")] == ["hi bob ", "hi bobby ", "hi bob "]
    desk.writing.put("zz")
    assert desk.press("<Tab>") == "zz"


def test_it_grows_with_what_is_written_to_a_few_lines(desk: Desk) -> None:
    desk.writing.put("\n" * 2)
    desk.root.update()
    assert int(desk.writing.text.cget("height")) == 3
    desk.writing.put("\n" * 50)
    desk.root.update()
    assert int(desk.writing.text.cget("height")) == MOST_LINES
    desk.writing.put("")
    desk.root.update()
    assert int(desk.writing.text.cget("height")) == 1


def test_control_a_selects_all(desk: Desk) -> None:
    desk.writing.put("all of it")
    desk.press("<Control-a>")
    assert desk.writing.text.get("sel.first", "sel.last") == "all of it"
