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

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatroom.core.call import Call, Draft, Then, Undo
from chatroom.core.doorkeeper import Access, Doorkeeper
from chatroom.core.effects import Ask, Deliver, Effect, Read, Send, Show, ShowHouse, Submit, Witness
from chatroom.core.errors import (
    Busy,
    HouseHasTooManyRooms,
    NoSuchMember,
    NoSuchRoom,
    NotFromChat,
    NotFromHere,
    NotNamedYet,
    RankTooLow,
    Refused,
    Unconfirmed,
)
from chatroom.core.events import HOUSE, Entry, HouseEvent, RoomOpened, Said, Told, TopicChanged, Whispered
from chatroom.core.limits import DEFAULT, Limits
from chatroom.core.log import Line, Log
from chatroom.core.members import Change, Member
from chatroom.core.names import Roster, clean_room, fold
from chatroom.core.presence import Presence
from chatroom.core.replies import Denied, Done, Reply, RoomView
from chatroom.core.request import Request
from chatroom.core.room import Room, Topic
from chatroom.core.seams import Committed, Declined, Outcome, Put, Recovered, Slice, Submission
from chatroom.core.seams import Draft as JournalDraft
from chatroom.core.session import Person, Session, Waiting
from chatroom.core.targets import Party
from chatroom.core.verb import Verb, unknown

SET_BACK = 1.0
"""Seconds by which the clock must go back to count as set, and not as shaken."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Be what the host decided about the house."""

    name: str = "chatroom"
    welcome: str = ""
    lobby: str = "lobby"
    access: Access = "open"
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


@dataclass(slots=True)
class Question:
    """Be something that was asked of an office and is not answered yet."""

    place: Waiting
    call: Call
    then: Callable[[Any], Sequence[Effect]]
    refused: Callable[[], None]
    always: bool


Found = tuple[Entry, ...]


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
        self.presence = Presence(self)
        self._flights: dict[int, Flight] = {}
        self._reads: dict[int, tuple[Waiting, Call, Callable[[Found], Effect]]] = {}
        self._asked: dict[int, Question] = {}
        self.keeper = Doorkeeper(rules.access)
        self._recalled: dict[str, tuple[Entry, ...]] = {}
        """What posts became that no journal remembers, as nothing of them is kept, by their origin."""
        self._ticket = 0
        self._order = 0
        self._at = 0.0
        self._effects: list[Effect] = []
        self.unread: tuple[str, ...] = ()
        """Keys of state that could not be read when the house opened."""

    # -- what the shells call -------------------------------------------------------------------------------------------

    def recover(self, recovered: Recovered) -> None:
        """Take up what the journal holds; the lobby is there in any case."""
        self._at = recovered.last_at
        self.epoch = recovered.epoch
        for name, state in recovered.logs.items():
            if name and not name.startswith("@") and (state.head > 1 or _speaks(state.tail)):
                room = self._make_room(name, state.head)
                room.log.preload(state.tail)
                room.topic = _topic(recovered.state.get(f"topic/{name}"))
        if self.rules.lobby not in self.rooms:
            self._make_room(self.rules.lobby, 0)
        self.unread = self.keeper.load(recovered.state)

    def connect(self, door: str, address: str, now: float, *, console: bool = False) -> Session:
        """Make the session of a new connection; it has no name yet."""
        session = Session(door, address, now)
        session.console = console
        self.sessions.add(session)
        return session

    def unwelcome(self, session: Session, now: float) -> Refused | None:
        """Tell why a connection is not to be spoken to at all, by what is known of it before it says who it is."""
        try:
            self.keeper.check(Party(session.address), now)
        except Refused as why:
            return why
        return None

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
        self.release(session)
        return self._taken()

    def settled(self, ticket: int, outcome: Outcome, now: float) -> list[Effect]:
        """Take the journal's word on one submission; give what is to be shown."""
        flight = self._flights.pop(ticket)
        session = flight.session.current
        if isinstance(outcome, Committed):
            outcome = self._recall(flight.origin, outcome)
            self._show_all([entry for entry in outcome.entries if not outcome.repeated or self._unseen(entry)], session)
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
        self.release(session)
        return self._taken()

    def fetched(self, token: int, result: Found | Refused) -> list[Effect]:
        """Take what the journal read."""
        place, call, then = self._reads.pop(token)
        session = call.session.current
        if isinstance(result, Refused):
            place.fill(Send(session, Denied(call.ref, call.verb.name, result)))
        else:
            place.fill(then(result))
        self.release(session)
        return self._taken()

    def answered(self, token: int, result: Any, now: float) -> list[Effect]:
        """Take what came of something that was asked of an office: its result, or a refusal."""
        question = self._asked.pop(token)
        call = question.call
        session, call.now = call.session.current, now
        try:
            if isinstance(result, Refused):
                question.refused()
                raise result
            effects = question.then(result) if question.always or not session.ended else ()
        except Refused as why:
            effects = (Send(session, Denied(call.ref, call.verb.name, why)),)
        question.place.fill(*effects)
        self.release(session)
        return self._taken()

    def disconnected(self, session: Session, now: float, steady: float, reason: str = "") -> list[Effect]:
        """Note that a session's connection is gone; `steady` is a time that is never set, for what lasts a while."""
        self.presence.disconnected(session, now, steady, reason)
        return self._taken()

    def members_changed(self, change: Change, now: float) -> list[Effect]:
        """Act on a change of the list of members."""
        self.presence.members_changed(change, now)
        return self._taken()

    def tick(self, now: float, steady: float) -> list[Effect]:
        """Let go of what is over: those who lingered long enough, and bans."""
        self.presence.let_go(now, steady)
        over = self.keeper.bans.expire(now)
        if over:
            self.note(Session("", "", now), (), now, over)
        return self._taken()

    def asker(self, number: int) -> Session | None:
        """Tell for whom something was submitted or read, by its ticket or token."""
        if number in self._flights:
            return self._flights[number].session.current
        if number in self._asked:
            return self._asked[number].call.session.current
        found = self._reads.get(number)
        return None if found is None else found[1].session.current

    def abandon(self) -> list[Effect]:
        """Give what a verb that failed half-way had begun; it is done all the same, as others may rest on it."""
        return self._taken()

    # -- what commands use ----------------------------------------------------------------------------------------------

    def room_name(self, text: str) -> str:
        """Give the name of the room meant by `text`, or refuse what cannot be a room's name."""
        return self.rules.lobby if text == self.rules.lobby else clean_room(text, self.limits.room)

    def existing(self, text: str) -> Room:
        """Give the room meant by `text`, or refuse when there is none."""
        name = self.room_name(text)
        if name not in self.rooms:
            raise NoSuchRoom(room=name)
        return self.rooms[name]

    def inhabited(self) -> list[Room]:
        """Give the lobby and every other room where somebody is."""
        lobby = self.rooms[self.rules.lobby]
        return [lobby, *(room for room in self.rooms.values() if room.occupants and room is not lobby)]

    def everybody(self) -> list[Person]:
        """Give everybody here, those at consoles too, who are nobody in the chat."""
        consoles = (session.person for session in self.sessions if session.person is not None and not session.person.listed)
        return [*self.people.values(), *sorted(consoles, key=lambda person: person.id)]

    def member(self, text: str) -> Member:
        """Give the member meant by `text`, by mail, name or id, or refuse when there is none."""
        found = self.keeper.members.find(text)
        if found is None:
            raise NoSuchMember(who=text[:80])
        return found

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
            origin = f"{session.scope}:{call.verb.name}:{call.ref!r}"
        place = self.line_up(session)
        renaming = session.person.renaming if session.person else None
        ticket = self._submit(drafts, call.now, puts, origin, renaming)
        self._flights[ticket] = Flight(session, call.ref, call.verb.name, place, then, undo, origin)
        return ticket

    def note(self, session: Session, drafts: Sequence[Draft], now: float, puts: tuple[Put, ...] = ()) -> None:
        """Submit what nobody waits for."""
        ticket = self._submit(drafts, now, puts, None, None)
        self._flights[ticket] = Flight(session, None, "note", Waiting(), lambda _: (), None)

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

    def ask(
        self,
        call: Call,
        office: str,
        *args: Any,
        then: Callable[[Any], Sequence[Effect]],
        refused: Callable[[], None] = lambda: None,
        waits: bool = False,
        always: bool = False,
    ) -> None:
        """Ask an office of the house for a call; `then` makes of the result what is to be done in the reply's place.

        It is called `always`, or else only when the session has not ended by then; `refused` when the office could not do it.
        """
        self._ticket += 1
        self._asked[self._ticket] = Question(self.line_up(call.session), call, then, refused, always)
        self._effects.append(Ask(self._ticket, office, args, call.session if waits else None))

    def view(self, room: Room) -> RoomView:
        """Show a room to somebody who is in it."""
        return RoomView(room.name, self.epoch, room.log.head, room.topic.text, room.names())

    def say_to(self, session: Session, reply: Reply) -> None:
        """Send a session something it did not ask for, after what it was already promised."""
        self.line_up(session).fill(Send(session, reply))
        self.release(session)

    def now_do(self, *effects: Effect) -> None:
        """Do something at once, out of line."""
        self._effects.extend(effects)

    def usable(self, session: Session) -> list[Verb]:
        """List the verbs a session may ask for, in alphabetical order."""
        rank = session.person.rank if session.person else 0
        return [
            verb
            for _, verb in sorted(self.verbs.items())
            if verb.rank <= rank and not verb.hidden and (verb.console if session.console else verb.chat)
        ]

    def find_verb(self, word: str) -> Verb | None:
        """Find a verb by its name or an alias."""
        return self._by_word.get(word)

    # -- the machinery --------------------------------------------------------------------------------------------------

    def _verb(self, word: str, session: Session) -> Verb:
        verb = self._by_word.get(word)
        if verb is None:
            raise unknown(word, self.usable(session))
        if session.person is None and not verb.nameless:
            raise NotNamedYet
        if session.console and not verb.console:
            raise NotFromHere(verb=verb.name)
        if not session.console and not verb.chat:
            raise NotFromChat(verb=verb.name)
        if session.person is not None and session.person.rank < verb.rank:
            raise RankTooLow(verb=verb.name, rank=verb.rank.titled, yours=session.person.rank.titled)
        return verb

    def _submit(self, drafts: Sequence[Draft], now: float, puts: tuple[Put, ...], origin: str | None, rests_on: int | None) -> int:
        self._ticket += 1
        # Entries of one moment stand in order; a clock that was set back is followed all the same, or time would stand still.
        at = round(now, 3)
        self._at = at if at < self._at - SET_BACK else max(self._at, at)
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

    def _show_all(self, entries: Sequence[Entry], session: Session) -> None:
        """Show what a submission became; words that stand in several rooms at once are one thing."""
        if len(entries) > 1 and isinstance(entries[0].event, Said) and entries[0].id == entries[-1].id:
            self._order += 1
            lines = [(room, entry) for entry in entries if (room := self.rooms.get(entry.log)) is not None]
            shown = tuple((room, room.log.append(entry, self._order, session)) for room, entry in lines)
            self._effects.append(ShowHouse(shown))
            return
        for entry in entries:
            self._show(entry, session)

    def _show(self, entry: Entry, session: Session) -> None:
        self._order += 1
        event = entry.event
        if isinstance(event, HouseEvent):
            self._show_house(entry, event, session)
        elif isinstance(event, Told):
            self._deliver(entry, event, session)
        elif entry.log == HOUSE:
            self._effects.append(Witness(entry))
        else:
            room = self.rooms.get(entry.log)
            if room is not None:
                room.log.append(entry, self._order, session)
                if isinstance(event, TopicChanged):
                    room.topic = Topic(event.topic, event.by.name, entry.at)
                self._effects.append(Show(room, Line(self._order, entry, session)))

    def _show_house(self, entry: Entry, event: HouseEvent, session: Session) -> None:
        line = Line(self._order, entry, session)
        rooms = [self.rooms[name] for name in event.rooms if name in self.rooms]
        for room in rooms:
            room.log.append(Entry(room.name, room.log.head, entry.at, entry.id, event), self._order, session)
        self._effects.append(ShowHouse(tuple((room, line) for room in rooms)))

    def _deliver(self, entry: Entry, event: Told, session: Session) -> None:
        if session.person is not None and entry.log == session.person.inbox:
            self._effects.append(Witness(Entry(HOUSE, 0, entry.at, entry.id, Whispered(event.by, event.to))))
        person = self.people.get(entry.log)
        if person is None:
            return
        own = person is session.person
        author = fold(event.by.name)
        for reader in person.sessions:
            if (reader is not session or reader.echo) and author not in reader.ignoring:
                self._effects.append(Deliver(reader, entry, own))

    def release(self, session: Session) -> None:
        """Do what is due in a session's line of replies."""
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

    def new_room(self, name: str) -> Room:
        """Make a room that nobody has opened yet, or refuse when there are too many."""
        if len(self.rooms) >= self.limits.rooms:
            self._clear_out()
        if len(self.rooms) >= self.limits.rooms:
            raise HouseHasTooManyRooms(limit=self.limits.rooms)
        room = self._make_room(name, 0)
        room.opened = False
        return room

    def _clear_out(self) -> None:
        """Forget the rooms where nobody is and nothing was ever said; whoever joins one opens it anew."""
        for room in list(self.rooms.values()):
            idle = not room.occupants and room.opening is None and room.name != self.rules.lobby
            if idle and room.log.head <= 1 and not _speaks(room.log.last(1)):
                del self.rooms[room.name]

    def _make_room(self, name: str, head: int) -> Room:
        log = Log(head, count=self.limits.window, size=self.limits.window_bytes)
        room = self.rooms[name] = Room(name, log)
        return room


def _speaks(entries: Sequence[Entry]) -> bool:
    """Tell whether these entries say more than that their room was opened."""
    return any(not isinstance(entry.event, RoomOpened) for entry in entries)


def _topic(stored: str | None) -> Topic:
    if stored is None:
        return Topic()
    found = json.loads(stored)
    return Topic(str(found.get("text", "")), str(found.get("by", "")), float(found.get("at", 0.0)))
