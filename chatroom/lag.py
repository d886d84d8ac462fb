"""How a reader that fell behind catches up: alone, from its rooms' logs, in the order of the house.

Rules
-----
- It goes on a bounded chunk at a time, whenever its outlet has drained. Its replies wait among the lines they belong between (they
  are *owed*, bounded).
- What has left memory comes from the journal, at most `limits.resume` entries; what is more is counted and said.
- When everything was given, it is over.

It knows nothing of groups and flights.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from chatroom.core.errors import Refused
from chatroom.core.events import Entry
from chatroom.core.replies import Answer, Missed
from chatroom.core.seams import Slice
from chatroom.core.session import Session
from chatroom.core.window import Line
from chatroom.group import Seat

if TYPE_CHECKING:
    from chatroom.reader import Reader

CHUNK = 65536
"""Bytes a lagging reader is given at a time."""
STEP = 200
"""Entries a lagging reader is given at a time, from memory or from the journal."""
MOST_OWED = 1 << 20
"""Bytes of replies a lagging reader may have waiting."""
MOST_LEFT = 64
"""Rooms a lagging reader may have left before it read what was said in them until then."""


class Lag:
    """Be the time from a reader's falling behind to its sitting with the others again; see the module for the rules."""

    __slots__ = ("_fetching", "_first", "_last", "_left", "_owed", "_owed_bytes", "_reader")

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._left: list[Seat] = []
        """Where it sat in rooms it has left, but not yet read to the moment it left."""
        self._owed: deque[tuple[int, bytes]] = deque()
        self._owed_bytes = 0
        self._fetching = False
        self._first: list[bytes] = []
        """What comes before the next chunk: what the journal gave, and what was missed; at most one answer of the journal."""
        self._last = 0
        """The order of the last line the reader was given."""

    @property
    def owing(self) -> bool:
        """Tell whether replies wait."""
        return bool(self._owed)

    def owe(self, data: bytes) -> bool:
        """Give a reply after all that was shown to the house before it; tell whether that is not too much."""
        self._owed.append((self._reader.fanout.order, data))
        self._owed_bytes += len(data)
        return self._owed_bytes <= MOST_OWED

    def leave(self, seat: Seat) -> bool:
        """Read a room no further than it goes now; tell whether that is not one too many."""
        log = seat.room.log
        seat.last = log.end, log.head
        self._left.append(seat)
        return len(self._left) <= MOST_LEFT

    def seats(self) -> list[Seat]:
        """List where the reader sits, and where it sat and has not read to the end."""
        if self._left:
            self._left = [seat for seat in self._left if not seat.done]
        return [*self._left, *self._reader.seats.values()]

    def finish(self) -> bool:
        """Show nothing more of rooms that were left; tell whether replies wait."""
        self._left.clear()
        return self.owing

    def clear(self) -> None:
        """Let nothing wait any more: the connection is lost."""
        self._left.clear()
        self._owed.clear()
        self._first.clear()
        self._owed_bytes = 0

    def advance(self) -> None:
        """Send the next chunk, and the next, until the outlet is clogged or everything is sent."""
        reader = self._reader
        while reader.catches_up(self) and not reader.outlet.clogged and not self._fetching:
            if not self._fetch():
                self._first.append(self._chunk())
            data = b"".join(self._first)
            self._first.clear()
            if data:
                reader.outlet.give(data)
            elif not self._fetching and self._caught_up():
                reader.sit()
            elif not self._fetching and self._ahead():
                reader.wait()
                return

    def _caught_up(self) -> bool:
        return not self._owed and all(seat.done for seat in self.seats())

    def _ahead(self) -> bool:
        """Tell whether all that is left stands in a log but is still to be shown to the house."""
        order = self._reader.fanout.order
        return not self._owed and all(
            seat.done or (seat.seq is None and all(line.order > order for line in islice(seat.room.log.since(seat.place), 1)))
            for seat in self.seats()
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
        self._pay(parts, self._reader.fanout.order)
        return b"".join(parts)

    def _lines(self) -> Iterator[tuple[int, Seat, Line]]:
        """Iterate over what its rooms hold for it, in the order of the house; each event of the whole house once."""
        merged = heapq.merge(*(self._of(seat) for seat in self.seats()), key=lambda found: found[0])
        for order, seat, line in merged:
            if order == self._last and order and not _counts(self._reader, line):
                seat.place += 1
                continue
            yield order, seat, line

    def _of(self, seat: Seat) -> Iterator[tuple[int, Seat, Line]]:
        most = min(STEP + 1, seat.end - max(seat.place, seat.room.log.start))
        for line in list(islice(seat.room.log.since(seat.place), max(0, most))):
            if line.order > self._reader.fanout.order:
                return
            yield line.order, seat, line

    def _pay(self, parts: list[bytes], upto: int) -> int:
        paid = 0
        while self._owed and self._owed[0][0] <= upto:
            data = self._owed.popleft()[1]
            paid += len(data)
            parts.append(data)
        self._owed_bytes -= paid
        return paid

    def _rendered(self, seat: Seat, line: Line) -> bytes:
        source, filling = line.source, seat.place <= seat.hidden_until
        own = isinstance(source, Session) and source.current is self._reader.session and not self._reader.session.echo
        if (own and not filling) or (filling and not line.entry.kept) or self._reader.hides(line.entry):
            return b""
        return self._reader.fanout.rendered(self._reader, seat.room, line)

    # -- what has left memory

    def _fetch(self) -> bool:
        """Ask the journal for the next entries of a room that are not in memory; tell whether there is such a room."""
        for seat in self.seats():
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
            behind = upto - self._reader.limits.resume
            if seat.seq < behind:
                self._first.append(self._reader.dialect.reply(Missed(None, seat.room.name, behind - seat.seq, seat.seq)))
                seat.seq = behind
            self._fetching = True
            self._reader.read(Slice(seat.room.name, STEP, seat.seq, upto + 1, oldest=True), partial(self._fetched, seat))
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
            self._first.append(self._reader.dialect.reply(Answer(None, "who", {"room": seat.room.name, "people": people})))

    def _fetched(self, seat: Seat, found: tuple[Entry, ...] | Refused) -> None:
        self._fetching = False
        if seat not in self.seats() or seat.seq is None:
            self._reader.advance()
            return
        if isinstance(found, Refused) or not found:
            upto = self._upto(seat)
            if upto > seat.seq:
                self._first.append(self._reader.dialect.reply(Missed(None, seat.room.name, upto - seat.seq, seat.seq)))
            seat.seq = upto
        else:
            hole = found[0].seq - seat.seq - 1
            if hole:
                self._first.append(self._reader.dialect.reply(Missed(None, seat.room.name, hole, seat.seq)))
            seat.seq = found[-1].seq
            seat.stood = seat.seq
            self._first += [self._recalled(seat, entry) for entry in found]
        self._reader.advance()

    def _recalled(self, seat: Seat, entry: Entry) -> bytes:
        person = self._reader.session.person
        own = not seat.hidden_until and not self._reader.session.echo and person is not None and entry.event.by == person.author
        return b"" if own or self._reader.hides(entry) else self._reader.dialect.entry(entry, seat.room.name)


def _counts(reader: Reader, line: Line) -> bool:
    """Tell whether a reader keeps count of entries such as this one, so that none may be left out."""
    return line.entry.kept and reader.dialect.counting
