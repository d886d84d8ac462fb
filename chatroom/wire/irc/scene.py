"""What a rendering needs to know of the house: what it is called, and who is behind a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from chatroom.core.events import Author
from chatroom.core.likeness import fold
from chatroom.core.profile import UNKNOWN, host, host_of
from chatroom.core.session import Person
from chatroom.wire.irc.names import Lists

if TYPE_CHECKING:
    from chatroom.core.hub import Hub

SERVICE = "house"
"""The name under which the house itself is spoken to; nobody can be called that."""
SERVER = "server"
"""Who announces."""
SPEAKERS = 64
"""How many are remembered of those who said something lately."""


class Scene:
    """Show a hub to the renderings of all IRC connections, which share it."""

    __slots__ = (
        "_author",
        "_before",
        "_source",
        "hub",
        "lists",
        "network",
        "opened_at",
        "said",
        "server",
        "version",
        "vouched_port",
    )

    def __init__(self, hub: Hub, version: str, opened_at: float, vouched_port: Callable[[], int | None]) -> None:
        self.hub = hub
        self.vouched_port = vouched_port
        self.version = version
        self.opened_at = opened_at
        self.network = re.sub(r"[^A-Za-z0-9.-]+", "-", hub.rules.name).strip("-.")[:60] or "chatroom"
        self.server = self.network if "." in self.network else f"irc.{self.network}"
        self.lists = Lists()
        self._author: Author | None = None
        """Who was the source last, of those who are here, and as what."""
        self._source = ""
        self._before: dict[int, tuple[Author, str, str]] = {}
        """What stands before the words of some who are here, with the name of the room they spoke in last."""
        self.said: dict[tuple[str, str, object], bytes] = {}
        """Words rendered lately, by id, room, and what of the reader's capabilities shows in them."""

    def room(self, text: str) -> str:
        """Give the name by which the house knows the room that `text` means."""
        return fold(text)

    def channel(self, text: str) -> str:
        """Give the room that `text` means as a channel, written as it was when it was opened."""
        room = self.hub.rooms.get(text) or self.hub.rooms.get(fold(text))
        return f"#{text if room is None else room.shown}"

    def person(self, author: Author) -> Person | None:
        """Give whoever is called that now, if it is who is meant."""
        found = self.hub.roster.find(author.name)
        return found if found is not None and found.author.member == author.member else None

    def source(self, author: Author) -> str:
        """Give somebody as the source of a message, also when they have left."""
        if author is self._author:
            return self._source
        if author.name == SERVER and author.member is None:
            return self.server
        person = self.person(author)
        if person is not None:
            source = f"{author.name}!{person.user}@{host(person)}"
            if person.author is author:
                self._author, self._source = author, source
            return source
        for stay in self.hub.departed.called(author.name):
            if stay.author.member == author.member:
                return f"{author.name}!{stay.user}@{stay.host}"
        return f"{author.name}!{UNKNOWN}@{host_of(author)}"

    def before(self, author: Author, room: str) -> str:
        """Give what stands before words that somebody says to a room."""
        there = self.hub.rooms.get(room)
        known = self._before.get(id(author))
        if known is not None and there is not None and known[0] is author and known[1] is there.shown:
            return known[2]
        before = f":{self.source(author)} PRIVMSG {self.channel(room)} :"
        if there is not None and author is self._author:
            if len(self._before) >= SPEAKERS:
                self._before.clear()
            self._before[id(author)] = author, there.shown, before
        return before

    @property
    def service(self) -> str:
        """Give the house itself as the source of a message."""
        return f"{SERVICE}!{SERVICE}@{self.server}"

    def account(self, member: str | None) -> str:
        """Give what a member is called as one; nothing for guests."""
        if member is None:
            return ""
        found = self.hub.keeper.members.get(member)
        return member if found is None else found.name

    def keep(self, key: tuple[str, str, object], data: bytes) -> bytes:
        """Remember words that were rendered, for readers whose other capabilities differ."""
        if len(self.said) >= 64:
            del self.said[next(iter(self.said))]
        self.said[key] = data
        return data
