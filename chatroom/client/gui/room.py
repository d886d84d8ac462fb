"""One room in a tab: its topic, what is said there, and who is there."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import font, ttk

from chatroom.client.gui.people import People
from chatroom.client.gui.talk import Talk
from chatroom.client.gui.theme import Theme
from chatroom.wire.text import visible

PEOPLE_WIDTH = 170
"""Pixels for the list of people at first."""

TOPIC = 1.8
"""Lines that a topic may fill, so that a long one leaves room for what is said; /topic tells the rest."""


class Room(ttk.Frame):
    """Be what is in a tab; `choose` is called with somebody to be alone with."""

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        *,
        say: Callable[[str], bool],
        browse: Callable[[str], None],
        older: Callable[[], None],
        complete: Callable[[str], Sequence[str]],
        choose: Callable[[str], None],
    ) -> None:
        super().__init__(parent, padding=(8, 4, 8, 8))
        self._about = ""
        self._topic = ttk.Label(self, style="Faint.TLabel", padding=(2, 2, 2, 6))
        self._split = ttk.PanedWindow(self, orient="horizontal")
        self.talk = Talk(self._split, theme, say=say, browse=browse, older=older, complete=complete)
        self.people = People(self._split, theme, choose)
        self._split.add(self.talk, weight=1)
        self._split.add(self.people, weight=0)
        self._split.grid(row=1, column=0, sticky="nsew")
        self.rowconfigure(1, weight=1)
        self.columnconfigure(0, weight=1)
        self._topic.bind("<Configure>", lambda event: self._fit(event.width))

    def show_topic(self, topic: str) -> None:
        """Show what the room is about; nothing where there is no topic."""
        self._about = visible(topic)
        self._fit(self._topic.winfo_width())
        if topic:
            self._topic.grid(row=0, column=0, sticky="ew")
        else:
            self._topic.grid_remove()

    def _fit(self, width: int) -> None:
        """Show as much of the topic as there is room for."""
        width = max(100, width - 8)
        self._topic.configure(wraplength=width, text=fitting(self._about, int(TOPIC * width)))


def fitting(text: str, width: int) -> str:
    """Give the beginning of a text that is no longer than so many pixels."""
    letters = font.nametofont("TkDefaultFont")
    if letters.measure(text) <= width:
        return text
    fits, most = 0, len(text)
    while fits < most:
        half = (fits + most + 1) // 2
        fits, most = (half, most) if letters.measure(f"{text[:half]}…") <= width else (fits, half - 1)
    return f"{text[:fits]}…"
