"""Fan-out: what is new in a room, rendered once per dialect and turn, one shared `bytes`, one write per reader.

Rules
-----
- The readers of a room who stand at its end and share a dialect form a *group*. New lines are rendered once for the group and
  wait as *pending* bytes; a *flight* takes them to every reader. No Python runs per message and reader.
- What differs for one reader, such as its own lines, is cut out of what goes to it (`group.py`).
- Whatever else is sent to a reader goes after what is pending for it (`settle`), so nothing is ever overtaken.
- A line of several rooms takes those who read more than one of them out of their groups until the flush: each is then brought up
  from the logs, in the order of all its rooms, within the slices. However many such lines a turn brings, that is one write.
- Who does not take all of a flight leaves its groups and goes on at its own pace from the log (`lag.py`), and comes back
  when it has caught up.
- A flight runs in slices, small groups first. After a flush that took t, the next waits about t: under load lines gather into
  fewer, larger writes, and an idle house answers at once.
- After a flight of many lines their readers have much to say themselves: the thread sleeps for a moment, so that it reads what they
  say at once, and not piece by piece as it comes. Each piece costs a turn of the reactor, a submission and much else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from chatroom.core.events import Entry, HouseEvent, Said, within
from chatroom.core.room import Room
from chatroom.core.window import Line, Stretch
from chatroom.core.words import Placed
from chatroom.group import Group, Seat

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
MANY = 16
"""Lines of a flight after which the thread sleeps."""
NAP = 0.0003
"""Seconds for which it does; of ten people with 64 messages on their way each is read once then, and costs a quarter less."""


class Fanout:
    """Bring what is new to all readers of the rooms."""

    def __init__(
        self, clock: IReactorTime, elapsed: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._sleep = sleep
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
        self._most = 0
        """Lines of the largest flight since the last flush was finished."""
        self._not_before = 0.0
        self.deliveries = 0
        """Lines given to readers so far."""
        self.order = 0
        """The order of the newest line shown."""

    # -- lines ----------------------------------------------------------------------------------------------------------

    def show(self, room: Room, stretch: Stretch, source: Reader | None) -> None:
        """Show a room's readers what now stands at the end of its log."""
        self.order = stretch.last
        if self._early:
            self._behind.update(self._early)
            self._early.clear()
        seat = source.seats.get(room.name) if source is not None and not source.session.echo else None
        for group in self._groups.get(room, {}).values():
            data, count = self._rendered(group, stretch.entries)
            if data:
                group.append(data, count, seat)
                self._dirty[group] = None
        self._schedule()

    def show_house(self, shown: tuple[tuple[Room, Stretch], ...], source: Reader | None) -> None:
        """Show the readers of several rooms what is one thing, each once and in its place among the lines of all these rooms.

        Those who count a room's kept entries are shown each room's.
        """
        shared = self._readers_of_several(shown) if len(shown) > 1 else []
        for room, stretch in shown:
            self.show(room, stretch, source)
        # Only now, as a seat remembers its place by what is pending, which must include this line.
        for reader in shared:
            reader.fall_behind()
            self._behind[reader] = None
        self._schedule()

    def _readers_of_several(self, shown: tuple[tuple[Room, Stretch], ...]) -> list[Reader]:
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

    def _rendered(self, group: Group, entries: Sequence[Entry]) -> tuple[bytes, int]:
        """Give the bytes of what one person did, and how many lines of it there are to show."""
        name, render = group.room.name, group.dialect.entry
        if len(group.seats) == 1 and next(iter(group.seats)).reader.hides(entries[0]):
            return b"", 0
        if group.row is not None and isinstance(entries, Placed):
            return group.row(entries, name), len(entries.texts)
        # Those who are in several of an event's rooms are rendered for alone.
        shown = [data for one in entries if (data := render(one if type(one.event) is Said else within(one, (name,)), name))]
        return b"".join(shown), len(shown)

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
            self._most = max(self._most, group.depart().lines)
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
            if self._most >= MANY:
                self._sleep(NAP)
            self._spent, self._most = 0.0, 0
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
