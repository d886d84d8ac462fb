"""Those who watch what happens in the house from outside its rooms, as a monitor does.

Rules
-----
- An observer reads the rooms themselves, like everybody in them and at its own pace, and need not have a name; nobody sees it there.
- It is shown every room that anybody may enter and know of and that the host does not hide, and those that are opened later from
  their first entry on. A room that is closed to strangers is shown no more from the moment somebody asks for that.
- That private words passed may be shown, and between whom; what they were never is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chatroom.core.effects import Close, Effect, Exit, Observe, Send
from chatroom.core.errors import MonitorClosed, MonitorForMembers, TooManyObservers
from chatroom.core.rank import Rank
from chatroom.core.replies import Missed, Notice, Reply
from chatroom.core.room import Room
from chatroom.core.session import Session
from chatroom.core.window import weight
from chatroom.core.words import in_row

if TYPE_CHECKING:
    from chatroom.core.bots import Bot
    from chatroom.core.events import Entry
    from chatroom.core.hub import Hub
    from chatroom.core.positions import Position

RECENT = 100
"""Entries of all rooms together that an observer is shown to begin with."""
SHUT = "This room is closed, or no longer open to you."
UNKNOWN = "That position is not known here: this begins with what happens from now on."
NAMED = 100
"""People of one room whose names an observer is told at once; more are only counted."""


class Observing:
    """Keep who observes a hub's rooms; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.sessions: dict[Session, str] = {}
        """Who observes, and the one room they follow; nothing for all that are shown to anybody."""
        self._shown: set[str] = set()
        """The rooms that are shown to whoever observes now."""

    def begin(self, session: Session, positions: Mapping[str, Position]) -> tuple[dict[str, Any], list[Effect]]:
        """Let a session observe from here on; give what there is to know first, and what is to be done, or refuse."""
        self._check(session)
        self.sessions[session] = ""
        session.observing = True
        known = {name: seq for name, (epoch, seq) in positions.items() if epoch == self.hub.epoch}
        rooms = self.visible()
        self._shown = {room.name for room in rooms}
        starts = {room: self._start(room, known.get(room.name)) for room in rooms}
        view = {
            "house": self.hub.rules.name,
            "epoch": self.hub.epoch,
            "rooms": [self._view(room, known.get(room.name), starts[room]) for room in rooms],
            "recent": self._recent([room for room in rooms if starts[room] is None]),
        }
        return view, [Observe(session, room, room.log.end, starts[room]) for room in rooms]

    def revise(self) -> list[Effect]:
        """Let those who only observe come anew, as other things may be shown to others from now on."""
        strangers = [session for session in self.sessions if session.person is None]
        return [Close(session, "What the monitor shows has been changed. Connect again.") for session in strangers]

    def end(self, session: Session) -> None:
        """Let a session observe no more."""
        self.sessions.pop(session, None)

    def visible(self) -> list[Room]:
        """List the rooms that observers are shown, the fullest first."""
        return sorted(filter(self.shows, self.hub.rooms.values()), key=lambda room: (-room.present, room.name))

    def shows(self, room: Room) -> bool:
        """Tell whether whoever observes all is shown a room."""
        return self.public(room) and room.name not in self.hub.rules.publicity.hidden

    def shows_to(self, session: Session, room: Room) -> bool:
        """Tell whether somebody who observes is shown a room."""
        only = self.sessions.get(session)
        return self.shows(room) if not only else room.name == only and self.readable(room, session.bearer)

    def public(self, room: Room) -> bool:
        """Tell whether anybody may enter a room, and know of it."""
        return room.opened and not room.closing and room.rights.access == "open" and not room.rights.on("secret")

    def readable(self, room: Room, bot: Bot | None) -> bool:
        """Tell whether a bot, or anybody, may read a room without being in it."""
        if bot is not None:
            return bot.reaches(room.name, public=self.public(room))
        rules = self.hub.rules
        return rules.access == "open" and self.public(room) and room.name in rules.publicity.readable

    def follow(self, session: Session, room: Room, position: Position | None) -> tuple[int | None, list[Effect]]:
        """Let a session follow one room, from a position on if it is known; give the entry it begins after, and what is to be done."""
        self._count(session)
        self.sessions[session] = room.name
        session.observing = True
        known = position is not None and position[0] == self.hub.epoch
        start = self._start(room, position[1]) if position is not None and known else None
        told = self._left_out(room, position, start)
        first = [] if told is None else [Send(session, told)]
        return start, [*first, Observe(session, room, room.log.end, start)]

    def woken(self, room: Room) -> list[Effect]:
        """Let those who observe read a room that sleeps no more."""
        if self.shows(room):
            self._shown.add(room.name)
        return [Observe(session, room, room.log.end) for session in self._following(room) if self.shows_to(session, room)]

    def gone(self, room: Room) -> list[Effect]:
        """Let nobody observe a room that is held no longer."""
        self._shown.discard(room.name)
        return [Exit(session, room) for session in self._following(room)]

    def _following(self, room: Room) -> list[Session]:
        return [session for session, only in self.sessions.items() if only in {"", room.name} and room.name not in session.stays]

    def changed(self, room: Room, *, opened: bool) -> list[Effect]:
        """Let those who observe read a room, or no more, of which the entry that decides that has just been appended to its log."""
        begins = opened or (self.shows(room) and room.name not in self._shown)
        if self.shows(room):
            self._shown.add(room.name)
        else:
            self._shown.discard(room.name)
        effects: list[Effect] = []
        for session in self._following(room):
            if not self.shows_to(session, room):
                effects.append(Close(session, SHUT) if self.sessions[session] else Exit(session, room))
            elif begins and (opened or not self.sessions[session]):
                effects.append(Observe(session, room, room.log.end - 1))
        return effects

    def _check(self, session: Session) -> None:
        shown, person = self.hub.rules.publicity.monitor, session.person
        if shown == "off":
            raise MonitorClosed
        if (shown == "members" or self.hub.rules.access == "members") and (person is None or person.rank < Rank.MEMBER):
            raise MonitorForMembers
        self._count(session)

    def _count(self, session: Session) -> None:
        limit = self.hub.limits.observers
        if session not in self.sessions and len(self.sessions) >= limit:
            raise TooManyObservers(limit=limit)

    def _start(self, room: Room, seq: int | None) -> int | None:
        """Give the entry after which a room is shown to somebody who knows it up to `seq`; None to begin at its end."""
        if seq is None or seq > room.log.head:
            return None
        return max(seq, room.floor, room.log.head - self.hub.limits.resume)

    def _left_out(self, room: Room, position: Position | None, start: int | None) -> Reply | None:
        """Tell what somebody is not shown who asked to go on from a position, and begins after `start`."""
        if position is None:
            return None
        if start is None:
            return Notice(None, "unknown-position", UNKNOWN)
        left_out = start - position[1]
        return Missed(None, room.name, left_out, position[1]) if left_out else None

    def _view(self, room: Room, known: int | None, start: int | None) -> dict[str, Any]:
        missed = 0 if known is None or start is None else start - known
        return {
            "room": room.name,
            "seq": room.log.head,
            "topic": room.topic.text,
            "present": room.present,
            "people": room.names()[:NAMED],
            "missed": missed,
        }

    def _recent(self, rooms: Sequence[Room]) -> list[Entry]:
        budget = self.hub.limits.page_bytes
        found = sorted((entry for room in rooms for entry in room.log.last(RECENT) if entry.seq > room.floor), key=_moment)
        kept: list[Entry] = []
        for entry in reversed(found[-RECENT:]):
            budget -= weight(entry)
            if budget < 0 and kept:
                break
            kept.append(entry)
        return kept[::-1]


def _moment(entry: Entry) -> tuple[float, int, str, int]:
    """Order entries of several logs; ids of one millisecond count up."""
    shared, number = in_row(entry.id) or (entry.id, 0)
    return entry.at, len(shared), shared, number
