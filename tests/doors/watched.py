"""A house of which everything that comes of what its people send can be compared with another's."""

from __future__ import annotations

import re

from chatroom.testing import Person, SlowWorld

_ID = re.compile(r"(?<=[@;])msgid=([^; ]+)").sub


class Watched:
    """Be a house with some people; whoever makes it lets them in."""

    def __init__(self, world: SlowWorld) -> None:
        self.world = world
        self.people: dict[str, Person] = {}
        self._ids: dict[str, int] = {}

    def heard(self) -> dict[str, list[str]]:
        """Give what everybody heard; ids are numbered as they come up, as those of a row are made otherwise."""
        return {name: [_ID(self._numbered, line) for line in person.lines()] for name, person in self.people.items()}

    def _numbered(self, found: re.Match[str]) -> str:
        return f"msgid={self._ids.setdefault(found[1], len(self._ids))}"

    def end(self) -> object:
        """Let everything be stored and said, and give what is left of it."""
        for _ in range(40):
            self.world.settle()
            self.world.rest(1.0)
        hub = self.world.hub
        kept = {name: [(entry.seq, entry.at, entry.event) for entry in room.log.last(99)] for name, room in hub.rooms.items()}
        active = {person.name: person.active for person in hub.people.values()}
        return kept, active, hub.guard.counts, self.world.house.figures.messages, self.world.house.fanout.deliveries
