"""Reading settings: one YAML file and what overrides it, checked in one go into a frozen model; for the server and for the relay.

Whatever is wrong is found, and each fault says where it stands, which key it is, what is wrong and what to do. Keys set on the command
line go through the same checks.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from chatroom import kinds, marked
from chatroom.kinds import Known, Settings
from chatroom.marked import Marked, Place, Tree

SHOWN = 30
"""Faults that are shown; the others are only counted."""
_LAST = Place(1 << 30, 0)

Model = TypeVar("Model", bound=Settings)
Contradiction = tuple[marked.Path, str, str]
"""Where values are each in order but not together, the problem, and the remedy."""


def _nothing(made: Any) -> Iterable[Contradiction]:
    return ()


@dataclass(frozen=True, slots=True)
class Scheme(Generic[Model]):
    """Be what settings are read into: the model, the dataclasses of the maps in it, and what finds contradictions."""

    model: type[Model]
    title: str
    sections: Mapping[str, type[Any]] = field(default_factory=dict)
    contradictions: Callable[[Model], Iterable[Contradiction]] = _nothing

    def load(self, file: Path | None, known: Known, overrides: Sequence[Override] = ()) -> Model:
        """Read the settings from `file`, if there is one, and then from `overrides`; raise `BrokenConfig`."""
        text = _read(file) if file is not None else Marked()
        return _Loading(self, str(file or "the settings"), text, known, overrides).settings()

    def json_schema(self) -> str:
        """Write the JSON Schema of the settings, for editors."""
        schema = self.model.model_json_schema()
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = self.title
        for source in self.sections.values():
            for name, doc in _field_docs(source).items():
                schema["$defs"][source.__name__]["properties"][name]["description"] = doc
        return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

    def keys(self, path: marked.Path) -> list[str]:
        """Name the keys there are at a path."""
        if not path:
            return list(self.model.model_fields)
        return [one.name for one in dataclasses.fields(self.sections[str(path[0])])]


@dataclass(frozen=True, slots=True)
class Fault:
    """Be one thing that is wrong with the settings."""

    source: str
    """The file, or the option of the command line."""
    path: marked.Path
    problem: str
    remedy: str
    place: Place | None = None

    def __str__(self) -> str:
        where = f"{self.source}:{self.place.line}:{self.place.column}" if self.place else self.source
        key = "".join(char if char.isprintable() else "?" for char in ".".join(map(str, self.path)))
        return f"{where}: {key[:120] + ': ' if key else ''}{self.problem}. {self.remedy}"


class BrokenConfig(Exception):
    """Carry everything that is wrong with the settings, a line for each fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"… and {len(self.faults) - SHOWN} more.")
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Override:
    """Be one key set on the command line, by the option that set it."""

    option: str
    path: tuple[str, ...]
    value: Tree


def read_override(text: str, option: str = "--set") -> Override:
    """Read `key.path=value` as it stands on a command line, where only a list or quotes are YAML; raise `BrokenConfig`."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise BrokenConfig([Fault(option, (), "this is not a setting", "Write it as key=value, for example limits.people=50.")])
    path = tuple(key.strip().split("."))
    if not value.startswith(("[", "{", "'", '"')):
        return Override(option, path, None if value in {"null", "~"} else value)
    read = marked.read(value.encode("utf-8", "replace"))
    if read.slips:
        raise BrokenConfig([Fault(option, path, slip.problem, slip.remedy) for slip in read.slips])
    return Override(option, path, read.tree)


def _read(file: Path) -> Marked:
    try:
        with file.open("rb") as opened:
            return marked.read(opened.read(marked.MAX_BYTES + 1))
    except OSError as error:
        problem = f"this cannot be read: {error.strerror or error}"
        raise BrokenConfig([Fault(str(file), (), problem, "Name another file with --config, or make this one readable.")]) from error


class _Loading(Generic[Model]):
    """Check one text and what overrides it, and remember where each value came from."""

    def __init__(self, scheme: Scheme[Model], file: str, text: Marked, known: Known, overrides: Sequence[Override]) -> None:
        self._scheme = scheme
        self._file = file
        self._text = text
        self._known = known
        self._options: dict[marked.Path, str] = {}
        self._faults = [Fault(file, slip.path, slip.problem, slip.remedy, slip.place) for slip in text.slips]
        self._tree = self._map(text.tree)
        for override in overrides:
            self._override(override)

    def settings(self) -> Model:
        """Give the settings, or raise everything that is wrong with them."""
        made = None
        try:
            made = self._scheme.model.model_validate(self._tree, context=self._known)
        except ValidationError as error:
            self._complain(self._said(one) for one in error.errors(include_url=False, include_input=False))
        else:
            self._complain(self._placed(*said) for said in self._scheme.contradictions(made))
        if made is None or self._faults:
            raise BrokenConfig(sorted(self._faults, key=lambda fault: fault.place or _LAST))
        return made

    def _map(self, tree: Tree) -> dict[str, Tree]:
        if isinstance(tree, dict):
            return tree
        if tree is not None:
            self._faults.append(self._placed((), "this is not a map of settings", "Write lines such as name: value."))
        return {}

    def _override(self, override: Override) -> None:
        inner = self._tree
        for step in override.path[:-1]:
            below = inner.get(step)
            if below is None:
                below = inner[step] = {}
            if not isinstance(below, dict):
                self._faults.append(Fault(override.option, override.path, "there is no such setting", f"{step} has no keys in it."))
                return
            inner = below
        inner[override.path[-1]] = override.value
        self._options[override.path] = override.option

    def _complain(self, faults: Iterable[Fault]) -> None:
        # A value that could not even be read is not worth a second complaint about what it is.
        slipped = {slip.path for slip in self._text.slips}
        self._faults += [fault for fault in faults if fault.path not in slipped]

    def _said(self, error: Any) -> Fault:
        path = tuple(step for step in error["loc"] if step != "[key]")
        if error["type"] == "wrong":
            return self._placed(path, error["ctx"]["problem"], error["ctx"]["remedy"], key=error["loc"] != path)
        if error["type"] == "extra_forbidden":
            return self._placed(path, "there is no such setting", kinds.choice(str(path[-1]), self._scheme.keys(path[:-1])), key=True)
        if error["type"] == "literal_error":
            return self._placed(
                path, "this is not one of the values it can have", f"Write {error['ctx']['expected'].replace(chr(39), '')}."
            )
        if error["type"] in {"bool_parsing", "bool_type"}:
            return self._placed(path, "this is neither true nor false", "Write one of the two.")
        return self._placed(path, "this must be a map of settings", "Write its keys below it, indented.")

    def _placed(self, path: marked.Path, problem: str, remedy: str, *, key: bool = False) -> Fault:
        for length in range(len(path), -1, -1):
            start = path[:length]
            for setting, option in self._options.items():
                if setting[:length] == start:
                    return Fault(option, path, problem, remedy)
            place = (self._text.keys if key else self._text.values).get(start)
            if place is not None:
                return Fault(self._file, path, problem, remedy, place)
        return Fault(self._file, path, problem, remedy)


def _field_docs(source: type) -> dict[str, str]:
    body = ast.parse(inspect.getsource(source)).body[0]
    docs: dict[str, str] = {}
    if isinstance(body, ast.ClassDef):
        for before, after in zip(body.body, body.body[1:], strict=False):
            if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                docs[ast.unparse(before.target)] = " ".join(str(after.value.value).split())
    return docs
