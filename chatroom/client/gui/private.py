"""What is said between our person and one other alone, in a window of its own."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from chatroom.client.gui.talk import Talk
from chatroom.client.gui.theme import Theme
from chatroom.wire.text import visible

OFFSET = 60
"""Pixels from the corner of the main window."""

GIVEN_BACK = 400
"""Milliseconds in which a window that came by itself gives the keyboard back to where our person was writing."""


class Private(tk.Toplevel):
    """Be the window of one conversation.

    `say` takes what is written, `attend` is called when our person looks at it, `closed` when they close it, `older` when they want to
    read further up.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        peer: str,
        *,
        say: Callable[[str], bool],
        browse: Callable[[str], None],
        attend: Callable[[], None],
        closed: Callable[[], None],
        older: Callable[[Private], None],
    ) -> None:
        super().__init__(parent)
        self.peer = peer
        self.before = 0
        """Where to go on reading back, once that was begun."""
        self._attend = attend
        self._closed = closed
        self._elsewhere: tk.Misc | None = None
        """Where our person was writing when this window came by itself."""
        top = parent.winfo_toplevel()
        self.geometry(f"460x340+{top.winfo_x() + OFFSET}+{top.winfo_y() + OFFSET}")
        self.minsize(260, 180)
        self.talk = Talk(self, theme, say=say, browse=browse, older=lambda: older(self))
        self.talk.pack(fill="both", expand=True, padx=8, pady=8)
        theme.follow(self)
        self.call_it(peer)
        self.protocol("WM_DELETE_WINDOW", self.close)
        self.bind("<FocusIn>", self._focused)
        for keys in ("<Control-w>", "<Escape>"):
            self.bind(keys, lambda event: self.close())
        self.bind("<Control-f>", self._find)

    def call_it(self, peer: str, unread: int = 0) -> None:
        """Name the window after who it is with, and say how much there is to read."""
        self.peer = peer
        self.title(f"{f'({unread}) ' if unread else ''}{visible(peer)} — private")

    def come_forward(self) -> None:
        """Be where our person writes, as they asked for it."""
        self._stop_staying()
        self.deiconify()
        self.lift()
        self.talk.writing.text.focus_force()

    def stay_back(self, writing: tk.Misc | None) -> None:
        """Come without being asked: what our person is typing elsewhere goes on going there."""
        self._elsewhere = writing
        self.after(GIVEN_BACK, self._stop_staying)

    def _stop_staying(self) -> None:
        self._elsewhere = None

    def _focused(self, event: tk.Event[tk.Misc]) -> None:
        elsewhere, self._elsewhere = self._elsewhere, None
        if elsewhere is not None:
            elsewhere.focus_force()
            return
        if event.widget is self:
            self.talk.focus_on_writing()
        self._attend()

    def close(self) -> None:
        """Be gone; the conversation is kept."""
        self._closed()
        self.destroy()

    def _find(self, event: object) -> str:
        self.talk.finding.open()
        return "break"
