"""Where words are written: grows to a few lines, completes names, remembers what was written before."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from chatroom.client.gui.theme import Theme

MOST_LINES = 6
"""Lines it grows to; more are scrolled."""

SECRET = ("/passwd", "/choose")
"""Commands that hold a password, and are not remembered."""

REMEMBERED = 100
"""Texts that Up gives back."""


class Writing(ttk.Frame):
    """Take a text and hand it over when Return is pressed; a text `say` gives False for is left where it is.

    `complete` gives what the last word written so far may become.
    """

    def __init__(
        self, parent: tk.Misc, theme: Theme, *, say: Callable[[str], bool], complete: Callable[[str], Sequence[str]] = lambda text: ()
    ) -> None:
        super().__init__(parent)
        self._say = say
        self._complete = complete
        self._before: list[str] = []
        self._at = 0
        self._draft = ""
        self._choices: Sequence[str] = ()
        self._choice = 0
        self._completed: tuple[str, str] = ("", "")
        """What had been written when Tab was pressed, and what stands there since."""
        self.text = tk.Text(self, height=1, wrap="word", relief="flat", borderwidth=0, highlightthickness=1, padx=8, pady=6, undo=True,
                            maxundo=200, width=20)  # fmt: skip
        self.text.grid(sticky="nsew")
        self.columnconfigure(0, weight=1)
        theme.follow(self.text)
        for keys, action in self._keys():
            self.text.bind(keys, lambda event, action=action: action())  # type: ignore[misc]  # a default binds it now
        self.text.bind("<<Modified>>", self._grow)

    def _keys(self) -> Sequence[tuple[str, Callable[[], str | None]]]:
        return (
            ("<Return>", self._enter),
            ("<KP_Enter>", self._enter),
            ("<Shift-Return>", lambda: self._type("\n")),
            ("<Alt-Return>", lambda: self._type("\n")),
            ("<Tab>", self._next_choice),
            ("<Up>", self._back),
            ("<Down>", self._forth),
            ("<Control-a>", self._select_all),
        )

    @property
    def written(self) -> str:
        """Give what stands there."""
        return self.text.get("1.0", "end-1c")

    def put(self, text: str) -> None:
        """Let a text stand there instead."""
        self.text.delete("1.0", "end")
        self.text.insert("1.0", text)

    def type(self, text: str) -> None:
        """Write on, as if it had been typed here."""
        self.text.focus_set()
        self.text.insert("insert", text)

    def _type(self, text: str) -> str:
        self.text.insert("insert", text)
        self.text.see("insert")
        return "break"

    def _enter(self) -> str:
        text = self.written
        if text.strip() and self._say(text):
            if not text.lstrip().lower().startswith(SECRET):
                self._before = [*(one for one in self._before if one != text), text][-REMEMBERED:]
            self._at, self._draft = len(self._before), ""
            self.put("")
            self.text.edit_reset()
        return "break"

    # -- what was written before

    def _back(self) -> str | None:
        if self.text.compare("insert linestart", "!=", "1.0") or not self._at:
            return None
        if self._at == len(self._before):
            self._draft = self.written
        self._recall(self._at - 1)
        return "break"

    def _forth(self) -> str | None:
        if self.text.compare("insert lineend", "!=", "end-1c") or self._at >= len(self._before):
            return None
        self._recall(self._at + 1)
        return "break"

    def _recall(self, at: int) -> None:
        self._at = at
        self.put(self._draft if at == len(self._before) else self._before[at])

    # -- completion

    def _next_choice(self) -> str | None:
        written = self.text.get("1.0", "insert")
        if written != self._completed[1] or not self._choices:
            self._choices, self._choice = self._complete(written), 0
            self._completed = (written, written)
        if not self._choices:
            # Nothing to complete: Tab goes on to the next widget.
            return None if not written else "break"
        head, space, _ = self._completed[0].rpartition(" ")
        self.text.delete("1.0", "insert")
        self.text.insert("1.0", head + space + self._choices[self._choice % len(self._choices)])
        self._choice += 1
        self._completed = (self._completed[0], self.text.get("1.0", "insert"))
        return "break"

    def _select_all(self) -> str:
        self.text.tag_add("sel", "1.0", "end-1c")
        return "break"

    def _grow(self, event: object = None) -> None:
        self.text.edit_modified(False)
        counted = self.text.count("1.0", "end", "displaylines")
        shown = int(counted[0] if isinstance(counted, tuple) else counted or 1)
        height = max(1, min(MOST_LINES, shown))
        if height != int(self.text.cget("height")):
            self.text.configure(height=height)
