"""One room or one conversation in a window: what is said, where one writes, and a bar that finds; the same for both."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from chatroom.client.gui.finding import Finding
from chatroom.client.gui.pane import Pane
from chatroom.client.gui.theme import Theme
from chatroom.client.gui.writing import Writing


class Talk(ttk.Frame):
    """Put a pane above a place to write; see those two for what they call."""

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        *,
        say: Callable[[str], bool],
        browse: Callable[[str], None],
        older: Callable[[], None] = lambda: None,
        complete: Callable[[str], Sequence[str]] = lambda text: (),
    ) -> None:
        super().__init__(parent)
        self.reading: int | None = None
        """The request for older lines that is under way."""
        self.all_read = False
        """There is nothing older."""
        self.writing = Writing(self, theme, say=say, complete=complete)
        self.pane = Pane(self, theme, older=older, browse=browse, typed=self.writing.type)
        self.finding = Finding(self, self.pane, self.focus_on_writing)
        self.pane.grid(row=0, column=0, sticky="nsew")
        self.finding.grid(row=1, column=0, sticky="ew")
        self.finding.grid_remove()
        self.writing.grid(row=2, column=0, sticky="ew", pady=(4, 0))
        self.rowconfigure(0, weight=1)
        self.columnconfigure(0, weight=1)
        self.writing.text.bind("<Prior>", lambda event: self._paged(-1))
        self.writing.text.bind("<Next>", lambda event: self._paged(1))

    def focus_on_writing(self) -> None:
        """Let the keyboard write."""
        self.writing.text.focus_set()

    def _paged(self, pages: int) -> str:
        self.pane.scroll("scroll", pages, "pages")
        return "break"
