"""The form in front of a house: by what name, to which server, with what password where one is needed; and why it did not work."""

from __future__ import annotations

import argparse
import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk

from chatroom.client.gui.theme import Theme
from chatroom.client.opening import HOST, Target, port_number

WIDTH = 380
"""Pixels in which a sentence wraps."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Be what a form says: where to, and who we are there. Empty secrets are none."""

    where: Target
    password: str = ""
    chosen: str = ""
    """The password wanted in place of an invitation's code."""

    @property
    def name(self) -> str:
        """Give what its person wants to be called."""
        return self.where.name or ""


class Unfit(Exception):
    """Say in a sentence why a form cannot be sent as it is, and which field is to be mended."""

    def __init__(self, why: str, field: str) -> None:
        super().__init__(why)
        self.field = field


def read(name: str, host: str, port: str, password: str = "", chosen: str = "", again: str = "") -> Wish:
    """Make a wish of what was typed into the fields; raise `Unfit`."""
    if not name.strip():
        raise Unfit("Type the name you want to be called.", "name")
    if chosen != again:
        raise Unfit("The two passwords are not the same.", "chosen")
    try:
        number = port_number(port.strip())
    except argparse.ArgumentTypeError as why:
        sentence = str(why)
        raise Unfit(f"{sentence[0].upper()}{sentence[1:]}.", "port") from None
    return Wish(Target(host.strip() or HOST, number, name.strip()), password, chosen)


class Form(ttk.Frame):
    """Ask where to go; `connect` is called with each wish, `cancel` when its person no longer waits."""

    def __init__(self, parent: tk.Misc, theme: Theme, connect: Callable[[Wish], None], cancel: Callable[[], None]) -> None:
        super().__init__(parent, padding=28)
        self._connect = connect
        self._cancel = cancel
        self._waiting = False
        self._labels: dict[ttk.Entry, ttk.Label] = {}
        self.name, self.host, self.port = (tk.StringVar(self) for _ in range(3))
        self.password, self.chosen, self.again = (tk.StringVar(self) for _ in range(3))
        self.said = tk.StringVar(self)
        inner = ttk.Frame(self)
        inner.place(relx=0.5, rely=0.45, anchor="center")
        ttk.Label(inner, text="Enter a chat room", style="Title.TLabel").grid(row=0, column=0, columnspan=2, sticky="w", pady=(0, 14))
        self.fields = {
            "name": self._field(inner, 1, "Nickname", self.name),
            "host": self._field(inner, 2, "Server", self.host),
            "port": self._field(inner, 3, "Port", self.port, width=8),
            "password": self._field(inner, 4, "Password", self.password, secret=True),
            "chosen": self._field(inner, 5, "New password", self.chosen, secret=True),
            "again": self._field(inner, 6, "Once more", self.again, secret=True),
        }
        self._told = ttk.Label(inner, textvariable=self.said, style="Trouble.TLabel", wraplength=WIDTH, justify="left")
        self._told.grid(row=7, column=0, columnspan=2, sticky="ew", pady=(10, 0))
        self.button = ttk.Button(inner, text="Connect", style="Go.TButton", command=self.submit)
        self.button.grid(row=8, column=0, columnspan=2, sticky="e", pady=(14, 0))
        inner.columnconfigure(1, weight=1, minsize=WIDTH - 110)
        self._show_secrets()

    def _field(
        self, parent: ttk.Frame, row: int, label: str, value: tk.StringVar, *, width: int = 28, secret: bool = False
    ) -> ttk.Entry:
        named = ttk.Label(parent, text=label)
        named.grid(row=row, column=0, sticky="w", padx=(0, 14), pady=4)
        entry = ttk.Entry(parent, textvariable=value, width=width, show="•" if secret else "", font="TkTextFont")
        entry.grid(row=row, column=1, sticky="w" if width < 28 else "ew", pady=4)
        for key in ("<Return>", "<KP_Enter>"):
            entry.bind(key, lambda event: self.submit())
        entry.bind("<Escape>", self._escaped)
        entry.bind("<Control-a>", lambda event: self._select(entry))
        self._labels[entry] = named
        return entry

    def fill(self, where: Target) -> None:
        """Put into the fields where to go and by what name."""
        self.name.set(where.name or "")
        self.host.set(where.host)
        self.port.set(str(where.port))
        self.focus_on("name" if not where.name else "password" if self._shown("password") else "name")

    def submit(self) -> None:
        """Go where the form says, or say what is wrong with it; pressed again while connecting, stop."""
        if self._waiting:
            self._stop()
            return
        try:
            wish = read(*(one.get() for one in (self.name, self.host, self.port, self.password, self.chosen, self.again)))
        except Unfit as why:
            self.complain(str(why), why.field)
            return
        self._wait(True)
        self._say("Connecting …", "Faint.TLabel")
        self._connect(wish)

    def complain(self, why: str, field: str = "name") -> None:
        """Say why it did not work, and let the person mend it in a field."""
        self._wait(False)
        self._say(why, "Trouble.TLabel")
        self.focus_on(field)

    def ask_password(self, why: str) -> None:
        """Ask for a password too."""
        self._show_secrets("password")
        self.password.set("")
        self.complain(why, "password")

    def ask_choice(self, why: str) -> None:
        """Ask for a password of the person's own, twice."""
        self._show_secrets("password", "chosen", "again")
        self.chosen.set("")
        self.again.set("")
        self.complain(why, "chosen")

    def forget_secrets(self) -> None:
        """Forget every password, and hide where they were."""
        for one in (self.password, self.chosen, self.again):
            one.set("")
        self._show_secrets()
        self._wait(False)
        self._say("", "Faint.TLabel")

    def focus_on(self, field: str) -> None:
        """Let the keyboard write into a field."""
        self.fields[field].focus_set()
        self.fields[field].selection_range(0, "end")

    def _show_secrets(self, *shown: str) -> None:
        for name in ("password", "chosen", "again"):
            entry = self.fields[name]
            for one in (entry, self._labels[entry]):
                one.grid() if name in shown else one.grid_remove()

    def _shown(self, field: str) -> bool:
        return bool(self.fields[field].grid_info())

    def _say(self, text: str, style: str) -> None:
        self._told.configure(style=style)
        self.said.set(text)

    def _wait(self, waiting: bool) -> None:
        self._waiting = waiting
        self.button.configure(text="Stop" if waiting else "Connect")

    def _select(self, entry: ttk.Entry) -> str:
        entry.selection_range(0, "end")
        return "break"

    def _escaped(self, event: object) -> None:
        if self._waiting:
            self._stop()

    def _stop(self) -> None:
        self._wait(False)
        self._say("", "Faint.TLabel")
        self._cancel()
