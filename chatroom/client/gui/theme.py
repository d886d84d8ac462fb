"""How windows look: the colours of light and dark, and the fonts, put on every widget in one place."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from tkinter import font, ttk
from typing import Any

TAB = (12, 4)
"""Pixels around what a tab says."""

SMALLEST, LARGEST, USUAL = 8, 28, 11
"""Sizes of letters, in points."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Be the colours of one look."""

    name: str
    ground: str
    """Behind forms and lists."""
    paper: str
    """Behind what is said and typed."""
    ink: str
    faint: str
    """For times and events."""
    edge: str
    accent: str
    on_accent: str
    link: str
    mention: str
    """Behind words that are for us."""
    trouble: str
    private: str
    found: str
    """Behind what was searched for."""


LIGHT = Palette(
    name="light",
    ground="#eceff3",
    paper="#ffffff",
    ink="#1d2530",
    faint="#6b7684",
    edge="#c7ced8",
    accent="#2563b8",
    on_accent="#ffffff",
    link="#1a5fb4",
    mention="#fff1c2",
    trouble="#b3261e",
    private="#7b3fa0",
    found="#ffd54a",
)
DARK = Palette(
    name="dark",
    ground="#20252c",
    paper="#171b21",
    ink="#dde3ea",
    faint="#8b96a5",
    edge="#3a424d",
    accent="#4f8fe0",
    on_accent="#0f141a",
    link="#79b2ff",
    mention="#4a3f14",
    trouble="#ff8a7a",
    private="#cf9cf0",
    found="#8a6d00",
)
PALETTES = {palette.name: palette for palette in (LIGHT, DARK)}


class Theme:
    """Hold the look of all windows of one program, and change it everywhere at once."""

    def __init__(self, root: tk.Misc, name: str = LIGHT.name, size: int = USUAL) -> None:
        self.palette = PALETTES.get(name, LIGHT)
        self.text = font.nametofont("TkTextFont").copy()
        self.bold = font.nametofont("TkTextFont").copy()
        self.bold.configure(weight="bold")
        self._style = ttk.Style(root)
        self._style.theme_use("clam")
        self.resize(size)
        self.wear(self.palette)

    @property
    def size(self) -> int:
        """Give the size of letters."""
        return int(self.text.cget("size"))

    def resize(self, size: int) -> None:
        """Make all letters larger or smaller, within bounds."""
        size = max(SMALLEST, min(LARGEST, size))
        for one in (self.text, self.bold, *(font.nametofont(f"Tk{kind}Font") for kind in ("Default", "Text", "Menu", "Heading"))):
            one.configure(size=size)

    def switch(self) -> Palette:
        """Change from light to dark or back."""
        self.wear(DARK if self.palette is LIGHT else LIGHT)
        return self.palette

    def wear(self, palette: Palette) -> None:
        """Put a palette on every widget there is and will be."""
        self.palette = palette
        self._styles(palette)
        # Tells every widget, those that styles do not reach too.
        self._style.theme_use("clam")

    def follow(self, widget: Any, wear: Callable[[Palette], None] | None = None) -> None:
        """Dress a widget that styles do not reach, now and whenever the look changes; `wear` may do more."""

        def worn(event: object = None) -> None:
            self._dress(widget)
            if wear is not None:
                wear(self.palette)

        worn()
        widget.bind("<<ThemeChanged>>", worn, add="+")

    def _styles(self, colors: Palette) -> None:
        style = self._style.configure
        style(".", background=colors.ground, foreground=colors.ink, fieldbackground=colors.paper, bordercolor=colors.edge,
              lightcolor=colors.ground, darkcolor=colors.ground, troughcolor=colors.ground, insertcolor=colors.ink,
              selectbackground=colors.accent, selectforeground=colors.on_accent, font="TkDefaultFont")  # fmt: skip
        style("TEntry", padding=5)
        style("TButton", padding=(14, 5))
        style("Go.TButton", background=colors.accent, foreground=colors.on_accent, bordercolor=colors.accent)
        style("TNotebook", background=colors.ground, tabmargins=(6, 6, 6, 0))
        style("TNotebook.Tab", padding=TAB, background=colors.ground, foreground=colors.faint)
        style("TScrollbar", arrowsize=12, background=colors.edge, troughcolor=colors.ground, arrowcolor=colors.faint)
        style("Faint.TLabel", foreground=colors.faint)
        style("Trouble.TLabel", foreground=colors.trouble)
        style("Title.TLabel", font=self.bold)
        style("News.TButton", padding=(10, 2), background=colors.accent, foreground=colors.on_accent)
        self._states(colors)

    def _states(self, colors: Palette) -> None:
        change = self._style.map
        change("TButton", background=[("active", colors.edge), ("disabled", colors.ground)], foreground=[("disabled", colors.faint)])
        for one in ("Go.TButton", "News.TButton"):
            change(one, background=[("disabled", colors.edge), ("active", colors.link)], foreground=[("disabled", colors.faint)])
        change(
            "TNotebook.Tab",
            background=[("selected", colors.paper)],
            foreground=[("selected", colors.ink)],
            padding=[("selected", TAB)],
            lightcolor=[("selected", colors.paper), ("!selected", colors.ground)],
        )
        change("TEntry", bordercolor=[("focus", colors.accent)], lightcolor=[("focus", colors.accent)])
        change("TScrollbar", background=[("disabled", colors.ground), ("active", colors.faint)])
        change("TCheckbutton", background=[("active", colors.ground)])

    def _dress(self, widget: Any) -> None:
        colors = self.palette
        match widget:
            case tk.Text() | tk.Listbox():
                widget.configure(
                    background=colors.paper, foreground=colors.ink, selectbackground=colors.accent, selectforeground=colors.on_accent,
                    highlightbackground=colors.edge, highlightcolor=colors.accent, font=self.text,
                )  # fmt: skip
                if isinstance(widget, tk.Text):
                    widget.configure(insertbackground=colors.ink)
            case tk.Menu():
                widget.configure(
                    background=colors.ground, foreground=colors.ink, activebackground=colors.accent, activeforeground=colors.on_accent
                )
            case _:
                widget.configure(background=colors.ground)
