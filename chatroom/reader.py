"""A session's view outward: the rooms it reads, the replies it is sent, through its outlet and in its dialect.

Rules
-----
- While the outlet takes everything, the reader sits in the groups of its rooms and costs nothing of its own.
- A reader that cannot keep up *lags*: it leaves its groups and goes on alone (`lag.py`) until it sits with the others again.
- One whose outlet does not drain for `limits.stall` seconds is let go, and so is one that owes more replies than it may.
"""

from __future__ import annotations

from collections.abc import Callable

from chatroom.core.events import INBOX, Entry
from chatroom.core.limits import Limits
from chatroom.core.replies import Reply
from chatroom.core.room import Room
from chatroom.core.seams import Dialect, Fetched, Slice
from chatroom.core.session import Session
from chatroom.fanout import Fanout
from chatroom.group import Seat
from chatroom.intake import Intake
from chatroom.lag import Lag
from chatroom.outlet import Outlet

UNREAD = "did not read what it was sent"
"""Why a reader is let go that owes too much."""


class Reader:
    """Show one session what it is to see; see the module for the rules."""

    __slots__ = (
        "_lag",
        "_on_failure",
        "behind",
        "clogged_at",
        "dialect",
        "fanout",
        "intake",
        "limits",
        "listener",
        "outlet",
        "read",
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
        self.read = read
        self._on_failure = on_failure
        self.seats: dict[str, Seat] = {}
        self.told = 0
        """The last entry of the inbox that was given."""
        self._lag: Lag | None = None
        """How it catches up, while it has to."""
        self.behind = False
        """Whether it lags only until the next flush."""
        self.listener: Callable[[Reply], None] | None = None
        """Called with each reply before it is rendered, for a door whose dialogue depends on it."""
        self.revised: Callable[[], None] = lambda: None
        """Called when the host's rules have changed."""
        self.clogged_at: float | None = None
        """When this reader was first seen clogged; None once it has drained."""
        outlet.attach(self.advance, self.fail)

    @property
    def lagging(self) -> bool:
        """Tell whether it goes on alone."""
        return self._lag is not None

    # -- what the house tells it

    def give(self, data: bytes) -> None:
        """Send bytes of its own, after everything it was to be shown before."""
        if not data:
            return
        self.settle()
        if self._lag is None:
            self.outlet.give(data)
            if self.outlet.clogged:
                self.lag()
        elif not self._lag.owe(data):
            self._on_failure(self, UNREAD)

    def settle(self) -> None:
        """Send now what is pending for it in its rooms."""
        if self.behind:
            self.advance()
        for seat in list(self.seats.values()):
            if self._lag is not None:
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
        if self.seats.pop(room.name, None) is not None and self._lag is not None and not self._lag.leave(seat):
            self._on_failure(self, UNREAD)

    def shown(self) -> dict[str, int]:
        """Tell up to which kept entry of each room everything was given to the connection."""
        shown = {name: seat.shown() for name, seat in self.seats.items()}
        return shown if self._lag is not None and self._lag.owing else {**shown, INBOX: self.told}

    @property
    def rooms(self) -> frozenset[str]:
        """Name the rooms it reads, or still reads to the moment it left them."""
        return frozenset(seat.room.name for seat in (self.seats.values() if self._lag is None else self._lag.seats()))

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
        if self._lag is not None:
            self._lag.clear()
        self.intake.gone()
        self.outlet.lost()

    def finish(self) -> None:
        """End the connection after what it was sent; show it nothing more."""
        if self.behind:
            self.advance()
        for seat in self.seats.values():
            self.fanout.unseat(seat)
        self.seats.clear()
        if self._lag is not None and self._lag.finish():
            self.outlet.abort()
        else:
            self.outlet.close()

    def fail(self, error: Exception) -> None:
        """Note that the outlet broke."""
        self._on_failure(self, str(error))

    def lag(self) -> None:
        """Leave the groups and go on alone."""
        if self._lag is not None:
            return
        self._lag = Lag(self)
        for seat in self.seats.values():
            self.fanout.unseat(seat)

    def fall_behind(self) -> None:
        """Leave the groups until the next flush, though its outlet would take more."""
        self.behind = True
        self.lag()

    def advance(self) -> None:
        """Go on where it stopped, as far as the outlet takes it."""
        if not self.outlet.clogged:
            self.clogged_at = None
        self.behind = False
        if self._lag is not None:
            self._lag.advance()

    def catches_up(self, lag: Lag) -> bool:
        """Tell whether this is how it catches up now."""
        return self._lag is lag

    def sit(self) -> None:
        """Sit with the others again: everything was given."""
        self._lag = None
        for seat in self.seats.values():
            self.fanout.seat(seat)

    def wait(self) -> None:
        """Go on in the flush after the next line is shown: what is left stands in a log, but is still to be shown to the house."""
        self.behind = True
        self.fanout.wait_for(self)
