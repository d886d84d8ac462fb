"""Programs that come without a connection of their own, as curl does: each has a token, a rank, and rooms it may read and write.

Rules
-----
- A token is shown once, to whoever made it; only its hash is kept. Whoever has it is the bot.
- A bot's name is nobody else's. It is in no room: nobody sees it come or go, only what it says.
- The name is the bot's until it is on disk that it is no more: so none comes back beside another of its name.
- There is no randomness here: tokens come from outside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from chatroom.core.cell import Cell, Cells
from chatroom.core.errors import NoSuchBot, TooManyBots
from chatroom.core.fact import fact
from chatroom.core.rank import Rank
from chatroom.core.seams import Put

PREFIX = "bot/"
"""How the key of each bot begins, in the state kept beside the logs."""
MOST = 500
"""Bots of one house."""
ROOMS = 100
"""Rooms one bot is given by name."""
EVERYWHERE = "*"
"""What stands for every room that anybody may enter."""


@fact
class Bot:
    """Be a bot: `digest` is its token's hash, `at` when it was made, in seconds since 1970."""

    name: str
    id: str
    digest: str
    rank: Rank
    rooms: tuple[str, ...]
    by: str
    at: float

    @property
    def key(self) -> str:
        """Give its key in the state beside the logs."""
        return PREFIX + self.id

    def stored(self) -> Put:
        """Make the change that keeps it."""
        found = {"name": self.name, "digest": self.digest, "rank": str(self.rank), "rooms": self.rooms, "by": self.by, "at": self.at}
        return Put(self.key, json.dumps(found, ensure_ascii=False))

    def reaches(self, room: str, *, public: bool) -> bool:
        """Tell whether it may read and write a room; `public` when anybody may enter that."""
        return room in self.rooms or (public and EVERYWHERE in self.rooms)


class Bots:
    """Hold the bots of a house, each from when it is asked for until it is settled that it is no more."""

    def __init__(self) -> None:
        self._cells = Cells()
        """Each of them by its id, with what is under way to the disk."""
        self._by_digest: dict[str, Bot] = {}

    def __iter__(self) -> Iterator[Bot]:
        """List them by name."""
        return iter(sorted(self._by_digest.values(), key=lambda bot: bot.name))

    def load(self, state: Mapping[str, str]) -> tuple[str, ...]:
        """Take what the state beside the logs holds; give the keys of what cannot be read."""
        unread = []
        for key, value in state.items():
            if key.startswith(PREFIX):
                try:
                    bot = _read(key.removeprefix(PREFIX), value)
                except (ValueError, KeyError, TypeError, RecursionError):
                    unread.append(key)
                else:
                    self._cells[bot.id] = Cell(bot)
        self._index()
        return tuple(unread)

    def add(self, change: object, bot: Bot) -> None:
        """Take a new one, or refuse it when there are too many."""
        if len(self._by_digest) >= MOST:
            raise TooManyBots(limit=MOST)
        self._put(change, bot.id, bot)

    def remove(self, change: object, name: str) -> Bot:
        """Take its token from one and give it, or refuse when there is none of that name."""
        for bot in self:
            if bot.name == name:
                self._put(change, bot.id, None)
                return bot
        raise NoSuchBot(name=name[:80])

    def settle(self, change: object, bot: Bot, *, stored: bool) -> bool:
        """Note what became of a change; tell whether the name is free, as the bot is not there and nothing of it is under way."""
        self._cells.settle(bot.id, change, stored=stored)
        self._index()
        return bot.id not in self._cells

    def bearing(self, token: str) -> Bot | None:
        """Find the bot whose token this is."""
        return self._by_digest.get(digest(token))

    def _put(self, change: object, id: str, bot: Bot | None) -> None:
        self._cells.put(id, change, bot)
        self._index()

    def _index(self) -> None:
        bots: list[Bot] = [cell.value for cell in self._cells.values() if cell.value is not None]
        self._by_digest = {bot.digest: bot for bot in bots}


def digest(token: str) -> str:
    """Hash a token; it is long and random, so this need not be slow."""
    return hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=24).hexdigest()


def _read(id: str, text: str) -> Bot:
    found = json.loads(text)
    rank = Rank[str(found["rank"]).upper()]
    rooms = tuple(map(str, found["rooms"]))
    return Bot(str(found["name"]), id, str(found["digest"]), rank, rooms, str(found["by"]), float(found["at"]))
