"""Events as they lie on disk: a kind, and JSON text that a person with a database shell can read.

Writing is total over every event. So is reading, whatever the row holds: a row nobody can make sense of (from a newer version, or
broken) becomes words that say so, because one bad row must neither stop a start nor leave a hole in the order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from chatroom.core.events import KIND_OF, KINDS, MOST_REMOVED, NOBODY, Author, Event, Said, Told

UNREADABLE = "(this entry cannot be read)"

MANNERS = ("say", "act", "notice")
ROLES = ("operator", "voice")
MOST_PEOPLE = 1 << 31
"""No count of people, or of seconds, is as high as this."""

Pack = Callable[[Any], Any]

_quoted = json.encoder.encode_basestring
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def encode(event: Event) -> tuple[str, str]:
    """Give `event` as its kind and JSON text; raise UnicodeEncodeError when a text in it is not Unicode."""
    if type(event) is Said and event.manner == "say" and not event.tags:  # most of all there is
        body = f'{{"by":{_json(_pack_author(event.by))},"text":{_quoted(event.text)}}}'
        if not body.isascii():
            body.encode()
        return "said", body
    kind = KIND_OF[type(event)]
    fields: dict[str, Any] = {"by": _pack_author(event.by)}
    for name, (pack, _, default) in FIELDS[kind].items():
        value = getattr(event, name)
        if value != default:
            fields[name] = pack(value)
    body = _json(fields)
    if not body.isascii():
        body.encode()
    return kind, body


def encode_words(by: Author, texts: Sequence[str]) -> tuple[str, str]:
    """Give who said some words plainly, and the words, as JSON texts; raise UnicodeEncodeError when one is not Unicode."""
    author, words = _json(_pack_author(by)), f"[{','.join(map(_quoted, texts))}]"
    if not (author.isascii() and words.isascii()):
        f"{author}{words}".encode()
    return author, words


def decode(kind: str, body: str, *, inbox: bool = False) -> Event:
    """Give the event that `encode` made `kind` and `body` from, or words that say it cannot be read."""
    try:
        return _event(kind, json.loads(body))
    except (ValueError, RecursionError):
        return unreadable(inbox=inbox)


def unreadable(*, inbox: bool = False) -> Event:
    """Give what stands in place of an entry that cannot be read."""
    if inbox:
        return Told(NOBODY, NOBODY, UNREADABLE, "notice")
    return Said(NOBODY, UNREADABLE, "notice")


def _event(kind: str, fields: object) -> Event:
    """Build an event; raise ValueError where `fields` are not what this kind has. Fields beyond those are a newer version's."""
    if kind not in KINDS or not isinstance(fields, dict):
        raise ValueError(kind)
    values = {"by": _author(fields.get("by"))}
    for name, (_, unpack, default) in FIELDS[kind].items():
        values[name] = unpack(fields[name]) if name in fields else _default(default)
    return KINDS[kind](**values)


class _Required:
    """Mark a field that is always written."""


def _default(default: object) -> Any:
    if default is _Required:
        raise ValueError("a field is missing")
    return default


def _same(value: Any) -> Any:
    return value


def _text(value: object) -> str:
    """Pass on text; JSON escapes can spell what is no Unicode, so it is tried."""
    if not isinstance(value, str):
        raise ValueError("not text")
    if not value.isascii():
        value.encode()
    return value


def _pack_author(author: Author) -> Any:
    return author.name if author.member is None else [author.name, author.member]


def _author(value: object) -> Author:
    if isinstance(value, list) and len(value) == 2:
        return Author(_text(value[0]), _text(value[1]))
    return Author(_text(value))


def _manner(value: object) -> str:
    if value not in MANNERS:
        raise ValueError("not a manner")
    return str(value)


def _count(value: object) -> int:
    """Pass on a count of people; True is an int to Python, and no count."""
    if type(value) is not int or not 0 <= value < MOST_PEOPLE:
        raise ValueError("not a count")
    return value


def _role(value: object) -> str:
    if value not in ROLES:
        raise ValueError("not a role")
    return str(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _counts(value: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise ValueError("not counts by room")
    return tuple((_text(room), _count(count)) for room, count in value)


def _tags(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise ValueError("not tags")
    return tuple((_text(key), _text(tag)) for key, tag in value)


def _ids(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_REMOVED:
        raise ValueError("not ids")
    return tuple(map(_text, value))


_TEXT = (_same, _text, _Required)
_PERSON = (_pack_author, _author, _Required)
_REASON = (_same, _text, "")
_MANNER = (_same, _manner, "say")
_COUNT = (_same, _count, _Required)
_COUNTS = (_same, _counts, _Required)
_TAGS = (list, _tags, ())
_ROLE = (_same, _role, _Required)
_FLAG = (_same, _flag, _Required)

FIELDS: dict[str, dict[str, tuple[Pack, Pack, Any]]] = {
    "opened": {},
    "said": {"text": _TEXT, "manner": _MANNER, "tags": _TAGS},
    "removed": {"ids": (list, _ids, _Required), "reason": _REASON},
    "erased": {},
    "topic": {"topic": _TEXT},
    "told": {"to": _PERSON, "text": _TEXT, "manner": _MANNER, "tags": _TAGS},
    "joined": {"present": _COUNT},
    "left": {"present": _COUNT, "reason": _REASON},
    "renamed": {"present": _COUNTS, "new": _TEXT},
    "quit": {"present": _COUNTS, "reason": _REASON},
    "away": {"present": _COUNTS, "message": _REASON},
    "kicked": {"present": _COUNTS, "who": _PERSON, "reason": _REASON},
    "ordered": {"where": _TEXT, "what": _TEXT},
    "whispered": {"to": _PERSON},
    "set": {"setting": _TEXT, "value": _TEXT, "was": _REASON},
    "role": {"who": _PERSON, "role": _ROLE, "on": _FLAG},
    "banned": {"who": _TEXT, "seconds": _COUNT, "reason": _REASON},
    "unbanned": {"who": _TEXT},
    "closed": {"reason": _REASON},
    "invited": {"to": _PERSON, "room": _TEXT},
    "ejected": {"who": _PERSON, "present": _COUNT, "reason": _REASON},
    "muted": {"present": _COUNTS, "who": _TEXT, "scope": _TEXT, "seconds": _COUNT, "reason": _REASON},
    "unmuted": {"present": _COUNTS, "who": _TEXT, "scope": _TEXT},
}
"""What each kind holds beside `by`: how a field is written, how it is read, and its value when it is not written."""
