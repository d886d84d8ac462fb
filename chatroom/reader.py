"""A session's view outward: the rooms it reads, the replies it is sent, through its outlet and in its dialect.

Rules
-----
- While the outlet takes everything, the reader sits in the groups of its rooms and costs nothing of its own.
- A reader that cannot keep up *lags*: it leaves its groups and goes on from the rooms' logs, a bounded chunk whenever its outlet
  has drained, in the order of the house. Its replies wait among the lines they belong between (`owed`, bounded).
- What has left memory comes from the journal, at most `limits.resume` entries; what is more is counted and said.
- Caught up, it sits with the others again. One whose outlet does not drain for `limits.stall` seconds is let go, and so is one
  that owes more replies than it may.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from chatroom.core.errors import Refused
from chatroom.core.events import INBOX, Entry
from chatroom.core.limits import Limits
from chatroom.core.log import Line
from chatroom.core.replies import Answer, Missed, Reply
from chatroom.core.room import Room
from chatroom.core.seams import Dialect, Fetched, Slice
from chatroom.core.session import Session
from chatroom.fanout import Fanout, Seat, counts
from chatroom.intake import Intake
from chatroom.outlet import Outlet

CHUNK = 65536
"""Bytes a lagging reader is given at a time."""
STEP = 200
"""Entries a lagging reader is given at a time, from memory or from the journal."""
MOST_OWED = 1 << 20
"""Bytes of replies a lagging reader may have waiting."""
MOST_LEFT = 64
"""Rooms a lagging reader may have left before it read what was said in them until then."""


class Reader:
    """Show one session what it is to see; see the module for the rules."""

    __slots__ = (
        "_fetching",
        "_first",
        "_last",
        "_on_failure",
        "_read",
        "behind",
        "clogged_at",
        "dialect",
        "fanout",
        "intake",
        "lagging",
        "left",
        "limits",
        "listener",
        "outlet",
        "owed",
        "owed_bytes",
        "revised",
        "seats",
        "session",
        "told",
    )

    def __init__(
        self,
        session: Session,
        outlet: Outlet,
        dialect: Dialect,
        intake: Intake,
        fanout: Fanout,
        limits: Limits,
        read: Callable[[Slice, Fetched], None],
        on_failure: Callable[[Reader, str], None],
    ) -> None:
        self.session = session
        self.outlet = outlet
        self.dialect = dialect
        self.intake = intake
        self.fanout = fanout
        self.limits = limits
        self._read = read
        self._on_failure = on_failure
        self.seats: dict[str, Seat] = {}
        self.told = 0
        """The last entry of the inbox that was given."""
        self.left: list[Seat] = []
        """Where it sat in rooms it has left, but not yet read to the moment it left."""
        self.owed: deque[tuple[int, bytes]] = deque()
        self.owed_bytes = 0
        self.lagging = False
        self.behind = False
        """Whether it lags only until the next flush."""
        self.listener: Callable[[Reply], None] | None = None
        """Called with each reply before it is rendered, for a door whose dialogue depends on it."""
        self.revised: Callable[[], None] = lambda: None
        """Called when the host's rules have changed."""
        self.clogged_at: float | None = None
        """When this reader was first seen clogged; None once it has drained."""
        self._fetching = False
        self._first: list[bytes] = []
        """What comes before the next chunk: what the journal gave, and what was missed; at most one answer of the journal."""
        self._last = 0
        """The order of the last line this reader was given while it lagged."""
        outlet.attach(self.advance, self.fail)

    # -- what the house tells it

    def give(self, data: bytes) -> None:
        """Send bytes of its own, after everything it was to be shown before."""
        if not data:
            return
        self.settle()
        if not self.lagging:
            self.outlet.give(data)
            if self.outlet.clogged:
                self.lag()
            return
        self.owed.append((self.fanout.order, data))
        self.owed_bytes += len(data)
        if self.owed_bytes > MOST_OWED:
            self._on_failure(self, "did not read what it was sent")

    def settle(self) -> None:
        """Send now what is pending for it in its rooms."""
        if self.behind:
            self.advance()
        for seat in list(self.seats.values()):
            if self.lagging:
                return
            if seat.group is not None:
                pieces = seat.group.take(seat)
                if pieces:
                    self.outlet.give(b"".join(pieces))
                    if self.outlet.clogged:
                        self.lag()

    def enter(self, room: Room, place: int, seq: int | None) -> None:
        """Read a room from `place` on, or, with `seq`, all that was kept after it and then from `place` on."""
        self.settle()
        self.leave(room)
        seat = self.seats[room.name] = Seat(self, room, place)
        if seq is not None:
            seat.hidden_until = place
            seat.seq = seq
        if seq is None and place == room.log.end and not self.lagging:
            self.fanout.seat(seat)
        elif not self.lagging:
            self.lag()
            self.advance()

    def leave(self, room: Room) -> None:
        """Read a room no longer, but for what stands in its log now, which is sent first, or later when the reader lags."""
        seat = self.seats.get(room.name)
        if seat is None:
            return
        self.settle()
        self.fanout.unseat(seat)
        if self.seats.pop(room.name, None) is not None and self.lagging:
            seat.last = room.log.end, room.log.head
            self.left.append(seat)
            if len(self.left) > MOST_LEFT:
                self._on_failure(self, "did not read what it was sent")

    def shown(self) -> dict[str, int]:
        """Tell up to which kept entry of each room everything was given to the connection."""
        shown = {name: seat.shown() for name, seat in self.seats.items()}
        return shown if self.owed else {**shown, INBOX: self.told}

    @property
    def rooms(self) -> frozenset[str]:
        """Name the rooms it reads, or still reads to the moment it left them."""
        return frozenset(seat.room.name for seat in self._all())

    def regroup(self) -> None:
        """Sit anew in every room, after a change of what the session ignores."""
        self.settle()
        if self.lagging:
            return
        for seat in self.seats.values():
            if seat.group is not None:
                self.fanout.unseat(seat)
                self.fanout.seat(seat)

    def hides(self, entry: Entry) -> bool:
        """Tell whether the session does not want to see this entry."""
        return self.session.ignoring.hides(entry.event.by)

    def gone(self) -> None:
        """Take leave of all rooms: the connection is lost."""
        self.behind = False
        for seat in self.seats.values():
            self.fanout.unseat(seat)
        self.seats.clear()
        self.left.clear()
        self.owed.clear()
        self._first.clear()
        self.owed_bytes = 0
        self.intake.gone()
        self.outlet.lost()

    def finish(self) -> None:
        """End the connection after what it was sent; show it nothing more."""
        if self.behind:
            self.advance()
        for seat in self.seats.values():
            self.fanout.unseat(seat)
        self.seats.clear()
        self.left.clear()
        if self.owed:
            self.outlet.abort()
        else:
            self.outlet.close()

    def fail(self, error: Exception) -> None:
        """Note that the outlet broke."""
        self._on_failure(self, str(error))

    def lag(self) -> None:
        """Leave the groups and go on alone."""
        if self.lagging:
            return
        self.lagging = True
        for seat in self.seats.values():
            self.fanout.unseat(seat)

    def fall_behind(self) -> None:
        """Leave the groups until the next flush, though its outlet would take more."""
        self.behind = True
        self.lag()

    # -- catching up

    def advance(self) -> None:
        """Send the next chunk, and the next, until the outlet is clogged or everything is sent."""
        if not self.outlet.clogged:
            self.clogged_at = None
        self.behind = False
        while self.lagging and not self.outlet.clogged and not self._fetching:
            if not self._fetch():
                self._first.append(self._chunk())
            data = b"".join(self._first)
            self._first.clear()
            if data:
                self.outlet.give(data)
            elif not self._fetching and self._caught_up():
                self._sit()
            elif not self._fetching and self._ahead():
                self.behind = True
                self.fanout.wait_for(self)
                return

    def _sit(self) -> None:
        self.lagging = False
        for seat in self.seats.values():
            self.fanout.seat(seat)

    def _all(self) -> list[Seat]:
        """List where it sits and where it sat and has not read to the end."""
        if self.left:
            self.left = [seat for seat in self.left if not seat.done]
        return [*self.left, *self.seats.values()]

    def _caught_up(self) -> bool:
        return not self.owed and all(seat.done for seat in self._all())

    def _ahead(self) -> bool:
        """Tell whether all that is left stands in a log but is still to be shown to the house."""
        return not self.owed and all(
            seat.done
            or (seat.seq is None and all(line.order > self.fanout.order for line in islice(seat.room.log.since(seat.place), 1)))
            for seat in self._all()
        )

    def _chunk(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        for count, (order, seat, line) in enumerate(self._lines()):
            size += self._pay(parts, order - 1)
            if size >= CHUNK or count >= STEP:
                return b"".join(parts)
            self._last = order
            seat.place += 1
            if line.entry.kept:
                seat.stood = line.entry.seq
            data = self._rendered(seat, line)
            parts.append(data)
            size += len(data)
        self._pay(parts, self.fanout.order)
        return b"".join(parts)

    def _lines(self) -> Iterator[tuple[int, Seat, Line]]:
        """Iterate over what its rooms hold for it, in the order of the house; each event of the whole house once."""
        merged = heapq.merge(*(self._of(seat) for seat in self._all()), key=lambda found: found[0])
        for order, seat, line in merged:
            if order == self._last and order and not counts(self, line):
                seat.place += 1
                continue
            yield order, seat, line

    def _of(self, seat: Seat) -> Iterator[tuple[int, Seat, Line]]:
        most = min(STEP + 1, seat.end - max(seat.place, seat.room.log.start))
        for line in list(islice(seat.room.log.since(seat.place), max(0, most))):
            if line.order > self.fanout.order:
                return
            yield line.order, seat, line

    def _pay(self, parts: list[bytes], upto: int) -> int:
        paid = 0
        while self.owed and self.owed[0][0] <= upto:
            data = self.owed.popleft()[1]
            paid += len(data)
            parts.append(data)
        self.owed_bytes -= paid
        return paid

    def _rendered(self, seat: Seat, line: Line) -> bytes:
        source, filling = line.source, seat.place <= seat.hidden_until
        own = isinstance(source, Session) and source.current is self.session and not self.session.echo
        if (own and not filling) or (filling and not line.entry.kept) or self.hides(line.entry):
            return b""
        return self.fanout.rendered(self, seat.room, line)

    # -- what has left memory

    def _fetch(self) -> bool:
        """Ask the journal for the next entries of a room that are not in memory; tell whether there is such a room."""
        for seat in self._all():
            log = seat.room.log
            if seat.seq is None and seat.place < log.start:
                seat.seq, seat.stale = seat.stood, seat.last is None
            if seat.seq is None:
                continue
            place = seat.end if seat.last is not None and seat.seq >= seat.last[1] else log.place_after(seat.seq)
            if place is not None:
                seat.place, seat.stood, seat.seq = place, seat.seq, None
                self._refresh(seat)
                continue
            upto = self._upto(seat)
            behind = upto - self.limits.resume
            if seat.seq < behind:
                self._first.append(self.dialect.reply(Missed(None, seat.room.name, behind - seat.seq, seat.seq)))
                seat.seq = behind
            self._fetching = True
            self._read(Slice(seat.room.name, STEP, seat.seq, upto + 1, oldest=True), partial(self._fetched, seat))
            return True
        return False

    def _upto(self, seat: Seat) -> int:
        """Tell the last seq that a seat needs from the journal."""
        start = seat.room.log.start_seq
        return start if seat.last is None else min(start, seat.last[1])

    def _refresh(self, seat: Seat) -> None:
        """Tell a program who is in the room, as comings and goings that left memory are not in the journal."""
        if seat.stale:
            seat.stale = False
            people = [{"name": name} for name in seat.room.names()]
            self._first.append(self.dialect.reply(Answer(None, "who", {"room": seat.room.name, "people": people})))

    def _fetched(self, seat: Seat, found: tuple[Entry, ...] | Refused) -> None:
        self._fetching = False
        if seat not in self._all() or seat.seq is None:
            self.advance()
            return
        if isinstance(found, Refused) or not found:
            upto = self._upto(seat)
            if upto > seat.seq:
                self._first.append(self.dialect.reply(Missed(None, seat.room.name, upto - seat.seq, seat.seq)))
            seat.seq = upto
        else:
            hole = found[0].seq - seat.seq - 1
            if hole:
                self._first.append(self.dialect.reply(Missed(None, seat.room.name, hole, seat.seq)))
            seat.seq = found[-1].seq
            seat.stood = seat.seq
            self._first += [self._recalled(seat, entry) for entry in found]
        self.advance()

    def _recalled(self, seat: Seat, entry: Entry) -> bytes:
        person = self.session.person
        own = not seat.hidden_until and not self.session.echo and person is not None and entry.event.by == person.author
        return b"" if own or self.hides(entry) else self.dialect.entry(entry, seat.room.name)
