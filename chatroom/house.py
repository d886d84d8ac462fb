"""The running house: requests go into the hub, and what the hub wants done is done.

Rules
-----
- Effects of one step are done in order and completely before the next step.
- Submissions of one reactor turn go to the journal together.
- A session with many replies waiting is not read from until there are fewer.
- A verb that fails by a bug ends its own connection, is logged once with a reference that the person is told, and costs nobody
  else anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatroom.core.effects import Close, Deliver, Effect, Enter, Exit, Filter, Read, Send, Show, ShowHouse, Submit
from chatroom.core.errors import Refused, ShuttingDown
from chatroom.core.events import Entry
from chatroom.core.hub import Hub
from chatroom.core.replies import Denied, Notice
from chatroom.core.request import Request
from chatroom.core.seams import Dialect, Journal, Outcome, Submission
from chatroom.core.session import Session
from chatroom.fanout import Fanout
from chatroom.outlet import Outlet
from chatroom.reader import Connection, Reader

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

TICK = 2.0
"""Seconds between two looks at who lingers and who does not read."""
MAIL = 100
"""Private entries kept for somebody whose connection broke and who may come back."""
OPEN_AFTER_CLOSE = 2.0
"""Seconds that connections may take to end when the house closes."""


@dataclass(slots=True)
class Figures:
    """Count what the house did."""

    messages: int = 0
    refused: int = 0
    faults: int = 0
    dropped: int = 0


class House:
    """Run a hub with a journal and readers on a clock."""

    log = Logger()

    def __init__(
        self,
        hub: Hub,
        journal: Journal,
        clock: IReactorTime,
        *,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.hub = hub
        self.journal = journal
        self.clock = clock
        self.wall = wall
        self.figures = Figures()
        self.fanout = Fanout(clock, elapsed)
        self.readers: dict[Session, Reader] = {}
        self.closing = False
        self._healthy = True
        self._batch: list[Submission] = []
        self._batch_call: IDelayedCall | None = None
        self._tick_call: IDelayedCall | None = None
        self._mail: dict[Session, list[Deliver]] = {}
        self._emptied: Deferred[None] | None = None
        self._do_one: dict[type[Any], Callable[[Any], None]] = {
            Submit: self._submit,
            Read: self._read,
            Send: self._send,
            Show: self._show,
            ShowHouse: self._show_house,
            Deliver: self._deliver,
            Enter: self._enter,
            Exit: self._exit,
            Filter: self._filter,
            Close: self._close,
        }

    # -- life -----------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the journal and take up what it holds; raise `JournalUnusable` when that cannot be."""
        self.hub.recover(self.journal.open(self._settled, tail=self.hub.limits.recent))
        self._tick_call = self.clock.callLater(TICK, self._tick)

    async def close(self, patience: float = 5.0) -> bool:
        """Tell people, commit what waits, end all connections; True when everything got its outcome from the disk."""
        self.closing = True
        for reader in self.readers.values():
            reader.connection.hold()
        self._hand_over()
        confirmed = await self.journal.close(patience)
        self.fanout.flush_now()
        for reader in list(self.readers.values()):
            reader.give(reader.dialect.reply(Notice(None, "shutdown", "The house is closing. Goodbye.")))
            self._end(reader, "")
        if self._tick_call is not None:
            self._tick_call.cancel()
            self._tick_call = None
        if self.readers:
            self._emptied = Deferred()
            giving_up = self.clock.callLater(OPEN_AFTER_CLOSE, self._abort_all)
            await self._emptied
            if giving_up.active():
                giving_up.cancel()
        return confirmed

    def _abort_all(self) -> None:
        for reader in list(self.readers.values()):
            reader.outlet.abort()

    # -- what doors call ------------------------------------------------------------------------------------------------

    def connect(self, door: str, address: str, transport: Any, dialect: Dialect, connection: Connection) -> Reader:
        """Take in a new connection."""
        session = self.hub.connect(door, address, self.wall())
        outlet = Outlet(transport, self.clock)
        reader = Reader(session, outlet, dialect, connection, self.fanout, self.hub.limits, self.journal.read, self._drop)
        self.readers[session] = reader
        return reader

    def perform(self, reader: Reader, request: Request) -> None:
        """Do what a connection asks for."""
        session = reader.session
        if self.closing:
            self.refuse(reader, request, ShuttingDown())
            return
        self._step(session, request.verb, partial(self.hub.perform, session, request, self.wall()))
        self._hold_back(reader)

    def refuse(self, reader: Reader, request: Request, why: Refused) -> None:
        """Tell a connection that what it sent could not even be understood."""
        session = reader.session
        self.hub.say_to(session, Denied(request.ref, request.verb, why))
        self._do(self.hub.abandon())
        self._hold_back(reader)

    def disconnected(self, reader: Reader, reason: str = "") -> None:
        """Note that a connection is gone."""
        session = reader.session
        reader.gone()
        self.readers.pop(session, None)
        self._do(self.hub.disconnected(session, self.wall(), reason))
        if self._emptied is not None and not self.readers:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def say_goodbye(self, reader: Reader, why: str, raw: bytes = b"") -> None:
        """End a connection, with `why` as its last line, or with `raw` bytes for who would not understand that."""
        if raw:
            reader.held, reader.ending = False, True
            reader.give(raw)
            reader.connection.hold()
            reader.finish()
        else:
            self._end(reader, why)

    def _hold_back(self, reader: Reader) -> None:
        """Read nothing more from who has many replies waiting."""
        if len(reader.session.replies) >= self.hub.limits.replies and not reader.held and not reader.ending:
            reader.held = True
            reader.connection.hold()

    # -- effects --------------------------------------------------------------------------------------------------------

    def _do(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self._do_one[type(effect)](effect)

    def _step(self, session: Session | None, what: str, work: Callable[[], Sequence[Effect]]) -> None:
        """Let the hub do one thing for a session, and do what comes of it; a bug ends with that session's connection."""
        effects: Iterator[Effect] = iter(())
        try:
            effects = iter(work())
            self._do(effects)
        except Exception:
            self._fault(session, what)
            self._step(session, what, lambda: [*effects, *self.hub.abandon()])

    def _submit(self, effect: Submit) -> None:
        self._batch.append(effect.submission)
        if self._batch_call is None:
            self._batch_call = self.clock.callLater(0, self._hand_over)

    def _hand_over(self) -> None:
        if self._batch_call is not None and self._batch_call.active():
            self._batch_call.cancel()
        self._batch_call = None
        batch, self._batch = self._batch, []
        if batch:
            self.journal.submit(batch)

    def _settled(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        now = self.wall()
        for ticket, outcome in outcomes:
            self._step(self.hub.asker(ticket), "what was stored", partial(self.hub.settled, ticket, outcome, now))

    def _read(self, effect: Read) -> None:
        def fetched(result: tuple[Entry, ...] | Refused) -> None:
            self._step(self.hub.asker(effect.token), "what was read", partial(self.hub.fetched, effect.token, result))

        self.journal.read(effect.query, fetched)

    def _send(self, effect: Send) -> None:
        reader = self.readers.get(effect.session)
        if reader is None:
            return
        if isinstance(effect.reply, Denied):
            self.figures.refused += 1
        reader.give(reader.dialect.reply(effect.reply))
        if reader.held and len(effect.session.replies) <= self.hub.limits.replies // 2:
            reader.held = False
            reader.connection.go_on()

    def _show(self, effect: Show) -> None:
        self.figures.messages += effect.line.entry.kept
        self.fanout.show(effect.room, effect.line, self._source(effect.line.source))

    def _show_house(self, effect: ShowHouse) -> None:
        self.fanout.show_house(effect.rooms, effect.line, self._source(effect.line.source))

    def _source(self, source: object) -> Reader | None:
        return self.readers.get(source) if isinstance(source, Session) else None

    def _deliver(self, effect: Deliver) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.give(reader.dialect.private(effect.entry, effect.own))
        elif self.hub.lingering(effect.session):
            mail = self._mail.setdefault(effect.session, [])
            mail.append(effect)
            del mail[:-MAIL]

    def _enter(self, effect: Enter) -> None:
        session, room = effect.session, effect.stay.room
        reader = self.readers.get(session)
        if reader is not None and session.stays.get(room.name) is effect.stay:
            reader.enter(room, effect.place, effect.seq)

    def _exit(self, effect: Exit) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.leave(effect.room)

    def _filter(self, effect: Filter) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.regroup()

    def _close(self, effect: Close) -> None:
        session = effect.session
        mail = self._mail.pop(session, [])
        if session.heir is not None:
            for letter in mail:
                self._deliver(Deliver(session.current, letter.entry, letter.own))
        reader = self.readers.get(session)
        if reader is not None:
            self._end(reader, effect.why)

    # -- endings --------------------------------------------------------------------------------------------------------

    def _end(self, reader: Reader, why: str) -> None:
        reader.held, reader.ending = False, True
        reader.give(reader.dialect.farewell(why))
        reader.connection.hold()
        reader.finish()

    def _drop(self, reader: Reader, why: str) -> None:
        """Let go of somebody who cannot be written to."""
        self.figures.dropped += 1
        self.log.info("{door} {address} let go: {why}", door=reader.session.door, address=reader.session.address, why=why)
        reader.outlet.abort()

    def _fault(self, session: Session | None, what: str) -> None:
        self.figures.faults += 1
        reference = self.hub.new_id()[-6:]
        self.log.failure("fault {reference} in {what}", reference=reference, what=what)
        reader = None if session is None else self.readers.get(session)
        if reader is not None:
            self._end(reader, f"Something went wrong here, not with you. Tell the host: fault {reference}.")

    def _look_at_the_journal(self) -> None:
        """Tell the host when the journal fails, and when it works again."""
        health = self.journal.health()
        if health.ok != self._healthy:
            self._healthy = health.ok
            if health.ok:
                self.log.info("the journal works again: what people say is stored")
            else:
                self.log.error("the journal fails: {why}; what people say is refused until it works again", why=health.why)

    def _tick(self) -> None:
        self._tick_call = self.clock.callLater(TICK, self._tick)
        self._do(self.hub.tick(self.wall()))
        self._look_at_the_journal()
        now = self.clock.seconds()
        for reader in list(self.readers.values()):
            if not reader.outlet.clogged:
                continue
            if reader.clogged_at is None:
                reader.clogged_at = now
            elif now - reader.clogged_at >= self.hub.limits.stall:
                self._drop(reader, f"read nothing for {self.hub.limits.stall:g} s")
