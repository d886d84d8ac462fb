"""What the view tells, put where it belongs in the windows; and what our person writes there, told to the view."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterable, Sequence

from chatroom.client.gui.asking import Asking
from chatroom.client.gui.notify import Notifier
from chatroom.client.gui.private import Private
from chatroom.client.gui.privates import Privates
from chatroom.client.gui.room import Room
from chatroom.client.gui.talk import Talk
from chatroom.client.gui.theme import Theme
from chatroom.client.gui.transcript import Block
from chatroom.client.gui.window import Action, Window
from chatroom.client.plain import Connection
from chatroom.client.wording import Line, Wording
from chatroom.core.events import Invited, Quit, Removed, Renamed, RoomOpened, Told, TopicChanged
from chatroom.core.likeness import fold
from chatroom.dialogue import FAREWELLS
from chatroom.happening import (
    Answered,
    Delivered,
    Denied,
    EntriesMissed,
    EntryShown,
    Happening,
    NewSince,
    Noticed,
    PageRead,
    PeopleChanged,
    RoomEntered,
    RoomLeft,
    Welcomed,
)
from chatroom.view import View
from chatroom.wire.text import visible

COMMANDS_ELSEWHERE = "Commands are written in a room. To say something that begins with a slash, write two."
"""Why a command is not taken in a private window: much of what commands do is seen by the whole room."""

EARLY = 20
"""Lines that wait for a room to be shown in."""


class Hearing:
    """Stand between one view and its windows.

    `leave` is called when our person says goodbye, `browse` with an address to be opened.
    """

    def __init__(
        self,
        top: tk.Tk,
        theme: Theme,
        view: View,
        link: Connection,
        now: Callable[[], float],
        *,
        wording: Wording,
        notifier: Notifier,
        browse: Callable[[str], None],
        leave: Callable[[], None],
        actions: Callable[[Hearing], dict[str, Sequence[Action]]],
    ) -> None:
        self.view = view
        self._top = top
        self._theme = theme
        self._now = now
        self._wording = wording
        self._notifier = notifier
        self._browse = browse
        self._leave = leave
        self._asking = Asking(link, self._trouble)
        self._welcome = ""
        """What the house says to newcomers, until there is a room to show it in."""
        self._early: list[Line] = []
        """What was told while our person was in no room."""
        self.privates = Privates(
            top, theme, view, wording, say=self._tell, browse=browse, changed=self._mark, older=self._read_back_with
        )
        self.window = Window(top, theme, view, make_room=self._make_room, join=self.join, look=self.look, actions=actions(self))

    def close(self) -> None:
        """Close every window of this view."""
        self.privates.close()
        self.window.destroy()

    def _make_room(self, parent: tk.Misc, name: str) -> Room:
        return Room(
            parent,
            self._theme,
            say=lambda text: self._say(name, text),
            browse=self._browse,
            older=lambda: self._read_back(name),
            complete=self.view.candidates,
            choose=self.be_alone_with,
        )

    # -- what our person does

    def be_alone_with(self, name: str) -> None:
        """Open the window of a private conversation."""
        if fold(name) != fold(self.view.you):
            self.privates.open(name)

    def join(self, name: str) -> None:
        """Go to a room, which is entered if need be."""
        key = fold(name.removeprefix("#"))
        if key in self.view.rooms:
            self.window.turn_to(key)
        else:
            self._ask(f"/join {name}")

    def remark(self, texts: Iterable[str]) -> None:
        """Show in the room looked at what there is to know, in the client's own words."""
        self._remark(None, [[("event", f"-- {visible(text)}")] for text in texts])

    def leave_room(self) -> None:
        """Leave the room looked at."""
        if self.window.here:
            self._ask("/leave")

    def find(self) -> None:
        """Search in the room looked at."""
        room = self.window.rooms.get(self.window.here)
        if room is not None:
            room.talk.finding.open()

    def choose_person(self) -> None:
        """Let the keyboard choose among the people of the room looked at."""
        room = self.window.rooms.get(self.window.here)
        if room is not None:
            room.people.focus_on_list()

    def _ask(self, command: str) -> None:
        here = self.window.rooms.get(self.window.here)
        self._send(here.talk if here is not None else None, lambda: self.view.typed(command, self._now()))

    def _say(self, room: str, text: str) -> bool:
        word, _, rest = text.strip().partition(" ")
        if word.lower() in FAREWELLS:
            self._leave()
            return True
        if word.lower() == "/join" and rest.strip():
            self.join(rest.strip())
            return True
        self.view.look(room)
        shown = "" if text.startswith("/") else text
        return self._send(self.window.rooms[room].talk, lambda: self.view.typed(text, self._now()), shown)

    def _tell(self, peer: str, text: str) -> bool:
        talk = self.privates.windows[fold(peer)].talk
        if text.startswith("/") and not text.startswith("//"):
            self._trouble(talk, COMMANDS_ELSEWHERE)
            return False
        text = text.removeprefix("/")
        return self._send(talk, lambda: self.view.tell(peer, text, self._now()), text)

    def _send(self, talk: Talk | None, send: Callable[[], int], shown: str = "") -> bool:
        """Ask for something on behalf of a talk, which shows until it is there what is `shown`."""
        sent = self._asking.send(talk, send, shown)
        if sent:
            self._mark()
        return sent

    def _read_back(self, name: str) -> None:
        """Ask for what was said before the oldest that is shown."""
        talk = self.window.rooms[name].talk
        oldest = talk.pane.transcript.oldest
        if oldest > 1 and name in self.view.rooms:
            self._asking.read_back(talk, lambda: self.view.read_back(name, oldest, self._now()))

    def _read_back_with(self, window: Private) -> None:
        """Ask for what passed between our person and one other before the oldest that is shown."""
        talk = window.talk
        before = window.before or talk.pane.transcript.oldest
        self._asking.read_back(talk, lambda: self.view.read_back_with(window.peer, before, self._now()))

    # -- what our person sees

    def look(self) -> None:
        """Take what stands before our person's eyes as seen: the end of the room looked at, and private words that were attended to."""
        if self._top.focus_displayof() is None:
            return
        here = self._talk(self.window.here)
        if here is not None and here.pane.at_end:
            self.view.saw(self.window.here)
        if not any(talk.unread for talk in self.view.conversations.values()):
            self.view.saw_private()

    # -- what happened

    def happened(self, happenings: Sequence[Happening]) -> None:
        """Show what happened."""
        for one in happenings:
            self._happened(one)
        self._mark()

    def _happened(self, one: Happening) -> None:
        match one:
            case EntryShown():
                self._entry(one)
            case PageRead():
                self._page(one)
            case Delivered(id=id):
                self._asking.settle(id)
            case Answered(id=id, answer=answer):
                self._remark(self._asking.settle(id), [[("event", visible(line))] for line in answer.lines])
            case Denied():
                self._denied(one)
            case Noticed(text=text):
                self._trouble(None, text)
            case EntriesMissed(room=room):
                self._remark(self._talk(room), [self._wording.missed(one)])
            case NewSince(room=room):
                self._remark(self._talk(room), [self._wording.new_since(one)])
            case RoomEntered():
                self._entered(one)
            case RoomLeft(room=room):
                self._left(room)
            case PeopleChanged(room=room):
                self.window.people_changed(room)
            case Welcomed(again=False, welcome=welcome):
                self._welcome = welcome

    def _entered(self, one: RoomEntered) -> None:
        new = one.room not in self.window.rooms
        room = self.window.open(one.room)
        room.show_topic(one.topic)
        if new and self._welcome:
            self._remark(room.talk, [[("event", visible(line))] for line in self._welcome.splitlines()])
            self._welcome = ""
        early, self._early = self._early, []
        self._remark(room.talk, early)
        if self.view.focus == one.room and self.window.here != one.room:
            self.window.turn_to(one.room)
        elif new and len(self.window.rooms) == 1:
            self.window.focus_on_writing()

    def _left(self, name: str) -> None:
        self.window.drop(name)
        if self.view.focus is not None:
            self.window.turn_to(self.view.focus)

    def _entry(self, shown: EntryShown) -> None:
        event = shown.entry.event
        if shown.own and isinstance(event, RoomOpened):
            return
        match event:
            case Told():
                self._told(shown, event.to.name if shown.own else event.by.name)
            case Removed() if not shown.rooms:
                self.privates.erase(event.ids)
            case Invited():
                self._remark(None, self._wording.entry(shown, you=self.view.you))
        for name in shown.rooms:
            self._show(name, shown)
        if isinstance(event, Renamed | Quit):
            self.privates.remark(event.by.name, shown)
        if isinstance(event, Renamed):
            self.privates.follow(event.by.name, event.new)
        if shown.mention and self._top.focus_displayof() is None:
            self.window.note()
            self._notifier.notify(event.by.name, getattr(event, "text", ""))

    def _told(self, shown: EntryShown, peer: str) -> None:
        if not self.privates.hear(shown, peer):
            self._remark(None, self._wording.entry(shown, you=self.view.you))

    def _show(self, name: str, shown: EntryShown) -> None:
        room = self.window.rooms.get(name)
        if room is not None:
            event = shown.entry.event
            room.talk.pane.add(self._block(shown))
            if isinstance(event, TopicChanged):
                room.show_topic(self.view.rooms[name].topic)
            elif isinstance(event, Removed):
                room.talk.pane.erase(event.ids)

    def _block(self, shown: EntryShown, *, numbered: bool = False) -> Block:
        entry = shown.entry
        lines = self._wording.entry(shown, you=self.view.you, numbered=numbered)
        return Block(lines, entry.seq if entry.kept else 0, self._wording.day(entry.at), entry.id)

    def _page(self, read: PageRead) -> None:
        talk = self._asking.settle(read.id)
        if read.peer:
            self._private_page(read, talk)
            return
        room = self.window.rooms.get(read.room)
        if room is None:
            return
        shown = [EntryShown((read.room,), entry) for entry in read.entries]
        if talk is not None and talk.reading == read.id:
            talk.reading, talk.all_read = None, not read.more
            talk.pane.put_before([self._block(one) for one in shown])
        else:
            # Somebody asked for it by hand, perhaps to see by which number to remove something.
            self._remark(room.talk, [line for one in shown for line in self._block(one, numbered=True).lines])

    def _private_page(self, read: PageRead, talk: Talk | None) -> None:
        if talk is not None and talk.reading == read.id:
            talk.reading, talk.all_read = None, not read.more
            self.privates.put_before(talk, read)
        else:
            # Somebody asked for it by hand.
            lines = [line for one in read.entries for line in self._wording.entry(EntryShown((), one), you=self.view.you)]
            self._remark(talk, lines)

    def _denied(self, denied: Denied) -> None:
        talk = self._asking.settle(denied.id)
        if talk is not None and talk.reading == denied.id:
            talk.reading = None
            return
        self._trouble(talk, denied.why)
        if talk is not None and denied.text and not talk.writing.written:
            talk.writing.put(denied.text)

    def _talk(self, room: str) -> Talk | None:
        found = self.window.rooms.get(room)
        return found.talk if found is not None else None

    def _trouble(self, talk: Talk | None, why: str) -> None:
        self._remark(talk, [[("trouble", f"-- {visible(why)}")]])

    def _remark(self, talk: Talk | None, lines: Sequence[Line]) -> None:
        """Show lines of our own where they belong, or in the room looked at."""
        place = talk or self._talk(self.window.here)
        if place is not None and lines:
            place.pane.add(Block(lines))
        elif lines:
            self._early = [*self._early, *lines][-EARLY:]
            self.window.tell("".join(text for _, text in lines[-1]))

    def _mark(self) -> None:
        self.window.mark()
        self.privates.mark()
