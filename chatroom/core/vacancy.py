"""Rooms where nobody is: which of them stay, which give way to new ones, and which end.

Rules
-----
- The house holds at most `limits.rooms`. When it is full, the rooms where nothing was ever said are forgotten, and after them the
  one that was used longest ago *sleeps*: if nobody is there, no member opened it and nothing is set in it. So no stranger takes all.
- Of a room that sleeps only its name, its topic and its place in the order are held. Whoever joins it wakes it: what was said there
  is read back from the journal. Nobody owns it then. Of more than `SLEEPING` the one that fell asleep first is forgotten for good.
- Where guests alone kept order, what they set lasts as long as somebody is there or one of them is in the house: after that nobody
  could lift it. If strangers had no way in, the room ends, as what was said there was not for them; if not, it stays and is as any.
  Where a moderator or an admin has set something, all stays.
- A log whose room was closed or forgotten is no room: nothing stands beside it. One that is opened under its name begins where it ends.
- A room where nobody is and guests alone kept order is theirs who come into it next, as on IRC: what was set ends then, and with it
  what was said, if strangers had no way in. What others said before, in one that was open, is not theirs who take it over: they
  remove none of it, nor do they shut or close the room, with which it would end.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chatroom.core.errors import HouseHasTooManyRooms
from chatroom.core.events import GUESTS, NOBODY, Entry, RoomClosed, RoomOpened, Said, TopicChanged
from chatroom.core.log import Log
from chatroom.core.names import spelled_room
from chatroom.core.rights import Alteration, Rights
from chatroom.core.room import BESIDE, FLOOR, OPENED, SPELLED, TAKEN, Room, Topic, unkept
from chatroom.core.seams import Committed, LogState, Put
from chatroom.core.session import Person, Session
from chatroom.core.settings import by_room, room_of
from chatroom.core.standing import Standing

if TYPE_CHECKING:
    from chatroom.core.hub import Hub

LISTED = "rooms"
"""The key that tells that of each room it is kept when it was opened, so that a log of which it is not is none."""
UNSETTLED = 1 << 53
"""More than any seq: nothing of a room is theirs who take it over, until it is known what was said before."""
SLEEPING = 10_000
"""Rooms that sleep."""
ABANDONED = "nobody is left who could keep it"


@dataclass(frozen=True, slots=True)
class Sleeper:
    """Be what is held of a room that sleeps."""

    head: int
    floor: int
    topic: Topic
    opened_at: float
    shown: str


class Renewal:
    """Be a room's beginning anew, without anything that was set there."""

    __slots__ = ("_rights", "_room", "_shut", "_taken", "_topic", "puts")

    def __init__(self, room: Room) -> None:
        self._room = room
        self._rights, self._topic, self._taken = room.rights, room.topic, room.taken
        self._shut = self._rights.access != "open" or self._rights.on("secret")
        self.puts: tuple[Put, ...] = self._rights.cleared()
        room.reset(Rights(room.name))
        if not self._shut:
            if not _silent(room):
                self.puts = (*self.puts, Put(TAKEN + room.name, str(room.log.head)))
            room.taken = UNSETTLED
        if self._shut:
            self.puts = (*self.puts, Put(f"topic/{room.name}", None))
            room.opened, room.topic = False, Topic()

    def keep(self) -> None:
        """Let it be stored, with whatever it is stored with; now all that was said before is known."""
        if not self._shut:
            self._room.taken = self._taken if _silent(self._room) else self._room.log.head

    def undo(self) -> None:
        """Let the room be as it was."""
        self._room.reset(self._rights)
        self._room.taken, self._room.opening = self._taken, None
        if self._shut:
            self._room.opened, self._room.topic = True, self._topic


class Vacancy:
    """Make and forget the rooms of a hub; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.sleeping_most = SLEEPING
        self._listed = False
        """Whether of each room it is kept when it was opened, as soon as there is one."""
        self._sleeping: OrderedDict[str, Sleeper] = OrderedDict()

    def recover(self, logs: Mapping[str, LogState], state: Mapping[str, str]) -> tuple[str, ...]:
        """Take up the rooms that the journal holds, the lobby in any case; give the keys of state that cannot be read."""
        unread: tuple[str, ...] = ()
        kept, lobby = by_room(state), self._hub.rules.lobby
        for name, log in sorted({lobby: LogState(0, ()), **logs}.items(), key=lambda one: one[1].tail[-1].at if one[1].tail else 0.0):
            floor = _floor(state.get(FLOOR + name), log.tail, there=OPENED + name in state)
            tail = [entry for entry in log.tail if entry.seq > floor]
            told = log.head - floor > len(tail) or _speaks(tail) or bool(kept.get(name, {}).keys() - {"owner"})
            if name == lobby or (told and (OPENED + name in state or LISTED not in state)):
                room = self._make(name, log.head)
                room.floor, room.taken = floor, _seq(state.get(TAKEN + name))
                room.log.preload(tail)
                if floor > _seq(state.get(FLOOR + name)):
                    self.opened(room)
                room.topic = _topic(state.get(f"topic/{name}"))
                room.opened_at = float(state.get(OPENED + name, "0"))
                room.shown = spelled_room(state.get(SPELLED + name, name), name)
                unread += room.rights.load(kept.get(name, {}))
        self._tidy(logs, state)
        while len(self._hub.rooms) > self._hub.limits.rooms and self._put_to_sleep():
            pass
        return unread

    def _tidy(self, logs: Mapping[str, LogState], state: Mapping[str, str]) -> None:
        """Keep of rooms that nobody opened, as the lobby, that they are rooms, and nothing beside the logs of what is none."""
        rooms, doubts = self._hub.rooms, self._hub.errands.doubts
        self._listed = LISTED in state or logs.keys() <= {self._hub.rules.lobby}
        if LISTED in state or not self._listed:
            doubts.want([Put(OPENED + name, "0") for name in rooms if OPENED + name not in state])
        if not self._listed:
            doubts.want([Put(LISTED, "all")])
        doubts.want([Put(key, None) for key in state if (_room_beside(key) or room_of(key) or self._hub.rules.lobby) not in rooms])

    def listing(self) -> tuple[Put, ...]:
        """Give what is written with the opening of the first room, so that a start knows which logs are rooms; the lobby is one."""
        known = not self._listed or LISTED in self._hub.errands.doubts.stored
        return () if known else (Put(OPENED + self._hub.rules.lobby, "0"), Put(LISTED, "all"))

    def opened(self, room: Room) -> None:
        """Keep up to where the log of a room that was opened is that of earlier ones."""
        if room.floor:
            self._hub.errands.doubts.want([Put(FLOOR + room.name, str(room.floor))])

    def new(self, name: str) -> Room:
        """Wake a room, or make one that nobody has opened yet; refuse when there are too many."""
        hub = self._hub
        if len(hub.rooms) >= hub.limits.rooms:
            self._forget_silent()
        if len(hub.rooms) >= hub.limits.rooms and not self._put_to_sleep():
            raise HouseHasTooManyRooms(limit=hub.limits.rooms)
        sleeper = self._sleeping.pop(name, None)
        room = self._make(name, sleeper.head if sleeper is not None else 0)
        if sleeper is None:
            room.opened = False
            return room
        room.floor, room.topic, room.opened_at, room.shown = sleeper.floor, sleeper.topic, sleeper.opened_at, sleeper.shown
        hub.errands.now_do(*hub.observing.woken(room))
        return room

    def is_free(self, room: Room, person: Person) -> bool:
        """Tell whether a room where nobody is becomes somebody's who comes in."""
        theirs = room.rights.standing(person.inbox, person.rank) >= Standing.OPERATOR
        return self._idle(room) and not room.rights.lasting and not theirs

    def take_over(self, room: Room, person: Person) -> tuple[Renewal | Alteration, ...]:
        """Let a room that is free be somebody's; one that was shut to strangers is opened anew."""
        return Renewal(room), room.rights.open(person)

    def sleeps(self, name: str) -> bool:
        """Tell whether a room of that name sleeps."""
        return name in self._sleeping

    def sweep(self, now: float) -> None:
        """Let what guests have set in rooms end with them."""
        for room in list(self._hub.rooms.values()):
            if self._idle(room) and not room.rights.bare and not room.rights.kept:
                self._abandon(room, now)

    def _abandon(self, room: Room, now: float) -> None:
        hub, rights = self._hub, room.rights
        if rights.access == "open" and not rights.on("secret"):
            room.reset(Rights(room.name))
            self._take_off_disk(*rights.cleared())
            return
        room.closing = True
        puts = (*unkept(room.name), *rights.cleared())
        closed = RoomClosed(NOBODY, ABANDONED)
        stay, end = partial(setattr, room, "closing", False), partial(self.ended, room, now)
        hub.errands.note(Session("", "", now), [(room.name, closed)], now, puts, stay, end)

    def ended(self, room: Room, now: float, _: Committed | None = None) -> tuple[()]:
        """Let a room be no more whose end is on disk; one that is opened under its name later is another."""
        for session in [one for sessions in room.occupants.values() for one in sessions]:
            self._hub.occupancy.lead_out(session, room)  # they were let out before, which was not stored
        del self._hub.rooms[room.name]
        return ()

    def _idle(self, room: Room) -> bool:
        """Tell whether nobody is in a room, comes, or is needed there, and nothing of it is under way."""
        busy = room.opening is not None or room.closing
        return not room.occupants and not busy and room.name != self._hub.rules.lobby

    def _forget_silent(self) -> None:
        """Forget the rooms where nobody is and nothing was ever said; whoever joins one opens it anew."""
        for room in list(self._hub.rooms.values()):
            fresh = room.log.head - room.floor <= 1 and not _speaks(room.log.last(1))
            if self._idle(room) and fresh and room.rights.bare:
                self._drop(room)
                self._take_off_disk(*unkept(room.name), *room.rights.cleared())

    def _put_to_sleep(self) -> bool:
        """Let the room sleep that was used longest ago, of those which may; tell whether there was one."""
        drowsy = [room for room in self._hub.rooms.values() if self._idle(room) and room.rights.bare and not _is_members(room)]
        if not drowsy:
            return False
        room = min(drowsy, key=_used)
        self._drop(room)
        self._sleeping[room.name] = Sleeper(room.log.head, room.floor, room.topic, room.opened_at, room.shown)
        if len(self._sleeping) > self.sleeping_most:
            name, _ = self._sleeping.popitem(last=False)
            self._take_off_disk(*unkept(name))
        return True

    def _take_off_disk(self, *puts: Put) -> None:
        """Let nothing stand beside the logs of what is forgotten; nobody undoes that, so it is done again until it is stored."""
        now = self._hub.errands.at
        self._hub.errands.note(Session("", "", now), (), now, puts)

    def _drop(self, room: Room) -> None:
        self._hub.errands.now_do(*self._hub.observing.gone(room))
        del self._hub.rooms[room.name]

    def _make(self, name: str, head: int) -> Room:
        log = Log(head, count=self._hub.limits.window, size=self._hub.limits.window_bytes)
        room = self._hub.rooms[name] = Room(name, log)
        return room


def _is_members(room: Room) -> bool:
    owner = room.rights.owner()
    return owner is not None and not owner[0].startswith(GUESTS)


def _used(room: Room) -> float:
    last = room.log.newest(lambda _: True)
    return 0.0 if last is None else last.entry.at


def _silent(room: Room) -> bool:
    """Tell whether nobody has said anything in a room, as far as it is remembered."""
    remembered = room.log.between(room.floor, room.log.head + 1, room.log.max_count)
    return remembered is not None and not any(isinstance(entry.event, Said | TopicChanged) for entry in remembered)


def _speaks(entries: Sequence[Entry]) -> bool:
    """Tell whether these entries say more than that their room was opened."""
    return any(not isinstance(entry.event, RoomOpened) for entry in entries)


def _room_beside(key: str) -> str:
    """Give the room beside whose log something is kept, but for its rights; nothing where it is not of this kind."""
    return next((key.removeprefix(kind) for kind in BESIDE if key.startswith(kind)), "")


def _floor(stored: str | None, tail: Sequence[Entry], *, there: bool) -> int:
    """Tell the last seq of what was said under a name before it was closed, or opened, the last time.

    A room that is there was not closed after that, whatever its log says: that was not known to be stored, and was undone.
    """
    closed = [entry.seq for entry in tail if isinstance(entry.event, RoomClosed) and not there]
    opened = [entry.seq - 1 for entry in tail if isinstance(entry.event, RoomOpened)]
    return max([_seq(stored), *closed, *opened])


def _seq(stored: str | None) -> int:
    return int(stored) if stored is not None and stored.isascii() and stored.isdigit() else 0


def _topic(stored: str | None) -> Topic:
    if stored is None:
        return Topic()
    found = json.loads(stored)
    return Topic(str(found.get("text", "")), str(found.get("by", "")), float(found.get("at", 0.0)))
