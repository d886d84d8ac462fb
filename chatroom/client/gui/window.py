"""The main window: rooms as tabs with marks for what is unread, a menu, and one quiet line about the connection."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from tkinter import ttk

from chatroom.client.gui.bar import Bar
from chatroom.client.gui.room import Room
from chatroom.client.gui.theme import Theme
from chatroom.view import View
from chatroom.wire.text import visible

LOOK = 2000
"""Milliseconds between two looks at what our person sees."""

GATHER = 120
"""Milliseconds in which comings and goings gather before the list of people is drawn."""


@dataclass(frozen=True, slots=True)
class Action:
    """Be something a menu and a key do; the first of `keys` is shown."""

    label: str
    keys: Sequence[str]
    do: Callable[[], None]

    @property
    def shown(self) -> str:
        """Give the key as a person reads it."""
        return "+".join(_KEY_NAMES.get(part, part) for part in self.keys[0].strip("<>").split("-"))


NO_ROOM = "You are in no room. Ctrl+J joins one."
NARROW = 400
"""Pixels in which what is told without a room wraps."""

_KEY_NAMES = {"Control": "Ctrl", "Next": "PgDn", "Prior": "PgUp", "plus": "+", "minus": "-"} | {
    one: one.upper() for one in ascii_lowercase
}


class Window(ttk.Frame):
    """Hold the tabs; `make_room` makes what is in one, `look` is called now and then, `actions` are the menus."""

    def __init__(
        self,
        parent: tk.Tk | tk.Toplevel,
        theme: Theme,
        view: View,
        *,
        make_room: Callable[[tk.Misc, str], Room],
        join: Callable[[str], None],
        look: Callable[[], None],
        actions: dict[str, Sequence[Action]],
    ) -> None:
        super().__init__(parent)
        self._top = parent
        self._theme = theme
        self._view = view
        self._make_room = make_room
        self.rooms: dict[str, Room] = {}
        self._changed: set[str] = set()
        self._keys: set[str] = set()
        self._due: str | None = None
        self._noted = 0
        self.tabs = ttk.Notebook(self)
        self.status = ttk.Label(self, style="Faint.TLabel", padding=(12, 3, 12, 5))
        self._empty = ttk.Label(self, text=NO_ROOM, style="Faint.TLabel", anchor="center", justify="center", wraplength=NARROW)
        self.joining = Bar(self, "Which room?", "Join", join, self.focus_on_writing)
        self.tabs.grid(row=0, column=0, sticky="nsew")
        self.joining.grid(row=1, column=0, sticky="ew")
        self.joining.grid_remove()
        self.status.grid(row=2, column=0, sticky="ew")
        self.rowconfigure(0, weight=1)
        self.columnconfigure(0, weight=1)
        self.tabs.bind("<<NotebookTabChanged>>", self._turned)
        self._menu(actions)
        self._show_emptiness()
        self._look = look
        self._next_look = self.after(LOOK, self._look_again)

    # -- rooms

    def open(self, name: str) -> Room:
        """Give a room's tab, a new one if there is none."""
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = self._make_room(self.tabs, name)
            self.tabs.add(room, text=visible(name))
            self._show_emptiness()
        return room

    def drop(self, name: str) -> None:
        """Close a room's tab."""
        room = self.rooms.pop(name, None)
        if room is not None:
            self.tabs.forget(room)
            room.destroy()
            self._show_emptiness()

    def turn_to(self, name: str) -> None:
        """Look at a room."""
        if name in self.rooms:
            # The tab tells of it later, and by then something may have been asked about the room looked at.
            self._view.look(name)
            self.tabs.select(self.rooms[name])
            self.focus_on_writing()

    def step(self, step: int) -> None:
        """Look at the next room, or the one before, around the ends."""
        names = list(self.rooms)
        if names:
            at = names.index(self.here) if self.here in names else 0
            self.turn_to(names[(at + step) % len(names)])

    @property
    def here(self) -> str:
        """Name the room looked at; empty when there is none."""
        return next((name for name, room in self.rooms.items() if str(room) == self.tabs.select()), "")

    def focus_on_writing(self) -> None:
        """Let the keyboard write to the room looked at."""
        room = self.rooms.get(self.here)
        if room is not None:
            room.talk.focus_on_writing()

    def _turned(self, event: object = None) -> None:
        self._view.look(self.here)
        self.people_changed(self.here)
        self.mark()

    def _look_again(self) -> None:
        self._look()
        self._next_look = self.after(LOOK, self._look_again)

    def tell(self, text: str) -> None:
        """Show a sentence where there is no room to show it in."""
        self._empty.configure(text=f"{text}\n\n{NO_ROOM}")

    def _show_emptiness(self) -> None:
        if self.rooms:
            self._empty.configure(text=NO_ROOM)
            self._empty.place_forget()
        else:
            self._empty.place(relx=0.5, rely=0.4, anchor="center")

    # -- marks

    def note(self) -> None:
        """Count something for our person that they may not see."""
        self._noted += 1

    def looked(self) -> None:
        """Take note that our person looks here."""
        self._noted = 0
        self.mark()

    def mark(self) -> None:
        """Show what is unread, who we are, and how the connection is."""
        for name, room in self.rooms.items():
            self._mark_tab(name, room)
        view = self._view
        talks = sum(talk.unread for talk in view.conversations.values())
        count = max(self._noted, talks + sum(room.mentions for room in view.rooms.values()))
        place = " — ".join(filter(None, (visible(self.here), visible(view.house or "chatroom"))))
        title = f"{f'({count}) ' if count else ''}{place}"
        if self._top.title() != title:
            self._top.title(title)
        text, style = standing(view)
        if self.status.cget("text") != text:
            self.status.configure(text=text, style=style)

    def _mark_tab(self, name: str, room: Room) -> None:
        seen = self._view.rooms.get(name)
        unread = seen.unread if seen is not None else 0
        text = visible(name) + (f" ({unread}{'!' if seen is not None and seen.mentions else ''})" if unread else "")
        if self.tabs.tab(room, "text") != text:
            self.tabs.tab(room, text=text)

    def people_changed(self, name: str) -> None:
        """Show soon who is in a room, if it is looked at."""
        self._changed.add(name)
        if self._due is None:
            self._due = self.after(GATHER, self.draw_people)

    def draw_people(self) -> None:
        """Show who is in the room looked at, if that changed."""
        if self._due is not None:
            self.after_cancel(self._due)
        self._due = None
        seen = self._view.rooms.get(self.here)
        if self.here in self._changed and seen is not None:
            self._changed.discard(self.here)
            self.rooms[self.here].people.show(seen.names())

    # -- the menu

    def _menu(self, actions: dict[str, Sequence[Action]]) -> None:
        bar = tk.Menu(self._top, relief="flat", borderwidth=0)
        self._theme.follow(bar)
        for label, column in actions.items():
            menu = tk.Menu(bar, tearoff=False)
            self._theme.follow(menu)
            bar.add_cascade(label=label, menu=menu, underline=0)
            for action in column:
                menu.add_command(label=action.label, accelerator=action.shown, command=action.do)
                for keys in action.keys:
                    self._bind(keys, action.do)
        self._top.configure(menu=bar)

    def _bind(self, keys: str, do: Callable[[], None]) -> None:
        def pressed(event: object) -> str:
            do()
            return "break"

        # What a text would do by itself comes first, and is not wanted.
        for kind in ("Text", "TEntry", "TNotebook"):
            self._top.unbind_class(kind, keys)
        self._top.bind(keys, pressed)
        self._keys.add(keys)

    def destroy(self) -> None:
        """Be gone, and let the keys mean nothing."""
        for keys in self._keys:
            self._top.unbind(keys)
        if self._due is not None:
            self.after_cancel(self._due)
        self.after_cancel(self._next_look)
        super().destroy()


def standing(view: View) -> tuple[str, str]:
    """Say in one line how the connection is, and in what style."""
    waiting = view.waiting
    if view.present:
        return f"You are {visible(view.you)}", "Faint.TLabel"
    kept = f" {waiting} to be sent then." if waiting else " What you write is kept and sent then."
    return f"The connection is lost; trying to get it back.{kept}", "Trouble.TLabel"
