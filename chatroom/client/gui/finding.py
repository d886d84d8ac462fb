"""A bar that finds words in a pane: all are marked, and one goes from each to the next."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from chatroom.client.gui.pane import Pane

MOST = 2000
"""Places that are marked."""


class Finding(ttk.Frame):
    """Search one pane; hidden until `open`. `done` is called when it closes."""

    def __init__(self, parent: tk.Misc, pane: Pane, done: Callable[[], None]) -> None:
        super().__init__(parent, padding=(6, 4))
        self._pane = pane
        self._done = done
        self.wanted = tk.StringVar(self)
        self.entry = ttk.Entry(self, textvariable=self.wanted, width=30)
        self._told = ttk.Label(self, style="Faint.TLabel")
        ttk.Label(self, text="Find:").pack(side="left", padx=(0, 6))
        self.entry.pack(side="left")
        for text, step in (("↑", -1), ("↓", 1)):
            ttk.Button(self, text=text, width=3, command=lambda step=step: self.step(step)).pack(side="left", padx=2)  # type: ignore[misc]
        self._told.pack(side="left", padx=8)
        ttk.Button(self, text="Close", command=self.close).pack(side="right")
        self.wanted.trace_add("write", lambda *changed: self.search())
        self.entry.bind("<Return>", lambda event: self.step(-1))
        self.entry.bind("<Shift-Return>", lambda event: self.step(1))
        self.entry.bind("<Up>", lambda event: self.step(-1))
        self.entry.bind("<Down>", lambda event: self.step(1))
        for one in (self, self.entry):
            one.bind("<Escape>", lambda event: self.close())

    def open(self) -> None:
        """Show the bar, and wait for words."""
        self.grid()
        self.entry.focus_set()
        self.entry.selection_range(0, "end")
        self.search()

    def close(self) -> None:
        """Hide the bar, and mark nothing any more."""
        self._pane.text.tag_remove("found", "1.0", "end")
        self.grid_remove()
        self._done()

    def search(self) -> None:
        """Mark every place where the words stand, and go to the last."""
        text, words = self._pane.text, self.wanted.get()
        text.tag_remove("found", "1.0", "end")
        where = "end"
        for _ in range(MOST if words else 0):
            where = text.search(words, where, stopindex="1.0", backwards=True, nocase=True)
            if not where:
                break
            text.tag_add("found", where, f"{where}+{len(words)}c")
        text.mark_set("found", "end")
        self.step(-1)

    def step(self, step: int) -> None:
        """Go to the next place, or the one before, around the ends."""
        text = self._pane.text
        # Asked of the widget each time: lines come and go meanwhile.
        places = [str(one) for one in text.tag_ranges("found")]
        starts, ends = places[::2], places[1::2]
        if not starts:
            self._told.configure(text="nothing found" if self.wanted.get() else "")
            return
        if step < 0:
            before = [at for at, start in enumerate(starts) if text.compare(start, "<", "found")]
            at = before[-1] if before else len(starts) - 1
        else:
            at = next((at for at, start in enumerate(starts) if text.compare(start, ">", "found")), 0)
        self._show(starts[at], ends[at])
        self._told.configure(text=f"{at + 1} of {len(starts)}")

    def _show(self, start: str, end: str) -> None:
        text = self._pane.text
        text.mark_set("found", start)
        self._pane.show(start)
        text.tag_remove("sel", "1.0", "end")
        text.tag_add("sel", start, end)
