"""What the hub wants done, done: the one place where its effects become bytes, reads, commits and pauses.

Rules
-----
- Effects of one step are done in order and completely before the next step.
- Submissions go to the journal together with others of about the same time (`gathering.py`).
- A verb that fails by a bug ends its own connection, is logged once with a reference that the person is told, and costs nobody
  else anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVarTuple

from twisted.logger import Logger

from chatroom.core.effects import (
    Ask,
    Breathe,
    Close,
    Deliver,
    Effect,
    Enter,
    Exit,
    Filter,
    Glimpse,
    Observe,
    Pause,
    Read,
    Send,
    Show,
    ShowHouse,
    Submit,
    Watch,
    Witness,
)
from chatroom.core.errors import OfficeFailed, Refused
from chatroom.core.events import Entry
from chatroom.core.hub import Hub
from chatroom.core.replies import Answer, Denied, Welcome
from chatroom.core.seams import Journal, Outcome
from chatroom.core.session import Session
from chatroom.core.window import Stretch
from chatroom.digest import Digest, who
from chatroom.fanout import Fanout
from chatroom.figures import Figures
from chatroom.gathering import Gathering
from chatroom.intake import Hold
from chatroom.observers import Observers
from chatroom.reader import Reader
from chatroom.spawn import spawn

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

LOGINS = frozenset({"identify", "prove", "rise"})
"""Verbs by which somebody shows that they are a member, before they come in or later."""
Given = TypeVarTuple("Given")
Office = Callable[..., Awaitable[Any]]
"""What the hub may ask for that takes time."""


class Deeds:
    """Carry out what the hub wants done; see the module for the rules."""

    def __init__(
        self,
        hub: Hub,
        journal: Journal,
        gathering: Gathering,
        clock: IReactorTime,
        fanout: Fanout,
        figures: Figures,
        log: Logger,
        wall: Callable[[], float],
    ) -> None:
        self.hub = hub
        self.journal = journal
        self.gathering = gathering
        self.clock = clock
        self.wall = wall
        self.fanout = fanout
        self.figures = figures
        self.log = log
        self.digest = Digest(log, clock)
        self.observers = Observers()
        self.readers: dict[Session, Reader] = {}
        self.watching: dict[Reader, None] = {}
        self.offices: dict[str, Office] = {}
        self.held: set[Session] = set()
        """Those who are not read from while many replies wait."""
        self.closing = False
        self._do_one: dict[type[Any], Callable[[Any], None]] = {
            Submit: self._submit,
            Read: self._read,
            Ask: self._ask,
            Breathe: self._breathe,
            Pause: self._pause,
            Witness: self._witness,
            Watch: self._watch,
            Send: self._send,
            Show: self._show,
            ShowHouse: self._show_house,
            Deliver: self._deliver,
            Glimpse: self._glimpse,
            Enter: self._enter,
            Observe: self._observe,
            Exit: self._exit,
            Filter: self._filter,
            Close: self._close,
        }

    def do(self, effects: Iterable[Effect]) -> None:
        """Do these, in order."""
        for effect in effects:
            self._do_one[type(effect)](effect)

    def step(self, session: Session | None, what: str, work: Callable[[*Given], Sequence[Effect] | None], *given: *Given) -> bool:
        """Let the hub do one thing for a session, and do what comes of it; a bug ends with that session's connection.

        Tell whether it was done: the hub gives None where it was not.
        """
        effects: Iterable[Effect] = ()
        try:
            made = work(*given)
            if made is None:
                return False
            effects = iter(made)
            self.do(effects)
        except Exception:
            self._fault(session, what)
            self.step(session, what, lambda: [*effects, *self.hub.abandon()])
        if session in self.held:
            self._go_on(session)
        return True

    def _go_on(self, session: Session) -> None:
        """Read from somebody again, if few replies wait."""
        if len(session.replies) <= self.hub.limits.replies // 2:
            self.held.discard(session)
            self.readers[session].intake.release(Hold.REPLIES)

    def _submit(self, effect: Submit) -> None:
        self.gathering.add(effect.submission)

    def settled(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        """Take the journal's word on submissions."""
        for ticket, outcome in outcomes:
            self.step(self.hub.errands.asker(ticket), "what was stored", self.hub.settled, ticket, outcome)

    def _read(self, effect: Read) -> None:
        def fetched(result: tuple[Entry, ...] | Refused) -> None:
            self.step(self.hub.errands.asker(effect.token), "what was read", self.hub.fetched, effect.token, result)

        self.journal.read(effect.query, fetched)

    def _ask(self, effect: Ask) -> None:
        reader = self.readers.get(effect.waits) if effect.waits is not None else None
        if reader is not None:
            reader.intake.hold(Hold.ANSWER)
        spawn(self._consult(effect, reader), effect.office)

    async def _consult(self, effect: Ask, reader: Reader | None) -> None:
        """Have an office do what is asked, and tell the hub; a bug in it is told as one."""
        result: Any
        try:
            result = await self.offices[effect.office](*effect.args)
        except Refused as why:
            result = why
        except Exception:
            self.figures.faults += 1
            reference = self.hub.new_id()[-6:]
            self.log.failure("fault {reference} in {what}", reference=reference, what=effect.office)
            result = OfficeFailed(reference=reference)
        asker = self.hub.errands.asker(effect.token)
        self.step(asker, effect.office, self.hub.answered, effect.token, result, self.wall())
        if reader is not None:
            reader.intake.release(Hold.ANSWER)

    def _breathe(self, effect: Breathe) -> None:
        self.clock.callLater(0, self._breathed, effect.token)

    def _breathed(self, token: int) -> None:
        self.step(self.hub.errands.asker(token), "what waited for its turn", self.hub.breathed, token)

    def _pause(self, effect: Pause) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.intake.pause(effect.seconds)

    def _witness(self, effect: Witness) -> None:
        self.observers.witness(effect.entry)
        for reader in list(self.watching):
            reader.give(reader.dialect.entry(effect.entry, effect.entry.log))

    def _watch(self, effect: Watch) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None and effect.on:
            self.watching[reader] = None
        elif reader is not None:
            self.watching.pop(reader, None)

    def _send(self, effect: Send) -> None:
        reader = self.readers.get(effect.session)
        if reader is None:
            return
        if reader.listener is not None:
            reader.listener(effect.reply)
        if isinstance(effect.reply, (Denied, Welcome)):
            self._note(effect.session, effect.reply)
        elif isinstance(effect.reply, Answer) and effect.reply.verb in LOGINS and effect.session.person is not None:
            self._note_login(effect.session, effect.reply)
        reader.give(reader.dialect.reply(effect.reply))

    def _show(self, effect: Show) -> None:
        stretch = effect.stretch
        self.figures.messages += stretch.count if stretch.kept else 0
        self.fanout.show(effect.room, stretch, self._source(stretch.source))
        if self.watching:
            self._show_watchers(stretch, (effect.room.name,))

    def _show_house(self, effect: ShowHouse) -> None:
        if not effect.shown:
            return
        _, stretch = effect.shown[0]
        self.figures.messages += stretch.kept
        self.fanout.show_house(effect.shown, self._source(stretch.source))
        self._show_watchers(stretch, tuple(one.name for one, _ in effect.shown))

    def _show_watchers(self, stretch: Stretch, rooms: tuple[str, ...]) -> None:
        """Show those who watch over the house what happened in rooms that they do not read anyway."""
        for reader in list(self.watching):
            if reader.seats.keys().isdisjoint(rooms):
                reader.give(b"".join([reader.dialect.entry(entry, rooms[0]) for entry in stretch.entries]))

    def _source(self, source: object) -> Reader | None:
        return self.readers.get(source) if isinstance(source, Session) else None

    def _deliver(self, effect: Deliver) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.give(reader.dialect.private(effect.entry, effect.own))
            reader.told = effect.entry.seq

    def _glimpse(self, effect: Glimpse) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.give(reader.dialect.entry(effect.entry, effect.entry.log))

    def _enter(self, effect: Enter) -> None:
        session, room = effect.session, effect.stay.room
        reader = self.readers.get(session)
        if reader is not None and session.stays.get(room.name) is effect.stay:
            reader.enter(room, effect.place, effect.seq)

    def _exit(self, effect: Exit) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.settle()
            self.hub.memory.note(effect.session, reader.shown())
            reader.leave(effect.room)
            self.observers.stays_out(reader, effect.room, self.hub.observing.shows_to(reader.session, effect.room))

    def _observe(self, effect: Observe) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            self.observers.observe(reader, effect.room, effect.place, effect.seq)

    def _filter(self, effect: Filter) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.regroup()

    def _close(self, effect: Close) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            self.end(reader, effect.why)

    def _note(self, session: Session, reply: Denied | Welcome) -> None:
        """Tell the host who came in and what was refused, and never what anybody typed."""
        if isinstance(reply, Welcome):
            self.digest.info("came in", "{who} came in", who=who(session))
            return
        self.figures.refused += 1
        what = "something" if self.hub.find_verb(reply.verb) is None else reply.verb
        self.digest.info("refused", "{who} was refused {what}: {code}", who=who(session), what=what, code=reply.why.code)

    def _note_login(self, session: Session, reply: Answer) -> None:
        """Tell the host who logged in after they had come in."""
        if "name" in reply.fields:
            self.digest.info("logged in", "{who} logged in as {member}", who=who(session), member=reply.fields["name"])

    def end(self, reader: Reader, why: str) -> None:
        """Let a connection have its last line, and end it."""
        reader.intake.hold(Hold.END)
        reader.give(reader.dialect.farewell(why))
        if not self.closing:
            self.do(self.hub.shown(reader.session, reader.shown(), self.wall()))
        reader.finish()

    def drop(self, reader: Reader, why: str) -> None:
        """Let go of somebody who cannot be written to."""
        self.figures.dropped += 1
        self.digest.info("let go", "{who} was let go: {why}", who=who(reader.session), why=why)
        reader.outlet.abort()

    def _fault(self, session: Session | None, what: str) -> None:
        self.figures.faults += 1
        reference = self.hub.new_id()[-6:]
        self.log.failure("fault {reference} in {what}", reference=reference, what=what)
        reader = None if session is None else self.readers.get(session)
        if reader is not None:
            self.end(reader, f"Something went wrong in the server. Tell the host: fault {reference}.")
