"""JSON read strictly, because what one reader lets pass the next one trips over.

A key stands once in an object, numbers are finite and exact in every language, text is Unicode without lone surrogates, and nesting
is bounded before anything recurses. What is wrong is named, and the id of what was asked is told wherever it can be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.encoder import encode_basestring as quoted
from math import isfinite
from typing import Any, NoReturn

from chatroom.core import errors
from chatroom.core.errors import Malformed
from chatroom.core.replies import Ref

Object = dict[str, Any]

DEPTH = 8
"""Objects and lists within one another, in anything said in this protocol."""

EXACT = (1 << 53) - 1
"""The largest integer every JSON reader takes exactly."""

_STRING = re.compile(r'"(?:[^"\\]+|\\.)*"?', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORBIDDEN = re.compile("[\0\r]")


class Unreadable(Malformed):
    """That line cannot be read as a request."""

    @property
    def ref(self) -> Ref:
        """Give the id of the request, if it could be read."""
        ref: Ref = self.fields.get("ref")  # type: ignore[assignment]  # put there by this module alone, as a Ref
        return ref


class NotUtf8(Unreadable):
    """That line is not valid UTF-8 at byte {position}. Encode what you send as UTF-8."""


class NotJson(Unreadable):
    """That line is not JSON: {problem} at character {position}. Send one object a line."""


class NotAnObject(Unreadable):
    """That line is JSON, but not an object. Send one object a line."""


class TooDeep(Unreadable):
    """That line nests more than {limit} deep. Send flatter objects."""


class KeyTwice(Unreadable):
    """The key {key} stands twice in one object. Give each key once."""


class BadNumber(Unreadable):
    """The number {number} is not one every program reads alike. Send finite numbers, and integers up to 2^53 - 1."""


class BadCharacter(Unreadable, errors.BadCharacter):
    """A text holds {character}, which is not allowed. Leave it out."""


def loads(line: bytes, *, controls: bool = False) -> Object:
    """Read a line as an object of bounded depth, or raise `Unreadable`; with `controls`, texts may hold NUL and carriage returns."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(position=error.start) from None
    if nests_deeper(text, DEPTH):
        raise TooDeep(limit=DEPTH)
    try:
        value = _STRICT.decode(text)
        if "\\" in text:
            _check_characters(value, controls)
    except json.JSONDecodeError as error:
        raise NotJson(problem=_lowered(error.msg), position=error.pos) from None
    except Unreadable as error:
        raise type(error)(**{**error.fields, "ref": _salvaged(text)}) from None
    if not isinstance(value, dict):
        raise NotAnObject
    return value


def nests_deeper(text: str, limit: int) -> bool:
    """Tell whether objects and lists in JSON text stand in one another more than `limit` deep, in linear time."""
    if text.count("{") + text.count("[") <= limit:
        return False
    depth = 0
    for character in _STRING.sub("", text):
        if character in "{[":
            depth += 1
            if depth > limit:
                return True
        elif character in "}]":
            depth -= 1
    return False


def is_ref(value: object, limit: int) -> bool:
    """Tell whether `value` can be the id of a request."""
    if isinstance(value, str):
        return 0 < len(value) <= limit
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= EXACT


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _once(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add gives None
        raise KeyTwice(key=quoted(key[:40]))
    return found


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) <= 17 else EXACT + 1
    if abs(number) > EXACT:
        raise BadNumber(number=digits[:40])
    return number


def _fraction(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise BadNumber(number=digits[:40])
    return number


def _no_constant(name: str) -> NoReturn:
    raise BadNumber(number=name)


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_int=_integer, parse_float=_fraction, parse_constant=_no_constant)
_LENIENT = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) <= 17 else None)


def _check_characters(value: Any, controls: bool) -> None:
    """Refuse what only an escape can bring in: half a character, or one that ends lines elsewhere."""
    for text in _texts(value):
        if _SURROGATE.search(text):
            raise BadCharacter(character="half of a surrogate pair")
        if not controls and (found := _FORBIDDEN.search(text)):
            raise BadCharacter(character="NUL" if found[0] == "\0" else "a carriage return")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts(item))


def _salvaged(text: str) -> Ref:
    """Find the id in a line that is JSON, but not JSON to be trusted."""
    try:
        value = _LENIENT.decode(text)
    except ValueError:
        return None
    ref = value.get("id") if isinstance(value, dict) else None
    return ref if is_ref(ref, 128) and not _SURROGATE.search(str(ref)) else None
