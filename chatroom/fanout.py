"""Fan-out: what is new in a room, rendered once per dialect and turn, one shared `bytes`, one write per reader.

Rules
-----
- The readers of a room who stand at its end and share a dialect form a *group*. New lines are rendered once for the group and
  wait as *pending* bytes; a *flight* takes them to every reader. No Python runs per message and reader.
- A *mark* says what differs for one reader: where in the bytes it begins (a joiner: after its own Joined) and which of its own
  lines are cut out. A reader without a mark gets everything.
- Whatever else is sent to a reader goes after what is pending for it (`settle`), so nothing is ever overtaken.
- A line of several rooms takes those who read more than one of them out of their groups until the flush: each is then brought up
  from the logs, in the order of all its rooms, within the slices. However many such lines a turn brings, that is one write.
- Who does not take all of a flight leaves its groups and goes on at its own pace from the log (`lag.py`), and comes back
  when it has caught up.
- A flight runs in slices, small groups first. After a flush that took t, the next waits about t: under load lines gather into
  fewer, larger writes, and an idle house answers at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from chatroom.core.events import HouseEvent, Said, within
from chatroom.core.log import Line
from chatroom.core.room import Room
from chatroom.core.seams import Dialect

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

    from chatroom.reader import Reader

SLICE = 0.005
"""How long one slice of a flush may hold the reactor, in seconds."""
STEP = 64
"""Readers served between two looks at the time."""
KNOWN = 1000
"""Rendered lines remembered for those who fell behind together."""
LONGEST_PAUSE = 0.05
"""The most a flush waits for its predecessor's sake, in seconds."""


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

    __slots__ = ("base", "dialect", "flight", "lines", "marks", "parts", "room", "seats", "size")

    def __init__(self, room: Room, dialect: Dialect) -> None:
        self.room = room
        self.dialect = dialect
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

    def append(self, parts: Sequence[bytes], source: Seat | None) -> None:
        """Add the bytes of the newest lines, of which `source` is not shown its own."""
        size = sum(map(len, parts))
        if source is not None:
            mark = self.marks.get(source)
            if mark is None:
                mark = self.marks[source] = Mark(0, self.base)
            if mark.offset == self.size:
                mark.offset, mark.place = self.size + size, self.room.log.end
            else:
                mark.cuts.append((self.size, self.size + size))
        self.parts += parts
        self.size += size
        self.lines += len(parts)

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


def counts(reader: Reader, line: Line) -> bool:
    """Tell whether a reader keeps count of entries such as this one, so that none may be left out."""
    return line.entry.kept and reader.dialect.counting


class Fanout:
    """Bring what is new to all readers of the rooms."""

    def __init__(self, clock: IReactorTime, elapsed: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._groups: dict[Room, dict[Hashable, Group]] = {}
        self._dirty: dict[Group, None] = {}
        self._aloft: list[Group] = []
        self._behind: dict[Reader, None] = {}
        """Those who are to be brought up to a line of several of their rooms, each in the order of the house."""
        self._early: dict[Reader, None] = {}
        """Those among them whose rooms hold lines that are still to be shown."""
        self._known: dict[Hashable, bytes] = {}
        self._call: IDelayedCall | None = None
        self._underway = False
        """Whether a flush has begun that is not finished."""
        self._spent = 0.0
        self._not_before = 0.0
        self.deliveries = 0
        """Lines given to readers so far."""
        self.order = 0
        """The order of the newest line shown."""

    # -- lines ----------------------------------------------------------------------------------------------------------

    def show(self, room: Room, lines: Sequence[Line], source: Reader | None) -> None:
        """Show a room's readers lines of one source that now stand at the end of its log."""
        self.order = lines[-1].order
        if self._early:
            self._behind.update(self._early)
            self._early.clear()
        for group in self._groups.get(room, {}).values():
            parts = self._rendered(group, lines)
            seat = source.seats.get(room.name) if source is not None and not source.session.echo else None
            if parts:
                group.append(parts, seat if seat is not None and seat.group is group else None)
                self._dirty[group] = None
        self._schedule()

    def show_house(self, shown: tuple[tuple[Room, Line], ...], source: Reader | None) -> None:
        """Show the readers of several rooms what is one thing, each once and in its place among the lines of all these rooms.

        Those who count a room's kept entries are shown each room's.
        """
        shared = self._readers_of_several(shown) if len(shown) > 1 else []
        for room, line in shown:
            self.show(room, (line,), source)
        # Only now, as a seat remembers its place by what is pending, which must include this line.
        for reader in shared:
            reader.fall_behind()
            self._behind[reader] = None
        self._schedule()

    def _readers_of_several(self, shown: tuple[tuple[Room, Line], ...]) -> list[Reader]:
        """Find them among the readers of all rooms but the largest, as each reads one of those too."""
        sizes = {room: sum(len(group.seats) for group in self._groups.get(room, {}).values()) for room, _ in shown}
        names = {room.name for room in sizes}
        found: dict[Reader, None] = {}
        for room in sorted(sizes, key=sizes.__getitem__)[:-1]:
            for group in self._groups.get(room, {}).values():
                for seat in group.seats:
                    if sum(name in names for name in seat.reader.seats) > 1:
                        found[seat.reader] = None
        return list(found)

    def wait_for(self, reader: Reader) -> None:
        """Bring a reader up to the end in the flush after the next line shown: its rooms hold what is still to be shown."""
        self._early[reader] = None

    def rendered(self, reader: Reader, room: Room, line: Line) -> bytes:
        """Give the bytes of a line, rendered once for all readers that fell behind together and are in the same of its rooms."""
        self.deliveries += 1
        dialect, event, shown = reader.dialect, line.entry.event, frozenset[str]()
        if isinstance(event, HouseEvent):
            shown = reader.rooms.intersection(event.rooms)
        entry = within(line.entry, shown)
        if not self._behind:
            return dialect.entry(entry, room.name)
        key = (dialect, room, line.order, entry.id, shown)
        data = self._known.get(key)
        if data is None:
            if len(self._known) >= KNOWN:
                self._known.clear()
            data = self._known[key] = dialect.entry(entry, room.name)
        return data

    def _rendered(self, group: Group, lines: Sequence[Line]) -> list[bytes]:
        name, render = group.room.name, group.dialect.entry
        alone = next(iter(group.seats)).reader if len(group.seats) == 1 else None
        entries = [line.entry for line in lines if alone is None or not alone.hides(line.entry)]
        # Those who are in several of an event's rooms are rendered for alone.
        shown = (entry if type(entry.event) is Said else within(entry, (name,)) for entry in entries)
        return [data for entry in shown if (data := render(entry, name))]

    # -- readers --------------------------------------------------------------------------------------------------------

    def seat(self, seat: Seat) -> None:
        """Let a reader that stands at the end of a room read with the others from here on."""
        groups = self._groups.setdefault(seat.room, {})
        reader = seat.reader
        key: Hashable = reader if reader.session.ignoring else reader.dialect
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(seat.room, reader.dialect)
        group.add(seat)

    def unseat(self, seat: Seat) -> None:
        """Take a reader out of its group, and remember in the seat where it stands."""
        group = seat.group
        if group is None:
            return
        seat.place = group.remove(seat)
        seat.stood = seat.room.log.seq_before(seat.place)
        if not group.seats and group.flight is None:
            self._drop(group)

    def _drop(self, group: Group) -> None:
        self._dirty.pop(group, None)
        groups = self._groups[group.room]
        for key in [key for key, one in groups.items() if one is group]:
            del groups[key]
        if not groups:
            del self._groups[group.room]

    # -- flights --------------------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        if self._call is None and (self._dirty or self._aloft or self._behind):
            wait = 0.0 if self._underway else max(0.0, self._not_before - self._elapsed())
            self._call = self._clock.callLater(wait, self._flush)

    def flush_now(self) -> None:
        """Send everything pending at once, however long it takes."""
        while self._dirty or self._aloft or self._behind:
            if self._call is not None:
                self._call.cancel()
                self._call = None
            self._flush()

    def _flush(self) -> None:
        self._call = None
        started = self._elapsed()
        for group in [group for group in self._dirty if group.flight is None]:
            del self._dirty[group]
            group.depart()
            self._aloft.append(group)
        self._aloft.sort(key=lambda group: len(group.seats))
        while self._aloft and self._elapsed() - started < SLICE:
            group = self._aloft[0]
            if self._serve(group, started + SLICE):
                self._aloft.remove(group)
                group.flight = None
                if not group.seats:
                    self._drop(group)
        self._catch_up(started + SLICE)
        now = self._elapsed()
        self._spent += now - started
        self._underway = bool(self._aloft or self._behind)
        if not self._underway:
            self._not_before = now + min(self._spent, LONGEST_PAUSE)
            self._spent = 0.0
        self._schedule()

    def _catch_up(self, until: float) -> None:
        while self._behind and self._elapsed() < until:
            reader = next(iter(self._behind))
            if reader.behind:
                reader.advance()
            del self._behind[reader]
        if not self._behind:
            self._known.clear()

    def _serve(self, group: Group, until: float) -> bool:
        flight = group.flight
        if flight is None:
            return True
        data, marks, seats = flight.data, flight.marks, flight.seats
        size, count, at = len(data), len(seats), flight.next
        short: list[tuple[Seat, bytes, int]] = []
        failed: list[tuple[Seat, Exception]] = []
        while at < count:
            upto = min(at + STEP, count)
            for seat in seats[at:upto]:
                if marks and seat in marks:
                    self._serve_marked(seat, marks[seat].pieces(data), short, failed)
                    continue
                try:
                    taken = seat.send(data)
                except BlockingIOError:
                    taken = 0
                except OSError as error:
                    failed.append((seat, error))
                    continue
                if taken != size:
                    short.append((seat, data, taken))
            self.deliveries += flight.lines * (upto - at)
            at = flight.next = upto
            if self._elapsed() >= until:
                break
        for seat, given, taken in short:
            seat.reader.outlet.clog(given, taken)
            seat.reader.lag()
        for seat, reason in failed:
            seat.reader.fail(reason)
        return at >= count

    def _serve_marked(
        self,
        seat: Seat,
        pieces: list[memoryview],
        short: list[tuple[Seat, bytes, int]],
        failed: list[tuple[Seat, Exception]],
    ) -> None:
        if not pieces:
            return
        data = b"".join(pieces)
        try:
            taken = seat.send(data)
        except BlockingIOError:
            taken = 0
        except OSError as error:
            failed.append((seat, error))
            return
        if taken != len(data):
            short.append((seat, data, taken))
