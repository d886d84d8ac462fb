"""The windows of private conversations: one for each, opened when our person asks for it or when words come."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence

from chatroom.client.gui.private import Private
from chatroom.client.gui.talk import Talk
from chatroom.client.gui.theme import Theme
from chatroom.client.gui.transcript import Block
from chatroom.client.wording import Wording
from chatroom.core.events import Entry, Erased, Told
from chatroom.core.likeness import fold
from chatroom.happening import EntryShown, PageRead
from chatroom.view import View

MOST_BY_THEMSELVES = 20
"""Windows beyond which none opens by itself, so that strangers cannot fill the screen."""


class Privates:
    """Hold the windows; `say` is given whom and what."""

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        view: View,
        wording: Wording,
        *,
        say: Callable[[str, str], bool],
        browse: Callable[[str], None],
        changed: Callable[[], None],
        older: Callable[[Private], None],
    ) -> None:
        self._parent = parent
        self._theme = theme
        self._view = view
        self._wording = wording
        self._say = say
        self._browse = browse
        self._changed = changed
        self._older = older
        self.windows: dict[str, Private] = {}

    def open(self, peer: str) -> None:
        """Turn to somebody, in a new window if there is none yet."""
        window = self.windows.get(fold(peer))
        if window is None:
            window = self._make(peer)
            self._older(window)
        window.come_forward()

    def hear(self, shown: EntryShown, peer: str) -> bool:
        """Show what was said in private; False when no window could be opened for it."""
        window = self.windows.get(fold(peer))
        if window is not None:
            self._show(window, shown)
        elif not shown.own:
            if len(self.windows) >= MOST_BY_THEMSELVES:
                return False
            # It finds what was just said among what was said before.
            self._make(peer).stay_back(self._writing())
        self.mark()
        return True

    def remark(self, name: str, shown: EntryShown) -> None:
        """Show in the window of somebody what became of them."""
        window = self.windows.get(fold(name))
        if window is not None:
            self._show(window, shown)

    def erase(self, ids: Sequence[str]) -> None:
        """Let words that were removed be seen no more."""
        for window in self.windows.values():
            window.talk.pane.erase(ids)

    def follow(self, old: str, new: str) -> None:
        """Go on under another name."""
        window = self.windows.pop(fold(old), None)
        if window is not None:
            self.windows[fold(new)] = window
            window.call_it(new)

    def put_before(self, talk: Talk, read: PageRead) -> None:
        """Show what was read back in the window it was asked for, without what stands there already."""
        window = next((one for one in self.windows.values() if one.talk is talk), None)
        if window is not None:
            window.before = read.before
            talk.pane.draw()
            fresh = [entry for entry in read.entries if not talk.pane.transcript.holds(entry.id)]
            talk.pane.put_before([self._block(EntryShown((), entry, own=self._is_own(entry))) for entry in fresh])

    def mark(self) -> None:
        """Say in the titles how much there is to read."""
        for key, window in self.windows.items():
            talk = self._view.conversations.get(key)
            window.call_it(window.peer, talk.unread if talk is not None else 0)

    def close(self) -> None:
        """Close them all."""
        for window in list(self.windows.values()):
            window.close()

    def _make(self, peer: str) -> Private:
        talk = self._view.conversations.get(fold(peer))
        window = Private(
            self._parent,
            self._theme,
            talk.peer if talk is not None else peer,
            say=lambda text: self._say(window.peer, text),
            browse=self._browse,
            attend=lambda: self._attend(window),
            closed=lambda: self._close(window),
            older=self._older,
        )
        self.windows[fold(peer)] = window
        for entry in talk.entries if talk is not None else ():
            self._show(window, EntryShown((), entry, own=self._is_own(entry)))
        return window

    def _show(self, window: Private, shown: EntryShown) -> None:
        window.talk.pane.add(self._block(shown))

    def _block(self, shown: EntryShown) -> Block:
        entry = shown.entry
        # What became of somebody has its place in another log than what was told.
        seq = entry.seq if isinstance(entry.event, Told | Erased) else 0
        return Block(self._wording.entry(shown, you=self._view.you, alone=True), seq, self._wording.day(entry.at), entry.id)

    def _is_own(self, entry: Entry) -> bool:
        return fold(entry.event.by.name) == fold(self._view.you)

    def _attend(self, window: Private) -> None:
        self._view.attend(window.peer)
        self.mark()
        self._changed()

    def _close(self, window: Private) -> None:
        self.windows = {key: one for key, one in self.windows.items() if one is not window}

    def _writing(self) -> tk.Misc | None:
        """Give where our person is writing now, if in a window of ours."""
        return self._parent.focus_displayof()
