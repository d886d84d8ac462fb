"""The host's settings: one YAML file, every key of it optional, read into frozen models.

Whatever is wrong is found in one go, and each fault says where it stands, which key it is, what is wrong and what to do. Keys set on
the command line go through the same checks. Defaults stand where they are used (`Rules`, `Limits`, `Retention`), not here.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationError, WithJsonSchema

from chatroom import kinds, listen, marked
from chatroom.core.flood import FloodLimits
from chatroom.core.hub import Rules
from chatroom.core.limits import Limits
from chatroom.core.publicity import Publicity
from chatroom.core.relays import Relays
from chatroom.core.seams import Retention
from chatroom.kinds import Known, Settings
from chatroom.listen import Endpoint
from chatroom.marked import Marked, Place, Tree

SHOWN = 30
"""Faults that are shown; the others are only counted."""

_RULES = Rules()
DOORS = {
    "front": (listen.parse("tcp:5000"),),
    "irc": (listen.parse("tcp:6667"),),
    "console": (listen.parse("tcp:5001:interface=127.0.0.1"),),
    "web": (listen.parse("tcp:8000:interface=127.0.0.1"),),
}
"""Where the doors listen when the host says nothing."""
_FOR_THE_HOST = ("console", "manhole")
"""Doors that command the house: nobody from elsewhere is to reach them by an oversight."""
_SECTIONS: Mapping[str, type[Any]] = {
    "retention": Retention,
    "limits": Limits,
    "floods": FloodLimits,
    "web": Publicity,
    "relays": Relays,
}
"""The maps of settings among the settings."""
_FLOODS = [field.name for field in dataclasses.fields(FloodLimits)]
_LAST = Place(1 << 30, 0)
_LINE_SPARE = 512
"""Bytes of a line that are not the message in it."""


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


def _open_doors(given: dict[str, tuple[Endpoint, ...]]) -> dict[str, tuple[Endpoint, ...]]:
    return {name: endpoints for name, endpoints in {**DOORS, **given}.items() if endpoints}


class Config(Settings):
    """Be everything the host can set."""

    name: Annotated[str, PlainValidator(kinds.text(64)), WithJsonSchema({"type": "string"})] = Field(
        _RULES.name, description="What this house is called."
    )
    welcome: Annotated[str, PlainValidator(kinds.text(2000, empty=True, lines=True)), WithJsonSchema({"type": "string"})] = Field(
        _RULES.welcome, description="What everybody is told on entering; may have several lines."
    )
    lobby: kinds.RoomName = Field(_RULES.lobby, description="The room everybody enters first.")
    access: Literal["open", "members"] = Field(
        _RULES.access, description="Who may enter: open for anybody, under a name that is no member's; members for nobody else."
    )
    registration: Literal["closed", "invited", "open"] = Field(
        _RULES.registration, description="Who may become a member without an admin: nobody, whom a member sponsors, or any guest."
    )
    terminal: bool = Field(True, description="Whether the terminal of `twistd -n` is a console: what is typed is said to everyone.")
    public_console: bool = Field(False, description="Whether a console may listen where others than this machine's users reach it.")
    certificate: kinds.Files = Field(
        (),
        description="The files of the certificate for encrypted connections and of its key; empty for one of the house's own.",
    )
    clear_passwords: bool = Field(
        _RULES.clear_passwords, description="Whether passwords may come from other machines over connections that are not encrypted."
    )
    journal: kinds.JournalName = Field(
        kinds.SQLITE,
        description="Where what is said is kept: sqlite:FILE in the state folder, or memory for nowhere.",
    )
    retention: Annotated[Retention, kinds.Amounts(frozenset({"age", "count"}))] = Field(
        Retention(), description="How much of each room is kept; zero means no bound."
    )
    doors: Annotated[Mapping[kinds.DoorName, kinds.Endpoints], BeforeValidator(kinds.nothing_is_empty), AfterValidator(_open_doors)] = (
        Field(DOORS, description="Where each door listens: an endpoint such as tcp:5000, a list of them, or off.")
    )
    web: Annotated[
        Publicity,
        kinds.Section({"monitor": kinds.Shown, "hidden": kinds.RoomNames, "readable": kinds.RoomNames, "hosts": kinds.HostNames}),
    ] = Field(Publicity(), description="What of the house is shown on the web, and by what names browsers may call it.")
    relays: Annotated[Relays, kinds.Section({"addresses": kinds.Networks, "secret": kinds.Secret})] = Field(
        Relays(), description="Who is believed when they pass connections on and say whose these are."
    )
    limits: Annotated[Limits, kinds.Amounts(frozenset({"ignored", "recent", "missed", "resume", "linger"}))] = Field(
        Limits(), description="What people and the house may use."
    )
    floods: Annotated[FloodLimits, kinds.Amounts(frozenset(_FLOODS) - {"calm", "forgive", "hush_most"})] = Field(
        FloodLimits(), description="How fast people may send and connect; zero means no bound."
    )

    @property
    def rules(self) -> Rules:
        """Give what the hub needs to know."""
        return Rules(
            name=self.name,
            welcome=self.welcome,
            lobby=self.lobby,
            access=self.access,
            registration=self.registration,
            clear_passwords=self.clear_passwords,
            limits=self.limits,
            floods=self.floods,
            publicity=self.web,
            relays=self.relays,
        )


def load(file: Path | None, known: Known, overrides: Sequence[Override] = ()) -> Config:
    """Read the settings from `file`, if there is one, and then from `overrides`; raise `BrokenConfig`."""
    text = _read(file) if file is not None else Marked()
    return _Loading(str(file or "the settings"), text, known, overrides).config()


def read_override(text: str, option: str = "--set") -> Override:
    """Read `key.path=value` as it stands on a command line, where only a list or quotes are YAML; raise `BrokenConfig`."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise BrokenConfig([Fault(option, (), "this is no setting", "Write it as key=value, for example limits.people=50.")])
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


class _Loading:
    """Check one text and what overrides it, and remember where each value came from."""

    def __init__(self, file: str, text: Marked, known: Known, overrides: Sequence[Override]) -> None:
        self._file = file
        self._text = text
        self._known = known
        self._options: dict[marked.Path, str] = {}
        self._faults = [Fault(file, slip.path, slip.problem, slip.remedy, slip.place) for slip in text.slips]
        self._tree = self._settings(text.tree)
        for override in overrides:
            self._override(override)

    def config(self) -> Config:
        """Give the settings, or raise everything that is wrong with them."""
        made = None
        try:
            made = Config.model_validate(self._tree, context=self._known)
        except ValidationError as error:
            self._complain(self._said(one) for one in error.errors(include_url=False, include_input=False))
        else:
            self._complain(self._placed(*said) for said in _contradictions(made))
        if made is None or self._faults:
            raise BrokenConfig(sorted(self._faults, key=lambda fault: fault.place or _LAST))
        return made

    def _settings(self, tree: Tree) -> dict[str, Tree]:
        if isinstance(tree, dict):
            return tree
        if tree is not None:
            self._faults.append(self._placed((), "this is no map of settings", "Write lines such as name: value."))
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
            return self._placed(path, "there is no such setting", kinds.choice(str(path[-1]), _keys(path[:-1])), key=True)
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


def _keys(path: marked.Path) -> list[str]:
    if not path:
        return list(Config.model_fields)
    return [field.name for field in dataclasses.fields(_SECTIONS[str(path[0])])]


def _contradictions(config: Config) -> Iterator[tuple[marked.Path, str, str]]:
    """Find values that are each in order but not together."""
    limits = config.limits
    for key in ("text", "topic", "away", "reason"):
        if getattr(limits, key) + _LINE_SPARE > limits.line:
            yield (
                ("limits", key),
                f"this does not fit in a line of {limits.line} bytes",
                f"Leave {_LINE_SPARE} to spare, or raise limits.line.",
            )
    for key in ("recent", "missed"):
        if getattr(limits, key) > limits.window:
            yield ("limits", key), "this is more than limits.window, which is kept in memory", "Lower it, or raise limits.window."
    if not config.doors.keys() - set(_FOR_THE_HOST):
        yield ("doors",), "no door is open, so nobody could enter", "Open one, for example front: tcp:5000."
    if not config.public_console:
        yield from _reachable_consoles(config.doors)
    yield from _places_taken_twice(config.doors)


def _reachable_consoles(doors: Mapping[str, tuple[Endpoint, ...]]) -> Iterator[tuple[marked.Path, str, str]]:
    for door in _FOR_THE_HOST:
        if any(map(listen.is_public, doors.get(door, ()))):
            yield (
                ("doors", door),
                "this console could be reached from other machines, and what is typed there is not encrypted",
                "Add :interface=127.0.0.1, or, if you mean it, set public_console: true as well.",
            )


def _places_taken_twice(doors: Mapping[str, tuple[Endpoint, ...]]) -> Iterator[tuple[marked.Path, str, str]]:
    taken: dict[str, str] = {}
    for door, endpoints in doors.items():
        for endpoint in endpoints:
            if endpoint.text in taken and endpoint.port != 0:
                yield ("doors", door), f"the door {taken[endpoint.text]} already listens there", "Choose another port."
            taken[endpoint.text] = door


def json_schema() -> str:
    """Write the JSON Schema of the settings, for editors."""
    schema = Config.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "chatroom's config.yaml"
    for source in _SECTIONS.values():
        for name, doc in _field_docs(source).items():
            schema["$defs"][source.__name__]["properties"][name]["description"] = doc
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _field_docs(source: type) -> dict[str, str]:
    body = ast.parse(inspect.getsource(source)).body[0]
    docs: dict[str, str] = {}
    if isinstance(body, ast.ClassDef):
        for before, after in zip(body.body, body.body[1:], strict=False):
            if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                docs[ast.unparse(before.target)] = " ".join(str(after.value.value).split())
    return docs
