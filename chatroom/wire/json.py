"""The native protocol as the server reads and writes it: one JSON object a line.

Writing is a table of what there is to say, with a path of its own for words said: they are rendered once for a whole room, and that
is most of what a house does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import Any, ClassVar

from chatroom.core.errors import LineTooLong
from chatroom.core.events import (
    HOUSE,
    KIND_OF,
    Author,
    Ejected,
    Entry,
    Erased,
    Event,
    HouseEvent,
    Invited,
    Joined,
    Left,
    Muted,
    Ordered,
    PutOut,
    Quit,
    Removed,
    Renamed,
    RoleChanged,
    RoomBanned,
    RoomClosed,
    RoomSet,
    RoomUnbanned,
    Said,
    Told,
    TopicChanged,
    Unmuted,
    WentAway,
    Whispered,
)
from chatroom.core.limits import Limits
from chatroom.core.replies import Answer, Denied, Done, Entered, Exited, Marked, Missed, Notice, Page, Reply, Waited, Welcome
from chatroom.core.request import Request
from chatroom.wire.moment import stamp
from chatroom.wire.strict import Object, Unreadable, is_ref, loads

VERB_LENGTH = 32
"""Characters in a verb."""


class BadVerb(Unreadable):
    """The field do must name a verb: a string of 1 to {limit} characters."""


class BadId(Unreadable):
    """The field id must be a string of 1 to {limit} characters, or an integer up to 2^53 - 1."""


def parse(line: bytes, limits: Limits) -> Request:
    """Read a line as a request, or refuse it with what is wrong and the id of what was asked, if it can be read."""
    if len(line) > limits.line:
        raise LineTooLong(limit=limits.line)
    given = loads(line)
    ref = given.pop("id", None)
    if ref is not None and not is_ref(ref, limits.key):
        raise BadId(limit=limits.key)
    verb = given.pop("do", None)
    if not isinstance(verb, str) or not 0 < len(verb) <= VERB_LENGTH:
        raise BadVerb(limit=VERB_LENGTH, ref=ref)
    return Request(verb, fields=given, ref=ref)


def dumps(value: Object) -> bytes:
    """Write an object as one line."""
    # Half a character cannot be stored, so it can only be here by a bug of ours; a "?" hurts nobody, an exception everybody.
    return _COMPACT.encode(value).encode("utf-8", "replace") + b"\n"


def _unfamiliar(value: object) -> Any:
    if isinstance(value, Entry):
        return described(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_unfamiliar)


def described(entry: Entry) -> Object:
    """Give an entry as the object that stands for it on the wire."""
    event = entry.event
    return {
        "is": KIND_OF[type(event)],
        **_place(entry),
        "at": stamp(entry.at),
        "id": entry.id,
        "by": event.by.name,
        **_particulars(event),
    }


def _place(entry: Entry) -> Object:
    event = entry.event
    if isinstance(event, HouseEvent):
        return {"rooms": event.rooms}
    private = isinstance(event, Removed | Erased) and entry.log.startswith("@")
    if private or isinstance(event, Told | Invited):
        return {"seq": entry.seq} if entry.seq else {}
    if entry.log == HOUSE:
        return {}
    return {"room": entry.log, "seq" if entry.kept else "after": entry.seq}


def _particulars(event: Event) -> Object:
    match event:
        case Said(text=text, manner=manner):
            return {"text": text} if manner == "say" else {"text": text, "manner": manner}
        case Told(to=to, text=text, manner=manner):
            return {"to": to.name, "text": text} if manner == "say" else {"to": to.name, "text": text, "manner": manner}
        case Removed(ids=ids, reason=reason):
            return {"ids": ids, "reason": reason} if reason else {"ids": ids}
    return {name: _plain(getattr(event, name)) for name in _PARTICULARS.get(type(event), ())}


def _plain(value: object) -> object:
    """Give people by name, and how many are in each room as an object."""
    if isinstance(value, Author):
        return value.name
    return dict(value) if isinstance(value, tuple) else value


_PARTICULARS: Mapping[type[Event], tuple[str, ...]] = {
    TopicChanged: ("topic",),
    Joined: ("present",),
    Left: ("present", "reason"),
    Renamed: ("new", "present"),
    Quit: ("present", "reason"),
    PutOut: ("who", "present", "reason"),
    Ordered: ("where", "what"),
    Whispered: ("to",),
    RoomSet: ("setting", "value"),
    RoleChanged: ("who", "role", "on"),
    RoomBanned: ("who", "seconds", "reason"),
    RoomUnbanned: ("who",),
    RoomClosed: ("reason",),
    Invited: ("to", "room"),
    Ejected: ("who", "present", "reason"),
    Muted: ("who", "scope", "seconds", "present", "reason"),
    Unmuted: ("who", "scope", "present"),
    WentAway: ("message", "present"),
}
"""What else is told of each kind, as it is called in the event."""


@dataclass(frozen=True, slots=True)
class JsonDialect:
    """Show entries and replies to those who speak JSON; all who do are shown the same."""

    counting: ClassVar[bool] = True

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for readers of `room`."""
        event = entry.event
        if type(event) is not Said:
            return dumps(described(entry)) if type(event) in KIND_OF else b""
        manner = "" if event.manner == "say" else f',"manner":"{event.manner}"'
        line = (
            f'{{"is":"said","room":{quoted(room)},"seq":{entry.seq},"at":"{stamp(entry.at)}","id":{quoted(entry.id)},'
            f'"by":{quoted(event.by.name)},"text":{quoted(event.text)}{manner}}}\n'
        )
        return line.encode("utf-8", "replace")

    def reply(self, reply: Reply) -> bytes:
        """Render what one session is told; empty when its client did not ask to be told."""
        return self._REPLIES[type(reply)](reply)

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render an entry of the reader's inbox; who wrote it stands in it."""
        return dumps(described(entry)) if type(entry.event) in KIND_OF else b""

    def farewell(self, why: str) -> bytes:
        """Render the last line of a connection."""
        return dumps({"is": "bye", "why": why})

    @staticmethod
    def _done(reply: Done) -> bytes:
        if reply.ref is None:
            return b""
        said: Object = {"re": reply.ref, "ok": True}
        if reply.entries:
            entry = reply.entries[0]
            said |= {**_place(entry), "at": stamp(entry.at), "id": entry.id}
            if reply.verb != "say" and type(entry.event) in KIND_OF:
                said["entry"] = described(entry)
        if reply.repeated:
            said["repeated"] = True
        return dumps(said)

    @staticmethod
    def _denied(reply: Denied) -> bytes:
        return dumps({"re": reply.ref, "ok": False, "error": reply.why.code, "why": str(reply.why)})

    @staticmethod
    def _answer(reply: Answer) -> bytes:
        head: Object = {"re": reply.ref, "ok": True, "is": reply.verb}
        return dumps({**head, **reply.fields, **head, "lines": reply.lines})

    @staticmethod
    def _welcome(reply: Welcome) -> bytes:
        return dumps(
            {
                "re": reply.ref,
                "ok": True,
                "is": "welcome",
                "you": reply.name,
                "rank": reply.rank,
                "house": reply.house,
                "welcome": reply.welcome,
                "limits": reply.limits,
                "resumed": reply.resumed,
                **({} if reply.inbox is None else {"inbox": reply.inbox}),
            }
        )

    @staticmethod
    def _entered(reply: Entered) -> bytes:
        view = reply.view
        return dumps(
            {
                "re": reply.ref,
                "ok": True,
                "is": "entered",
                "room": view.room,
                "epoch": view.epoch,
                "seq": view.seq,
                "topic": view.topic,
                "people": view.people,
                "recent": reply.recent,
                "resumed": reply.resumed,
                "missed": reply.missed,
                **({} if reply.since is None else {"since": reply.since}),
            }
        )

    @staticmethod
    def _exited(reply: Exited) -> bytes:
        why = {"why": reply.why} if reply.why else {}
        return dumps({"re": reply.ref, "ok": True, "is": "exited", "room": reply.room, **why})

    @staticmethod
    def _page(reply: Page) -> bytes:
        # A page of an inbox has no room; the inbox's own name is nobody's business.
        talk = {"with": reply.peer} | ({"before": reply.before} if reply.more and reply.before else {})
        place = talk if reply.log.startswith("@") else {"room": reply.log}
        return dumps({"re": reply.ref, "ok": True, "is": "page", **place, "entries": reply.entries, "more": reply.more})

    @staticmethod
    def _missed(reply: Missed) -> bytes:
        return dumps({"is": "missed", "room": reply.room, "count": reply.count, "after": reply.after})

    @staticmethod
    def _marked(reply: Marked) -> bytes:
        return dumps({"is": "marked", **({"with": reply.peer} if reply.peer else {"room": reply.room}), "upto": stamp(reply.upto)})

    @staticmethod
    def _waited(reply: Waited) -> bytes:
        return b"".join(dumps(described(entry)) for entry in reply.entries)

    @staticmethod
    def _notice(reply: Notice) -> bytes:
        answered = {} if reply.ref is None else {"re": reply.ref}
        return dumps({"is": "notice", **answered, "code": reply.code, "text": reply.text})

    _REPLIES: ClassVar[dict[type[Reply], Callable[[Any], bytes]]] = {
        Done: _done,
        Denied: _denied,
        Answer: _answer,
        Welcome: _welcome,
        Entered: _entered,
        Exited: _exited,
        Page: _page,
        Marked: _marked,
        Missed: _missed,
        Notice: _notice,
        Waited: _waited,
    }
