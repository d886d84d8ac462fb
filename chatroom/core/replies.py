"""What one session is told in answer to what it asked; every door renders each of these its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from chatroom.core.errors import Refused
from chatroom.core.events import Author, Entry
from chatroom.core.fact import fact


class Reference:
    """Be what a door refers to a request by that knows by itself what is to be made of the reply."""

    __slots__ = ()


Ref = str | int | Reference | None


@fact
class Reply:
    """Be the root of all replies; `ref` is the request's own id, if it had one."""

    ref: Ref


@fact
class Done(Reply):
    """What was asked for is on disk; `entries` are what it became."""

    verb: str
    entries: Sequence[Entry] = ()
    repeated: bool = False
    """It had been done before under the same id and was not done twice."""


@fact
class Denied(Reply):
    """What was asked for was refused."""

    verb: str
    why: Refused


@fact
class Answer(Reply):
    """What was asked is answered: `fields` for programs, `lines` for people."""

    verb: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    entries: Sequence[Entry] = ()
    """What became of it, where something was done."""


@fact
class RoomView:
    """Show what a room is to somebody who is in it."""

    room: str
    epoch: str
    seq: int
    """The last kept entry's, at the moment this was made."""
    topic: str
    people: tuple[str, ...]
    topic_by: str = ""
    topic_at: float = 0.0


@fact
class Welcome(Reply):
    """A session has its name and its rooms."""

    name: str
    rank: str
    house: str
    limits: Mapping[str, int | float]
    welcome: str
    resumed: bool
    inbox: tuple[str, int] | None = None
    """The epoch of one's inbox, and after which of its entries what is told follows."""


@fact
class Entered(Reply):
    """A session is in a room from here on; `recent` is what was said before, oldest first."""

    view: RoomView
    recent: tuple[Entry, ...] = ()
    missed: int = 0
    """Kept entries after the resume position that are not going to be sent."""
    resumed: bool = False
    """What was said since the resume position follows."""
    since: int | None = None
    """The last kept entry that the person had seen before; what `recent` holds came after it."""


@fact
class Exited(Reply):
    """A session is out of a room; `why` says so to whoever did not ask for it."""

    room: str
    why: str = ""


@fact
class Page(Reply):
    """Be one page of a log, oldest first; `more` when there is older (or newer) to ask for."""

    verb: str
    log: str
    entries: tuple[Entry, ...]
    more: bool
    peer: str = ""
    """With whom the conversation is, when this is one."""
    before: int = 0
    """Where to go on back in a conversation, when there is more."""


@fact
class Missed(Reply):
    """`count` kept entries of a room after seq `after` were left out, as they were too many for this reader."""

    room: str
    count: int
    after: int


@fact
class Marked(Reply):
    """The person has read a `room`, or the conversation with a `peer`, up to a moment, as another client of theirs says."""

    room: str
    peer: str
    upto: float


@fact
class Waited(Reply):
    """What was said to a person alone while they were not here, oldest first; of `more` that waited only the newest are shown."""

    entries: tuple[Entry, ...]
    more: bool = False


@fact
class Notice(Reply):
    """Something the house says to one person unasked."""

    code: str
    text: str


@fact
class Alert(Notice):
    """Something that `by` tells all who want to be told such things."""

    by: Author


@fact
class Expelled(Notice):
    """Somebody is put out of the house by `by`; the end of their connection follows."""

    by: Author
