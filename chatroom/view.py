"""What a client knows of a house, without I/O: shared by every face.

Rules
-----
- Lines go in with `received`, bytes to be sent come out with `outgoing`, time comes as an argument. Whatever changed is told as
  happenings, in order, each once.
- Rooms go on where we stopped reading: `hello` names our position in each. What a server repeats is dropped, what it leaves out is
  fetched (`seen`).

A server is a stranger: what it says is bounded here (rooms, people, conversations) or where it is read (`wire.heard`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from chatroom.completing import candidates
from chatroom.conversations import Conversations
from chatroom.core.events import INBOX, Entry, HouseEvent, Invited, Removed, Renamed, Said, Told, TopicChanged
from chatroom.core.likeness import fold
from chatroom.core.replies import Answer, Entered, Exited, Missed, Notice, Page, Welcome
from chatroom.dialogue import CHOOSE, HELLO, HELP, SEEN, Dialogue, Phase
from chatroom.happening import (
    Answered,
    EntriesMissed,
    EntryShown,
    Happening,
    NewSince,
    Noticed,
    PageRead,
    PeopleChanged,
    RoomEntered,
    RoomLeft,
)
from chatroom.keys import Keys
from chatroom.marks import Marks
from chatroom.mentioning import mentions
from chatroom.seen import KEPT, Lost, SeenRoom
from chatroom.wire.heard import Acknowledged, Bye, Refusal, Strange, request, understand

ROOMS = 100
VERBS = 200
FILL = "fill "
"""How the ids of requests for missing entries begin."""


class View(Dialogue):
    """Be one client's knowledge and its side of the conversation; see the module for the rules.

    `key` is a secret of this client alone, of at least 16 characters; `rooms` are entered at first, the lobby if there are none.
    """

    def __init__(self, key: str, name: str | None, *, rooms: Iterable[str] = (), client: str = "chatroom", bot: bool = False) -> None:
        super().__init__(key, name, rooms, client, bot)
        self.rooms: dict[str, SeenRoom] = {}
        self.focus: str | None = None
        """The room our person looks at."""
        self.conversations = Conversations()
        self.verbs: tuple[str, ...] = ()
        self._fills: dict[str, str] = {}
        self._keys = Keys()
        self._marks = Marks()
        self._inbox: tuple[str, int] | None = None
        """The epoch of our inbox, and the last entry we have of it."""
        self._house_shown: deque[str] = deque(maxlen=KEPT)

    # -- the connection -------------------------------------------------------------------------------------------------

    def positions(self) -> dict[str, list[str | int]]:
        """Give epoch and position of each room we have been reading."""
        rooms: dict[str, list[str | int]] = {room.name: [room.epoch, room.position] for room in self.rooms.values() if room.epoch}
        return rooms if self._inbox is None else {**rooms, INBOX: [*self._inbox]}

    def keys(self) -> dict[str, str]:
        """Give the keys of the rooms we have been reading, as far as we came in with one."""
        return self._keys.of(self.rooms)

    def disconnected(self, why: str = "") -> list[Happening]:
        """Note the end of the connection."""
        self._fills.clear()
        for room in self.rooms.values():
            room.interrupted()
        return super().disconnected(why)

    def received(self, line: bytes, now: float) -> list[Happening]:
        """Take a line from the house, without its end."""
        self.alive(now)
        if self.phase in {Phase.OFFLINE, Phase.ENDED}:
            return []
        heard = understand(line)
        found = self._ON[type(heard)](self, heard, now)
        self._ask_for_gaps()
        self._send_waiting(now)
        return found

    def tick(self, now: float) -> list[Happening]:
        """Do what is due by now; to be called every few seconds."""
        self._tell_marks()
        return super().tick(now)

    def quit(self, reason: str = "") -> None:
        """Say goodbye, after everything asked for so far."""
        self._tell_marks()
        super().quit(reason)

    def _tell_marks(self) -> None:
        if self.phase is Phase.HERE and not self.bot:
            due = [(room, seq) for room, seq in self._marks.due() if room in self.rooms or room == INBOX]
            self._out.extend(request("seen", SEEN, room=room, seq=seq) for room, seq in due)

    # -- what a person does ---------------------------------------------------------------------------------------------

    def typed(self, text: str, now: float) -> int:
        """Take what a person typed: words for the room looked at, or a command that begins with `/`; give its id."""
        text = as_typed(text)
        if text.startswith("/"):
            asked = self.ask("line", now, typed=text, text=text, room=self._here)
            self._keys.typed(asked, text)
            return asked
        return self.say(self._here, text, now)

    @property
    def _here(self) -> str | None:
        """Name the room looked at, or the one we shall be in first; None leaves it to the house."""
        return self.focus or next(iter(self._wanted), None)

    def say(self, room: str | None, text: str, now: float) -> int:
        """Say something to a room, now or when there is a connection again; give its id."""
        return self.ask("say", now, typed=text, text=text, room=room)

    def tell(self, to: str, text: str, now: float) -> int:
        """Say something to one person alone; give its id."""
        text = as_typed(text)
        return self.ask("tell", now, typed=text, to=to, text=text)

    def read_back(self, room: str, before: int, now: float) -> int:
        """Ask for a page of what was said in a room before the seq `before`; give its id."""
        return self.ask("history", now, room=room, before=before, count=int(self.limits.get("page", KEPT)))

    def read_back_with(self, peer: str, before: int, now: float) -> int:
        """Ask for a page of what passed between us and one person before a place in our inbox, 0 for its end; give its id."""
        fields: dict[str, Any] = {"with": peer, "before": before or None, "count": int(self.limits.get("page", KEPT))}
        return self.ask("history", now, **fields)

    def look(self, room: str) -> None:
        """Turn to a room: what is said there counts as read."""
        if room in self.rooms:
            self.focus = room
            self.rooms[room].unread = self.rooms[room].mentions = 0

    def saw(self, room: str | None) -> None:
        """Note that our person has seen all there is of a room; the house is told soon."""
        seen = self.rooms.get(room or "")
        if seen is not None:
            self._marks.saw(seen.name, (seen.epoch, seen.position))

    def saw_private(self) -> None:
        """Note that our person has seen all that was told them in private."""
        if self._inbox is not None:
            self._marks.saw(INBOX, self._inbox)

    def attend(self, peer: str) -> None:
        """Turn to what was said between us and one person: it counts as read."""
        self.conversations.attend(peer)

    def candidates(self, text: str) -> list[str]:
        """Give what the last word of `text`, typed so far, may become."""
        here = self.rooms.get(self.focus or "")
        return candidates(text, verbs=self.verbs, rooms=self.rooms, names=here.names() if here else (), you=self.you)

    # -- what the house says --------------------------------------------------------------------------------------------

    def _ask_for_gaps(self) -> None:
        for room in self.rooms.values():
            if room.gap is not None and room.name not in self._fills.values():
                self._last_id += 1
                fill = f"{FILL}{self._last_id}"
                self._fills[fill] = room.name
                page = int(self.limits.get("page", KEPT))
                self._out.append(request("history", fill, room=room.name, after=room.gap.after, before=room.gap.before, count=page))

    # -- what the house says --------------------------------------------------------------------------------------------

    def _welcomed(self, heard: Welcome, now: float) -> list[Happening]:
        found = super()._welcomed(heard, now)
        if found and heard.inbox is not None:
            self._inbox = heard.inbox
        if found and not self.verbs and not self.bot:
            self._out.append(request("help", HELP))
        return found

    def _refused(self, heard: Refusal, now: float) -> list[Happening]:
        if heard.ref == HELLO:
            return self._not_greeted(heard, now)
        if heard.ref == CHOOSE:
            return self._choice_refused(heard)
        room = self._fills.pop(heard.ref, None) if isinstance(heard.ref, str) else None
        if room is not None:
            return self._filled(room, ())
        self._keys.answered(heard.ref, None)
        return self._request_refused(heard, now)

    def _acknowledged(self, heard: Acknowledged, now: float) -> list[Happening]:
        if heard.ref == CHOOSE:
            return self._chose()
        found = [] if heard.entry is None else self._entry(heard.entry, now)
        return found + self._delivered(heard.ref)

    def _answered(self, heard: Answer, now: float) -> list[Happening]:
        you = heard.fields.get("you")
        if heard.verb == "nick" and isinstance(you, str) and 0 < len(you) <= 128:
            self.name = self.you = you
        if heard.ref == HELP:
            self.verbs = tuple(_verbs(heard.fields.get("commands")))
        if self._unanswered.answered(heard.ref) is None or not isinstance(heard.ref, int):
            return []
        return [Answered(heard.ref, heard)]

    def _entered(self, heard: Entered, now: float) -> list[Happening]:
        self._keys.answered(heard.ref, heard.view.room)
        delivered = self._delivered(heard.ref)
        name = heard.view.room
        if name not in self.rooms and len(self.rooms) >= ROOMS:
            return delivered
        again = name in self.rooms
        room = self.rooms.setdefault(name, SeenRoom(name))
        if delivered or self.focus is None:
            self.look(name)
        room.since = heard.since
        shown = room.enter(heard.view, heard.recent, heard.missed, heard.resumed)
        entries = self._shown(room, shown, recent=not again)
        new = [NewSince(name, heard.missed)] if heard.since is not None and (heard.recent or heard.missed) else []
        return [*delivered, RoomEntered(name, room.topic, again), *new, *entries, PeopleChanged(name)]

    def _exited(self, heard: Exited, now: float) -> list[Happening]:
        delivered = self._delivered(heard.ref)
        if self.rooms.pop(heard.room, None) is None:
            return delivered
        if self.focus == heard.room:
            self.focus = None
            self.look(next(reversed(self.rooms), ""))
        return [*delivered, RoomLeft(heard.room, heard.why)]

    def _page(self, heard: Page, now: float) -> list[Happening]:
        room = self._fills.pop(heard.ref, None) if isinstance(heard.ref, str) else None
        if room is not None:
            return self._filled(room, heard.entries)
        if not self._delivered(heard.ref) or not isinstance(heard.ref, int):
            return []
        return [PageRead(heard.ref, heard.log, heard.entries, heard.more, heard.peer, heard.before)]

    def _filled(self, name: str, entries: tuple[Entry, ...]) -> list[Happening]:
        room = self.rooms.get(name)
        return [] if room is None else self._shown(room, room.fill(entry for entry in entries if entry.log == name))

    def _missed(self, heard: Missed, now: float) -> list[Happening]:
        if heard.room in self.rooms:
            self.rooms[heard.room].miss(heard.after, heard.count)
        return []

    def _noticed(self, heard: Notice, now: float) -> list[Happening]:
        return [Noticed(heard.code, heard.text)]

    def _strange(self, heard: Strange, now: float) -> list[Happening]:
        # A line we do not know is a newer house's; what it left out of a room's order is fetched when the next entry shows it.
        return []

    # -- entries --------------------------------------------------------------------------------------------------------

    def _entry(self, heard: Entry, now: float) -> list[Happening]:
        event = heard.event
        if heard.log == INBOX and self._inbox is not None:
            self._inbox = self._inbox[0], max(self._inbox[1], heard.seq)
        if isinstance(event, Told):
            return self._told(heard, event)
        if isinstance(event, Invited):
            return [EntryShown((), heard, mention=True)]
        if isinstance(event, HouseEvent):
            return self._house_entry(heard, event)
        if isinstance(event, Removed) and heard.log == INBOX:
            return self._removed_in_private(heard, event)
        room = self.rooms.get(heard.log)
        return [] if room is None else self._shown(room, room.take(heard))

    def _shown(self, room: SeenRoom, found: Iterable[Entry | Lost], recent: bool = False) -> list[Happening]:
        shown: list[Happening] = []
        for one in found:
            if isinstance(one, Lost):
                shown.append(EntriesMissed(room.name, one.count))
            else:
                shown.extend(self._show(room, one, recent))
        return shown

    def _show(self, room: SeenRoom, entry: Entry, recent: bool) -> list[Happening]:
        event = entry.event
        if isinstance(event, Renamed):
            self.conversations.follow(event.by.name, event.new)
        own = self._is_me(event.by.name)
        mention = not own and isinstance(event, Said) and mentions(event.text, self.you)
        if isinstance(event, TopicChanged) and not recent:
            room.topic = event.topic
        new = not recent or (room.since is not None and entry.seq > room.since)
        if isinstance(event, Said) and not own and new and room.name != self.focus:
            room.unread += 1
            room.mentions += mention
        changed = [PeopleChanged(room.name)] if room.move(entry) else []
        if isinstance(event, HouseEvent):
            # It concerned other rooms, too, of which one was not waiting for a gap to be filled.
            if entry.id in self._house_shown:
                return [*changed]
            self._house_shown.append(entry.id)
        return [EntryShown((room.name,), entry, mention and not recent, own, recent), *changed]

    def _house_entry(self, entry: Entry, event: HouseEvent) -> list[Happening]:
        own = self._is_me(event.by.name)
        if own and isinstance(event, Renamed):
            self.name = self.you = event.new
        elif isinstance(event, Renamed):
            self.conversations.follow(event.by.name, event.new)
        rooms = [self.rooms[name] for name in event.rooms if name in self.rooms]
        fresh = [room for room in rooms if any(one is entry for one in room.take(entry))]
        if not fresh:
            return []
        shown = [] if entry.id in self._house_shown else [EntryShown(tuple(room.name for room in fresh), entry, own=own)]
        self._house_shown.append(entry.id)
        return [*shown, *(PeopleChanged(room.name) for room in fresh if room.move(entry))]

    def _told(self, entry: Entry, event: Told) -> list[Happening]:
        own = self._is_me(event.by.name)
        peer = event.to.name if own else event.by.name
        if not self.conversations.take(peer, entry, own=own):
            return []
        return [EntryShown((), entry, mention=not own, own=own)]

    def _removed_in_private(self, entry: Entry, event: Removed) -> list[Happening]:
        self.conversations.remove(event.ids)
        return [EntryShown((), entry, own=self._is_me(event.by.name))]

    def _is_me(self, name: str) -> bool:
        return bool(self.you) and fold(name) == fold(self.you)

    _ON: ClassVar[dict[type, Callable[[Any, Any, float], list[Happening]]]] = {
        Acknowledged: _acknowledged,
        Answer: _answered,
        Bye: Dialogue._bye,
        Entered: _entered,
        Entry: _entry,
        Exited: _exited,
        Missed: _missed,
        Notice: _noticed,
        Page: _page,
        Refusal: _refused,
        Strange: _strange,
        Welcome: _welcomed,
    }


def as_typed(text: str) -> str:
    """Give a text as a house takes it: lines end as everywhere, and what is no character a keyboard makes is gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode()


def _verbs(commands: object) -> Iterable[str]:
    for one in commands[:VERBS] if isinstance(commands, list) else ():
        verb = one.get("verb") if isinstance(one, dict) else None
        if isinstance(verb, str) and verb.isidentifier() and len(verb) <= 32:
            yield verb
