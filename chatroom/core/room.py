"""A room, as everybody's requests so far have left it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatroom.core.log import Log
from chatroom.core.rights import Rights
from chatroom.core.seams import Put

if TYPE_CHECKING:
    from chatroom.core.session import Person, Session

SPELLED = "spelled/"
"""How the key begins under which it is kept how a room's name was written when it was opened, if not in small letters."""
OPENED = "opened/"
"""How the key begins under which it is kept beside the logs when a room was opened."""

FLOOR = "floor/"
"""How the key begins under which it is kept up to where a room's log is that of earlier rooms of its name."""

TAKEN = "taken/"
"""How the key begins under which it is kept up to where a room's log is not theirs who took it over."""

BESIDE = ("topic/", OPENED, SPELLED, FLOOR, TAKEN)
"""How the keys begin of what is kept of each room beside its rights."""


def unkept(name: str) -> tuple[Put, ...]:
    """Give what is removed from beside the logs when a room is no more, but for its rights."""
    return tuple(Put(kind + name, None) for kind in BESIDE)


@dataclass(frozen=True, slots=True)
class Topic:
    """Be a room's topic, who set it and when; an empty text is no topic."""

    text: str = ""
    by: str = ""
    at: float = 0.0


class Room:
    """Hold a room's log and its accepted state: what is committed plus everything submitted, in order."""

    __slots__ = (
        "_named",
        "_names",
        "closing",
        "comings",
        "floor",
        "log",
        "name",
        "occupants",
        "opened",
        "opened_at",
        "opening",
        "rights",
        "shown",
        "shuffles",
        "taken",
        "topic",
    )

    def __init__(self, name: str, log: Log) -> None:
        self.name = name
        self.shown = name
        """The name as it was written when the room was opened."""
        self.log = log
        self.topic = Topic()
        self.rights = Rights(name)
        self.occupants: dict[Person, set[Session]] = {}
        self.shuffles = 0
        """How often somebody here left, or was called or ranked otherwise; see `edition`."""
        self._names: tuple[str, ...] = ()
        self._named = (0, 0)
        """The edition, and how many people there were, when `_names` was made."""
        self.opened = True
        """Whether somebody has asked for this room to exist."""
        self.opened_at = 0.0
        """When it was opened; 0 if that is not known."""
        self.opening: int | None = None
        """The ticket on which rests that the room is there, or whose it is, until it is committed."""
        self.comings: dict[Person, int] = {}
        """The tickets on which rests that people are here, until they are committed."""
        self.closing = False
        """Whether somebody has asked for it to be no more, which is on its way to the disk."""
        self.floor = 0
        """The last seq of what was said under this name before this room was opened, which is nobody's business any more."""
        self.taken = 0
        """The last seq of what stood here before the room became theirs who keep order now, if others had said something."""

    def reset(self, rights: Rights) -> None:
        """Let the room have other rights, as if nothing had been set, or all that was."""
        self.shuffles += self.rights.changes + 1
        self.rights = rights

    def resting(self, person: Person | None) -> tuple[int, ...]:
        """Give the ticket on which rests what somebody does here; their coming rests on the opening of the room."""
        coming = self.comings.get(person, self.opening) if self.comings and person is not None else self.opening
        return () if coming is None else (coming,)

    @property
    def present(self) -> int:
        """Count the people here."""
        return len(self.occupants)

    @property
    def edition(self) -> int:
        """Change whenever those who are here are to be listed anew; while it stays the same others came at most."""
        return self.shuffles + self.rights.changes

    def names(self) -> tuple[str, ...]:
        """Name the people here, in the order they came; the same tuple as long as nobody comes or goes."""
        if self._named != (self.edition, self.present):
            self._named = (self.edition, self.present)
            self._names = tuple([person.author.name for person in self.occupants])
        return self._names

    def add(self, session: Session) -> bool:
        """Put a session in; tell whether its person was not here before."""
        person = session.someone
        first = person not in self.occupants
        self.occupants.setdefault(person, set()).add(session)
        return first

    def drop(self, session: Session) -> bool:
        """Take a session out; tell whether its person is here no more."""
        person = session.someone
        sessions = self.occupants.get(person)
        if sessions is None:
            return False
        sessions.discard(session)
        if sessions:
            return False
        del self.occupants[person]
        self.shuffles += 1
        return True


class Stay:
    """Be one session's time in one room, from joining to leaving; a later stay is another one."""

    __slots__ = ("first", "room", "since", "upto", "void")

    def __init__(self, room: Room) -> None:
        self.room = room
        self.first = False
        """Whether none of the person's other devices was there before."""
        self.void = False
        """Whether it was undone, as it could not be stored; what was asked for meanwhile may not rest on it."""
        self.since: int | None = None
        """Up to which kept entry the person had seen the room before, if that was known."""
        self.upto = 0
        """The last kept entry when the person came."""

    def again(self) -> Stay:
        """Give the same stay of the session that takes this one's place."""
        stay = Stay(self.room)
        stay.first, stay.since, stay.upto = self.first, self.since, self.upto
        return stay
