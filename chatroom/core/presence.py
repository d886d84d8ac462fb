"""Who is here and where: coming in, joining and leaving rooms, changing devices, going and being put out.

Rules
-----
- A person is in a room while any of their sessions is; others see them come with the first and go with the last.
- A session may outlive its connection for a while (`linger`), unseen by others; whoever shows its key takes its place.
- What was not committed is undone for whoever has taken the session's place since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from chatroom.core.call import Call, Draft, Then
from chatroom.core.effects import Close, Effect, Enter, Exit, Send
from chatroom.core.errors import Malformed, NoSuchRoom, NotInRoom, RoomClosing, TooManyRooms
from chatroom.core.events import HOUSE, INBOX, Joined, Left, PutOut, Quit, RoomOpened
from chatroom.core.members import Change
from chatroom.core.rank import Rank
from chatroom.core.replies import Denied, Entered, Exited, Expelled
from chatroom.core.rights import INVITATION, Alteration
from chatroom.core.room import OPENED, Room, Stay
from chatroom.core.seams import Committed, Put
from chatroom.core.session import EXPULSION, Person, Session

if TYPE_CHECKING:
    from chatroom.core.hub import Hub

Position = tuple[str, int]
"""Where somebody's copy of a room's log ends: its epoch and the last kept seq."""


class Presence:
    """Keep a hub's people, sessions and rooms together; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._by_scope: dict[str, Session] = {}
        self.most = 0
        """The most people there have been at once."""
        self._detached: dict[Session, None] = {}
        self._nameless: set[Session] = set()
        self._orderly: set[Person] = set()
        """Those here who keep order in the house."""
        self._hidden: set[Person] = set()
        """Those here who are listed for those alone who share a room with them."""

    def arrive(self, session: Session) -> None:
        """Take in the session of a new connection, which has no name yet."""
        self.hub.sessions.add(session)
        self._nameless.add(session)

    def disconnected(self, session: Session, now: float, steady: float, reason: str) -> None:
        """Note that a session's connection is gone; one that can be resumed lingers, by a clock that is never set."""
        if session.ended or session.person is None:
            self._end(session)
        elif session.scope is not None and self.hub.limits.linger > 0:
            session.detached_at = steady
            self._detached[session] = None
        else:
            self.part(session, now, reason)

    def let_go(self, now: float, steady: float) -> None:
        """Let those go who have lingered long enough."""
        for session in list(self._detached):
            since = session.detached_at
            if since is None or steady - since < self.hub.limits.linger:
                break
            self.part(session, now, "connection lost")

    def counts(self) -> dict[str, int]:
        """Count people, those among them who keep order, connections nobody has named, and rooms where somebody is."""
        return {
            "people": len(self.hub.people),
            "most": self.most,
            "hidden": len(self._hidden),
            "orderly": len(self._orderly),
            "nameless": len(self._nameless),
            "rooms": sum(1 for room in self.hub.rooms.values() if room.occupants),
        }

    def admit(self, session: Session, person: Person) -> None:
        """Let a session be `person` from here on."""
        session.person = person
        self._nameless.discard(session)
        person.sessions.append(session)
        person.user = person.user or session.door
        if person.listed:
            self.hub.people[person.inbox] = person
            self.most = max(self.most, len(self.hub.people))
            self.ranked(person)
            if len(person.sessions) == 1:
                self.hub.lookout.tell(person.name, here=True)
                self.hub.memory.inboxes.open(person)

    def ranked(self, person: Person) -> None:
        """Note that somebody here has their rank from now on."""
        if person.listed and person.rank >= Rank.MODERATOR:
            self._orderly.add(person)
        else:
            self._orderly.discard(person)
        person.shuffle()

    def hide(self, person: Person, *, hidden: bool) -> None:
        """Let somebody be listed for those alone who share a room with them, or for everybody."""
        person.hidden = hidden
        if hidden:
            self._hidden.add(person)
        else:
            self._hidden.discard(person)

    def remember(self, session: Session, key: str) -> None:
        """Let a session be resumed, and its posts be recognised, by whoever has `key`."""
        session.scope = scope_of(key)
        self._by_scope[session.scope] = session

    def resumable(self, key: str) -> Session | None:
        """Find the session that `key` was made for, if it is still there."""
        return self._by_scope.get(scope_of(key))

    def succeed(self, old: Session, new: Session) -> None:
        """Put a new connection's session in the place of the one it resumes, unseen by anybody."""
        person = old.someone
        person.sessions[person.sessions.index(old)] = new
        new.person, new.scope, new.ignoring = person, old.scope, old.ignoring
        self._nameless.discard(new)
        new.conduct = old.conduct
        for stay in old.stays.values():
            sessions = stay.room.occupants.setdefault(person, set())
            sessions.discard(old)
            sessions.add(new)
        new.stays = {name: stay.again() for name, stay in old.stays.items()}
        new.focus = old.focus
        old.heir = new
        old.ended = True
        self._forget(old)
        if new.scope is not None:
            self._by_scope[new.scope] = new

    def resume_room(self, call: Call, stay: Stay, position: Position | None) -> None:
        """Let a session that took another's place read a room it is in, from its position on."""
        self.hub.errands.line_up(call.session).fill(*self._entering(None, call.session, stay, position))

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
        if known is not None and call.person not in known.occupants:
            self._check_entry(call, known, key)
        room = known or self.hub.vacancy.new(name)
        stay = Stay(room)
        changes = self._coming_in(call.person, room)
        focus, first = session.focus, room.add(session)
        stay.first = first
        session.stays[name] = stay
        session.focus = room

        def entered(_: Committed) -> list[Effect]:
            room.opening = None
            for change in changes:
                change.keep()
            return self._entering(call.ref, session.current, stay, position)

        def undo() -> None:
            for change in changes:
                change.undo()
            self._put_out(session, stay, focus)
            for other in list(room.occupants.get(session.someone, ()) if first else ()):
                if not other.stays[name].first:
                    self.lead_out(other, room)
            if room.opening is not None and not room.occupants and self.hub.rooms.get(name) is room:
                del self.hub.rooms[name]

        drafts: list[Draft] = []
        opens = not room.opened
        if opens:
            drafts.append((name, RoomOpened(call.person.author)))
        if first:
            drafts.append((name, Joined(call.person.author, room.present)))
        if drafts:
            opening = (Put(OPENED + name, str(call.now)),) if opens else ()
            puts = (*opening, *(put for change in changes for put in change.puts))
            ticket = call.submit(*drafts, puts=puts, then=entered, undo=undo)
            if opens:
                room.opened, room.opened_at, room.opening = True, call.now, ticket
        else:
            self.hub.errands.line_up(session).fill(*self._entering(call.ref, session, stay, position))

    def _check_entry(self, call: Call, room: Room, key: str) -> None:
        if room.closing:
            raise RoomClosing(room=room.name)
        room.rights.check_entry(call.who, key, room.present, call.now)

    def _coming_in(self, person: Person, room: Room) -> tuple[Alteration, ...]:
        """Give what changes in a room as somebody comes in: a new one is theirs, and an invitation is used up."""
        rights = room.rights
        if not room.opened:
            return (rights.open(person),)
        return (rights.take(INVITATION, person.inbox),) if rights.holds(INVITATION, person.inbox) else ()

    def leave(self, call: Call, room: Room, then: Then, reason: str = "") -> None:
        """Take the call's session out of a room; others see its person go."""
        session = call.session
        stay = session.stays.pop(room.name)
        focus = session.focus
        session.focus = next((other.room for other in reversed(session.stays.values())), None)
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

    def lingering(self, session: Session) -> bool:
        """Tell whether a session waits for its client to come back."""
        return session in self._detached

    def part(self, session: Session, now: float, reason: str, farewell: str = "", *, own: bool = False) -> None:
        """End a session and its connection; when it was its person's last, others see the person go."""
        person = session.person
        if session.ended:
            return
        self.hub.errands.line_up(session).fill(Close(session, farewell or reason))
        if person is None:
            self._end(session)
            self.hub.errands.release(session)
            return
        left = self._vacate(session)
        last = not person.sessions
        if last:
            self._depart(person, now)
        event = Quit(person.author, tuple(left), reason, own)
        if left and last:
            drafts: list[Draft] = [("", event)]
        else:
            drafts = [(name, Left(person.author, present, reason)) for name, present in left]
        if drafts:
            self.hub.errands.note(session, drafts, now)
        self.hub.errands.release(session)

    def put_out(self, call: Call, person: Person, reason: str, farewell: str) -> Draft:
        """Put a person out of the house, on all their devices, who reads `farewell`; give what others see of it."""
        left: dict[str, int] = {}
        for session in list(person.sessions):
            if EXPULSION in session.wants:
                self.hub.errands.say_to(session, Expelled(None, "expelled", reason, call.person.author))
            self.hub.errands.line_up(session).fill(Close(session, farewell))
            left.update(self._vacate(session))
            self.hub.errands.release(session)
        self._depart(person, call.now)
        return HOUSE, PutOut(call.person.author, tuple(left.items()), person.author, reason)

    def show_gone(self, call: Call, gone: Sequence[Draft]) -> None:
        """Let others see all the same that people are gone who were put out by what was not stored."""
        if gone:
            self.hub.errands.note(call.session.current, gone, call.now)

    def members_changed(self, change: Change, now: float) -> None:
        """Act on a change of the list of members: names are theirs or free, those who are here get their rank or have to go."""
        for member in (*change.removed, *(before for before, _ in change.changed)):
            self.hub.roster.disown(member.name)
        for member in (*change.added, *(after for _, after in change.changed)):
            self.hub.roster.own(member.name, member.id)
        being = self._being()
        for member in change.removed:
            self.hub.keeper.attempts.forget(member.id)
            self.hub.erasure.gone(member.id, now)
            for session in [one for person in being.get(member.id, ()) for one in person.sessions]:
                self.part(session, now, "", "You are no member of this house any more.")
        for _, member in change.changed:
            for person in being.get(member.id, ()):
                person.rank = member.rank
                self.ranked(person)

    def _being(self) -> dict[str, list[Person]]:
        """Give the people each member is: one in the chat, and one at each console."""
        being: dict[str, list[Person]] = {}
        for person in self.hub.everybody():
            if person.author.member is not None:
                being.setdefault(person.author.member, []).append(person)
        return being

    def _entering(self, ref: str | int | None, session: Session, stay: Stay, position: Position | None) -> list[Effect]:
        room, log = stay.room, stay.room.log
        known = position is not None and position[0] == self.hub.epoch and room.floor <= position[1] <= log.head
        if not known or position is None:
            return [Send(session, self._shown_anew(ref, session, stay)), Enter(session, stay, log.end)]
        stay.since, stay.upto = position[1], log.head
        seq = max(position[1], log.head - self.hub.limits.resume)
        entered = Entered(ref, self.hub.view(room), missed=seq - position[1], resumed=True)
        return [Send(session, entered), Enter(session, stay, log.end, seq)]

    def _shown_anew(self, ref: str | int | None, session: Session, stay: Stay) -> Entered:
        """Show a room to who has nothing of it: to a member what they have not seen, to others the last of what was said."""
        room, log, limits = stay.room, stay.room.log, self.hub.limits
        seen = self.hub.memory.since(session, room)
        stay.since, stay.upto = None if seen is None else max(seen, room.floor), log.head
        new = log.head - stay.since if stay.since is not None else None
        if session.bot:
            return Entered(ref, self.hub.view(room), since=stay.since)
        count = limits.recent if new is None else min(new, limits.missed)
        recent = log.last(count, size=limits.page_bytes)
        shown = tuple([entry for entry in recent if not session.ignoring.hides(entry.event.by)])
        return Entered(ref, self.hub.view(room), shown, missed=max(0, (new or 0) - len(recent)), since=stay.since)

    def _here(self, call: Call, room: Room) -> Effect:
        session = call.session.current
        if room.name in session.stays or session.ended:
            return Send(session, Entered(call.ref, self.hub.view(room)))
        return Send(session, Denied(call.ref, call.verb.name, NotInRoom(room=room.name)))

    def _put_out(self, session: Session, stay: Stay, focus: Room | None) -> None:
        """Undo a joining, for whoever has taken the session's place since."""
        room, current = stay.room, session.current
        held = current.stays.get(room.name)
        if held is not None and held.room is not room:
            return  # that is a later room of the same name
        if held is stay or (current is not session and held is not None):
            del current.stays[room.name]
            current.focus = focus
            room.drop(session)
        if current is not session:
            room.drop(current)
            self.hub.errands.now_do(Exit(current, room))
            self.hub.errands.say_to(current, Exited(None, room.name))

    def lead_out(self, session: Session, room: Room) -> None:
        """Take a session out of a room that is not there, or not for it, after all."""
        del session.stays[room.name]
        session.focus = next((stay.room for stay in reversed(session.stays.values())), None)
        room.drop(session)
        self.hub.errands.now_do(Exit(session, room))
        self.hub.errands.say_to(session, Exited(None, room.name))

    def put_back(self, session: Session, stay: Stay, focus: Room | None) -> None:
        """Undo a leaving, for whoever has taken the session's place since, unless they have come back or gone for good."""
        room, current = stay.room, session.current
        if current.ended or room.name in current.stays:
            return
        if self.hub.rooms.get(room.name) is not room or room.opening is not None:
            # Its opening was declined, too, even if others are still to hear of it: there is nothing to go back to.
            self.hub.errands.say_to(current, Exited(None, room.name))
            return
        back = stay if current is session else Stay(room)
        current.stays[room.name] = back
        current.focus = focus
        room.add(current)
        if current is not session:
            self.hub.errands.line_up(current).fill(*self._entering(None, current, back, None))
            self.hub.errands.release(current)

    def _vacate(self, session: Session) -> list[tuple[str, int]]:
        """End a session; give the rooms its person is in no more, with how many people remain in each."""
        person = session.someone
        left = [(name, stay.room.present) for name, stay in session.stays.items() if stay.room.drop(session)]
        session.stays.clear()
        session.focus = None
        self._end(session)
        person.sessions.remove(session)
        return left

    def _depart(self, person: Person, now: float) -> None:
        if person.listed:
            self.hub.departed.note(person, person.author, now)
            for name in dict.fromkeys((person.former or person.name, person.name)):
                self.hub.lookout.tell(name, here=False)
                self.hub.roster.release(name)
            del self.hub.people[person.inbox]
            self._orderly.discard(person)
            self._hidden.discard(person)
            self.hub.memory.inboxes.close(person)
            if person.author.member is None:
                self.hub.cards.forget(person.inbox)
        for rights in person.held:
            rights.forget(person.inbox)

    def _end(self, session: Session) -> None:
        session.ended = True
        self._forget(session)

    def _forget(self, session: Session) -> None:
        self.hub.sessions.discard(session)
        self._nameless.discard(session)
        self.hub.lookout.clear(session)
        self._detached.pop(session, None)
        session.detached_at = None
        if session.scope is not None and self._by_scope.get(session.scope) is session:
            del self._by_scope[session.scope]


def positions_of(call: Call, limit: int) -> dict[str, Position]:
    """Read where a client's copies of at most `limit` rooms end, from the field `resume`."""
    found: dict[str, Position] = {}
    for room, position in call.args.get("resume", {}).items():
        match position:
            case [str(epoch), int(seq)] if seq >= 0 and not isinstance(seq, bool):
                found[INBOX if room == INBOX else call.hub.room_name(room)] = (epoch, seq)
            case _:
                raise Malformed(problem="The field resume takes {room: [epoch, seq]}.")
        if len(found.keys() - {INBOX}) > limit:
            raise Malformed(problem="The field resume names too many rooms.")
    return found


def scope_of(key: str) -> str:
    """Turn a client's secret key into what may be stored and compared."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
