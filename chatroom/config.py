"""The host's settings: one YAML file, every key of it optional, read into frozen models.

Defaults stand where they are used (`Rules`, `Limits`, `Retention`), not here; how a file is read is in `loading`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from chatroom import kinds, listen
from chatroom.core.flood import FloodLimits
from chatroom.core.limits import Limits
from chatroom.core.publicity import Publicity
from chatroom.core.relays import Relays
from chatroom.core.rules import Rules
from chatroom.core.seams import Retention
from chatroom.kinds import Known, Settings
from chatroom.listen import Endpoint
from chatroom.loading import Contradiction, Override, Scheme
from chatroom.logs import Logs

_RULES = Rules()
DOORS = {
    "front": (listen.parse("tcp:5000"),),
    "irc": (listen.parse("tcp:6667"), listen.parse("tls:6697")),
    "console": (listen.parse("tcp:5001:interface=127.0.0.1"),),
    "web": (listen.parse("tcp:8000:interface=127.0.0.1"),),
}
"""Where the doors listen when the host says nothing."""
_FOR_THE_HOST = ("console", "manhole")
"""Doors that command the house: nobody from elsewhere is to reach them by an oversight."""
_SECTIONS: Mapping[str, type[Any]] = {
    "retention": Retention,
    "log": Logs,
    "limits": Limits,
    "floods": FloodLimits,
    "web": Publicity,
    "relays": Relays,
}
"""The maps of settings among the settings."""
_FLOODS = [field.name for field in dataclasses.fields(FloodLimits)]
_NEVER_ZERO = frozenset({"calm", "forgive", "hush_most", "login_wait", "address_login_wait", "member_login_wait"})
"""Amounts about floods of which none is no bound."""
_LINE_SPARE = 512
"""Bytes of a line that are not the message in it."""


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
        _RULES.access, description="Who may enter: open for anybody, under any name but a member's; members for members only."
    )
    registration: Literal["closed", "invited", "open"] = Field(
        _RULES.registration,
        description="Who may become a member without an admin: nobody, those whom a member sponsors, or any guest as well.",
    )
    terminal: bool = Field(True, description="Whether the terminal of `twistd -n` is a console: what is typed is said to everyone.")
    public_console: bool = Field(False, description="Whether a console may listen where people on other machines can reach it.")
    certificate: kinds.Files = Field(
        (),
        description="The files of the certificate for encrypted connections and of its key; empty for one of the house's own.",
    )
    clear_passwords: bool = Field(
        _RULES.clear_passwords, description="Whether passwords may come from other machines over connections that are not encrypted."
    )
    strict_transport: kinds.Strictness = Field(
        _RULES.strict_transport,
        description="For how long IRC clients must use the encrypted port once they have heard of it; 0s takes it back.",
    )
    journal: kinds.JournalName = Field(
        kinds.SQLITE,
        description="Where what is said is kept: sqlite:FILE in the state folder, or memory for nowhere.",
    )
    retention: Annotated[Retention, kinds.Amounts(frozenset({"age", "count"}))] = Field(
        Retention(), description="How much of each room is kept; zero means no bound."
    )
    log: Annotated[Logs, kinds.Amounts(frozenset({"statistics", "size"}))] = Field(
        Logs(), description="How often the log tells how the house is doing, and how much of it is kept."
    )
    doors: Annotated[Mapping[kinds.DoorName, kinds.Endpoints], BeforeValidator(kinds.nothing_is_empty), AfterValidator(_open_doors)] = (
        Field(DOORS, description="Where each door listens: an endpoint such as tcp:5000, a list of them, or off.")
    )
    web: Annotated[
        Publicity,
        kinds.Section(
            {
                "monitor": kinds.Shown,
                "hidden": kinds.RoomNames,
                "readable": kinds.RoomNames,
                "hosts": kinds.HostNames,
                "origins": kinds.Origins,
            }
        ),
    ] = Field(Publicity(), description="What of the house is shown on the web, and by what names browsers may call it.")
    relays: Annotated[Relays, kinds.Section({"addresses": kinds.Networks, "secret": kinds.Secret})] = Field(
        Relays(), description="Who is believed when they pass connections on and say whose these are."
    )
    limits: Annotated[Limits, kinds.Amounts(frozenset({"ignored", "recent", "missed", "resume", "linger"}))] = Field(
        Limits(), description="What people and the house may use."
    )
    floods: Annotated[FloodLimits, kinds.Amounts(frozenset(_FLOODS) - _NEVER_ZERO)] = Field(
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
            strict_transport=self.strict_transport,
            limits=self.limits,
            floods=self.floods,
            publicity=self.web,
            relays=self.relays,
        )


def _contradictions(config: Config) -> Iterator[Contradiction]:
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
    yield from _reachable_consoles(config)
    yield from _places_taken_twice(config.doors)


def _reachable_consoles(config: Config) -> Iterator[Contradiction]:
    public = {door for door in _FOR_THE_HOST if any(map(listen.is_public, config.doors.get(door, ())))}
    if "manhole" in public:
        yield ("doors", "manhole"), "the manhole takes nobody from other machines", "Add :interface=127.0.0.1."
    if "console" in public and not config.public_console:
        yield (
            ("doors", "console"),
            "this console could be reached from other machines, and what is typed there is not encrypted",
            "Add :interface=127.0.0.1, or, if you mean it, set public_console: true as well.",
        )


def _places_taken_twice(doors: Mapping[str, tuple[Endpoint, ...]]) -> Iterator[Contradiction]:
    taken: dict[str, str] = {}
    for door, endpoints in doors.items():
        for endpoint in endpoints:
            if endpoint.text in taken and endpoint.port != 0:
                yield ("doors", door), f"the door {taken[endpoint.text]} already listens there", "Choose another port."
            taken[endpoint.text] = door


SCHEME = Scheme(Config, "chatroom's config.yaml", _SECTIONS, _contradictions)


def load(file: Path | None, known: Known, overrides: Sequence[Override] = ()) -> Config:
    """Read the settings from `file`, if there is one, and then from `overrides`; raise `BrokenConfig`."""
    return SCHEME.load(file, known, overrides)


def json_schema() -> str:
    """Write the JSON Schema of the settings, for editors."""
    return SCHEME.json_schema()
