"""What there is to choose from: doors, journals and verbs, found by file name.

Names are listed without importing anything; only what is asked for is imported. Parts from other packages come by entry points of the
groups `chatroom.doors`, `chatroom.journals` and `chatroom.commands`, each naming a module of the same shape as ours. A file of ours
wins over an entry point of the same name, so that no package can take the place of a part by being installed.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from chatroom.core.verb import Verb


class NoSuchPart(Exception):
    """Say what was asked for in vain, and what there is."""


class BrokenPart(Exception):
    """Say which part cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Be one kind of part: the package its files are in, and what each must define."""

    kind: str
    package: str
    defines: str

    @property
    def names(self) -> tuple[str, ...]:
        """List what there is, without importing any of it."""
        return tuple(sorted({*self._files(), *self._points()}))

    def load(self, name: str) -> ModuleType:
        """Import the part called `name`; raise `NoSuchPart` or `BrokenPart` with a sentence for the host."""
        module = self._import(name)
        if not hasattr(module, self.defines):
            raise BrokenPart(f"The {self.kind} {name} ({module.__name__}) defines no {self.defines}.")
        return module

    def _import(self, name: str) -> ModuleType:
        if self._is_file(name):
            return importlib.import_module(f"{self.package}.{name}")
        point = self._points().get(name)
        if point is None:
            raise NoSuchPart(f"There is no {self.kind} called {name[:40]}. There are: {', '.join(self.names)}.")
        try:
            return importlib.import_module(point.module)
        except ImportError as error:
            raise BrokenPart(f"The {self.kind} {name} cannot be imported from {point.module}: {error}.") from error

    def _is_file(self, name: str) -> bool:
        # Without listing the others: all verbs are asked for, one by one.
        return name.isidentifier() and not name.startswith("_") and find_spec(f"{self.package}.{name}") is not None

    def _files(self) -> frozenset[str]:
        folder = Path(__file__).parent.joinpath(*self.package.split(".")[1:])
        return frozenset(found.name for found in pkgutil.iter_modules([str(folder)]) if not found.name.startswith("_"))

    def _points(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=self.package)}


DOORS = Offer("door", "chatroom.doors", "open_door")
JOURNALS = Offer("journal", "chatroom.journals", "open_journal")
FRONT_DOOR = Offer("front door", "chatroom.doors", "open_front")
TRANSFORMS = Offer("transform", "chatroom.relay.transforms", "open_transform")
COMMANDS = Offer("command", "chatroom.commands", "verb")

FRONT = "front"
"""The door that stands before the others and tells by the first bytes whose a client is."""


def load_verbs() -> tuple[Verb, ...]:
    """Import every command and give its verb; raise `BrokenPart` when two claim one word."""
    verbs = tuple(COMMANDS.load(name).verb for name in COMMANDS.names)
    _no_word_twice(verbs)
    return verbs


def _no_word_twice(verbs: Iterable[Verb]) -> None:
    owners: dict[str, str] = {}
    for verb in verbs:
        for word in (verb.name, *verb.aliases):
            other = owners.setdefault(word, verb.name)
            if other != verb.name:
                raise BrokenPart(f"The commands {other} and {verb.name} both claim /{word}.")
