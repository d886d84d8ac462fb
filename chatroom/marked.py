"""YAML read as plain text with the place of every key and value, and nothing that surprises.

Every scalar is the text that was written: `no`, `1:30` and `0777` are those characters, and whoever knows what a value is for
converts it. Only an unquoted `null`, `~` or nothing at all is None. Anchors, aliases, tags and keys that are no text are refused: a
config needs none of them, and an alias can make a small file a huge tree. Everything wrong is collected; only broken syntax ends it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16

Path: TypeAlias = tuple[str | int, ...]
Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"

_DEEP = "nested too deeply"
_NO_WORD = "key must be a word"
_SYNTAX = (
    (_DEEP, f"this is nested more than {MAX_DEPTH} levels deep", "No setting is that deep: check the brackets and the indentation."),
    (_NO_WORD, "a key must be a plain word", "Write it as key: value."),
    (
        "mapping values are not allowed",
        "there is a second colon in this line",
        "Put the value in quotes, or each key on a line of its own.",
    ),
    ("\\t", "a tab cannot indent here", "Use spaces."),
    ("that cannot start any token", "a value cannot begin with this character", "Put the value in quotes."),
    ("unexpected end of stream", "a quote is opened before and never closed", "Close it."),
    ("<block end>", "this line's indentation fits none of those above", "Indent it like the keys beside it."),
)
"""Words of the parser's, what we say in their place, and the remedy."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Be a line and a column of a text, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Slip:
    """Be one thing that is wrong with the text itself."""

    place: Place
    path: Path
    problem: str
    remedy: str


@dataclass(slots=True)
class Marked:
    """Hold what a text says, where it says it, and what is wrong with it."""

    tree: Tree = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)

    def slip(self, place: Place, path: Path, problem: str, remedy: str) -> None:
        """Note that something is wrong."""
        self.slips.append(Slip(place, path, problem, remedy))


def read(raw: bytes) -> Marked:
    """Read a whole text; what is wrong with it is in `slips`, and nothing raises."""
    marked = Marked()
    if len(raw) > MAX_BYTES:
        marked.slip(Place(1, 1), (), f"this is larger than {MAX_BYTES} bytes", "Remove what is no setting.")
        return marked
    try:
        text = raw.decode("utf-8-sig")
        _Reading(marked, yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except UnicodeDecodeError as error:
        marked.slip(_place_at(raw[: error.start]), (), "this is not UTF-8", "Save the file as UTF-8 text.")
    except yaml.reader.ReaderError as error:
        marked.slip(_place_at(text[: error.position].encode()), (), "there is a control character here", "Remove it.")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        marked.slip(_place(mark) if mark else Place(1, 1), (), *_broken(error))
    return marked


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the one of `known` that `word` was probably meant to be, if any is near."""
    found = difflib.get_close_matches(word[:100], list(known), n=1, cutoff=0.6)
    return found[0] if found else None


class _Reading:
    """Turn the parser's events into a tree, bounded in depth."""

    def __init__(self, marked: Marked, events: Iterator[Any]) -> None:
        self._marked = marked
        self._events = events

    def document(self) -> None:
        """Read the one document of the stream."""
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._marked.slip(_place(event.start_mark), (), "a second document begins here", "Remove the line ---.")
                    return
            elif isinstance(event, yaml.NodeEvent):
                self._marked.tree = self._value(event, ())

    def _value(self, event: Any, path: Path) -> Tree:
        place = _place(event.start_mark)
        self._marked.values[path] = place
        if isinstance(event, yaml.AliasEvent):
            self._marked.slip(place, path, "references (*) are not known here", "Write the value itself.")
            return None
        if event.anchor is not None:
            self._marked.slip(place, path, "anchors (&) are not known here", "Remove it, or put the value in quotes.")
        if getattr(event, "tag", None) not in {None, "!"}:
            self._marked.slip(place, path, "tags (!) are not known here", "Remove it, or put the value in quotes.")
        if isinstance(event, yaml.ScalarEvent):
            return None if event.implicit[0] and event.value in _NULLS else str(event.value)
        if len(path) >= MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem=_DEEP, problem_mark=event.start_mark)
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._map(path)

    def _list(self, path: Path) -> list[Tree]:
        items: list[Tree] = []
        for event in self._until(yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _map(self, path: Path) -> dict[str, Tree]:
        items: dict[str, Tree] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._key(event, path)
            if key in items:
                first = self._marked.keys[(*path, key)]
                problem = f"this key stands here a second time, after line {first.line}"
                self._marked.slip(_place(event.start_mark), (*path, key), problem, "Keep one of them.")
                self._value(next(self._events), (*path, key, "again"))
                continue
            self._marked.keys[(*path, key)] = _place(event.start_mark)
            items[key] = self._value(next(self._events), (*path, key))
        return items

    def _key(self, event: Any, path: Path) -> str:
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            return str(event.value)
        raise yaml.MarkedYAMLError(problem=_NO_WORD, problem_mark=event.start_mark)

    def _until(self, end: type[yaml.Event]) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _place_at(before: bytes) -> Place:
    return Place(before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1)


def _broken(error: yaml.MarkedYAMLError) -> tuple[str, str]:
    # The parser's own words may quote what it stopped at, which may be a secret, and speak of tokens: they are not passed on.
    problem = error.problem or ""
    for words, ours, remedy in _SYNTAX:
        if words in problem:
            return ours, remedy
    return "this is not YAML", "Check the indentation, quotes and brackets around it."
