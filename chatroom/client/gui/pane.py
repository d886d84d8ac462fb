"""What is said, in a widget: lines come at the end, older ones at the beginning, and what we said and is not there yet waits below.

Only new lines are drawn, together, once in `PACE`; whoever has scrolled up stays where they are. When they reach the beginning, older
lines are asked for.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterable, Sequence
from tkinter import ttk
from typing import Any

from chatroom.client.gui.links import split
from chatroom.client.gui.theme import Palette, Theme
from chatroom.client.gui.transcript import Block, Transcript
from chatroom.client.wording import Line

PACE = 30
"""Milliseconds in which lines gather."""

AT_ONCE = 500
"""Blocks that may gather; more are drawn at once."""

MARGIN = 10
_BOTTOM = 0.9999
_SCROLLING: dict[str, tuple[Any, ...]] = {
    "<Prior>": ("scroll", -1, "pages"),
    "<Next>": ("scroll", 1, "pages"),
    "<Up>": ("scroll", -1, "units"),
    "<Down>": ("scroll", 1, "units"),
    "<Home>": ("moveto", 0.0),
    "<End>": ("moveto", 1.0),
}


class Pane(ttk.Frame):
    """Show one room's or one conversation's lines.

    `older` is called when somebody wants to read further up, `browse` with an address that was clicked, `typed` with what was typed
    here and belongs where words are written.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        *,
        older: Callable[[], None],
        browse: Callable[[str], None],
        typed: Callable[[str], None] = lambda text: None,
    ) -> None:
        super().__init__(parent)
        self.transcript = Transcript()
        self.theme = theme
        self._older = older
        self._browse = browse
        self._typed = typed
        self._coming: list[Block] = []
        self._unseen = 0
        self.at_end = True
        """Whether our person reads the newest line, and goes on to the next."""
        self._due: str | None = None
        self.text = tk.Text(self, wrap="word", state="disabled", cursor="arrow", relief="flat", borderwidth=0, highlightthickness=1,
                            padx=MARGIN, pady=6, spacing1=2, spacing3=2, undo=False, width=20, height=5)  # fmt: skip
        self._bar = ttk.Scrollbar(self, command=self.scroll)
        self._news = ttk.Button(self, style="News.TButton", command=self.to_end, takefocus=False)
        self.text.configure(yscrollcommand=self._bar.set)
        self.text.grid(row=0, column=0, sticky="nsew")
        self._bar.grid(row=0, column=1, sticky="ns")
        self.rowconfigure(0, weight=1)
        self.columnconfigure(0, weight=1)
        self.text.mark_set("waiting", "1.0")
        theme.follow(self.text, self._wear)
        self._bind()

    # -- what is shown

    def add(self, block: Block) -> None:
        """Show a block at the end, soon."""
        self._coming.append(block)
        if len(self._coming) >= AT_ONCE:
            self.draw()
        elif self._due is None:
            self._due = self.after(PACE, self.draw)

    def draw(self) -> None:
        """Show at once what has gathered."""
        if self._due is not None:
            self.after_cancel(self._due)
        self._due = None
        coming, self._coming = self._coming, []
        lines = [line for block in coming for line in self.transcript.add(block)]
        if not lines:
            return
        with _Writing(self.text):
            self._insert("waiting", lines)
            if self.at_end:
                self._delete_first(self.transcript.trim())
        self._follow(len(coming))

    def put_before(self, page: Sequence[Block]) -> None:
        """Show older lines at the beginning, without moving what is being read."""
        self.draw()
        first = self._line("@0,0")
        deleted, lines = self.transcript.put_before(page)
        with _Writing(self.text):
            self._delete_first(deleted)
            # The mark for what waits is drawn along if it stands at the very beginning.
            self._insert("1.0", lines)
        self.text.yview(f"{max(1, first - deleted + len(lines))}.0")

    def erase(self, ids: Iterable[str]) -> None:
        """Let what these entries said be seen no more."""
        self.draw()
        with _Writing(self.text):
            for one in ids:
                first, count = self.transcript.remove(one)
                self.text.delete(f"{first}.0", f"{first + count}.0")

    def wait(self, id: int, text: str) -> None:
        """Show below all else something that we said and nobody has yet."""
        self.draw()
        first, *more = text.split("\n")
        with _Writing(self.text):
            self.text.mark_gravity("waiting", "left")
            self.text.insert("end-1c", f"… {first}{' …' if more else ''}\n", ("waiting", f"waiting{id}"))
            self.text.mark_gravity("waiting", "right")
        self._follow(0)

    def settle(self, id: int) -> None:
        """Let go of something that waited."""
        where = self.text.tag_ranges(f"waiting{id}")
        if where:
            with _Writing(self.text):
                self.text.delete(where[0], where[1])
                self.text.tag_delete(f"waiting{id}")

    def destroy(self) -> None:
        """Be gone, whatever has gathered."""
        if self._due is not None:
            self.after_cancel(self._due)
        super().destroy()

    # -- where one reads

    def to_end(self) -> None:
        """Go to the newest line, and stay with the newest."""
        self.at_end = True
        self.text.yview_moveto(1.0)
        self._seen()

    def scroll(self, *how: Any) -> None:
        """Scroll as a scroll bar asks for."""
        self.text.yview(*how)
        self._moved()

    def show(self, index: str) -> None:
        """Scroll until a place is in sight."""
        self.text.see(index)
        self._moved()

    def _moved(self) -> None:
        """Take note of where our person has gone to; widgets move by themselves, too, which means nothing."""
        first, last = self.text.yview()
        self.at_end = last >= _BOTTOM
        if self.at_end:
            self._seen()
        if first <= 0.0 and not self.transcript.full:
            self._older()

    def _resized(self, event: object = None) -> None:
        if self.at_end:
            self.after_idle(self.text.yview_moveto, 1.0)

    def _follow(self, count: int) -> None:
        if self.at_end:
            self.to_end()
        elif count:
            self._unseen += count
            self._news.configure(text=f"{self._unseen} new ↓")
            self._news.place(relx=1.0, rely=1.0, x=-28, y=-10, anchor="se")

    def _seen(self) -> None:
        self._unseen = 0
        self._news.place_forget()

    # -- drawing

    def _insert(self, where: str, lines: Sequence[Line]) -> None:
        pieces: list[str | tuple[str, ...]] = []
        for line in lines:
            for style, text in line:
                pieces += self._pieces(style, text)
            pieces += ["\n", ()]
        if pieces:
            self.text.insert(where, *pieces)  # type: ignore[arg-type]  # tkinter takes pairs of text and tags

    def _pieces(self, style: str, text: str) -> list[str | tuple[str, ...]]:
        kind, _, color = style.partition(" ")
        if color:
            self.text.tag_configure(color, foreground=color)
            return [text, (kind, color)]
        if kind not in {"text", "mention"}:
            return [text, (kind,)]
        return [part for piece, link in split(text) for part in (piece, (kind, "link") if link else (kind,))]

    def _delete_first(self, count: int) -> None:
        if count:
            self.text.delete("1.0", f"{count + 1}.0")

    def _line(self, index: str) -> int:
        return int(self.text.index(index).partition(".")[0])

    def _wear(self, colors: Palette) -> None:
        indent = self.theme.text.measure("[00:00] ")
        tags = {
            "time": {"foreground": colors.faint},
            "event": {"foreground": colors.faint},
            "day": {"foreground": colors.faint, "justify": "center", "spacing1": 8, "spacing3": 6},
            "name": {"font": self.theme.bold},
            "private": {"foreground": colors.private},
            "mention": {"background": colors.mention},
            "trouble": {"foreground": colors.trouble},
            "waiting": {"foreground": colors.faint},
            "link": {"foreground": colors.link, "underline": True},
            "found": {"background": colors.found},
        }
        for tag, options in tags.items():
            self.text.tag_configure(tag, **options)  # type: ignore[arg-type]  # options of several kinds
        for tag in ("text", "mention", "time", "event"):
            self.text.tag_configure(tag, lmargin2=indent)
        self.text.tag_raise("sel")

    # -- what is done with it

    def _bind(self) -> None:
        text = self.text
        text.tag_bind("link", "<Button-1>", self._clicked)
        text.tag_bind("link", "<Enter>", lambda event: text.configure(cursor="hand2"))
        text.tag_bind("link", "<Leave>", lambda event: text.configure(cursor="arrow"))
        text.bind("<Button-1>", lambda event: text.focus_set())
        text.bind("<Key>", self._key)
        for turned in ("<Button-4>", "<Button-5>", "<MouseWheel>", "<B1-Leave>"):
            text.bind(turned, lambda event: self.after_idle(self._moved), add="+")
        for size in ("<Configure>", "<<WidgetViewSync>>"):
            text.bind(size, self._resized, add="+")
        for key, how in _SCROLLING.items():
            text.bind(key, lambda event, how=how: self._scrolled(*how))  # type: ignore[misc]  # a default binds it now

    def _scrolled(self, *how: Any) -> str:
        self.scroll(*how)
        return "break"

    def _clicked(self, event: tk.Event[tk.Text]) -> None:
        link = self.link_at(f"@{event.x},{event.y}")
        if link:
            self._browse(link)

    def link_at(self, index: str) -> str:
        """Give the address that stands at a place; empty when there is none."""
        where = self.text.tag_prevrange("link", f"{index}+1c")
        if not where or self.text.compare(index, ">=", where[1]):
            return ""
        return self.text.get(where[0], where[1])

    def _key(self, event: tk.Event[tk.Text]) -> str | None:
        # With Control or Alt it is a command, and so are keys that write nothing.
        if event.char and event.char.isprintable() and not int(event.state) & 0xC:
            self._typed(event.char)
            return "break"
        return None


class _Writing:
    """Let a text that nobody may edit be changed for a moment."""

    def __init__(self, text: tk.Text) -> None:
        self._text = text

    def __enter__(self) -> None:
        self._text.configure(state="normal")

    def __exit__(self, *why: object) -> None:
        self._text.configure(state="disabled")
