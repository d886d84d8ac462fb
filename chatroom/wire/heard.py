"""The native protocol as a client reads and writes it: whatever a server says becomes one typed, bounded thing.

`understand` is total: a line that makes no sense becomes `Strange`, and so does a kind of line this client does not know yet. Entries
and replies become what they were in the server, so that both ends speak of the same things.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chatroom.core.errors import Refused
from chatroom.core.events import (
    HOUSE,
    INBOX,
    MOST_REMOVED,
    Author,
    Ejected,
    Entry,
    Erased,
    Event,
    HouseEvent,
    Invited,
    Joined,
    Left,
    Manner,
    Muted,
    Ordered,
    PutOut,
    Quit,
    Removed,
    Renamed,
    Role,
    RoleChanged,
    RoomBanned,
    RoomClosed,
    RoomOpened,
    RoomSet,
    RoomUnbanned,
    Said,
    Told,
    TopicChanged,
    Unmuted,
    WentAway,
    Whispered,
)
from chatroom.core.replies import Answer, Entered, Exited, Missed, Notice, Page, Ref, RoomView, Welcome
from chatroom.wire.json import dumps
from chatroom.wire.strict import EXACT, Object, is_ref, loads

LINE = 4 << 20
"""The longest line taken from a server, in bytes."""

NAME = 128
TEXT = 1 << 20
PEOPLE = 100_000
ENTRIES = 10_000
LINES = 10_000


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A request was carried out and is on disk; what it became, if it became an entry of a log."""

    ref: Ref
    room: str = ""
    seq: int = 0
    id: str = ""
    repeated: bool = False
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request was refused, for a reason with a code for programs and a sentence for people."""

    ref: Ref
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Bye:
    """The server ends the connection."""

    why: str


@dataclass(frozen=True, slots=True)
class Strange:
    """A line is not understood."""

    problem: str


Heard = Acknowledged | Answer | Bye | Entered | Entry | Exited | Missed | Notice | Page | Refusal | Strange | Welcome


class _Odd(Exception):
    """A field is not what it should be."""


def request(do: str, id: str | int | None = None, **fields: Any) -> bytes:
    """Write a request as one line; fields that are None are left out."""
    named: Object = {"do": do} if id is None else {"do": do, "id": id}
    return dumps(named | {key: value for key, value in fields.items() if value is not None})


def understand(line: bytes) -> Heard:
    """Read a line from a server; never raises."""
    if len(line) > LINE:
        return Strange("the line is too long")
    try:
        return _heard(loads(line, controls=True))
    except (_Odd, Refused) as why:
        return Strange(str(why))


def _heard(found: Object) -> Heard:
    kind = found.get("is")
    # Some verbs are called like what is said unasked (missed), or like entries (topic, away); what has `re` answers.
    if isinstance(kind, str) and kind in _UNASKED and "ok" not in found:
        return _UNASKED[kind](found)
    if "re" in found:
        return _reply(found, kind)
    if isinstance(kind, str) and kind in _EVENTS:
        return _entry(found)
    raise _Odd(f"there is nothing known as {str(kind)[:40]!r}")


def _reply(found: Object, kind: object) -> Heard:
    ref = found["re"]
    if ref is not None and not is_ref(ref, NAME):
        raise _Odd("re is not the id of a request")
    if found.get("ok") is not True:
        return Refusal(ref, _text(found, "error", NAME), _text(found, "why", TEXT))
    if kind is None:
        return _acknowledged(ref, found)
    if not isinstance(kind, str):
        raise _Odd("is does not name a kind")
    return _REPLIES.get(kind, _answer)(ref, found)


def _acknowledged(ref: Ref, found: Object) -> Acknowledged:
    entry = found.get("entry")
    return Acknowledged(
        ref,
        room=_text(found, "room", NAME, ""),
        seq=_count(found, "seq", 0),
        id=_text(found, "id", NAME, ""),
        repeated=found.get("repeated") is True,
        entry=None if entry is None else _entry(entry),
    )


def _answer(ref: Ref, found: Object) -> Answer:
    fields = {key: value for key, value in found.items() if key not in {"re", "ok", "is", "lines"}}
    return Answer(ref, _text(found, "is", NAME), fields, tuple(_texts(found, "lines", LINES, TEXT)))


def _welcome(ref: Ref, found: Object) -> Welcome:
    limits = found.get("limits")
    kept = {key: value for key, value in limits.items() if type(value) in {int, float}} if isinstance(limits, dict) else {}
    return Welcome(
        ref,
        name=_text(found, "you", NAME),
        rank=_text(found, "rank", NAME, "guest"),
        house=_text(found, "house", NAME, ""),
        limits=kept,
        welcome=_text(found, "welcome", TEXT, ""),
        resumed=found.get("resumed") is True,
        inbox=_position(found.get("inbox")),
    )


def _position(found: object) -> tuple[str, int] | None:
    match found:
        case None:
            return None
        case [str(epoch), int(seq)] if len(epoch) <= NAME and not isinstance(seq, bool) and 0 <= seq <= EXACT:
            return epoch, seq
    raise _Odd("inbox is no position")


def _entered(ref: Ref, found: Object) -> Entered:
    view = RoomView(
        room=_text(found, "room", NAME),
        epoch=_text(found, "epoch", NAME),
        seq=_count(found, "seq"),
        topic=_text(found, "topic", TEXT, ""),
        people=tuple(_texts(found, "people", PEOPLE, NAME)),
    )
    since = None if found.get("since") is None else _count(found, "since")
    return Entered(ref, view, _entries(found, "recent"), _count(found, "missed", 0), found.get("resumed") is True, since)


def _exited(ref: Ref, found: Object) -> Exited:
    return Exited(ref, _text(found, "room", NAME), _text(found, "why", TEXT, ""))


def _page(ref: Ref, found: Object) -> Page:
    room, peer = _text(found, "room", NAME, INBOX), _text(found, "with", NAME, "")
    return Page(ref, "history", room, _entries(found, "entries"), found.get("more") is True, peer, _count(found, "before", 0))


def _missed(found: Object) -> Missed:
    return Missed(None, _text(found, "room", NAME), _count(found, "count"), _count(found, "after"))


def _notice(found: Object) -> Notice:
    return Notice(None, _text(found, "code", NAME), _text(found, "text", TEXT))


def _bye(found: Object) -> Bye:
    return Bye(_text(found, "why", TEXT, ""))


_REPLIES: dict[str, Callable[[Ref, Object], Heard]] = {
    "welcome": _welcome,
    "entered": _entered,
    "exited": _exited,
    "page": _page,
}
_UNASKED: dict[str, Callable[[Object], Heard]] = {"missed": _missed, "notice": _notice, "bye": _bye}


def _entry(found: object) -> Entry:
    if not isinstance(found, dict):
        raise _Odd("an entry is not an object")
    kind = found.get("is")
    make = _EVENTS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise _Odd(f"there is no entry known as {str(kind)[:40]!r}")
    event = make(Author(_text(found, "by", NAME)), found)
    log, seq = _place(found, event)
    return Entry(log, seq, _at(found), _text(found, "id", NAME), event)


def _place(found: Object, event: Event) -> tuple[str, int]:
    if isinstance(event, Told | Invited) or (isinstance(event, Removed | Erased) and "room" not in found):
        return INBOX, _count(found, "seq", 0)
    if isinstance(event, HouseEvent | Ordered | Whispered):
        return HOUSE, 0
    return _text(found, "room", NAME), _count(found, "seq" if event.KEPT else "after")


def _at(found: Object) -> float:
    text = _text(found, "at", 40)
    try:
        return round(datetime.fromisoformat(text).timestamp(), 3)
    except (ValueError, OverflowError):
        raise _Odd("at is not a time") from None


def _manner(found: Object) -> Manner:
    match found.get("manner", "say"):
        case "act":
            return "act"
        case "notice":
            return "notice"
        case _:
            return "say"


def _role(found: Object) -> Role:
    match found.get("role"):
        case "operator":
            return "operator"
        case "voice":
            return "voice"
        case _:
            raise _Odd("role is none we know")


def _who(found: Object) -> Author:
    return Author(_text(found, "who", NAME))


def _reason(found: Object) -> str:
    return _text(found, "reason", TEXT, "")


def _present(found: Object) -> tuple[tuple[str, int], ...]:
    value = found.get("present")
    if not isinstance(value, dict) or len(value) > ENTRIES:
        raise _Odd("present does not count people by room")
    return tuple((room, _count(value, room)) for room in value if len(room) <= NAME)


_EVENTS: dict[str, Callable[[Author, Object], Event]] = {
    "opened": lambda by, _: RoomOpened(by),
    "said": lambda by, found: Said(by, _text(found, "text", TEXT), _manner(found)),
    "removed": lambda by, found: Removed(by, tuple(_texts(found, "ids", MOST_REMOVED, NAME)), _reason(found)),
    "erased": lambda by, _: Erased(by),
    "topic": lambda by, found: TopicChanged(by, _text(found, "topic", TEXT)),
    "told": lambda by, found: Told(by, Author(_text(found, "to", NAME)), _text(found, "text", TEXT), _manner(found)),
    "joined": lambda by, found: Joined(by, _count(found, "present")),
    "left": lambda by, found: Left(by, _count(found, "present"), _text(found, "reason", TEXT, "")),
    "renamed": lambda by, found: Renamed(by, _present(found), _text(found, "new", NAME)),
    "quit": lambda by, found: Quit(by, _present(found), _text(found, "reason", TEXT, "")),
    "kicked": lambda by, found: PutOut(by, _present(found), Author(_text(found, "who", NAME)), _text(found, "reason", TEXT, "")),
    "ordered": lambda by, found: Ordered(by, _text(found, "where", NAME), _text(found, "what", TEXT)),
    "whispered": lambda by, found: Whispered(by, Author(_text(found, "to", NAME))),
    "away": lambda by, found: WentAway(by, _present(found), _text(found, "message", TEXT, "")),
    "set": lambda by, found: RoomSet(by, _text(found, "setting", NAME), _text(found, "value", NAME)),
    "role": lambda by, found: RoleChanged(by, _who(found), _role(found), found.get("on") is True),
    "banned": lambda by, found: RoomBanned(by, _text(found, "who", TEXT), _count(found, "seconds"), _reason(found)),
    "unbanned": lambda by, found: RoomUnbanned(by, _text(found, "who", TEXT)),
    "closed": lambda by, found: RoomClosed(by, _reason(found)),
    "invited": lambda by, found: Invited(by, Author(_text(found, "to", NAME)), _text(found, "room", NAME)),
    "ejected": lambda by, found: Ejected(by, _who(found), _count(found, "present"), _reason(found)),
    "muted": lambda by, found: Muted(
        by, _present(found), _text(found, "who", TEXT), _text(found, "scope", NAME, ""), _count(found, "seconds"), _reason(found)
    ),
    "unmuted": lambda by, found: Unmuted(by, _present(found), _text(found, "who", TEXT), _text(found, "scope", NAME, "")),
}


_KNOWN = list(_EVENTS)


def _text(found: Object, key: str, limit: int, default: str | None = None) -> str:
    value = found.get(key, default)
    if not isinstance(value, str) or len(value) > limit:
        raise _Odd(f"{key} is not a text of at most {limit} characters")
    return value


def _count(found: Object, key: str, default: int | None = None) -> int:
    value = found.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= EXACT:
        raise _Odd(f"{key[:40]} is not a count")
    return value


def _texts(found: Object, key: str, limit: int, length: int) -> list[str]:
    value = found.get(key, [])
    if not isinstance(value, list) or len(value) > limit:
        raise _Odd(f"{key} is not a list of at most {limit} texts")
    if not all(isinstance(item, str) and len(item) <= length for item in value):
        raise _Odd(f"{key} holds what is not a text of at most {length} characters")
    return value


def _entries(found: Object, key: str) -> tuple[Entry, ...]:
    value = found.get(key, [])
    if not isinstance(value, list) or len(value) > ENTRIES:
        raise _Odd(f"{key} is not a list of at most {ENTRIES} entries")
    # A kind of entry made up after this client must not hide those beside it.
    return tuple(_entry(item) for item in value if not isinstance(item, dict) or item.get("is") in _KNOWN)
