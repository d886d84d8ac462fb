"""The hub: rooms, people, sessions and verbs as one pure state, changed by requests and outcomes, answering with effects.

Rules
-----
- Requests are checked against *accepted* state: what is committed plus everything submitted so far, in order. So of fifty claims
  to one name inside one commit one wins, and somebody kicked cannot slip a line into the same commit.
- Nobody is shown an event before the journal has committed it. Every submission belongs to one session and leaves a place in
  its line of replies; replies are sent in the order of requests, each when what it rests on is known.
- A submission that was not committed is undone in the accepted state; those that rest on it are declined by the journal: so nobody
  says anything in a room that they did not get into, or under a name that they did not get.
- State that outlives a restart (topics) is put beside the log in the entry's own submission.

The hub knows no network, no clock and no storage; time comes in as an argument, everything else goes out as effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chatroom.core import seen_positions
from chatroom.core.addresses import written
from chatroom.core.bots import Bot
from chatroom.core.call import Call
from chatroom.core.cards import Cards
from chatroom.core.doorkeeper import Doorkeeper
from chatroom.core.effects import Effect, Pause, Send
from chatroom.core.erasure import Erasure
from chatroom.core.errands import Errands
from chatroom.core.errors import (
    BotOutOfReach,
    Busy,
    Hushed,
    NoSuchMember,
    NoSuchRoom,
    NotFromChat,
    NotFromHere,
    NotNamedYet,
    RankTooLow,
    Refused,
)
from chatroom.core.events import Entry, Removed
from chatroom.core.guard import Guard, sentence
from chatroom.core.lookout import Lookout
from chatroom.core.members import Change, Member
from chatroom.core.memory import Memory
from chatroom.core.names import clean_room
from chatroom.core.observing import Observing
from chatroom.core.occupancy import Occupancy
from chatroom.core.presence import Presence
from chatroom.core.profile import Departed
from chatroom.core.reading import Found
from chatroom.core.replies import Denied, Ref, Reply, RoomView
from chatroom.core.request import Request
from chatroom.core.room import Room
from chatroom.core.roster import Roster
from chatroom.core.rules import Rules
from chatroom.core.seams import Outcome, Recovered
from chatroom.core.session import Person, Session
from chatroom.core.settings import room_of
from chatroom.core.showing import Showing
from chatroom.core.speech import say_row
from chatroom.core.targets import Party
from chatroom.core.vacancy import Vacancy
from chatroom.core.verb import Verb, unknown
from chatroom.core.words import Placed

FLOODED = "sent too much too fast"
"""Why somebody left who was cut, as others see it."""


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
        self.vacancy = Vacancy(self)
        self.presence = Presence(self)
        self.occupancy = Occupancy(self)
        self.departed = Departed()
        self.memory = Memory(self)
        self.cards = Cards()
        self.erasure = Erasure(self)
        self.keeper = Doorkeeper(rules.access, rules.clear_passwords, rules.registration)
        self.keeper.attempts.obey(rules.floods)
        self.guard = Guard(rules.floods)
        self.errands = Errands(new_id, rules.limits.recalled, self._resting, besides=(seen_positions.PREFIX, seen_positions.READ))
        self.observing = Observing(self)
        self.lookout = Lookout(self.errands)
        self._showing = Showing(self.rooms, self.people, self.observing, self.memory.inboxes, self.lookout)
        self.unread: tuple[str, ...] = ()
        """Keys of state that could not be read when the house opened."""

    # -- what the shells call -------------------------------------------------------------------------------------------

    def recover(self, recovered: Recovered) -> None:
        """Take up what the journal holds; the lobby is there in any case."""
        self.errands.at = recovered.last_at
        self.errands.doubts.load(recovered.state)
        self.epoch = recovered.epoch
        rooms = {name: log for name, log in recovered.logs.items() if name and not name.startswith("@")}
        self.unread += self.vacancy.recover(rooms, recovered.state)
        self.unread += (*self.keeper.load(recovered.state), *self.memory.load(recovered), *self.cards.load(recovered.state))
        for bot in self.keeper.bots:
            self.roster.own(bot.name, bot.id)

    def obey(self, rules: Rules) -> None:
        """Go by these rules from now on; the lobby stays what it is."""
        self.rules, self.limits = rules, rules.limits
        self.keeper.access, self.keeper.clear_passwords = rules.access, rules.clear_passwords
        self.keeper.registrations.rule = rules.registration
        self.guard.limits = rules.floods
        self.keeper.attempts.obey(rules.floods)
        self.errands.recall.most = rules.limits.recalled
        for room in self.rooms.values():
            room.log.resize(self.limits.window, self.limits.window_bytes)

    def connect(
        self, door: str, address: str, now: float, *, console: bool = False, private: bool = True, relayed: bool = False
    ) -> Session:
        """Make the session of a new connection; it has no name yet."""
        session = Session(door, written(address), now)
        session.console, session.private, session.relayed = console, private, relayed
        self.presence.arrive(session)
        return session

    def unwelcome(self, session: Session, now: float) -> Refused | None:
        """Tell why a connection is not to be spoken to at all, by what is known of it before it says who it is."""
        try:
            self.keeper.check(Party(session.address), now)
            self.guard.arrive(session, now)
        except Refused as why:
            return why
        return None

    def perform(self, session: Session, request: Request, now: float) -> list[Effect]:
        """Do what a session asks for, if it may; give what is to be done about it."""
        if session.ended:
            return []
        name = request.verb
        try:
            known = self._by_word.get(name)
            self.charge(session, self.guard.price(name if known is None else known.name, request), now)
            verb = self._verb(request.verb, session)
            name = verb.name
            if len(session.replies) >= 2 * self.limits.replies:
                raise Busy
            call = Call(self, session, verb, verb.bind(request), request.ref, now)
            verb.perform(call)
        except Refused as why:
            self._deny(session, Denied(request.ref, name, why), now)
        self.errands.release(session)
        return self.errands.taken()

    def say_row(
        self, session: Session, room: str | None, texts: Sequence[str], ref: Ref, quiet: bool, now: float
    ) -> list[Effect] | None:
        """Take plain words said to a room in a row, if it is clear that each of them would be taken by itself.

        They are answered as one; if it is to be `quiet`, only when they could not be stored.
        Else nothing is done, and None given: then each has to be asked for by itself.
        """
        if session.ended or session.scope is not None or len(session.replies) + len(texts) > self.limits.replies:
            return None
        args = {} if room is None else {"room": room}
        try:
            if not say_row(Call(self, session, self._verb("say", session), args, ref, now), texts, quiet=quiet):
                return None
        except Refused:
            return None
        return self.errands.taken()

    def refuse(self, session: Session, denied: Denied, now: float) -> list[Effect]:
        """Tell a session that what it sent could not even be understood; that counts as a line, too."""
        if session.ended:
            return []
        try:
            self.charge(session, 1.0, now)
        except Refused as why:
            denied = Denied(denied.ref, denied.verb, why)
        self._deny(session, denied, now)
        self.errands.release(session)
        return self.errands.taken()

    def tell(self, session: Session, replies: Sequence[Reply], now: float) -> list[Effect]:
        """Tell a session what its door answers by itself, in as many pieces as there are, unless it has sent too much for that."""
        if session.ended:
            return []
        try:
            self.charge(session, 1.0, now)
        except Refused as why:
            for reply in replies:
                self._deny(session, Denied(reply.ref, "", why), now)
        else:
            self.errands.say_piecemeal(session, replies)
        self.errands.release(session)
        return self.errands.taken()

    def charge(self, session: Session, lines: float, now: float) -> None:
        """Let a session pay for what it sends: it goes on, or pauses, or is refused, or ends."""
        verdict = self.guard.weigh(session, lines, now)
        if verdict.wait:
            self.errands.now_do(Pause(session, verdict.wait))
        why = sentence(verdict)
        if why is not None:
            if verdict.cut:
                self.presence.part(session, now, FLOODED, str(why))
            raise why

    def _deny(self, session: Session, denied: Denied, now: float) -> None:
        """Answer with a refusal; people who are hushed read so now and then, programs for each request."""
        again = isinstance(denied.why, Hushed) and denied.ref is None and not session.conduct.tells(now)
        if not session.ended and not again:
            self.errands.line_up(session).fill(Send(session, denied))

    def settled(self, ticket: int, outcome: Outcome) -> list[Effect]:
        """Take the journal's word on one submission; give what is to be shown."""
        self.errands.settled(ticket, outcome, self._show)
        return self.errands.taken()

    def fetched(self, token: int, result: Found | Refused) -> list[Effect]:
        """Take what the journal read."""
        self.errands.fetched(token, result)
        return self.errands.taken()

    def breathed(self, token: int) -> list[Effect]:
        """Go on with what waited for a turn of its own."""
        self.errands.breathed(token)
        return self.errands.taken()

    def answered(self, token: int, result: Any, now: float) -> list[Effect]:
        """Take what came of something that was asked of an office: its result, or a refusal."""
        self.errands.answered(token, result, now)
        return self.errands.taken()

    def disconnected(self, session: Session, now: float, steady: float, reason: str = "") -> list[Effect]:
        """Note that a session's connection is gone; `steady` is a time that is never set, for what lasts a while."""
        self.guard.depart(session, now)
        self.observing.end(session)
        self.presence.disconnected(session, now, steady, reason)
        self.memory.leave(session, now)
        return self.errands.taken()

    def shown(self, session: Session, shown: Mapping[str, int], now: float) -> list[Effect]:
        """Note how far rooms were shown to a session whose connection ends."""
        self.memory.note(session, shown)
        self.memory.leave(session, now)
        return self.errands.taken()

    def members_changed(self, change: Change, now: float) -> list[Effect]:
        """Act on a change of the list of members."""
        self.presence.members_changed(change, now)
        return self.errands.taken()

    def tick(self, now: float, steady: float) -> list[Effect]:
        """Let go of what is over: those who lingered long enough, and bans."""
        self.presence.let_go(now, steady)
        self.guard.tidy(now)
        over = self.keeper.expire(now)
        for room in self.rooms.values():
            over += room.rights.expire(now)
        if over:
            self.errands.note(Session("", "", now), (), now, over)
        self.vacancy.sweep(now)
        self.erasure.tick(now)
        self.memory.save(now)
        self.errands.write_again(now)
        return self.errands.taken()

    def close(self, now: float) -> list[Effect]:
        """Save what is remembered of members, as the house closes."""
        self.memory.save_all(now)
        return self.errands.taken()

    def abandon(self) -> list[Effect]:
        """Give what a verb that failed half-way had begun; it is done all the same, as others may rest on it."""
        return self.errands.taken()

    # -- what commands use ----------------------------------------------------------------------------------------------

    def room_name(self, text: str) -> str:
        """Give the name of the room meant by `text`, or refuse what cannot be a room's name."""
        return self.rules.lobby if text == self.rules.lobby else clean_room(text, self.limits.room)

    def existing(self, text: str) -> Room:
        """Give the room meant by `text`, or refuse when there is none."""
        name = self.room_name(text)
        room = self.rooms.get(name)
        if room is None or room.closing:
            raise NoSuchRoom(room=name)
        return room

    def reached(self, bot: Bot, text: str) -> Room:
        """Give the room meant by `text`, or refuse when there is none, or the bot was not given it."""
        name = self.room_name(text)
        room = self.rooms.get(name)
        public = room is not None and room.opened and self.observing.public(room)
        if not bot.reaches(name, public=public):
            raise BotOutOfReach(name=bot.name, room=name)
        return self.existing(name)

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

    def view(self, room: Room) -> RoomView:
        """Show a room to somebody who is in it."""
        return RoomView(room.name, self.epoch, room.log.head, room.topic.text, room.names(), room.topic.by, room.topic.at)

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

    def _show(self, entries: Sequence[Entry], session: Session, repeated: bool) -> None:
        if isinstance(entries, Placed):
            self.errands.now_do(*self._showing.show_row(entries, session))
            return
        new = [entry for entry in entries if self._showing.unseen(entry)] if repeated else entries
        for entry in new:
            if isinstance(entry.event, Removed):
                self.errands.recall.forget(entry.log, entry.event.ids)
        self.errands.now_do(*self._showing.show_all(new, session))

    def _resting(self, log: str, session: Session) -> tuple[int, ...]:
        room = self.rooms.get(log) or self.rooms.get(room_of(log))
        return () if room is None else room.resting(session.person)
