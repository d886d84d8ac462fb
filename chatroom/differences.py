"""What is different between two readings of the settings, and which of it only a new start brings about.

Every setting takes effect in a running house but those under `NEEDS_START`; tests/test_reloading.py asks of each key which it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_type_hints

from pydantic import SecretStr

from chatroom.amounts import shown_duration
from chatroom.config import Config

NEEDS_START: Mapping[str, str] = {
    "lobby": "everybody who is here entered by the old one",
    "terminal": "the terminal is taken when the house opens",
    "journal": "what was said stays where it is",
    "limits.name": "members' names are measured by it when the house opens",
}
"""The settings that take effect at the next start alone, and why."""
SECRETS = frozenset({"relays.secret"})
"""The settings whose values nobody is shown."""
NONE = "off"
SECRET = "(secret)"  # noqa: S105


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """Be one setting that has another value than before, both as a person would write them."""

    key: str
    old: str
    new: str

    @property
    def waits(self) -> str:
        """Tell why it takes effect at the next start alone; nothing when it does so at once."""
        return NEEDS_START.get(self.key, "")


def differences(old: Config, new: Config) -> list[Difference]:
    """List what is different, in the order of the settings."""
    before, after = dict(flat(old)), dict(flat(new))
    keys = [*before, *(key for key in after if key not in before)]
    return [
        Difference(key, before.get(key, (None, NONE))[1], after.get(key, (None, NONE))[1])
        for key in keys
        if before.get(key, (None, ""))[0] != after.get(key, (None, ""))[0]
    ]


def flat(config: Config) -> Iterator[tuple[str, tuple[Any, str]]]:
    """Give every setting by its whole key, with its value and how that is written."""
    for name in type(config).model_fields:
        yield from _flattened(name, getattr(config, name), str)


def _flattened(key: str, value: Any, kind: Any) -> Iterator[tuple[str, tuple[Any, str]]]:
    if _is_section(value):
        kinds = get_type_hints(type(value))
        for field in dataclasses.fields(value):
            yield from _flattened(f"{key}.{field.name}", getattr(value, field.name), kinds[field.name])
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flattened(f"{key}.{name}", inner, str)
    else:
        yield key, (value, SECRET if key in SECRETS else _written(value, kind))


def _is_section(value: Any) -> bool:
    """Tell whether this is a map of settings, and not one value that is written as a text."""
    return dataclasses.is_dataclass(value) and "__str__" not in type(value).__dict__


def _written(value: Any, kind: Any) -> str:
    if isinstance(value, SecretStr):
        return SECRET
    if isinstance(value, bool):
        return str(value).lower()
    if kind is float:
        return shown_duration(value)
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, Iterable):
        return ", ".join(map(str, value)) or NONE
    return str(value)
