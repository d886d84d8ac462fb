"""The widget that shows what is said."""

from __future__ import annotations

import time
import tkinter as tk
from collections.abc import Callable

import pytest

from chatroom.client.gui.pane import AT_ONCE, Pane
from chatroom.client.gui.theme import DARK, Theme
from chatroom.client.gui.transcript import MOST_LINES, Block
from tests.client.gui.desk import shown

Make = Callable[..., Pane]


@pytest.fixture
def browsed() -> list[str]:
    return []


@pytest.fixture
def older() -> list[int]:
    return []


@pytest.fixture
def pane(root: tk.Tk, theme: Theme, browsed: list[str], older: list[int]) -> Pane:
    root.geometry("500x300")
    made = Pane(root, theme, older=lambda: older.append(1), browse=browsed.append)
    made.pack(fill="both", expand=True)
    root.update()
    return made


def say(pane: Pane, *texts: str) -> None:
    for text in texts:
        pane.add(Block([[("time", "[10:00] "), ("name #d7005f", "bob"), ("text", ": "), ("text", text)]], id=text))


def fill(pane: Pane, count: int) -> None:
    say(pane, *(f"line {number}" for number in range(count)))
    pane.draw()
    pane.update()


def test_lines_gather_and_are_drawn_together(pane: Pane) -> None:
    say(pane, "one", "two")
    assert shown(pane.text) == []
    pane.draw()
    assert shown(pane.text) == ["bob: one", "bob: two"]


def test_more_than_may_gather_is_drawn_at_once(pane: Pane) -> None:
    say(pane, *["x"] * AT_ONCE)
    assert len(shown(pane.text)) == AT_ONCE


def test_who_reads_the_end_stays_there_and_who_reads_further_up_stays_there(pane: Pane, root: tk.Tk) -> None:
    fill(pane, 100)
    assert pane.at_end
    pane.scroll("moveto", 0.3)
    root.update()
    top = pane.text.get("@0,0", "@0,0 lineend")
    fill(pane, 5)
    assert pane.text.get("@0,0", "@0,0 lineend") == top
    assert pane._news.cget("text") == "5 new ↓"
    assert pane._news.winfo_ismapped()
    pane._news.invoke()
    root.update()
    assert pane.at_end
    assert not pane._news.winfo_ismapped()


def test_who_reads_the_end_stays_there_when_the_window_is_made_smaller(pane: Pane, root: tk.Tk) -> None:
    fill(pane, 100)
    for size in ("300x150", "700x500", "250x120"):
        root.geometry(size)
        root.update()
        assert pane.text.yview()[1] == 1.0


def test_thousands_of_lines_stay_within_bounds_and_take_little_time(pane: Pane) -> None:
    begun = time.process_time()
    fill(pane, MOST_LINES + 3000)
    assert time.process_time() - begun < 10
    assert len(shown(pane.text)) == MOST_LINES
    assert shown(pane.text)[-1] == f"bob: line {MOST_LINES + 2999}"


def test_older_lines_come_before_without_moving_what_is_read(pane: Pane, root: tk.Tk) -> None:
    fill(pane, 100)
    pane.scroll("moveto", 0.2)
    root.update()
    top = pane.text.get("@0,0", "@0,0 lineend")
    pane.put_before([Block([[("text", f"older {number}")]], number) for number in range(1, 30)])
    root.update()
    assert pane.text.get("@0,0", "@0,0 lineend") == top
    assert shown(pane.text)[0] == "older 1"
    assert pane.transcript.oldest == 1


def test_reaching_the_beginning_asks_for_older_lines(pane: Pane, older: list[int], root: tk.Tk) -> None:
    fill(pane, 100)
    older.clear()
    pane.scroll("moveto", 0.0)
    root.update()
    assert older


def test_what_is_removed_is_seen_no_more(pane: Pane) -> None:
    say(pane, "one", "two", "three")
    pane.wait(1, "waits")
    pane.erase(["two", "no such", "two"])
    assert shown(pane.text) == ["bob: one", "bob: three", "… waits"]


def test_what_waits_stands_below_all_else_until_it_is_there(pane: Pane) -> None:
    pane.wait(1, "first\nand more")
    pane.wait(2, "second")
    fill(pane, 1)
    pane.put_before([Block([[("text", "older")]], 1)])
    assert shown(pane.text) == ["older", "bob: line 0", "… first …", "… second"]
    pane.settle(1)
    pane.settle(7)
    assert shown(pane.text) == ["older", "bob: line 0", "… second"]


def test_addresses_can_be_clicked_and_nothing_else(pane: Pane, browsed: list[str], root: tk.Tk) -> None:
    say(pane, "see https://example.org/x, please")
    pane.draw()
    root.update()
    where = pane.text.search("https", "1.0")
    assert pane.link_at(where) == "https://example.org/x"
    assert pane.link_at(pane.text.search("see", "1.0")) == ""
    assert pane.link_at(pane.text.search(", please", "1.0")) == ""
    x, y, _, _ = pane.text.bbox(f"{where}+3c") or (0, 0, 0, 0)
    for event in ("<Enter>", "<Motion>", "<ButtonPress-1>", "<ButtonRelease-1>"):
        pane.text.event_generate(event, x=x + 2, y=y + 4)
        root.update()
    assert browsed == ["https://example.org/x"]


def test_emoji_and_wide_letters_are_shown_as_they_are(pane: Pane, root: tk.Tk) -> None:
    say(pane, "👋🏽 很好 👨‍👩‍👧 שלום")
    pane.draw()
    root.update()
    assert shown(pane.text) == ["bob: 👋🏽 很好 👨‍👩‍👧 שלום"]


def test_what_is_typed_in_a_pane_goes_where_words_are_written(root: tk.Tk, theme: Theme) -> None:
    typed: list[str] = []
    pane = Pane(root, theme, older=lambda: None, browse=lambda link: None, typed=typed.append)
    pane.pack()
    pane.text.focus_force()
    root.update()
    pane.text.event_generate("<Key-x>")
    pane.text.event_generate("<Control-c>")
    pane.text.event_generate("<Next>")
    assert typed == ["x"]


def test_a_change_of_look_reaches_what_was_said_before(pane: Pane, theme: Theme, root: tk.Tk) -> None:
    fill(pane, 1)
    theme.switch()
    root.update()
    assert pane.text.cget("background") == DARK.paper
    assert pane.text.tag_cget("time", "foreground") == DARK.faint
