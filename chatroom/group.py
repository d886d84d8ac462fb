"""The readers of one room who stand at its end and are shown the same bytes, and what is on its way to them.

Rules
-----
- What waits for a group is *pending*; a *flight* is what has begun to go to its readers, one after another.
- A *mark* says what differs for one reader: where in the bytes it begins (a joiner: after its own Joined) and which of its own
  lines are cut out. A reader without a mark gets everything.
- A reader that is in no group keeps its own place in the log, in its *seat*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatroom.core.room import Room
from chatroom.core.seams import Dialect, RowDialect

if TYPE_CHECKING:
    from chatroom.reader import Reader


class Mark:
    """Say what of some bytes is not for one reader: all before `offset`, and the `cuts`."""

    __slots__ = ("cuts", "offset", "place")

    def __init__(self, offset: int, place: int) -> None:
        self.offset = offset
        self.place = place
        """The place in the log that `offset` corresponds to."""
        self.cuts: list[tuple[int, int]] = []

    def pieces(self, data: bytes) -> list[memoryview]:
        """Give the parts of `data` that are for the reader."""
        view, pieces, at = memoryview(data), [], self.offset
        for start, end in self.cuts:
            if start > at:
                pieces.append(view[at:start])
            at = max(at, end)
        if at < len(data):
            pieces.append(view[at:])
        return pieces


class Seat:
    """Be one reader's place in one room: in a group, or, while it catches up, on its own at `place` in the log."""

    __slots__ = ("group", "hidden_until", "last", "place", "reader", "room", "send", "seq", "stale", "stood")

    def __init__(self, reader: Reader, room: Room, place: int) -> None:
        self.reader = reader
        self.room = room
        self.send = reader.outlet.send
        self.group: Group | None = None
        self.place = place
        """Where the reader stands when it is in no group: the next entry it needs."""
        self.stood = room.log.seq_before(place)
        """The last kept entry before `place`, in case that leaves memory."""
        self.seq: int | None = None
        """When set, kept entries after this one come first, from the journal if need be."""
        self.stale = False
        """Whether comings and goings may have been missed."""
        self.hidden_until = 0
        """Until this place the reader fills the gap it resumed with: kept entries alone, its own among them."""
        self.last: tuple[int, int] | None = None
        """When set, the reader has left the room and is shown what is before this place, and kept up to this seq, but no more."""

    @property
    def end(self) -> int:
        """Tell the place up to which the reader is to be shown the room."""
        return self.room.log.end if self.last is None else self.last[0]

    @property
    def done(self) -> bool:
        """Tell whether the reader was shown all it is to be shown."""
        return self.seq is None and self.place >= self.end

    def shown(self) -> int:
        """Tell up to which kept entry the reader has been given everything."""
        log = self.room.log
        if self.group is not None:
            return log.seq_before(self.group.place_of(self))
        if self.seq is not None:
            return self.seq
        return log.seq_before(self.place) if self.place >= log.start else self.stood


class Flight:
    """Be some bytes on their way to the readers of one group."""

    __slots__ = ("base", "data", "end", "lines", "marks", "next", "positions", "seats")

    def __init__(self, data: bytes, seats: list[Seat], marks: dict[Seat, Mark], base: int, end: int, lines: int) -> None:
        self.data = data
        self.seats = seats
        self.marks = marks
        self.base = base
        self.end = end
        self.lines = lines
        self.next = 0
        self.positions: dict[Seat, int] | None = None

    def owes(self, seat: Seat) -> bool:
        """Tell whether this flight has not come to `seat` yet."""
        if self.next >= len(self.seats):
            return False
        if self.positions is None:
            self.positions = {one: index for index, one in enumerate(self.seats)}
        position = self.positions.get(seat)
        if position is None or position < self.next:
            return False
        mark = self.marks.get(seat)
        return mark is None or mark.offset < len(self.data)

    def skip(self, seat: Seat) -> None:
        """Give `seat` nothing more of this flight."""
        self.marks[seat] = Mark(len(self.data), self.end)


class Group:
    """Be the readers of one room who stand at its end and are shown the same bytes."""

    __slots__ = ("base", "dialect", "flight", "lines", "marks", "parts", "room", "row", "seats", "size")

    def __init__(self, room: Room, dialect: Dialect) -> None:
        self.room = room
        self.dialect = dialect
        self.row = dialect.row if isinstance(dialect, RowDialect) else None
        """Renders words in a row at once, where the dialect can."""
        self.seats: dict[Seat, None] = {}
        self.parts: list[bytes] = []
        self.size = 0
        self.lines = 0
        self.base = room.log.end
        self.marks: dict[Seat, Mark] = {}
        self.flight: Flight | None = None

    def add(self, seat: Seat) -> None:
        """Let a reader that has been given everything so far read with the others from here on."""
        seat.group = self
        self.seats[seat] = None
        if self.parts:
            self.marks[seat] = Mark(self.size, self.room.log.end)

    def append(self, data: bytes, lines: int, source: Seat | None) -> None:
        """Add the bytes of the newest lines, which are not shown to `source` if that is one of these readers."""
        size = len(data)
        if source is not None and source.group is self:
            mark = self.marks.get(source)
            if mark is None:
                mark = self.marks[source] = Mark(0, self.base)
            if mark.offset == self.size:
                mark.offset, mark.place = self.size + size, self.room.log.end
            else:
                mark.cuts.append((self.size, self.size + size))
        self.parts.append(data)
        self.size += size
        self.lines += lines

    def depart(self) -> Flight:
        """Put what is pending on its way."""
        flight = Flight(b"".join(self.parts), list(self.seats), self.marks, self.base, self.room.log.end, self.lines)
        self.parts, self.size, self.lines, self.marks, self.base = [], 0, 0, {}, self.room.log.end
        self.flight = flight
        return flight

    def take(self, seat: Seat) -> list[memoryview]:
        """Give what is pending for one reader, which counts as given."""
        pieces: list[memoryview] = []
        flight = self.flight
        if flight is not None and flight.owes(seat):
            pieces += flight.marks.get(seat, Mark(0, flight.base)).pieces(flight.data)
            flight.skip(seat)
        if self.parts:
            pieces += self.marks.get(seat, Mark(0, self.base)).pieces(b"".join(self.parts))
            self.marks[seat] = Mark(self.size, self.room.log.end)
        return pieces

    def place_of(self, seat: Seat) -> int:
        """Give the place up to which a reader has been given everything."""
        flight = self.flight
        if flight is not None and flight.owes(seat):
            return flight.marks[seat].place if seat in flight.marks else flight.base
        if seat in self.marks:
            return self.marks[seat].place
        return self.base if self.parts else self.room.log.end

    def remove(self, seat: Seat) -> int:
        """Take a reader out; give the place up to which it has been given everything."""
        place = self.place_of(seat)
        self.marks.pop(seat, None)
        if self.flight is not None and self.flight.owes(seat):
            self.flight.skip(seat)
        self.seats.pop(seat, None)
        seat.group = None
        return place
