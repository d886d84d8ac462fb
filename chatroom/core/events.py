"""What can happen in a house, as facts in the past tense.

An event is *kept* when the journal writes it to disk, and *passing* when the journal only orders it among the others: presence is
passing, words are kept. An *entry* is an event with its place in a log. An event of the whole house (a new name, somebody gone)
is one entry that names the rooms it concerns.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from chatroom.core.fact import fact

GUESTS = "@~"
"""How the log of a guest's inbox begins: ordered, never written to disk, gone with the guest."""

Manner = Literal["say", "act", "notice"]
"""How words were meant: said, acted out (/me), or sent by a machine that wants no answer."""

HOUSE = ""
"""The name of the house's own log."""


@fact
class Author:
    """Name the person an event came from, as they were called at that moment."""

    name: str
    member: str | None = None


@fact
class Event:
    """Be the root of all events; `by` is whoever did it."""

    KEPT: ClassVar[bool] = True
    by: Author


@fact
class HouseEvent(Event):
    """Be an event that concerns several rooms at once; `present` holds (room, people there after it)."""

    KEPT: ClassVar[bool] = False
    present: tuple[tuple[str, int], ...]

    @property
    def rooms(self) -> tuple[str, ...]:
        """Name the rooms this concerns."""
        return tuple(room for room, _ in self.present)

    def count(self, room: str) -> int:
        """Tell how many people are in `room` after this."""
        return dict(self.present)[room]


@fact
class RoomOpened(Event):
    """A room exists from here on."""


@fact
class Said(Event):
    """Words to a room."""

    text: str
    manner: Manner = "say"


@fact
class TopicChanged(Event):
    """A room's topic is now `topic`; empty means none."""

    topic: str


@fact
class Told(Event):
    """Words to one person; the same entry id stands in both inboxes."""

    to: Author
    text: str
    manner: Manner = "say"


@fact
class Whispered(Event):
    """Words passed from one person to another alone; what they were is nobody else's business."""

    KEPT: ClassVar[bool] = False
    to: Author


@fact
class Joined(Event):
    """Somebody came into a room; `present` people are there now."""

    KEPT: ClassVar[bool] = False
    present: int


@fact
class Left(Event):
    """Somebody left a room but not the house; `present` people remain."""

    KEPT: ClassVar[bool] = False
    present: int
    reason: str = ""


@fact
class PutOut(HouseEvent):
    """Somebody, `who`, was put out of the house by a moderator."""

    who: Author
    reason: str = ""


@fact
class Ordered(Event):
    """Somebody with a rank did something that is to be on record: `what`, as they could have typed it, from `where`."""

    where: str
    what: str


@fact
class Renamed(HouseEvent):
    """Somebody, until now called `by.name`, is called `new`."""

    new: str


@fact
class Quit(HouseEvent):
    """Somebody left the house."""

    reason: str = ""


@fact
class WentAway(HouseEvent):
    """Somebody is away, with `message`; an empty message means they are back."""

    message: str = ""


KINDS: dict[str, type[Event]] = {
    "opened": RoomOpened,
    "said": Said,
    "topic": TopicChanged,
    "told": Told,
    "joined": Joined,
    "left": Left,
    "renamed": Renamed,
    "quit": Quit,
    "away": WentAway,
    "kicked": PutOut,
    "ordered": Ordered,
    "whispered": Whispered,
}
"""Every kind of event by the one word it has on the wire and on disk."""

KIND_OF: dict[type[Event], str] = {cls: kind for kind, cls in KINDS.items()}


@fact
class Entry:
    """Be an event at its place in a log.

    `log` is a room's name, `@id` for a member's inbox, `@~id` for a guest's, or `HOUSE`. `seq` counts the kept entries of
    that log from 1; a passing entry bears the seq of the last kept one before it. `at` is in seconds since 1970, UTC, in
    whole milliseconds.
    """

    log: str
    seq: int
    at: float
    id: str
    event: Event

    @property
    def kept(self) -> bool:
        """Tell whether this entry is on disk and has a seq of its own."""
        return is_kept(self.log, self.event)


def is_kept(log: str, event: Event) -> bool:
    """Tell whether `event` in `log` is written to disk, or only ordered among the others."""
    return event.KEPT and not log.startswith(GUESTS)
