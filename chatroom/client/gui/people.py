"""The people of a room, in a list from which one turns to any of them alone."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from chatroom.client.gui.theme import Theme
from chatroom.wire.palette import color_of
from chatroom.wire.text import visible

COLORED = 500
"""Names that are shown in their colours; in a longer list the others are plain."""


class People(ttk.Frame):
    """List names; `choose` is called with one that is double-clicked or entered."""

    def __init__(self, parent: tk.Misc, theme: Theme, choose: Callable[[str], None]) -> None:
        super().__init__(parent)
        self._choose = choose
        self._names: tuple[str, ...] = ()
        self._heading = ttk.Label(self, style="Faint.TLabel", padding=(6, 6, 0, 4))
        self.list = tk.Listbox(
            self, relief="flat", borderwidth=0, highlightthickness=1, activestyle="none", width=16, exportselection=False
        )
        bar = ttk.Scrollbar(self, command=self.list.yview)
        self.list.configure(yscrollcommand=bar.set)
        self._heading.grid(row=0, column=0, columnspan=2, sticky="w")
        self.list.grid(row=1, column=0, sticky="nsew")
        bar.grid(row=1, column=1, sticky="ns")
        self.rowconfigure(1, weight=1)
        self.columnconfigure(0, weight=1)
        theme.follow(self.list)
        for keys in ("<Double-Button-1>", "<Return>", "<KP_Enter>"):
            self.list.bind(keys, self._chosen)

    def show(self, names: Sequence[str]) -> None:
        """List these, keeping the place and who is selected."""
        if tuple(names) == self._names:
            return
        selected, top = self.selected, self.list.yview()[0]
        self._names = tuple(names)
        self.list.delete(0, "end")
        self.list.insert("end", *(f" {visible(name)}" for name in names))
        for place, name in enumerate(names[:COLORED]):
            self.list.itemconfigure(place, foreground=color_of(name))
        if selected in self._names:
            self.list.selection_set(self._names.index(selected))
        self.list.yview_moveto(top)
        self._heading.configure(text=f"{len(names)} here")

    @property
    def selected(self) -> str:
        """Give who is selected; empty when nobody is."""
        where = self.list.curselection()
        return self._names[int(where[0])] if where else ""

    def focus_on_list(self) -> None:
        """Let the keyboard choose."""
        if not self.selected and self._names:
            self.list.selection_set(0)
        self.list.focus_set()

    def _chosen(self, event: object = None) -> None:
        if self.selected:
            self._choose(self.selected)
