"""A relay that runs before a house."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.harness import Daemon, Netcat, program

Relays = Callable[..., "RelayDaemon"]


class RelayDaemon(Daemon):
    """Be one `chatroom relay` before a house."""

    def __init__(self, folder: Path, house: Daemon, *options: str) -> None:
        super().__init__(folder, *options)
        self.house = house

    @property
    def command(self) -> list[str]:
        """Give the command line."""
        where = "--state", str(self.state), "--port", str(self.port), "--server", f"127.0.0.1:{self.house.port}"
        return [*program("chatroom"), "relay", *where, *self.options]

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the relay ended instead of starting\n{self}"
        return f"starting on {self.port}" in self.log()

    def person(self, name: str) -> Netcat:
        """Let somebody come in with netcat."""
        one = Netcat(self, self.host)
        one.say(name)
        one.expect(rf"Welcome, \*{re.escape(name)}\.")
        one.expect(r"You are in lobby[^\n]*\n")
        return one


@contextmanager
def relays_in(folder: Path) -> Iterator[Relays]:
    """Give a way to start relays, and end them afterwards."""
    made: list[RelayDaemon] = []

    def make(house: Daemon, *options: str) -> RelayDaemon:
        made.append(RelayDaemon(folder / f"relay{len(made)}", house, *options))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.kill()
        one.hang_up()
        one.look_for_trouble()
