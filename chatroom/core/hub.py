"""The hub: rooms, people, sessions and verbs as one pure state, changed by requests and outcomes, answering with effects.

Rules
-----
- Requests are checked against *accepted* state: what is committed plus everything submitted so far, in order. So of fifty claims
  to one name inside one commit one wins, and somebody kicked cannot slip a line into the same commit.
- Nobody is shown an event before the journal has committed it. Every submission belongs to one session and leaves a place in
  its line of replies; replies are sent in the order of requests, each when what it rests on is known.
- A submission that was not committed is undone in the accepted state; those that rest on it are declined by the journal.
- State that outlives a restart (topics) is put beside the log in the entry's own submission.

The hub knows no network, no clock and no storage; time comes in as an argument, everything else goes out as effects.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from chatroom.core.call import Call, Draft, Then, Undo
from chatroom.core.effects import Close, Deliver, Effect, Enter, Exit, Read, Send, Show, ShowHouse, Submit
from chatroom.core.errors import (
    Busy,
    HouseHasTooManyRooms,
    NotInRoom,
    NotNamedYet,
    RankTooLow,
    Refused,
    TooManyRooms,
    Unconfirmed,
    UnknownCommand,
    UnknownCommandNearMiss,
)
from chatroom.core.events import Entry, HouseEvent, Joined, Left, Quit, RoomOpened, Told, TopicChanged
from chatroom.core.limits import DEFAULT, Limits
from chatroom.core.log import Line, Log
from chatroom.core.names import Roster, clean_room, fold
from chatroom.core.replies import Denied, Done, Entered, Exited, Reply, RoomView
from chatroom.core.request import Request
from chatroom.core.room import Room, Stay, Topic
from chatroom.core.seams import Committed, Declined, Outcome, Put, Recovered, Slice, Submission
from chatroom.core.seams import Draft as JournalDraft
from chatroom.core.session import Person, Session, Waiting
from chatroom.core.verb import Verb


@dataclass(frozen=True, slots=True)
class Rules:
    """Be what the host decided about the house."""

    name: str = "chatroom"
    welcome: str = ""
    lobby: str = "lobby"
    limits: Limits = field(default=DEFAULT)


@dataclass(slots=True)
class Flight:
    """Be a submission whose outcome is not known yet."""

    session: Session
    ref: str | int | None
    verb: str
    place: Waiting
    then: Then | None
    undo: Undo | None
    origin: str | None = None


Found = tuple[Entry, ...]
Position = tuple[str, int]
"""Where somebody's copy of a room's log ends: its epoch and the last kept seq."""


class Hub:
    """Perform requests and take outcomes; see the module for the rules."""

    def __init__(self, verbs: Iterable[Verb], rules: Rules, new_id: Callable[[], str]) -> None:
        self.rules = rules
        self.limits = rules.limits
        self.new_id = new_id
        self.verbs = {verb.name: verb for verb in verbs}
        self._by_word = {word: verb for verb in self.verbs.values() for word in (verb.name, *verb.aliases)}
        self.epoch = ""
        """Changes when the journal is created or restored: positions of another epoch mean nothing."""
        self.rooms: dict[str, Room] = {}
        self.people: dict[str, Person] = {}
        """Everybody here, by inbox."""
        self.roster: Roster[Person] = Roster()
        self.sessions: set[Session] = set()
        self._by_scope: dict[str, Session] = {}
        self._detached: dict[Session, None] = {}
        self._flights: dict[int, Flight] = {}
        self._reads: dict[int, tuple[Waiting, Call, Callable[[Found], Effect]]] = {}
        self._recalled: dict[str, tuple[Entry, ...]] = {}
        """What posts became that no journal remembers, as nothing of them is kept, by their origin."""
        self._ticket = 0
        self._order = 0
        self._at = 0.0
        self._effects: list[Effect] = []

    # -- what the shells call -------------------------------------------------------------------------------------------

    def recover(self, recovered: Recovered) -> None:
        """Take up what the journal holds; the lobby is there in any case."""
        self._at = recovered.last_at
        self.epoch = recovered.epoch
        for name, state in recovered.logs.items():
            if name and not name.startswith("@"):
                room = self._make_room(name, state.head)
                room.log.preload(state.tail)
                room.topic = _topic(recovered.state.get(f"topic/{name}"))
        if self.rules.lobby not in self.rooms:
            self._make_room(self.rules.lobby, 0)

    def connect(self, door: str, address: str, now: float) -> Session:
        """Make the session of a new connection; it has no name yet."""
        session = Session(door, address, now)
        self.sessions.add(session)
        return session

    def perform(self, session: Session, request: Request, now: float) -> list[Effect]:
        """Do what a session asks for, if it may; give what is to be done about it."""
        if session.ended:
            return []
        name = request.verb
        try:
            verb = self._verb(request.verb, session)
            name = verb.name
            if len(session.replies) >= 2 * self.limits.replies:
                raise Busy
            call = Call(self, session, verb, verb.bind(request), request.ref, now)
            verb.perform(call)
        except Refused as why:
            self.line_up(session).fill(Send(session, Denied(request.ref, name, why)))
        self._release(session)
        return self._taken()

    def settled(self, ticket: int, outcome: Outcome, now: float) -> list[Effect]:
        """Take the journal's word on one submission; give what is to be shown."""
        flight = self._flights.pop(ticket)
        session = flight.session.current
        if isinstance(outcome, Committed):
            outcome = self._recall(flight.origin, outcome)
            for entry in outcome.entries:
                if not outcome.repeated or self._unseen(entry):
                    self._show(entry, session)
            if flight.then is not None:
                flight.place.fill(*flight.then(outcome))
            else:
                done = Done(flight.ref, flight.verb, outcome.entries, outcome.repeated)
                flight.place.fill(Send(session, done))
        else:
            if flight.undo is not None:
                flight.undo()
            why = outcome.why if isinstance(outcome, Declined) else Unconfirmed()
            flight.place.fill(Send(session, Denied(flight.ref, flight.verb, why)))
        self._release(session)
        return self._taken()

    def fetched(self, token: int, result: Found | Refused) -> list[Effect]:
        """Take what the journal read."""
        place, call, then = self._reads.pop(token)
        session = call.session.current
        if isinstance(result, Refused):
            place.fill(Send(session, Denied(call.ref, call.verb.name, result)))
        else:
            place.fill(then(result))
        self._release(session)
        return self._taken()

    def disconnected(self, session: Session, now: float, reason: str = "") -> list[Effect]:
        """Note that a session's connection is gone; one that can be resumed lingers."""
        if session.ended or session.person is None:
            self._end(session)
        elif session.scope is not None and self.limits.linger > 0:
            session.detached_at = now
            self._detached[session] = None
        else:
            self.part(session, now, reason)
        return self._taken()

    def tick(self, now: float) -> list[Effect]:
        """Let those go who have lingered long enough."""
        for session in list(self._detached):
            since = session.detached_at
            if since is None or now - since < self.limits.linger:
                break
            self.part(session, now, "connection lost")
        return self._taken()

    def asker(self, number: int) -> Session | None:
        """Tell for whom something was submitted or read, by its ticket or token."""
        if number in self._flights:
            return self._flights[number].session.current
        return self._reads[number][1].session.current if number in self._reads else None

    def abandon(self) -> list[Effect]:
        """Give what a verb that failed half-way had begun; it is done all the same, as others may rest on it."""
        return self._taken()

    def lingering(self, session: Session) -> bool:
        """Tell whether a session waits for its client to come back."""
        return session in self._detached

    # -- what commands use ----------------------------------------------------------------------------------------------

    def room_name(self, text: str) -> str:
        """Give the name of the room meant by `text`, or refuse what cannot be a room's name."""
        return self.rules.lobby if text == self.rules.lobby else clean_room(text, self.limits.room)

    def line_up(self, session: Session) -> Waiting:
        """Take the next place in a session's line of replies."""
        place = Waiting()
        session.replies.append(place)
        return place

    def submit(
        self,
        call: Call,
        drafts: Sequence[Draft],
        *,
        puts: tuple[Put, ...] = (),
        then: Then | None = None,
        undo: Undo | None = None,
        once: bool = False,
    ) -> int:
        """Submit for a call; see `Call.post` and `Call.submit`."""
        session = call.session
        origin = None
        if once and session.scope is not None and call.ref is not None:
            origin = f"{session.scope}:{call.ref!r}"
        place = self.line_up(session)
        renaming = session.person.renaming if session.person else None
        ticket = self._submit(drafts, call.now, puts, origin, renaming)
        self._flights[ticket] = Flight(session, call.ref, call.verb.name, place, then, undo, origin)
        return ticket

    def in_turn(self, session: Session, show: Callable[[], Effect]) -> None:
        """Show a session how things are when all it asked for before is settled."""
        place = self.line_up(session)
        place.make = lambda: place.fill(show())

    def read(self, call: Call, query: Slice, remembered: Callable[[], Found | None], then: Callable[[Found], Effect]) -> None:
        """Read for a call once all it asked for before is settled: what is `remembered`, or else from the journal."""
        place = self.line_up(call.session)

        def make() -> None:
            found = remembered()
            if found is None:
                self._ticket += 1
                self._reads[self._ticket] = (place, call, then)
                self._effects.append(Read(self._ticket, query))
            else:
                place.fill(then(found))

        place.make = make

    def join(self, call: Call, text: str, position: Position | None = None) -> None:
        """Put the call's session into a room, opening it if need be; others see its person come."""
        session, name = call.session, self.room_name(text)
        stay = session.stays.get(name)
        if stay is not None:
            session.focus = stay.room
            self.in_turn(session, partial(self._here, call, stay.room))
            return
        if len(session.stays) >= self.limits.rooms_each:
            raise TooManyRooms(limit=self.limits.rooms_each)
        room = self.rooms.get(name) or self._new_room(name)
        stay = Stay(room)
        focus, first = session.focus, room.add(session)
        session.stays[name] = stay
        session.focus = room

        def entered(_: Committed) -> list[Effect]:
            room.opening = None
            return self._entering(call.ref, session.current, stay, position)

        def undo() -> None:
            self._put_out(session, stay, focus)
            if room.opening is not None and not room.occupants and self.rooms.get(name) is room:
                del self.rooms[name]

        drafts: list[Draft] = []
        opens = not room.opened
        if opens:
            drafts.append((name, RoomOpened(call.person.author)))
        if first:
            drafts.append((name, Joined(call.person.author, room.present)))
        if drafts:
            ticket = self.submit(call, drafts, then=entered, undo=undo)
            if opens:
                room.opened, room.opening = True, ticket
        else:
            self.line_up(session).fill(*self._entering(call.ref, session, stay, position))

    def leave(self, call: Call, room: Room, then: Then, reason: str = "") -> None:
        """Take the call's session out of a room; others see its person go."""
        session = call.session
        stay = session.stays.pop(room.name)
        focus = session.focus
        session.focus = next((other.room for other in reversed(session.stays.values())), None)
        gone = room.drop(session)

        def undo() -> None:
            self._put_back(session, stay, focus)

        def left(outcome: Committed) -> Sequence[Effect]:
            self._effects.append(Exit(session.current, room))
            return then(outcome)

        if gone:
            self.submit(call, [(room.name, Left(call.person.author, room.present, reason))], then=left, undo=undo)
        else:
            self.line_up(session).fill(*left(Committed(())))

    def admit(self, session: Session, person: Person) -> None:
        """Let a session be `person` from here on."""
        session.person = person
        person.sessions.append(session)
        self.people[person.inbox] = person

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
        for stay in old.stays.values():
            sessions = stay.room.occupants.setdefault(person, set())
            sessions.discard(old)
            sessions.add(new)
        new.stays = {name: Stay(stay.room) for name, stay in old.stays.items()}
        new.focus = old.focus
        old.heir = new
        old.ended = True
        self._forget(old)
        if new.scope is not None:
            self._by_scope[new.scope] = new

    def resume_room(self, call: Call, stay: Stay, position: Position | None) -> None:
        """Let a session that took another's place read a room it is in, from its position on."""
        self.line_up(call.session).fill(*self._entering(None, call.session, stay, position))

    def part(self, session: Session, now: float, reason: str, farewell: str = "") -> None:
        """End a session and its connection; when it was its person's last, others see the person go."""
        person = session.person
        if session.ended:
            return
        self.line_up(session).fill(Close(session, farewell or reason))
        if person is None:
            self._end(session)
            self._release(session)
            return
        left = []
        for name, stay in session.stays.items():
            if stay.room.drop(session):
                left.append((name, stay.room.present))
        session.stays.clear()
        session.focus = None
        self._end(session)
        person.sessions.remove(session)
        last = not person.sessions
        if last:
            self.roster.release(person.name)
            del self.people[person.inbox]
        event = Quit(person.author, tuple(left), reason)
        if left and last:
            drafts: list[Draft] = [("", event)]
        else:
            drafts = [(name, Left(person.author, present, reason)) for name, present in left]
        if drafts:
            ticket = self._submit(drafts, now, (), None, None)
            self._flights[ticket] = Flight(session, None, "quit", Waiting(), lambda _: (), None)
        self._release(session)

    def view(self, room: Room) -> RoomView:
        """Show a room to somebody who is in it."""
        return RoomView(room.name, self.epoch, room.log.head, room.topic.text, room.names())

    def say_to(self, session: Session, reply: Reply) -> None:
        """Send a session something it did not ask for, after what it was already promised."""
        self.line_up(session).fill(Send(session, reply))
        self._release(session)

    def now_do(self, *effects: Effect) -> None:
        """Do something at once, out of line."""
        self._effects.extend(effects)

    def usable(self, session: Session) -> list[Verb]:
        """List the verbs a session may ask for, in alphabetical order."""
        rank = session.person.rank if session.person else 0
        return [verb for _, verb in sorted(self.verbs.items()) if verb.rank <= rank and not verb.hidden]

    def find_verb(self, word: str) -> Verb | None:
        """Find a verb by its name or an alias."""
        return self._by_word.get(word)

    # -- the machinery --------------------------------------------------------------------------------------------------

    def _verb(self, word: str, session: Session) -> Verb:
        verb = self._by_word.get(word)
        if verb is None:
            words = [one for known in self.usable(session) for one in (known.name, *known.aliases)]
            near = difflib.get_close_matches(word[:32], words, 1, 0.6)
            if near:
                raise UnknownCommandNearMiss(verb=word[:32], near=near[0])
            raise UnknownCommand(verb=word[:32])
        if session.person is None and not verb.nameless:
            raise NotNamedYet
        if session.person is not None and session.person.rank < verb.rank:
            raise RankTooLow(verb=verb.name, rank=verb.rank, yours=session.person.rank)
        return verb

    def _submit(self, drafts: Sequence[Draft], now: float, puts: tuple[Put, ...], origin: str | None, rests_on: int | None) -> int:
        self._ticket += 1
        self._at = max(self._at, round(now, 3))
        made: list[JournalDraft] = []
        for log, event in drafts:
            same = made[-1].id if made and made[-1].event is event else self.new_id()
            made.append(JournalDraft(log, event, same, self._at))
            room = self.rooms.get(log)
            if room is not None and room.opening is not None:
                rests_on = room.opening
        self._effects.append(Submit(Submission(self._ticket, tuple(made), puts, origin, rests_on)))
        return self._ticket

    def _recall(self, origin: str | None, outcome: Committed) -> Committed:
        """Recognise a post that was sent again though nothing of it is kept: a guest's private words."""
        if origin is None or any(entry.kept for entry in outcome.entries):
            return outcome
        if origin in self._recalled:
            return Committed(self._recalled[origin], repeated=True)
        self._recalled[origin] = outcome.entries
        while len(self._recalled) > self.limits.recalled:
            del self._recalled[next(iter(self._recalled))]
        return outcome

    def _unseen(self, entry: Entry) -> bool:
        """Tell whether nobody was shown an entry that was stored before, as its outcome was unknown then."""
        room = self.rooms.get(entry.log)
        return room is not None and entry.kept and entry.seq > room.log.head

    def _show(self, entry: Entry, session: Session) -> None:
        self._order += 1
        event = entry.event
        if isinstance(event, HouseEvent):
            self._show_house(entry, event, session)
        elif isinstance(event, Told):
            self._deliver(entry, event, session)
        else:
            room = self.rooms.get(entry.log)
            if room is not None:
                room.log.append(entry, self._order, session)
                if isinstance(event, TopicChanged):
                    room.topic = Topic(event.topic, event.by.name, entry.at)
                self._effects.append(Show(room, Line(self._order, entry, session)))

    def _show_house(self, entry: Entry, event: HouseEvent, session: Session) -> None:
        rooms = [self.rooms[name] for name in event.rooms if name in self.rooms]
        for room in rooms:
            room.log.append(Entry(room.name, room.log.head, entry.at, entry.id, event), self._order, session)
        self._effects.append(ShowHouse(tuple(rooms), Line(self._order, entry, session)))

    def _deliver(self, entry: Entry, event: Told, session: Session) -> None:
        person = self.people.get(entry.log)
        if person is None:
            return
        own = person is session.person
        author = fold(event.by.name)
        for reader in person.sessions:
            if (reader is not session or reader.echo) and author not in reader.ignoring:
                self._effects.append(Deliver(reader, entry, own))

    def _release(self, session: Session) -> None:
        session = session.current
        replies = session.replies
        while replies:
            place = replies[0]
            if place.make is not None:
                make, place.make = place.make, None
                make()
            if not place.ready:
                return
            self._effects.extend(place.effects)
            replies.popleft()

    def _taken(self) -> list[Effect]:
        effects, self._effects = self._effects, []
        return effects

    def _new_room(self, name: str) -> Room:
        if len(self.rooms) >= self.limits.rooms:
            raise HouseHasTooManyRooms(limit=self.limits.rooms)
        room = self._make_room(name, 0)
        room.opened = False
        return room

    def _make_room(self, name: str, head: int) -> Room:
        log = Log(head, count=self.limits.window, size=self.limits.window_bytes)
        room = self.rooms[name] = Room(name, log)
        return room

    def _entering(self, ref: str | int | None, session: Session, stay: Stay, position: Position | None) -> list[Effect]:
        room, log = stay.room, stay.room.log
        known = position is not None and position[0] == self.epoch and position[1] <= log.head
        if not known or position is None:
            recent = () if session.bot else log.last(self.limits.recent, size=self.limits.page_bytes)
            entered = Entered(ref, self.view(room), recent)
            return [Send(session, entered), Enter(session, stay, log.end)]
        seq = max(position[1], log.head - self.limits.resume)
        entered = Entered(ref, self.view(room), missed=seq - position[1], resumed=True)
        return [Send(session, entered), Enter(session, stay, log.end, seq)]

    def _here(self, call: Call, room: Room) -> Effect:
        session = call.session.current
        if room.name in session.stays or session.ended:
            return Send(session, Entered(call.ref, self.view(room)))
        return Send(session, Denied(call.ref, call.verb.name, NotInRoom(room=room.name)))

    def _put_out(self, session: Session, stay: Stay, focus: Room | None) -> None:
        """Undo a joining, for whoever has taken the session's place since."""
        room, current = stay.room, session.current
        held = current.stays.get(room.name)
        if held is stay or (current is not session and held is not None):
            del current.stays[room.name]
            current.focus = focus
        room.drop(session)
        if current is not session:
            room.drop(current)
            self._effects.append(Exit(current, room))
            self.say_to(current, Exited(None, room.name))

    def _put_back(self, session: Session, stay: Stay, focus: Room | None) -> None:
        """Undo a leaving, for whoever has taken the session's place since, unless they have come back or gone for good."""
        room, current = stay.room, session.current
        if current.ended or room.name in current.stays:
            return
        back = stay if current is session else Stay(room)
        current.stays[room.name] = back
        current.focus = focus
        room.add(current)
        if current is not session:
            self.line_up(current).fill(*self._entering(None, current, back, None))
            self._release(current)

    def _end(self, session: Session) -> None:
        session.ended = True
        self._forget(session)

    def _forget(self, session: Session) -> None:
        self.sessions.discard(session)
        self._detached.pop(session, None)
        session.detached_at = None
        if session.scope is not None and self._by_scope.get(session.scope) is session:
            del self._by_scope[session.scope]


def scope_of(key: str) -> str:
    """Turn a client's secret key into what may be stored and compared."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _topic(stored: str | None) -> Topic:
    if stored is None:
        return Topic()
    found = json.loads(stored)
    return Topic(str(found.get("text", "")), str(found.get("by", "")), float(found.get("at", 0.0)))
