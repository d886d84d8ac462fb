"""What sessions asked for and wait for: submissions, reads and questions under way, and every session's line of replies.

Rules
-----
- Every errand takes a place in its session's line of replies. Replies leave in the order of requests, each when what it rests on
  is known; so an acknowledgement never overtakes what the same session was told before.
- What comes back for a session that another has taken the place of goes to that one.
- A submission that was not committed is undone in the accepted state; what to undo came with it. What of it may stand on the disk all
  the same is written again (`doubts`).

The errands know no verbs and no rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from chatroom.core.doubts import Doubts, Written
from chatroom.core.effects import Ask, Breathe, Effect, Read, Send, Submit
from chatroom.core.errors import Refused, Unconfirmed
from chatroom.core.events import Entry
from chatroom.core.reading import Found, Further, Posting, Reading
from chatroom.core.recall import Recall
from chatroom.core.replies import Denied, Done, Ref, Reply
from chatroom.core.seams import Committed, Declined, Outcome, Put, Submission
from chatroom.core.seams import Draft as JournalDraft
from chatroom.core.session import Session, Waiting
from chatroom.core.words import Words

if TYPE_CHECKING:
    from chatroom.core.call import Call, Draft, Then, Undo

SET_BACK = 1.0
"""Seconds by which the clock must go back to count as set, and not as shaken."""

Show = Callable[[Sequence[Entry], Session, bool], None]
"""Show what a submission became, in whose name, and whether it had been stored before."""


@dataclass(slots=True)
class Flight:
    """Be a submission whose outcome is not known yet."""

    session: Session
    ref: Ref
    verb: str
    place: Waiting
    then: Then | None
    undo: Undo | None
    origin: str | None = None
    written: Written | None = None


@dataclass(slots=True)
class Question:
    """Be something that was asked of an office and is not answered yet."""

    place: Waiting
    call: Call
    then: Callable[[Any], Sequence[Effect]]
    refused: Callable[[], None]
    always: bool


class Errands:
    """Keep what is under way; see the module for the rules."""

    def __init__(
        self,
        new_id: Callable[[], str],
        recalled: int,
        resting: Callable[[str, Session], tuple[int, ...]],
        besides: tuple[str, ...] = (),
    ) -> None:
        self._new_id = new_id
        self.recall = Recall(recalled)
        self.doubts = Doubts(besides)
        self._resting = resting
        """Tells the tickets on which rests what a session does to a log or a piece of state, while they are not committed."""
        self.at = 0.0
        """The time of the last entry."""
        self._ticket = 0
        self._flights: dict[int, Flight] = {}
        self._readings: dict[int, Reading] = {}
        self._questions: dict[int, Question] = {}
        self._breaths: dict[int, tuple[Waiting, Send]] = {}
        self._effects: list[Effect] = []

    @property
    def under_way(self) -> int:
        """Count what is under way."""
        return len(self._flights) + len(self._readings) + len(self._questions) + len(self._breaths)

    # -- the line of replies --------------------------------------------------------------------------------------------

    def line_up(self, session: Session, places: int = 1) -> Waiting:
        """Take the next place in a session's line of replies, or the next few as one."""
        place = Waiting(places)
        session.replies.extend((place,) * places)
        return place

    def in_turn(self, session: Session, show: Callable[[], Effect]) -> None:
        """Show a session how things are when all it asked for before is settled."""
        place = self.line_up(session)
        place.make = lambda: place.fill(show())

    def say_piecemeal(self, session: Session, replies: Sequence[Reply]) -> None:
        """Send a session some replies in turn, each but the first in a turn of the reactor of its own."""
        for number, reply in enumerate(replies):
            place = self.line_up(session)
            if number:
                place.make = partial(self._breathe, place, Send(session, reply))
            else:
                place.fill(Send(session, reply))

    def _breathe(self, place: Waiting, effect: Send) -> None:
        self._ticket += 1
        self._breaths[self._ticket] = place, effect
        self._effects.append(Breathe(self._ticket))

    def breathed(self, token: int) -> None:
        """Send what waited for a turn of its own."""
        place, effect = self._breaths.pop(token)
        place.fill(effect)
        self.release(effect.session)

    def say_to(self, session: Session, reply: Reply) -> None:
        """Send a session something it did not ask for, after what it was already promised."""
        self.line_up(session).fill(Send(session, reply))
        self.release(session)

    def now_do(self, *effects: Effect) -> None:
        """Do something at once, out of line."""
        self._effects.extend(effects)

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
            place.effects = ()
            del replies[: place.places]

    def taken(self) -> list[Effect]:
        """Give what is to be done now, once."""
        effects, self._effects = self._effects, []
        return effects

    def asker(self, number: int) -> Session | None:
        """Tell for whom something was submitted, read or asked, by its ticket or token."""
        if number in self._flights:
            return self._flights[number].session.current
        if number in self._breaths:
            return self._breaths[number][1].session.current
        if number in self._questions:
            return self._questions[number].call.session.current
        found = self._readings.get(number)
        return None if found is None else found.call.session.current

    # -- submissions ----------------------------------------------------------------------------------------------------

    def submit(
        self,
        call: Call,
        drafts: Sequence[Draft],
        puts: tuple[Put, ...],
        then: Then | None,
        undo: Undo | None,
        once: bool,
    ) -> int:
        """Submit for a call; see `Call.post` and `Call.submit`."""
        session = call.session
        origin = None
        if once and session.scope is not None and call.ref is not None:
            origin = f"{session.scope}:{call.verb.name}:{call.ref!r}"
        return self._fly(call, drafts, puts, then, undo, origin, self.line_up(session))

    def submit_row(self, call: Call, log: str, texts: Sequence[str], then: Then | None) -> None:
        """Submit words that somebody says to a log in a row, each of which takes a place in the line of replies."""
        session, person = call.session, call.person
        words = Words(log, person.author, texts, self._new_id(), self._moment(call.now))
        renaming = () if person.renaming is None else (person.renaming,)
        ticket = self._hand_in(words, (), None, renaming + self._resting(log, session))
        self._flights[ticket] = Flight(session, call.ref, call.verb.name, self.line_up(session, len(texts)), then, None)

    def _fly(
        self,
        call: Call,
        drafts: Sequence[Draft],
        puts: tuple[Put, ...],
        then: Then | None,
        undo: Undo | None,
        origin: str | None,
        place: Waiting,
    ) -> int:
        session = call.session
        renaming = session.person.renaming if session.person else None
        ticket = self._submit(session, drafts, call.now, puts, origin, () if renaming is None else (renaming,))
        self._flights[ticket] = Flight(session, call.ref, call.verb.name, place, then, undo, origin, self._writes(puts, True, origin))
        return ticket

    def note(
        self,
        session: Session,
        drafts: Sequence[Draft],
        now: float,
        puts: tuple[Put, ...] = (),
        undo: Undo | None = None,
        then: Then = lambda _: (),
    ) -> None:
        """Submit what nobody waits for."""
        ticket = self._submit(session, drafts, now, puts, None, ())
        self._flights[ticket] = Flight(session, None, "note", Waiting(), then, undo, None, self._writes(puts, undo is not None))

    def write_again(self, now: float) -> None:
        """Submit what may not stand on the disk as it is held."""
        puts = self.doubts.due()
        if puts:
            self.note(Session("", "", now), (), now, puts)

    def _writes(self, puts: tuple[Put, ...], undone: bool, origin: str | None = None) -> Written | None:
        if not puts:
            return None
        written = Written(puts, undone, origin is not None)
        self.doubts.submitted(written)
        return written

    def settled(self, ticket: int, outcome: Outcome, show: Show) -> None:
        """Take the journal's word on one submission: what became an entry is shown, then whoever submitted it is answered."""
        flight = self._flights.pop(ticket)
        session = flight.session.current
        if flight.written is not None:
            self.doubts.settled(flight.written, outcome)
        if isinstance(outcome, Committed):
            outcome = self.recall.recognise(flight.origin, outcome)
            show(outcome.entries, session, outcome.repeated)
            if flight.then is not None:
                flight.place.fill(*flight.then(outcome))
            else:
                flight.place.fill(Send(session, Done(flight.ref, flight.verb, outcome.entries, outcome.repeated)))
        else:
            if flight.undo is not None:
                flight.undo()
            why = outcome.why if isinstance(outcome, Declined) else Unconfirmed()
            flight.place.fill(Send(session, Denied(flight.ref, flight.verb, why)))
        self.release(session)

    def _submit(
        self,
        session: Session,
        drafts: Sequence[Draft],
        now: float,
        puts: tuple[Put, ...],
        origin: str | None,
        rests_on: tuple[int, ...],
    ) -> int:
        at = self._moment(now)
        made: list[JournalDraft] = []
        said, where, same = None, None, ""
        resting = set(rests_on)
        for log, event in drafts:
            if event is not said:
                said, same = event, self._new_id()
            made.append(JournalDraft(log, event, same, at))
            if log != where:
                where = log
                resting.update(self._resting(log, session))
        for put in puts:
            resting.update(self._resting(put.key, session))
        return self._hand_in(tuple(made), puts, origin, tuple(resting))

    def _moment(self, now: float) -> float:
        """Give the time of what is submitted now; entries of one moment stand in order."""
        at = round(now, 3)
        # A clock that was set back is followed all the same, or time would stand still.
        self.at = at if at < self.at - SET_BACK else max(self.at, at)
        return self.at

    def _hand_in(self, drafts: Sequence[JournalDraft], puts: tuple[Put, ...], origin: str | None, rests_on: tuple[int, ...]) -> int:
        self._ticket += 1
        self._effects.append(Submit(Submission(self._ticket, drafts, puts, origin, rests_on)))
        return self._ticket

    # -- reads and questions --------------------------------------------------------------------------------------------

    def read(self, call: Call, wanted: Further) -> None:
        """Read for a call; see `Call.read`."""
        place = self.line_up(call.session)
        place.make = lambda: self._read(place, call, wanted)

    def _read(self, place: Waiting, call: Call, wanted: Further) -> None:
        found = wanted.remembered()
        if found is None:
            self._ticket += 1
            self._readings[self._ticket] = Reading(place, call, wanted)
            self._effects.append(Read(self._ticket, wanted.query))
        else:
            self._go_on(place, call, lambda: wanted.then(found))

    def fetched(self, token: int, result: Found | Refused) -> None:
        """Take what the journal read."""
        reading = self._readings.pop(token)
        call = reading.call
        session = call.session.current
        if isinstance(result, Refused):
            reading.wanted.refused()
            reading.place.fill(Send(session, Denied(call.ref, call.verb.name, result)))
        else:
            self._go_on(reading.place, call, lambda: reading.wanted.then(self.recall.left(result)))
        self.release(session)

    def _go_on(self, place: Waiting, call: Call, then: Callable[[], Effect | tuple[Effect, ...] | Posting | Further]) -> None:
        """Do what follows from what was read, in its place."""
        session = call.session.current
        try:
            call.check_stay()
            found = then()
        except Refused as why:
            found = Send(session, Denied(call.ref, call.verb.name, why))
        if isinstance(found, Posting):
            self._fly(call, found.drafts, (), found.then, None, None, place)
        elif isinstance(found, Further):
            self._read(place, call, found)
        elif isinstance(found, tuple):
            place.fill(*found)
        else:
            place.fill(found)

    def ask(
        self,
        call: Call,
        office: str,
        args: tuple[Any, ...],
        then: Callable[[Any], Sequence[Effect]],
        refused: Callable[[], None],
        waits: bool,
        always: bool,
        settled: bool,
    ) -> None:
        """Ask an office for a call; see `Call.ask`."""
        place = self.line_up(call.session)

        def put() -> None:
            self._ticket += 1
            self._questions[self._ticket] = Question(place, call, then, refused, always)
            self._effects.append(Ask(self._ticket, office, args, call.session if waits else None))

        if settled:
            place.make = put
        else:
            put()

    def answered(self, token: int, result: Any, now: float) -> None:
        """Take what came of something that was asked of an office: its result, or a refusal."""
        question = self._questions.pop(token)
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
