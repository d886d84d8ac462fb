"""The kinds of values that settings take, each as a type that pydantic reads from plain text.

A value that is refused is told as a problem and a remedy (`wrong`), and is never repeated: it might be a secret. A dataclass of amounts
keeps its fields and defaults where they are used; nothing of it is written a second time here.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from chatroom import amounts, listen
from chatroom.core import publicity
from chatroom.core.errors import Refused
from chatroom.core.limits import DEFAULT
from chatroom.core.names import clean_room, is_address
from chatroom.listen import Endpoint
from chatroom.marked import nearest
from chatroom.wire import origin

LONGEST = 100 * 365 * amounts.SECONDS["d"]
LARGEST = 1 << 40
MOST_ENDPOINTS = 16
MOST_NETWORKS = 1000
SHORTEST_SECRET = 16
LONGEST_SECRET = 256


@dataclass(frozen=True, slots=True)
class Known:
    """Name the parts that settings may speak of."""

    doors: tuple[str, ...]
    journals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Name a part by its file, and what is handed to it."""

    name: str
    rest: str

    def __str__(self) -> str:
        return f"{self.name}:{self.rest}"


SQLITE = Part("sqlite", "chatroom.db")
"""The journal when nothing else is said."""


class Settings(BaseModel):
    """Be a map of settings in which nothing unknown may stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def wrong(problem: str, remedy: str) -> PydanticCustomError:
    """Make the error that says what is wrong with a value and what to do."""
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy})


def choice(word: str, known: Iterable[str]) -> str:
    """Say which of `known` was probably meant, or what there is."""
    near = nearest(word, known)
    return f"Did you mean {near}?" if near else f"There are: {', '.join(known)}."


def text(longest: int, *, empty: bool = False, lines: bool = False) -> Callable[[Any], str]:
    """Make the check of a text for people."""

    def check(value: Any) -> str:
        given = "" if value is None else value
        if not isinstance(given, str):
            raise wrong("this must be a text", "Write one, in quotes.")
        if not empty and not given.strip():
            raise wrong("this must not be empty", "Write a text, or remove the line.")
        if len(given) > longest:
            raise wrong(f"this is longer than {longest} characters", "Shorten it.")
        if not all(char.isprintable() or (lines and char == "\n") for char in given):
            raise wrong("there are characters in this that cannot be shown", "Remove them.")
        return given.strip()

    return check


def nothing_is_empty(value: Any) -> Any:
    """Take a key with nothing behind it, as when all its lines are commented out, for an empty map."""
    return {} if value is None else value


def _room(value: Any) -> str:
    try:
        return clean_room(text(1000)(value), DEFAULT.room)
    except Refused as refused:
        problem, _, remedy = str(refused).partition(". ")
        raise wrong(problem, remedy) from None


def _journal(value: Any, info: ValidationInfo) -> Part:
    name, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not name:
        raise wrong("this is not a journal", "Write for example sqlite:chatroom.db, or memory to keep nothing.")
    _check(name, _known(info).journals, "journal")
    return SQLITE if name == SQLITE.name and not rest else Part(name, rest)


def _door(name: str, info: ValidationInfo) -> str:
    _check(name, _known(info).doors, "door")
    return name


def _known(info: ValidationInfo) -> Known:
    known: Any = info.context
    return known if isinstance(known, Known) else Known((), ())


def _check(name: str, known: Iterable[str], kind: str) -> None:
    if name not in known:
        raise wrong(f"there is no such {kind}", choice(name, known))


def _endpoints(value: Any) -> tuple[Endpoint, ...]:
    if value is None or value == "off":
        return ()
    texts = value if isinstance(value, list) else [value]
    if len(texts) > MOST_ENDPOINTS:
        raise wrong(f"these are more than {MOST_ENDPOINTS} endpoints", "Remove some.")
    if not all(isinstance(one, str) for one in texts):
        raise wrong("this is not an endpoint", "Write one such as tcp:5000, a list of them, or off.")
    try:
        return tuple(listen.parse(one) for one in texts)
    except listen.NoEndpoint as error:
        raise wrong(error.problem, error.remedy) from None


def _files(value: Any) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) and value else value or []
    if not isinstance(given, list) or len(given) > 2:
        raise wrong("this is neither a file nor two", "Name the certificate's file, or write [CERTIFICATE, KEY].")
    return tuple(text(1000)(one) for one in given)


def _amount(read: Callable[[str], float], problem: str, remedy: str) -> Callable[[Any], float]:
    def convert(value: Any) -> float:
        try:
            return read(value if isinstance(value, str) else "")
        except ValueError:
            raise wrong(problem, remedy) from None

    return convert


def _within(least: float, most: float, shown: Callable[[float], str]) -> Callable[[float], float]:
    def check(value: float) -> float:
        if not least <= value <= most:
            raise wrong(f"this must be from {shown(least)} to {shown(most)}", "Choose a value in between.")
        return value

    return check


_COUNT = Annotated[
    Any,
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": amounts.SIZE}]}),
    BeforeValidator(_amount(amounts.size, "this is not a number", "Write for example 1000, or 64KiB where bytes are counted.")),
]
_DURATION = Annotated[
    Any,
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": amounts.DURATION}]}),
    BeforeValidator(_amount(amounts.duration, "this is not a length of time", "Write for example 30s, 10m, 12h or 365d.")),
]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Read a map of amounts into a dataclass; the fields named in `zeros` may be zero, all others are more than that."""

    zeros: frozenset[str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kinds = get_type_hints(source)
        fields: Mapping[str, Any] = {
            one.name: (self._kind(one.name, kinds[one.name]), one.default) for one in dataclasses.fields(source)
        }
        model = create_model(source.__name__, __base__=Settings, **fields)
        made = core_schema.no_info_after_validator_function(lambda read: source(**dict(read)), handler.generate_schema(model))
        return core_schema.no_info_before_validator_function(nothing_is_empty, made)

    def _kind(self, name: str, kind: object) -> Any:
        if kind is int:
            return Annotated[_COUNT, AfterValidator(_within(0 if name in self.zeros else 1, LARGEST, str))]
        if kind is float:
            return Annotated[_DURATION, AfterValidator(_within(0 if name in self.zeros else 0.001, LONGEST, amounts.shown_duration))]
        raise TypeError(f"{name} is neither a count nor a duration")


@dataclass(frozen=True, slots=True)
class Section:
    """Read a map of settings into a dataclass; `fields` says of what kind each is."""

    fields: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        defaults: Mapping[str, Any] = {one.name: (self.fields[one.name], one.default) for one in dataclasses.fields(source)}
        model = create_model(source.__name__, __base__=Settings, **defaults)
        made = core_schema.no_info_after_validator_function(lambda read: source(**dict(read)), handler.generate_schema(model))
        return core_schema.no_info_before_validator_function(nothing_is_empty, made)


def _networks(value: Any) -> tuple[str, ...]:
    found = [] if value is None else value if isinstance(value, list) else [value]
    if len(found) > MOST_NETWORKS or not all(isinstance(one, str) and is_address(one) for one in found):
        raise wrong("these are not addresses or networks", "Write for example 192.0.2.7, or a list: [127.0.0.0/8, 192.0.2.0/24].")
    return tuple(found)


def _secret(value: Any) -> str:
    given = "" if value is None else value
    if not isinstance(given, str) or not (given == "" or SHORTEST_SECRET <= len(given) <= LONGEST_SECRET):
        raise wrong(f"this must be {SHORTEST_SECRET} to {LONGEST_SECRET} characters", "Make one up: openssl rand -hex 16.")
    return given


def _shown(value: Any) -> str:
    if value not in get_args(publicity.Shown):
        raise wrong("this must say to whom", f"Write {', '.join(get_args(publicity.Shown))}.")
    return str(value)


def _names_of(check: Callable[[Any], str], example: str) -> Callable[[Any], frozenset[str]]:
    def read(value: Any) -> frozenset[str]:
        given = [] if value is None else [value] if isinstance(value, str) else value
        if not isinstance(given, list):
            raise wrong("this must be a list of names", f"Write for example [{example}].")
        if len(given) > MOST_NAMES:
            raise wrong(f"these are more than {MOST_NAMES} names", "Remove some.")
        return frozenset(check(one) for one in given)

    return read


def _host(value: Any) -> str:
    name = text(253)(value).lower().rstrip(".")
    if not _HOST(name):
        raise wrong("this is not the name of a machine", "Write it without scheme and port, for example chat.example.org.")
    return name


def _origin(value: Any) -> str:
    found = origin.plain(text(300)(value))
    if found is None:
        raise wrong("this is not the origin of a page", "Write scheme and name, and no path, for example https://irc.example.org.")
    return found


_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*").fullmatch


def _strictness(value: Any) -> float | None:
    if value in (None, "off"):
        return None
    read = _amount(amounts.duration, "this is not a length of time", "Write for example 30d, or off.")
    return _within(0, LONGEST, amounts.shown_duration)(read(value))


MOST_NAMES = 500
_STRINGS = WithJsonSchema({"type": "array", "items": {"type": "string"}})
Shown = Annotated[publicity.Shown, PlainValidator(_shown), WithJsonSchema({"enum": list(get_args(publicity.Shown))})]
Strictness = Annotated[
    float | None,
    PlainValidator(_strictness),
    WithJsonSchema(
        {"anyOf": [{"type": "null"}, {"const": "off"}, {"type": "number"}, {"type": "string", "pattern": amounts.DURATION}]}
    ),
]
Networks = Annotated[tuple[str, ...], PlainValidator(_networks), _STRINGS]
Secret = Annotated[str, PlainValidator(_secret), WithJsonSchema({"type": "string"})]
RoomNames = Annotated[frozenset[str], PlainValidator(_names_of(_room, "staff")), _STRINGS]
HostNames = Annotated[frozenset[str], PlainValidator(_names_of(_host, "chat.example.org")), _STRINGS]
Origins = Annotated[frozenset[str], PlainValidator(_names_of(_origin, '"https://irc.example.org"')), _STRINGS]
RoomName = Annotated[str, PlainValidator(_room), WithJsonSchema({"type": "string"})]
JournalName = Annotated[Part, PlainValidator(_journal), WithJsonSchema({"type": "string", "pattern": "^[a-z_]+:"})]
DoorName = Annotated[str, AfterValidator(_door)]
Files = Annotated[
    tuple[str, ...],
    PlainValidator(_files),
    WithJsonSchema({"anyOf": [{"type": ["string", "null"]}, {"type": "array", "items": {"type": "string"}, "maxItems": 2}]}),
]
Endpoints = Annotated[
    tuple[Endpoint, ...],
    PlainValidator(_endpoints),
    WithJsonSchema({"anyOf": [{"type": ["string", "integer", "null"]}, {"type": "array", "items": {"type": "string"}}]}),
]
