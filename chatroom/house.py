"""The running house: requests go into the hub, and what the hub wants done is done.

Doors bring connections and requests; `deeds.py` does what comes of them; now and then the house goes its `rounds.py`. A session with
many replies waiting is not read from until there are fewer.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatroom import certificate
from chatroom.brought import is_encrypted, is_private
from chatroom.core.bots import Bot
from chatroom.core.call import LOCAL
from chatroom.core.effects import Close
from chatroom.core.errors import Refused, ShuttingDown
from chatroom.core.hub import Hub
from chatroom.core.members import Change
from chatroom.core.positions import Position
from chatroom.core.presence import scope_of
from chatroom.core.quest import Quest
from chatroom.core.rank import Rank
from chatroom.core.replies import Denied, Notice, Ref, Reply
from chatroom.core.request import Request
from chatroom.core.room import Room
from chatroom.core.rules import Rules
from chatroom.core.seams import Dialect, Findings, Journal, Trace, Traces
from chatroom.core.session import Person, Session
from chatroom.deeds import Deeds
from chatroom.digest import who
from chatroom.fanout import Fanout
from chatroom.figures import Figures
from chatroom.gathering import Gathering
from chatroom.intake import Connection, Hold, Intake
from chatroom.logbook import LOG
from chatroom.outlet import Outlet
from chatroom.patience import Patience
from chatroom.reader import Reader
from chatroom.rounds import Rounds

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

HOST = "host"
"""What the host is called at a console of their own machine."""
OPEN_AFTER_CLOSE = 2.0
"""Seconds that connections may take to end when the house closes."""


async def new_token() -> str:
    """Give a secret for a program to come in by."""
    return secrets.token_urlsafe(24)


async def _answer(ask: Callable[[Callable[[Any], None]], None]) -> Any:
    """Wait for the journal's answer; raise it if it is a refusal."""
    answered: Deferred[Any] = Deferred()
    ask(answered.callback)
    answer = await answered
    if isinstance(answer, Refused):
        raise answer
    return answer


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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.hub = hub
        self.journal: Journal = Patience(journal, clock)
        self.clock = clock
        self.wall = wall
        self.figures = Figures(clock)
        self.fanout = Fanout(clock, elapsed, sleep)
        self.gathering = Gathering(clock, lambda batch: self.journal.submit(batch))
        self.deeds = Deeds(hub, self.journal, self.gathering, clock, self.fanout, self.figures, self.log, wall)
        self.digest, self.observers, self.readers = self.deeds.digest, self.deeds.observers, self.deeds.readers
        hub.memory.shown = self._shown
        self.rounds = Rounds(self)
        self.offices = self.deeds.offices
        """What the hub may ask for that takes time, by name."""
        self.offices |= {"figures": self._tell_figures, "search": self._search, "trace": self._trace, "token": new_token}
        self.vouched_port: Callable[[], int | None] = lambda: None
        """Tells the port where IRC is encrypted with a certificate that somebody vouches for, if there is one."""
        self._emptied: Deferred[None] | None = None

    @property
    def closing(self) -> bool:
        """Tell whether the house is about to close, so that nobody is served any more."""
        return self.deeds.closing

    @closing.setter
    def closing(self, closing: bool) -> None:
        self.deeds.closing = closing

    @property
    def lagging(self) -> int:
        """Count the connections that read more slowly than others."""
        return sum(reader.lagging and not reader.behind for reader in self.readers.values())

    # -- life -----------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the journal and take up what it holds; raise `JournalUnusable` when that cannot be."""
        self.hub.recover(self.journal.open(self.deeds.settled, tail=max(1, self.hub.limits.recent, self.hub.limits.missed)))
        self.rounds.begin()

    async def close(self, patience: float = 5.0) -> bool:
        """Tell people, commit what waits, end all connections; True when everything got its outcome from the disk."""
        self.closing = True
        for reader in self.readers.values():
            reader.intake.hold(Hold.END)
        self._remember()
        self.gathering.hand_over()
        confirmed = await self.journal.close(patience)
        self.fanout.flush_now()
        for reader in list(self.readers.values()):
            reader.give(reader.dialect.reply(Notice(None, "shutdown", "The house is closing. Goodbye.")))
            self.deeds.end(reader, "")
        self.digest.sum_up()
        self.rounds.end()
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
        self.deeds.do(self.hub.abandon())

    async def _tell_figures(self) -> dict[str, str]:
        told = self.figures.told(self.journal.health(), self.fanout.deliveries, self.lagging)
        return {**told, "log": LOG.trouble} if LOG.trouble else told

    async def _search(self, quest: Quest) -> Findings:
        found: Findings = await _answer(partial(self.journal.search, quest))
        return found

    async def _trace(self, trace: Trace) -> Traces:
        found: Traces = await _answer(partial(self.journal.trace, trace))
        return found

    def _abort_all(self) -> None:
        for reader in list(self.readers.values()):
            reader.outlet.abort()

    # -- what doors call ------------------------------------------------------------------------------------------------

    def connect(
        self,
        door: str,
        address: str,
        transport: Any,
        dialect: Dialect,
        connection: Connection,
        *,
        console: bool = False,
    ) -> Reader:
        """Take in a new connection, of a console or of somebody in the chat."""
        private = address == LOCAL or is_private(transport)
        relayed = getattr(transport, "relayed", False)
        session = self.hub.connect(door, address, self.wall(), console=console, private=private, relayed=relayed)
        session.encrypted = address != LOCAL and is_encrypted(transport)
        session.credentials.offered = certificate.shown_by(transport)
        outlet = Outlet(transport, self.clock)
        reader = Reader(
            session, outlet, dialect, Intake(connection, self.clock), self.fanout, self.hub.limits, self.journal.read, self.deeds.drop
        )
        self.readers[session] = reader
        return reader

    def turn_away(self, reader: Reader) -> bool:
        """End a connection that is not to be spoken to, with the reason; tell whether it was one."""
        why = self.hub.unwelcome(reader.session, self.wall())
        if why is not None:
            self.figures.refused += 1
            self.digest.info("turned away", "{who} was turned away: {code}", who=who(reader.session), code=why.code)
            self.deeds.end(reader, str(why))
        return why is not None

    def doubt(self, address: str) -> None:
        """Note that somebody was turned away who said whose connection they bring, and is not believed."""
        self.figures.refused += 1
        self.digest.info("turned away", "{address} was turned away: a PROXY header, and not in relays.addresses", address=address[:64])

    def wait(self, address: str) -> Refused | None:
        """Count a connection that waits for its door, or give why it may not."""
        why = self.hub.guard.wait(address)
        if why is not None:
            self.figures.refused += 1
            self.digest.info("turned away", "somebody at {address} was turned away: {code}", address=address[:64], code=why.code)
        return why

    def waits_no_more(self, address: str) -> None:
        """Count a connection no longer that waited for its door."""
        self.hub.guard.crowd.depart(address)

    def admit_host(self, reader: Reader) -> None:
        """Let a console be the host's, who needs no password: it is on the host's own machine and account."""
        host = Person(HOST, self.hub.new_id(), self.wall(), Rank.ADMIN)
        host.listed = False
        self.hub.presence.admit(reader.session, host)
        self.digest.info("came in", "{who} came in", who=who(reader.session))

    def admit_bot(self, reader: Reader, bot: Bot) -> None:
        """Let a connection be a bot's, which has shown its token; what it does is remembered under the bot's own key."""
        session = reader.session
        session.bearer, session.bot = bot, True
        session.scope = scope_of(bot.key)
        person = Person(bot.name, bot.id, self.wall(), bot.rank)
        person.listed = False
        self.hub.presence.admit(session, person)

    def follow(self, reader: Reader, room: Room, position: Position | None) -> int | None:
        """Let a connection read a room from outside; give the entry after which it begins, None for the end."""
        start, effects = self.hub.observing.follow(reader.session, room, position)
        self.deeds.do(effects)
        return start

    def obey(self, rules: Rules) -> None:
        """Go by these rules from now on."""
        self.hub.obey(rules)
        for reader in self.readers.values():
            reader.limits = rules.limits
            reader.revised()
        self.deeds.do(self.hub.observing.revise())

    def members_changed(self, change: Change) -> None:
        """Act on a change of the list of members."""
        self.deeds.do(self.hub.members_changed(change, self.wall()))

    def perform(self, reader: Reader, request: Request) -> None:
        """Do what a connection asks for."""
        session = reader.session
        if self.closing:
            self.refuse(reader, request, ShuttingDown())
            return
        self.deeds.step(session, request.verb, self.hub.perform, session, request, self.wall())
        self._hold_back(reader)

    def say_row(self, reader: Reader, room: str | None, texts: Sequence[str], ref: Ref, *, quiet: bool) -> bool:
        """Let a connection say plain words in a row at once, if nothing can stand against any of them; tell whether it was done.

        They go to a room, or to the one it looks at. It is answered as one, with `quiet` only if they could not be stored.
        """
        if self.closing:
            return False
        session = reader.session
        said = self.deeds.step(session, "say", self.hub.say_row, session, room, texts, ref, quiet, self.wall())
        self._hold_back(reader)
        return said

    def refuse(self, reader: Reader, request: Request, why: Refused) -> None:
        """Tell a connection that what it sent could not even be understood."""
        session = reader.session
        self.deeds.do(self.hub.refuse(session, Denied(request.ref, request.verb, why), self.wall()))
        self._hold_back(reader)

    def tell(self, reader: Reader, *replies: Reply) -> None:
        """Tell a connection something of its door's own, after all it asked for before; that it asked counts as a line.

        Each reply but the first comes in a turn of its own, so that what is long to tell holds nobody up.
        """
        self.deeds.do(self.hub.tell(reader.session, replies, self.wall()))
        self._hold_back(reader)

    def disconnected(self, reader: Reader, reason: str = "") -> None:
        """Note that a connection is gone."""
        session = reader.session
        self.hub.memory.note(session, reader.shown())
        reader.gone()
        self.readers.pop(session, None)
        self.deeds.held.discard(session)
        if session.person is not None and session.bearer is None:
            self.digest.info("gone", "{who} is gone", who=who(session))
        self.deeds.watching.pop(reader, None)
        self.observers.gone(reader)
        self.deeds.do(self.hub.disconnected(session, self.wall(), self.clock.seconds(), reason))
        if self._emptied is not None and not self.readers:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def finish(self, reader: Reader) -> None:
        """Answer what a connection has asked for, and end it; its session lingers if it can be resumed."""
        session = reader.session
        self.hub.errands.line_up(session).fill(Close(session, ""))
        self.hub.errands.release(session)
        self.deeds.do(self.hub.abandon())

    def say_goodbye(self, reader: Reader, why: str, raw: bytes = b"") -> None:
        """End a connection, with `why` as its last line, or with `raw` bytes for who would not understand that."""
        if raw:
            reader.intake.hold(Hold.END)
            reader.give(raw)
            reader.finish()
        else:
            self.deeds.end(reader, why)

    def _hold_back(self, reader: Reader) -> None:
        """Read nothing more from who has many replies waiting, until there are fewer."""
        if len(reader.session.replies) >= self.hub.limits.replies and reader.session in self.readers:
            reader.intake.hold(Hold.REPLIES)
            self.deeds.held.add(reader.session)

    # -- what everybody has seen ----------------------------------------------------------------------------------------

    def _shown(self, session: Session) -> dict[str, int]:
        """Tell how far each room was shown to a session so far."""
        reader = self.readers.get(session)
        return {} if reader is None else reader.shown()

    def _remember(self) -> None:
        """Have saved what everybody has seen, as the house closes."""
        self.fanout.flush_now()
        for reader in self.readers.values():
            self.hub.memory.note(reader.session, reader.shown())
        self.deeds.do(self.hub.close(self.wall()))
