"""What can happen in a house, as facts in the past tense.

An event is *kept* when the journal writes it to disk, and *passing* when the journal only orders it among the others: presence is
passing, words are kept. An *entry* is an event with its place in a log. An event of the whole house (a new name, somebody gone)
is one entry that names the rooms it concerns.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import field, replace
from typing import ClassVar, Literal

from chatroom.core.fact import fact

GUESTS = "@~"
"""How the log of a guest's inbox begins: ordered, never written to disk, gone with the guest."""

INBOX = "@"
"""What one's own inbox is called by oneself, whose it is; no room is called so."""

Manner = Literal["say", "act", "notice"]
"""How words were meant: said, acted out (/me), or sent by a machine that wants no answer."""

Role = Literal["operator", "voice"]
"""What somebody may be given in a room: keeping order there, or a voice where others have none."""
MANNERS: tuple[Manner, ...] = ("say", "act", "notice")

Tags = tuple[tuple[str, str], ...]
"""What clients tell one another beside the words, by name; the house makes nothing of it."""

HOUSE = ""
"""The name of the house's own log."""

MOST_REMOVED = 500
"""Entries one removal takes away."""


@fact
class Author:
    """Name the person an event came from, as they were called at that moment."""

    name: str
    member: str | None = None
    stay: str = field(default="", compare=False, repr=False)
    """What tells one guest's stay from all others, while they are here; it is shown to nobody and not stored."""

    def is_same(self, other: Author) -> bool:
        """Tell whether this is the same member, or the same guest, whatever they were called."""
        if self.member is not None or other.member is not None:
            return self.member == other.member
        return self.stay == other.stay if self.stay and other.stay else self.name == other.name


NOBODY = Author("?")
"""Who words are from of which that is not known, or not to be: no name that anybody can have."""


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
    tags: Tags = ()


@fact
class Removed(Event):
    """The entries of this log that bear these `ids`, at most `MOST_REMOVED`, were emptied with this: their words are gone."""

    ids: tuple[str, ...]
    reason: str = ""
    to: Author | None = field(default=None, compare=False, repr=False)
    """Whom private words were for, as the other devices of who takes them back know them; it is not stored."""


@fact
class Erased(Event):
    """Words stood here that were removed: their place is kept, so that the order has no hole, but not whose they were."""


@fact
class TopicChanged(Event):
    """A room's topic is now `topic`; empty means none."""

    topic: str


@fact
class RoomSet(Event):
    """A room's `setting` is now `value`.

    They are access (open, invited, key), limit (of people; 0 is none), slow (seconds between two messages of one person), and
    lock, secret and quiet (on, off). Of access, `was` is what it was before.
    """

    setting: str
    value: str
    was: str = ""


@fact
class RoleChanged(Event):
    """Somebody, `who`, was given a role in a room, or it was taken from them."""

    who: Author
    role: Role
    on: bool


@fact
class RoomBanned(Event):
    """Nobody whom `who` names may come into a room, for `seconds`; 0 is for good."""

    who: str
    seconds: int
    reason: str = ""


@fact
class RoomUnbanned(Event):
    """Whom `who` names may come into a room again."""

    who: str


@fact
class RoomClosed(Event):
    """A room is no more; one that is opened under its name later is another."""

    reason: str = ""


@fact
class Invited(Event):
    """Somebody is asked to come into `room`, and may."""

    KEPT: ClassVar[bool] = False
    to: Author
    room: str


@fact
class Ejected(Event):
    """Somebody, `who`, was put out of a room but not of the house; `present` people remain."""

    KEPT: ClassVar[bool] = False
    who: Author
    present: int
    reason: str = ""


@fact
class Told(Event):
    """Words to one person; the same entry id stands in both inboxes."""

    to: Author
    text: str
    manner: Manner = "say"
    tags: Tags = ()


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
class Muted(HouseEvent):
    """Nobody whom `who` names may speak in `scope`, a room or the whole house, for `seconds`; 0 is for good."""

    who: str
    scope: str
    seconds: int
    reason: str = ""


@fact
class Unmuted(HouseEvent):
    """Whom `who` names may speak again in `scope`, a room or the whole house."""

    who: str
    scope: str


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
    """Somebody left the house, by their `own` word or not."""

    reason: str = ""
    own: bool = False


@fact
class WentAway(HouseEvent):
    """Somebody is away, with `message`; an empty message means they are back."""

    message: str = ""


KINDS: dict[str, type[Event]] = {
    "opened": RoomOpened,
    "said": Said,
    "removed": Removed,
    "erased": Erased,
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
    "set": RoomSet,
    "role": RoleChanged,
    "banned": RoomBanned,
    "unbanned": RoomUnbanned,
    "closed": RoomClosed,
    "invited": Invited,
    "ejected": Ejected,
    "muted": Muted,
    "unmuted": Unmuted,
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


def emptied(entry: Entry) -> Entry:
    """Give what is left of an entry whose words were removed."""
    return Entry(entry.log, entry.seq, entry.at, entry.id, Erased(NOBODY))


def within(entry: Entry, rooms: Container[str]) -> Entry:
    """Give an entry as it is shown to who is in these `rooms`: an event of the house names no others, which may be secret."""
    event = entry.event
    if not isinstance(event, HouseEvent) or all(room in rooms for room in event.rooms):
        return entry
    present = tuple([one for one in event.present if one[0] in rooms])
    return replace(entry, event=replace(event, present=present))


def is_kept(log: str, event: Event) -> bool:
    """Tell whether `event` in `log` is written to disk, or only ordered among the others."""
    return event.KEPT and not log.startswith(GUESTS)
