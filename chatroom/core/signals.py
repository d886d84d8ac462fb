"""What clients tell one another beside the words: tags on a message, tags alone, what people are really called, and which
member somebody turns out to be.

Tags are the clients' own business; the house only sees to it that they are tags, and few. These events pass, are never on disk, and
are shown by doors whose clients know of them and by no other.
"""

from __future__ import annotations

import re
from typing import ClassVar

from chatroom.core.call import Call
from chatroom.core.errors import BadCharacter, TextTooLong
from chatroom.core.events import Author, Event, HouseEvent, Manner, Role, Tags
from chatroom.core.fact import fact
from chatroom.core.settings import OPERATOR, VOICE

MOST = 4094
"""Bytes of the tags of one message, written with a sign between each two."""
_KEY = re.compile(r"\+[!-:<>-~]+").fullmatch
"""What is one tag and no other; which there are is for clients to know."""
_UNFIT = re.compile("[\0\ud800-\udfff]")


@fact
class Signalled(Event):
    """Tags without words, to a room, or `to` one person."""

    KEPT: ClassVar[bool] = False
    tags: Tags
    to: Author | None = None


@fact
class Confided(Event):
    """Words to those in `room` who keep order there, or to all who have a voice, or tags without any; they stand in no history."""

    KEPT: ClassVar[bool] = False
    room: str
    role: Role
    text: str
    manner: Manner = "say"
    tags: Tags = ()


@fact
class Described(HouseEvent):
    """Somebody says that they are really called `real`."""

    real: str


@fact
class CardChanged(HouseEvent):
    """On somebody's card stands `text` now under a key, or nothing any more."""

    key: str
    text: str | None


@fact
class RoomCardChanged(Event):
    """On a room's card stands `text` now under a key, or nothing any more."""

    KEPT: ClassVar[bool] = False
    key: str
    text: str | None


@fact
class Recognised(HouseEvent):
    """Somebody who was a guest until now, `by`, is the `member` with this id."""

    member: str


def role_of(call: Call) -> Role:
    """Give whom something is for, of those in a room: all who have a voice, or else those who keep order."""
    return VOICE if call.args.get("role") == VOICE else OPERATOR


def client_tags(call: Call) -> Tags:
    """Give the tags of a request, or refuse what is none, or too much."""
    given = call.args.get("tags")
    if not given:
        return ()
    for key, value in given.items():
        if not _KEY(key) or not isinstance(value, str) or _UNFIT.search(value):
            raise BadCharacter(character="a tag that is not a client's")
    size = len(";".join(f"{key}={value}" if value else key for key, value in given.items()).encode())
    if size > MOST:
        raise TextTooLong(what="set of tags", size=size, limit=MOST)
    return tuple(given.items())
