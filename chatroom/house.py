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

import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.logger import Logger

from chatroom.core.call import LOCAL
from chatroom.core.effects import (
    Ask,
    Close,
    Deliver,
    Effect,
    Enter,
    Exit,
    Filter,
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
from chatroom.core.errors import OfficeFailed, Refused, ShuttingDown
from chatroom.core.events import Entry
from chatroom.core.hub import Hub, Rules
from chatroom.core.members import Change
from chatroom.core.quest import Quest
from chatroom.core.rank import Rank
from chatroom.core.replies import Denied, Notice, Reply, Welcome
from chatroom.core.request import Request
from chatroom.core.seams import Dialect, Findings, Journal, Outcome, Submission, Trace, Traces
from chatroom.core.session import Person, Session
from chatroom.core.spans import told
from chatroom.digest import Digest
from chatroom.fanout import Fanout
from chatroom.intake import Connection, Hold, Intake
from chatroom.listen import is_loopback
from chatroom.observers import Observers
from chatroom.outlet import Outlet
from chatroom.reader import Reader
from chatroom.spawn import spawn

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

TICK = 2.0
"""Seconds between two looks at who lingers and who does not read."""
AROUND = 10
"""Ticks in which all readers are looked at once for how far they have come."""
HOST = "host"
"""What the host is called at a console of their own machine."""
OPEN_AFTER_CLOSE = 2.0
"""Seconds that connections may take to end when the house closes."""


def memory() -> str:
    """Tell how much memory the process takes, where the system says."""
    try:
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return "unknown"
    return f"{pages * os.sysconf('SC_PAGE_SIZE') / (1 << 20):.1f} MiB"


Office = Callable[..., Awaitable[Any]]


async def _answer(ask: Callable[[Callable[[Any], None]], None]) -> Any:
    """Wait for the journal's answer; raise it if it is a refusal."""
    answered: Deferred[Any] = Deferred()
    ask(answered.callback)
    answer = await answered
    if isinstance(answer, Refused):
        raise answer
    return answer


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
        self.digest = Digest(self.log, clock)
        self.fanout = Fanout(clock, elapsed)
        self.readers: dict[Session, Reader] = {}
        hub.memory.shown = self._shown
        self.closing = False
        self._healthy = True
        self._opened_at = clock.seconds()
        self._marks: deque[tuple[float, int]] = deque([(clock.seconds(), 0)], maxlen=30)
        """How many messages there had been at each of the last ticks."""
        self._batch: list[Submission] = []
        self._batch_call: IDelayedCall | None = None
        self._tick_call: IDelayedCall | None = None
        self._ticks = 0
        self.offices: dict[str, Office] = {"figures": self._tell_figures, "search": self._search, "trace": self._trace}
        """What the hub may ask for that takes time, by name."""
        self.observers = Observers()
        self._watching: dict[Reader, None] = {}
        self._emptied: Deferred[None] | None = None
        self._do_one: dict[type[Any], Callable[[Any], None]] = {
            Submit: self._submit,
            Read: self._read,
            Ask: self._ask,
            Pause: self._pause,
            Witness: self._witness,
            Watch: self._watch,
            Send: self._send,
            Show: self._show,
            ShowHouse: self._show_house,
            Deliver: self._deliver,
            Enter: self._enter,
            Observe: self._observe,
            Exit: self._exit,
            Filter: self._filter,
            Close: self._close,
        }

    # -- life -----------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the journal and take up what it holds; raise `JournalUnusable` when that cannot be."""
        self.hub.recover(self.journal.open(self._settled, tail=max(self.hub.limits.recent, self.hub.limits.missed)))
        self._tick_call = self.clock.callLater(TICK, self._tick)

    async def close(self, patience: float = 5.0) -> bool:
        """Tell people, commit what waits, end all connections; True when everything got its outcome from the disk."""
        self.closing = True
        for reader in self.readers.values():
            reader.intake.hold(Hold.END)
        self._remember()
        self._hand_over()
        confirmed = await self.journal.close(patience)
        self.fanout.flush_now()
        for reader in list(self.readers.values()):
            reader.give(reader.dialect.reply(Notice(None, "shutdown", "The house is closing. Goodbye.")))
            self._end(reader, "")
        self.digest.sum_up()
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

    def tell_everybody(self, code: str, text: str) -> None:
        """Tell all who are connected something, from the house."""
        for reader in list(self.readers.values()):
            self.hub.errands.say_to(reader.session, Notice(None, code, text))
        self._do(self.hub.abandon())

    async def _tell_figures(self) -> dict[str, str]:
        """Count what the house does, for whoever asks how it is doing."""
        health, figures = self.journal.health(), self.figures
        lagging = sum(reader.lagging and not reader.behind for reader in self.readers.values())
        return {
            "messages": f"{figures.messages} since the start, {self._rate():.1f} a second lately",
            "deliveries": str(self.fanout.deliveries),
            "journal": "works" if health.ok else f"fails: {health.why}",
            "commits": f"{health.commits} in {health.batches} batches, {health.waiting} waiting",
            "commit latency": f"{health.commit_seconds * 1000:.1f} ms the last time",
            "laggards": f"{lagging} now, {figures.dropped} let go",
            "refusals": str(figures.refused),
            "faults": str(figures.faults),
            "memory": memory(),
            "uptime": told(self.clock.seconds() - self._opened_at),
        }

    def _sample(self) -> dict[str, float]:
        """Take the figures that whoever observes the house is shown."""
        health = self.journal.health()
        return {
            "at": round(self.wall(), 3),
            "messages": self.figures.messages,
            "deliveries": self.fanout.deliveries,
            "people": len(self.hub.people),
            "connections": len(self.readers),
            "commit_ms": round(health.commit_seconds * 1000, 2),
        }

    async def _search(self, quest: Quest) -> Findings:
        found: Findings = await _answer(partial(self.journal.search, quest))
        return found

    async def _trace(self, trace: Trace) -> Traces:
        found: Traces = await _answer(partial(self.journal.trace, trace))
        return found

    def _rate(self) -> float:
        """Tell how many messages a second there were in the last minute or so."""
        (then, count), now = self._marks[0], self.clock.seconds()
        return (self.figures.messages - count) / (now - then) if now > then else 0.0

    def _abort_all(self) -> None:
        for reader in list(self.readers.values()):
            reader.outlet.abort()

    # -- what doors call ------------------------------------------------------------------------------------------------

    def connect(
        self, door: str, address: str, transport: Any, dialect: Dialect, connection: Connection, *, console: bool = False
    ) -> Reader:
        """Take in a new connection, of a console or of somebody in the chat."""
        private = ISSLTransport.providedBy(transport) or address == LOCAL or is_loopback(address)
        session = self.hub.connect(door, address, self.wall(), console=console, private=private)
        outlet = Outlet(transport, self.clock)
        reader = Reader(
            session, outlet, dialect, Intake(connection, self.clock), self.fanout, self.hub.limits, self.journal.read, self._drop
        )
        self.readers[session] = reader
        return reader

    def turn_away(self, reader: Reader) -> bool:
        """End a connection that is not to be spoken to, with the reason; tell whether it was one."""
        why = self.hub.unwelcome(reader.session, self.wall())
        if why is not None:
            self.figures.refused += 1
            self.digest.info("turned away", "{who} was turned away: {code}", who=_who(reader.session), code=why.code)
            self._end(reader, str(why))
        return why is not None

    def admit_host(self, reader: Reader) -> None:
        """Let a console be the host's, who needs no password: it is on the host's own machine and account."""
        host = Person(HOST, self.hub.new_id(), self.wall(), Rank.ADMIN)
        host.listed = False
        self.hub.presence.admit(reader.session, host)
        self.digest.info("came in", "{who} came in", who=_who(reader.session))

    def obey(self, rules: Rules) -> None:
        """Go by these rules from now on."""
        self.hub.obey(rules)
        for reader in self.readers.values():
            reader.limits = rules.limits
        self._do(self.hub.observing.revise())

    def members_changed(self, change: Change) -> None:
        """Act on a change of the list of members."""
        self._do(self.hub.members_changed(change, self.wall()))

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
        self._do(self.hub.refuse(session, Denied(request.ref, request.verb, why), self.wall()))
        self._hold_back(reader)

    def tell(self, reader: Reader, reply: Reply) -> None:
        """Tell a connection something of its door's own, after all it asked for before."""
        self.hub.errands.say_to(reader.session, reply)
        self._do(self.hub.abandon())
        self._hold_back(reader)

    def disconnected(self, reader: Reader, reason: str = "") -> None:
        """Note that a connection is gone."""
        session = reader.session
        self.hub.memory.note(session, reader.shown())
        reader.gone()
        self.readers.pop(session, None)
        if session.person is not None:
            self.digest.info("gone", "{who} is gone", who=_who(session))
        self._watching.pop(reader, None)
        self.observers.gone(reader)
        self._do(self.hub.disconnected(session, self.wall(), self.clock.seconds(), reason))
        if self._emptied is not None and not self.readers:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def finish(self, reader: Reader) -> None:
        """Answer what a connection has asked for, and end it; its session lingers if it can be resumed."""
        session = reader.session
        self.hub.errands.line_up(session).fill(Close(session, ""))
        self.hub.errands.release(session)
        self._do(self.hub.abandon())

    def say_goodbye(self, reader: Reader, why: str, raw: bytes = b"") -> None:
        """End a connection, with `why` as its last line, or with `raw` bytes for who would not understand that."""
        if raw:
            reader.intake.hold(Hold.END)
            reader.give(raw)
            reader.finish()
        else:
            self._end(reader, why)

    def _hold_back(self, reader: Reader) -> None:
        """Read nothing more from who has many replies waiting."""
        if len(reader.session.replies) >= self.hub.limits.replies:
            reader.intake.hold(Hold.REPLIES)

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
        for ticket, outcome in outcomes:
            self._step(self.hub.errands.asker(ticket), "what was stored", partial(self.hub.settled, ticket, outcome))

    def _read(self, effect: Read) -> None:
        def fetched(result: tuple[Entry, ...] | Refused) -> None:
            self._step(self.hub.errands.asker(effect.token), "what was read", partial(self.hub.fetched, effect.token, result))

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
        self._step(asker, effect.office, partial(self.hub.answered, effect.token, result, self.wall()))
        if reader is not None:
            reader.intake.release(Hold.ANSWER)

    def _pause(self, effect: Pause) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.intake.pause(effect.seconds)

    def _witness(self, effect: Witness) -> None:
        self.observers.witness(effect.entry)
        for reader in list(self._watching):
            reader.give(reader.dialect.entry(effect.entry, effect.entry.log))

    def _watch(self, effect: Watch) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None and effect.on:
            self._watching[reader] = None
        elif reader is not None:
            self._watching.pop(reader, None)

    def _send(self, effect: Send) -> None:
        reader = self.readers.get(effect.session)
        if reader is None:
            return
        if reader.listener is not None:
            reader.listener(effect.reply)
        if isinstance(effect.reply, Denied | Welcome):
            self._note(effect.session, effect.reply)
        reader.give(reader.dialect.reply(effect.reply))
        if reader.intake.reasons and len(effect.session.replies) <= self.hub.limits.replies // 2:
            reader.intake.release(Hold.REPLIES)

    def _show(self, effect: Show) -> None:
        self.figures.messages += effect.line.entry.kept
        self.fanout.show(effect.room, effect.line, self._source(effect.line.source))
        self._show_watchers(effect.line.entry, (effect.room.name,))

    def _show_house(self, effect: ShowHouse) -> None:
        if not effect.shown:
            return
        _, line = effect.shown[0]
        self.figures.messages += line.entry.kept
        self.fanout.show_house(effect.shown, self._source(line.source))
        self._show_watchers(line.entry, tuple(one.name for one, _ in effect.shown))

    def _show_watchers(self, entry: Entry, rooms: tuple[str, ...]) -> None:
        """Show those who watch over the house what happened in rooms that they do not read anyway."""
        for reader in list(self._watching):
            if reader.seats.keys().isdisjoint(rooms):
                reader.give(reader.dialect.entry(entry, rooms[0]))

    def _source(self, source: object) -> Reader | None:
        return self.readers.get(source) if isinstance(source, Session) else None

    def _deliver(self, effect: Deliver) -> None:
        reader = self.readers.get(effect.session)
        if reader is not None:
            reader.give(reader.dialect.private(effect.entry, effect.own))
            reader.told = effect.entry.seq

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
            self.observers.stays_out(reader, effect.room, self.hub.observing.shows(effect.room))

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
            self._end(reader, effect.why)

    def _note(self, session: Session, reply: Denied | Welcome) -> None:
        """Tell the host who came in and what was refused, and never what anybody typed."""
        if isinstance(reply, Welcome):
            self.digest.info("came in", "{who} came in", who=_who(session))
            return
        self.figures.refused += 1
        what = "something" if self.hub.find_verb(reply.verb) is None else reply.verb
        self.digest.info("refused", "{who} was refused {what}: {code}", who=_who(session), what=what, code=reply.why.code)

    # -- endings --------------------------------------------------------------------------------------------------------

    def _end(self, reader: Reader, why: str) -> None:
        reader.intake.hold(Hold.END)
        reader.give(reader.dialect.farewell(why))
        if not self.closing:
            self._do(self.hub.shown(reader.session, reader.shown(), self.wall()))
        reader.finish()

    def _drop(self, reader: Reader, why: str) -> None:
        """Let go of somebody who cannot be written to."""
        self.figures.dropped += 1
        self.digest.info("let go", "{who} was let go: {why}", who=_who(reader.session), why=why)
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

    def _shown(self, session: Session) -> dict[str, int]:
        """Tell how far each room was shown to a session so far."""
        reader = self.readers.get(session)
        return {} if reader is None else reader.shown()

    def _remember(self) -> None:
        """Have saved what everybody has seen, as the house closes."""
        self.fanout.flush_now()
        for reader in self.readers.values():
            self.hub.memory.note(reader.session, reader.shown())
        self._do(self.hub.close(self.wall()))

    def _look_at_some(self) -> None:
        """Note how far some of the readers have come; each has its turn every `AROUND` ticks."""
        self._ticks += 1
        for reader in list(self.readers.values())[self._ticks % AROUND :: AROUND]:
            self.hub.memory.note(reader.session, reader.shown())

    def _tick(self) -> None:
        self._tick_call = self.clock.callLater(TICK, self._tick)
        self._marks.append((self.clock.seconds(), self.figures.messages))
        self._look_at_some()
        self._do(self.hub.tick(self.wall(), self.clock.seconds()))
        self.digest.tick()
        self._look_at_the_journal()
        self.observers.sample(self._sample())
        now = self.clock.seconds()
        for reader in list(self.readers.values()):
            if not reader.outlet.clogged:
                continue
            if reader.clogged_at is None:
                reader.clogged_at = now
            elif now - reader.clogged_at >= self.hub.limits.stall:
                self._drop(reader, f"read nothing for {self.hub.limits.stall:g} s")


def _who(session: Session) -> str:
    """Name whoever has a session, and their door and address, as one short line."""
    name = "somebody" if session.person is None else session.person.name
    return f"{name[:64]} ({session.door} {session.address[:64]})"
