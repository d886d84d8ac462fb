"""A verb as a row of a table: what it is called, what it takes, who may ask for it; checked once, before it is performed."""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from chatroom.core.errors import UnknownCommand, UnknownCommandNearMiss, WrongUsage
from chatroom.core.rank import Rank
from chatroom.core.request import Request

if TYPE_CHECKING:
    from chatroom.core.call import Call

Args = dict[str, Any]

LARGEST = (1 << 53) - 1
"""The largest number every program reads alike."""

ROOM = "[#ROOM]"
"""How a usage says that a room may be named first."""

_RANGE = f"a number from 0 to {LARGEST}"

_QUOTED = re.compile(r'"([^"]+)"(?: +|$)').match
"""Match a phrase in double quotes."""


class Takes(enum.Enum):
    """Tell what a parameter is made of."""

    WORD = "a word"
    PHRASE = "a phrase"
    """Typed, this is a word, or several in double quotes; the last one needs none."""
    REST = "a text"
    NUMBER = "a number"
    FLAG = "true or false"
    LIST = "a list of strings"
    MAP = "an object"


@dataclass(frozen=True, slots=True)
class Param:
    """Be one thing a verb takes; `optional` ones may be left out, `typed` ones can be given by a person in a line."""

    name: str
    takes: Takes = Takes.WORD
    optional: bool = False
    typed: bool = True
    mark: str = ""
    """What a typed word begins with to be this, and no other parameter; it is left off."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Be a verb: `usage` is `/topic [TEXT]`, `summary` one line, `help` more.

    `nameless` verbs may be asked for before one has a name; `roomy` ones concern a room, which programs name in the field
    `room` and people by being there; `hidden` ones are for programs and stand in no help.
    """

    name: str
    perform: Callable[[Call], None]
    usage: str
    summary: str
    help: str = ""
    params: tuple[Param, ...] = ()
    aliases: tuple[str, ...] = ()
    rank: Rank = Rank.GUEST
    nameless: bool = False
    roomy: bool = False
    hidden: bool = False
    untyped: bool = False
    """Whether only programs may ask for it: it does nothing that a person would see, or wants more than is typed."""
    scoped: bool = False
    """Whether it keeps order in a room, which is typed as `#room` before all else; where a person looks comes as `here`."""
    keeping: bool = False
    """Whether it is for those who keep order in some room: others are not bothered with it."""
    chat: bool = True
    """Whether people in the chat may ask for it."""
    console: bool = True
    """Whether consoles may ask for it, whose sessions are nobody in the chat."""
    _known: Mapping[str, Param] = field(init=False, repr=False, compare=False)
    _words: tuple[tuple[Param, str], ...] = field(init=False, repr=False, compare=False)
    """What a person types, and what each is called in the usage."""

    def __post_init__(self) -> None:
        typed = [param for param in self.params if param.typed]
        # Some take the room like any word; for others it is taken off before.
        roomy = any(param.mark == "#" for param in typed)
        words = [word.strip("[]") for word in self.usage.split()[1:] if word != ROOM or roomy]
        named = zip(typed, words or [param.name.upper() for param in typed], strict=False)
        object.__setattr__(self, "_known", {param.name: param for param in self.params})
        object.__setattr__(self, "_words", tuple(named))

    def bind(self, request: Request) -> Args:
        """Give the request's arguments by name, or refuse with the usage."""
        if request.fields is not None and not request.typed:
            return self._given(request.fields)
        if self.untyped:
            raise self.wrong("That is for programs.")
        common = self._common(request.fields) if request.fields is not None and self._takes_room() else {}
        if self.scoped:
            return self._scoped(request.tail, common)
        return self._typed(request.tail, common)

    def wrong(self, problem: str) -> WrongUsage:
        """Make the refusal that shows the usage."""
        return WrongUsage(problem=problem, usage=self.usage)

    def _takes_room(self) -> bool:
        return self.roomy or any(param.name == "room" and param.optional for param in self.params)

    def _common(self, fields: Mapping[str, Any]) -> Args:
        room = fields.get("room")
        if room is not None and not isinstance(room, str):
            raise self.wrong("The field room takes a string.")
        return {} if room is None else {"room": room}

    def _scoped(self, tail: str, common: Args) -> Args:
        """Take the room off the beginning of a line; what is all that stands there is no room if something must."""
        args: Args = {"here": common["room"]} if common else {}
        first, _, rest = tail.lstrip().partition(" ")
        needed = any(param.typed and not param.optional for param in self.params)
        if first.startswith("#") and len(first) > 1 and (rest.strip() or not needed):
            args["room"], tail = first, rest
        return self._typed(tail, args)

    def _typed(self, tail: str, args: Args) -> Args:
        rest = tail
        for param, word in self._words:
            if param.takes is Takes.REST:
                value, rest = rest, ""
            else:
                if not rest.lstrip().startswith(param.mark):
                    continue
                value, rest = self._first(param, rest.lstrip().removeprefix(param.mark))
            if not value:
                if param.mark or not param.optional:
                    raise self.wrong(f"{word.lstrip(param.mark)} is missing.")
                continue
            args[param.name] = self._number(word, value) if param.takes is Takes.NUMBER else value
        if rest.strip():
            raise self.wrong(f"That is more than /{self.name} takes.")
        return args

    def _first(self, param: Param, text: str) -> tuple[str, str]:
        """Take what is for `param` off the beginning of a text."""
        if param.takes is Takes.PHRASE:
            quoted = _QUOTED(text)
            if quoted is not None:
                return quoted[1], text[quoted.end() :]
            if param is self._words[-1][0]:
                return text.strip(), ""
        value, _, rest = text.partition(" ")
        return value, rest.lstrip()

    def _number(self, word: str, value: str) -> int:
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            raise self.wrong(f"{word} is a number.")
        # Python's own reading takes long over long numbers.
        if digits != value or len(digits) > 16 or int(digits) > LARGEST:
            raise self.wrong(f"{word} is {_RANGE}.")
        return int(digits)

    def _given(self, fields: Mapping[str, Any]) -> Args:
        args = self._common(fields) if self.roomy and "room" not in self._known else {}
        for name, value in fields.items():
            if name not in self._known and name not in args and value is not None:
                raise self.wrong(f"There is no field {name[:40]}.")
        for param in self.params:
            value = fields.get(param.name)
            if value is None:
                if not param.optional:
                    raise self.wrong(f"The field {param.name} is missing.")
                continue
            if not _fits(param.takes, value):
                raise self.wrong(f"The field {param.name} takes {_wanted(param.takes, value)}.")
            args[param.name] = value
        return args


def _fits(takes: Takes, value: object) -> bool:
    match takes:
        case Takes.WORD | Takes.PHRASE | Takes.REST:
            return isinstance(value, str)
        case Takes.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST
        case Takes.FLAG:
            return isinstance(value, bool)
        case Takes.LIST:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case Takes.MAP:
            return isinstance(value, dict)


def _wanted(takes: Takes, value: object) -> str:
    number = isinstance(value, int) and not isinstance(value, bool)
    return _RANGE if takes is Takes.NUMBER and number else takes.value


def unknown(word: str, verbs: Iterable[Verb]) -> UnknownCommand | UnknownCommandNearMiss:
    """Make the refusal of a word that is no verb, with the one of `verbs` that may have been meant."""
    words = [one for known in verbs for one in (known.name, *known.aliases)]
    near = difflib.get_close_matches(word[:32], words, 1, 0.6)
    return UnknownCommandNearMiss(verb=word[:32], near=near[0]) if near else UnknownCommand(verb=word[:32])


class Described(TypedDict):
    """Be what a command module's docstring says."""

    usage: str
    summary: str
    help: str


def described(doc: str | None) -> Described:
    """Read a command module's docstring, `/usage: summary.` and a blank line and help, as a verb's keyword arguments."""
    first, _, more = (doc or "").strip().partition("\n\n")
    usage, _, summary = " ".join(first.split()).partition(": ")
    return {"usage": usage, "summary": summary, "help": " ".join(more.split())}
