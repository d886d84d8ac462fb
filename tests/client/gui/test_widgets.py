"""The smaller widgets: people, finding, bars, looks, notifications, and the pulse."""

from __future__ import annotations

import tkinter as tk

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock

from chatroom.client.gui.bar import Bar
from chatroom.client.gui.finding import Finding
from chatroom.client.gui.notify import LONGEST, QUIET, Notifier
from chatroom.client.gui.pane import Pane
from chatroom.client.gui.people import COLORED, People
from chatroom.client.gui.pulse import BUSY, CALM, IDLE, Pulse
from chatroom.client.gui.theme import DARK, LARGEST, LIGHT, SMALLEST, Theme
from chatroom.client.gui.transcript import Block
from chatroom.client.gui.window import Action
from chatroom.wire.palette import color_of


def test_people_keep_who_is_selected_and_are_chosen_by_the_keyboard(root: tk.Tk, theme: Theme) -> None:
    chosen: list[str] = []
    people = People(root, theme, chosen.append)
    people.pack()
    people.show(("ann", "bob", "eve"))
    people.list.selection_set(1)
    people.show(("adam", "ann", "bob"))
    assert people.selected == "bob"
    people.list.focus_force()
    root.update()
    people.list.event_generate("<Return>")
    assert chosen == ["bob"]
    people.show(("adam",))
    assert people.selected == ""
    people.focus_on_list()
    assert people.selected == "adam"


def test_people_have_their_colours_and_a_crowd_is_shown_at_once(root: tk.Tk, theme: Theme) -> None:
    people = People(root, theme, lambda name: None)
    people.show([f"p{number:05}" for number in range(20_000)])
    assert people.list.size() == 20_000
    assert people.list.itemcget(0, "foreground") == color_of("p00000")
    assert people.list.itemcget(COLORED, "foreground") == ""


@pytest.fixture
def finding(root: tk.Tk, theme: Theme) -> Finding:
    pane = Pane(root, theme, older=lambda: None, browse=lambda link: None)
    pane.grid(row=0)
    made = Finding(root, pane, lambda: None)
    made.grid(row=1)
    for text in ("Tea at five", "no coffee", "more TEA please"):
        pane.add(Block([[("text", text)]]))
    pane.draw()
    made.open()
    root.update()
    return made


def place(finding: Finding) -> str:
    return f"{finding._pane.text.index('sel.first')} {finding._told.cget('text')}"


def test_words_are_found_in_any_case_from_the_newest_on_and_around(finding: Finding) -> None:
    finding.wanted.set("tea")
    assert place(finding) == "3.5 2 of 2"
    finding.step(-1)
    assert place(finding) == "1.0 1 of 2"
    finding.step(-1)
    assert place(finding) == "3.5 2 of 2"
    finding.step(1)
    assert place(finding) == "1.0 1 of 2"


def test_what_is_not_there_is_not_found_and_closing_marks_nothing(finding: Finding) -> None:
    finding.wanted.set("milk")
    assert finding._told.cget("text") == "nothing found"
    finding.wanted.set("tea")
    finding.close()
    assert finding._pane.text.tag_ranges("found") == ()
    assert not finding.winfo_ismapped()


def test_a_bar_takes_a_word_and_goes_away(root: tk.Tk) -> None:
    taken: list[str] = []
    bar = Bar(root, "Which room?", "Join", taken.append, lambda: None)
    bar.grid()
    bar.grid_remove()
    for word in (" dev ", " "):
        bar.open()
        bar.wanted.set(word)
        bar.enter()
    root.update()
    assert taken == ["dev"]
    assert not bar.winfo_ismapped()


def test_letters_grow_and_shrink_within_bounds(theme: Theme) -> None:
    theme.resize(100)
    assert theme.size == LARGEST
    theme.resize(1)
    assert theme.size == SMALLEST


def test_looks_change_from_light_to_dark_and_back(root: tk.Tk) -> None:
    theme = Theme(root, "no such look")
    assert theme.palette is LIGHT
    assert [theme.switch(), theme.switch()] == [DARK, LIGHT]


def test_keys_are_shown_as_a_person_reads_them() -> None:
    shown = [
        Action("", (keys,), lambda: None).shown for keys in ("<Control-j>", "<Control-Next>", "<Control-plus>", "<Control-Shift-D>")
    ]
    assert shown == ["Ctrl+J", "Ctrl+PgDn", "Ctrl++", "Ctrl+Shift+D"]


def test_the_desktop_is_told_seldom_and_nothing_it_could_misread() -> None:
    reactor, rung = MemoryReactorClock(), list[int]()
    started: list[list[str]] = []
    reactor.spawnProcess = lambda protocol, program, arguments, env: started.append(arguments)  # type: ignore[attr-defined]
    notifier = Notifier(reactor, lambda: rung.append(1), "/usr/bin/notify-send")
    notifier.notify("-x\x1b", "<b>bold</b>" + "y" * 500)
    notifier.notify("bob", "again")
    reactor.advance(QUIET)
    notifier.notify("bob", "later")
    assert [one[2] for one in started] == ["--", "--"]
    assert started[0][3] == "-x␛"
    assert started[0][4].startswith("&lt;b&gt;bold")
    assert len(started[0][4]) <= LONGEST + 20
    assert rung == []


def test_without_a_desktop_the_bell_rings() -> None:
    rung: list[int] = []
    Notifier(Clock(), lambda: rung.append(1), "").notify("bob", "hi")
    assert rung == [1]


def test_a_program_that_cannot_be_started_is_the_bell() -> None:
    class Broken(Clock):
        def spawnProcess(self, *arguments: object, **more: object) -> None:
            raise OSError

    rung: list[int] = []
    Notifier(Broken(), lambda: rung.append(1), "/no/such/program").notify("bob", "hi")
    assert rung == [1]


def test_windows_are_looked_at_seldom_and_often_while_somebody_does_something(root: tk.Tk) -> None:
    clock = Clock()
    root.update()
    pulse = Pulse(root, clock)
    pulse.start()
    assert [call.getTime() for call in clock.getDelayedCalls()] == [IDLE]
    root.event_generate("<Motion>", x=1, y=1)
    clock.advance(IDLE)
    assert [round(call.getTime() - clock.seconds(), 3) for call in clock.getDelayedCalls()] == [BUSY]
    clock.pump([BUSY] * round(2 * CALM / BUSY))
    assert clock.getDelayedCalls()[0].getTime() - clock.seconds() > BUSY
    pulse.stop()
    assert clock.getDelayedCalls() == []


def test_a_window_that_ends_the_program_is_not_looked_at_again(root: tk.Tk) -> None:
    clock = Clock()
    pulse = Pulse(root, clock)
    root.after(0, pulse.stop)
    pulse.start()
    pulse.stop()
    assert clock.getDelayedCalls() == []
