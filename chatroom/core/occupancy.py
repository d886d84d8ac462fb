"""Who is in which room: joining and leaving, and what is undone of either.

Rules
-----
- A person is in a room while any of their sessions is; others see them come with the first and go with the last.
- Whoever comes in is shown the room from where their copy of it ends, or else what they have not seen of it.
- What was not committed is undone for whoever has taken the session's place since.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from chatroom.core.call import Call, Draft, Then
from chatroom.core.effects import Effect, Enter, Exit, Send
from chatroom.core.errors import NoSuchRoom, NotInRoom, RoomClosing, TooManyRooms
from chatroom.core.events import Joined, Left, RoomOpened
from chatroom.core.names import spelled_room
from chatroom.core.positions import Position
from chatroom.core.replies import Denied, Entered, Exited, Ref
from chatroom.core.rights import Alteration
from chatroom.core.room import OPENED, SPELLED, Room, Stay
from chatroom.core.seams import Committed, Put
from chatroom.core.session import Session
from chatroom.core.settings import INVITATION
from chatroom.core.vacancy import Renewal

if TYPE_CHECKING:
    from chatroom.core.hub import Hub


class Occupancy:
    """Keep a hub's sessions and rooms together; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def resume(self, call: Call, stay: Stay, position: Position | None) -> None:
        """Let a session that took another's place read a room it is in, from its position on."""
        self.hub.errands.line_up(call.session).fill(*self.shown(None, call.session, stay, position))

    def join(self, call: Call, text: str, position: Position | None = None, key: str = "") -> None:
        """Put the call's session into a room, opening it if need be; others see its person come."""
        session, name = call.session, self.hub.room_name(text)
        stay = session.stays.get(name)
        if stay is not None:
            session.focus = stay.room
            self.hub.errands.in_turn(session, partial(self._here, call, stay.room))
            return
        if len(session.stays) >= self.hub.limits.rooms_each:
            raise TooManyRooms(limit=self.hub.limits.rooms_each)
        known = self.hub.rooms.get(name)
        if known is None and key and not self.hub.vacancy.sleeps(name):
            self.hub.room_name(f"{text} {key}")  # whoever types that meant no key
            raise NoSuchRoom(room=name)
        if known is not None and call.person not in known.occupants and not self.hub.vacancy.is_free(known, call.person):
            self._check_entry(call, known, key)
        Joining(self, call, known or self.hub.vacancy.new(name), position).submit(spelled_room(text, name))

    def _check_entry(self, call: Call, room: Room, key: str) -> None:
        if room.closing:
            raise RoomClosing(room=room.name)
        room.rights.check_entry(call.who, key, room.present, call.now)

    def leave(self, call: Call, room: Room, then: Then, reason: str = "") -> None:
        """Take the call's session out of a room; others see its person go."""
        session = call.session
        stay = session.stays.pop(room.name)
        focus = session.focus
        _look_at(session, None)
        gone = room.drop(session)

        def undo() -> None:
            self.put_back(session, stay, focus)

        def left(outcome: Committed) -> Sequence[Effect]:
            self.hub.errands.now_do(Exit(session.current, room))
            return then(outcome)

        if gone:
            call.submit((room.name, Left(call.person.author, room.present, reason)), then=left, undo=undo)
        else:
            self.hub.errands.line_up(session).fill(*left(Committed(())))

    def lead_out(self, session: Session, room: Room) -> None:
        """Take a session out of a room that is not there, or not for it, after all."""
        session.stays.pop(room.name).void = True
        _look_at(session, session.focus)
        room.drop(session)
        self._tell_out(session, room)

    def put_back(self, session: Session, stay: Stay, focus: Room | None) -> None:
        """Undo a leaving, for whoever has taken the session's place since, unless they have come back or gone for good."""
        room, current = stay.room, session.current
        if current.ended or room.name in current.stays:
            return
        if stay.void or self.hub.rooms.get(room.name) is not room or room.opening is not None:
            # Their coming was declined, or its opening, even if others are still to hear of it: there is nothing to go back to.
            self.hub.errands.say_to(current, Exited(None, room.name))
            return
        back = stay if current is session else Stay(room)
        current.stays[room.name] = back
        _look_at(current, focus)
        room.add(current)
        if current is not session:
            self.hub.errands.line_up(current).fill(*self.shown(None, current, back, None))
            self.hub.errands.release(current)

    def put_out(self, session: Session, stay: Stay, focus: Room | None) -> None:
        """Undo a joining, for whoever has taken the session's place since."""
        stay.void = True
        room, current = stay.room, session.current
        held = current.stays.get(room.name)
        if held is not None and held.room is not room:
            return  # that is a later room of the same name
        if held is stay or (current is not session and held is not None):
            del current.stays[room.name]
            _look_at(current, focus if current.focus is room else current.focus)
            room.drop(session)
        if current is not session:
            room.drop(current)
            self._tell_out(current, room)

    def shown(self, ref: Ref, session: Session, stay: Stay, position: Position | None) -> list[Effect]:
        """Show a session the room it came into, and let it read on."""
        room, log = stay.room, stay.room.log
        known = position is not None and position[0] == self.hub.epoch and room.floor <= position[1] <= log.head
        if not known or position is None:
            return [Send(session, self._shown_anew(ref, session, stay)), Enter(session, stay, log.end)]
        stay.since, stay.upto = position[1], log.head
        seq = max(position[1], log.head - self.hub.limits.resume)
        entered = Entered(ref, self.hub.view(room), missed=seq - position[1], resumed=True)
        return [Send(session, entered), Enter(session, stay, log.end, seq)]

    def _shown_anew(self, ref: Ref, session: Session, stay: Stay) -> Entered:
        """Show a room to who has nothing of it: to a member what they have not seen, to others the last of what was said."""
        room, log, limits = stay.room, stay.room.log, self.hub.limits
        seen = self.hub.memory.since(session, room)
        stay.since, stay.upto = None if seen is None else max(seen, room.floor), log.head
        new = log.head - stay.since if stay.since is not None else None
        if session.bot:
            return Entered(ref, self.hub.view(room), since=stay.since)
        count = limits.recent if new is None else min(new, limits.missed)
        recent = [entry for entry in log.last(count, size=limits.page_bytes) if entry.seq > room.floor]
        shown = tuple([entry for entry in recent if not session.ignoring.hides(entry.event.by)])
        return Entered(ref, self.hub.view(room), shown, missed=max(0, (new or 0) - len(recent)), since=stay.since)

    def _here(self, call: Call, room: Room) -> Effect:
        session = call.session.current
        if room.name in session.stays or session.ended:
            return Send(session, Entered(call.ref, self.hub.view(room)))
        return Send(session, Denied(call.ref, call.verb.name, NotInRoom(room=room.name)))

    def _tell_out(self, session: Session, room: Room) -> None:
        self.hub.errands.now_do(Exit(session, room))
        self.hub.errands.say_to(session, Exited(None, room.name))


class Joining:
    """Be a session's coming into a room, which counts at once and is undone when it could not be stored."""

    __slots__ = (
        "_call",
        "_changes",
        "_first",
        "_focus",
        "_occupancy",
        "_opens",
        "_person",
        "_position",
        "_room",
        "_session",
        "_stay",
        "_ticket",
    )

    def __init__(self, occupancy: Occupancy, call: Call, room: Room, position: Position | None) -> None:
        session = call.session
        self._occupancy = occupancy
        self._call = call
        self._session, self._person = session, session.someone
        self._room = room
        self._ticket, self._opens = 0, False
        self._position = position
        self._stay = Stay(room)
        self._changes = _coming_in(call, room)
        self._focus, self._first = session.focus, room.add(session)
        self._stay.first = self._first
        session.stays[room.name] = self._stay
        session.focus = room

    def submit(self, shown: str) -> None:
        """Have it stored, as far as others see anything of it, and show the room; a new one's name is `shown` so."""
        call, room = self._call, self._room
        drafts: list[Draft] = []
        self._opens = opens = not room.opened
        if opens:
            drafts.append((room.name, RoomOpened(call.person.author)))
        if self._first:
            drafts.append((room.name, Joined(call.person.author, room.present)))
        if not drafts:
            self._occupancy.hub.errands.line_up(self._session).fill(*self._shown(self._session))
            return
        room.comings.pop(self._person, None)  # if they left meanwhile: that coming is another
        spelled = Put(SPELLED + room.name, None if shown == room.name else shown)
        listing = self._occupancy.hub.vacancy.listing()
        opening = (Put(OPENED + room.name, str(call.now)), spelled, *listing) if opens else ()
        puts = (*opening, *(put for change in self._changes for put in change.puts))
        ticket = call.submit(*drafts, puts=puts, then=self._entered, undo=self._undo)
        if opens:
            room.opened, room.opened_at, room.shown = True, call.now, shown
        if opens or any(isinstance(change, Renewal) for change in self._changes):
            room.opening = ticket
        self._ticket = room.comings[self._person] = ticket

    def _entered(self, _: Committed) -> list[Effect]:
        if self._room.opening == self._ticket:
            self._room.opening = None
        self._settled()
        if self._opens:
            self._occupancy.hub.vacancy.opened(self._room)
        for change in self._changes:
            change.keep()
        return self._shown(self._session.current)

    def _undo(self) -> None:
        occupancy, room = self._occupancy, self._room
        self._settled()
        for change in self._changes:
            change.undo()
        occupancy.put_out(self._session, self._stay, self._focus)
        for other in list(room.occupants.get(self._session.someone, ()) if self._first else ()):
            if not other.stays[room.name].first:
                occupancy.lead_out(other, room)
        if room.opening is not None and not room.occupants and occupancy.hub.rooms.get(room.name) is room:
            del occupancy.hub.rooms[room.name]

    def _settled(self) -> None:
        if self._room.comings.get(self._person) == self._ticket:
            del self._room.comings[self._person]

    def _shown(self, session: Session) -> list[Effect]:
        return self._occupancy.shown(self._call.ref, session, self._stay, self._position)


def _coming_in(call: Call, room: Room) -> tuple[Renewal | Alteration, ...]:
    """Give what changes in a room as somebody comes in: a new one, or one that is free, is theirs, and an invitation is used up."""
    rights, person, vacancy = room.rights, call.person, call.hub.vacancy
    if not room.opened:
        return (rights.open(person),)
    if vacancy.is_free(room, person):
        return vacancy.take_over(room, person)
    return (rights.take(INVITATION, person.inbox),) if rights.holds(INVITATION, person.inbox) else ()


def _look_at(session: Session, room: Room | None) -> None:
    """Let a session look at a room, or, where it is not in there, at the one it came into last of those it is in."""
    rooms = [stay.room for stay in session.stays.values()]
    session.focus = room if room in rooms else next(reversed(rooms), None)
