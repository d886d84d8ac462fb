"""The documents say what is so: transcripts are played, examples are run, tables are compared, links are followed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chatroom.testing import Person, World

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def fences(text: str, language: str) -> list[str]:
    """Give the contents of the fenced blocks in one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


class Terminal:
    """Be one person at netcat, who types a marked line of a script as soon as all above it has been seen."""

    def __init__(self, world: World, script: str) -> None:
        self.world = world
        self.script = [untimed(line) for line in script.splitlines()]
        self.seen: list[str] = []
        self.person: Person | None = None

    def look(self) -> None:
        if self.person is not None:
            self.seen += [untimed(line) for line in self.person.lines()]

    def goes_on(self) -> bool:
        """Do the next thing, if it is due."""
        due = self.script[len(self.seen)] if self.seen == self.script[: len(self.seen)] != self.script else ""
        if not due.startswith(("$ ", "> ")):
            return False
        self.seen.append(due)
        if due.startswith("$ nc "):
            self.person = self.world.connect(self.world.front)
            self.world.rest(1)
        elif self.person is not None:
            self.person.types(due[2:])
        return True


def untimed(line: str) -> str:
    """Leave out what o'clock it was, which depends on where the test is run."""
    return re.sub(r"^\[\d\d:\d\d\] ", "[00:00] ", line)


def play(terminals: Sequence[Terminal]) -> None:
    """Let things happen until nobody has anything more to do."""
    while any(terminal.goes_on() for terminal in terminals):
        for terminal in terminals:
            terminal.look()


def test_the_readmes_two_people_see_what_it_shows_and_find_it_after_a_restart() -> None:
    ann, bob, later = fences(README.read_text(), "chat")
    world = World()
    terminals = [Terminal(world, script) for script in (ann, bob)]
    play(terminals)
    world = world.restarted()
    for terminal in terminals:
        terminal.look()
        assert terminal.seen == terminal.script
    again = Terminal(world, later)
    play([again])
    assert again.seen == again.script
