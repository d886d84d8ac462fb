"""What a client's view of a house tells its face: facts in the past tense, already put in order and made once."""

from __future__ import annotations

from dataclasses import dataclass

from chatroom.core.events import Entry
from chatroom.core.replies import Answer


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The house knows us as `name`; `again` when we were here before and the connection broke."""

    name: str
    house: str
    welcome: str
    again: bool


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone; what is said meanwhile waits."""

    why: str


@dataclass(frozen=True, slots=True)
class Died:
    """The connection has been silent for too long: it is to be cut."""


@dataclass(frozen=True, slots=True)
class NameRefused:
    """The house does not want us by this name; nothing goes on until `View.call_me` gives another."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class PasswordAsked:
    """The house wants the password of `name`; nothing goes on until `View.use_password` gives one, or `View.call_me` another name."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class PasswordRefused:
    """What we gave is not the password, or cannot become one; nothing goes on until another is given."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class ChoiceAsked:
    """Our invitation is good; nothing goes on until `View.choose_password` gives a password of our own."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The house does not let us in."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class RoomEntered:
    """We are in a room; `again` when we were before the connection broke."""

    room: str
    topic: str
    again: bool


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """We are in a room no longer; `why` says so when we did not ask for it."""

    room: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class EntryShown:
    """An entry of a room, of several rooms, or of none (told in private) is to be shown.

    `mention`: somebody else's words hold our name, or are for us alone. `recent`: it was there before we came.
    """

    rooms: tuple[str, ...]
    entry: Entry
    mention: bool = False
    own: bool = False
    recent: bool = False


@dataclass(frozen=True, slots=True)
class NewSince:
    """What is shown of a room next was said since our person last saw it, and not shown are `more` before that."""

    room: str
    more: int


@dataclass(frozen=True, slots=True)
class EntriesMissed:
    """`count` entries of a room were not to be had; what follows is newer."""

    room: str
    count: int


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """Who is in a room is not what it was."""

    room: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What we sent is on disk."""

    id: int


@dataclass(frozen=True, slots=True)
class Denied:
    """What we asked for was refused; `text` is what had been typed."""

    id: int
    code: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What we asked is answered."""

    id: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class PageRead:
    """Older entries we asked for by the request `id`, oldest first; `more` when there are older ones still.

    Of a conversation with a `peer`, `before` is where to go on.
    """

    id: int
    room: str
    entries: tuple[Entry, ...]
    more: bool
    peer: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Noticed:
    """The house says something to us."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The house ended the connection, and there is no coming back by ourselves."""

    why: str


Happening = (
    Answered
    | ChoiceAsked
    | Delivered
    | Denied
    | Died
    | Disconnected
    | Ended
    | EntriesMissed
    | EntryShown
    | NameRefused
    | NewSince
    | Noticed
    | PageRead
    | PasswordAsked
    | PasswordRefused
    | PeopleChanged
    | RoomEntered
    | RoomLeft
    | TurnedAway
    | Welcomed
)
