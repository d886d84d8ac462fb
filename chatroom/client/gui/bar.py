"""A bar that asks for one word and goes away again: it takes the place of a dialog, which would stop the world."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk


class Bar(ttk.Frame):
    """Ask for a word; `take` is called with it. Hidden until `open`; `done` is called when it closes."""

    def __init__(self, parent: tk.Misc, question: str, verb: str, take: Callable[[str], None], done: Callable[[], None]) -> None:
        super().__init__(parent, padding=(10, 6))
        self._take = take
        self._done = done
        self.wanted = tk.StringVar(self)
        ttk.Label(self, text=question).pack(side="left", padx=(0, 8))
        self.entry = ttk.Entry(self, textvariable=self.wanted, width=28)
        self.entry.pack(side="left")
        ttk.Button(self, text=verb, style="Go.TButton", command=self.enter).pack(side="left", padx=8)
        ttk.Button(self, text="Cancel", command=self.close).pack(side="left")
        self.entry.bind("<Return>", lambda event: self.enter())
        self.entry.bind("<Escape>", lambda event: self.close())

    def open(self) -> None:
        """Show the bar."""
        self.wanted.set("")
        self.grid()
        self.entry.focus_set()

    def enter(self) -> None:
        """Hand over the word, if there is one."""
        word = self.wanted.get().strip()
        self.close()
        if word:
            self._take(word)

    def close(self) -> None:
        """Hide the bar."""
        self.grid_remove()
        self._done()
