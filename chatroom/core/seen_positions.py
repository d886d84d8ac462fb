"""How far each member has seen each room: the highest position over all their devices, saved now and then.

Rules
-----
- A position is the seq of a kept entry, or 0 of who saw a room before anything was said there. Positions count within one epoch;
  one of another epoch is older than any of this one.
- A member's positions are one piece of state. It is saved when they leave, and at most every `EVERY` seconds meanwhile: to save each
  as it moves would cost more than the message that moved it.
- What is lost in between is only where a member had got to: they are shown up to `EVERY` seconds of what they saw once more.
- Rooms per member and members are bounded; what was not touched for longest is forgotten, in memory and on disk alike.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from chatroom.core.seams import Put

PREFIX = "seen/"
"""How the key of each member's positions begins, in the state kept beside the logs."""
READ = "read/"
"""How it begins where is kept what they say to have read: up to when, in milliseconds, each room and conversation; without an epoch."""

EVERY = 30.0
ROOMS = 200
"""Rooms of one member that are remembered."""

MEMBERS = 50_000
"""Members whose positions are remembered."""

Position = tuple[str, int]
"""An epoch, and the seq of the last kept entry that was seen; 0 when there was none yet."""


class _Positions:
    """Be one member's positions."""

    __slots__ = ("rooms", "saved_at")

    def __init__(self) -> None:
        self.rooms: OrderedDict[str, Position] = OrderedDict()
        """By room, the one that moved last at the end."""
        self.saved_at: float | None = None

    def due(self, now: float) -> bool:
        """Tell whether it is time to save them, which it is too when the clock went backwards."""
        return self.saved_at is None or not 0 <= now - self.saved_at < EVERY


class Seen:
    """Hold the positions of all members."""

    __slots__ = ("_dirty", "_members", "epoch", "members", "prefix", "rooms")

    def __init__(self, epoch: str, *, prefix: str = PREFIX, rooms: int = ROOMS, members: int = MEMBERS) -> None:
        self.epoch = epoch
        self.prefix = prefix
        self.rooms = rooms
        self.members = members
        self._members: OrderedDict[str, _Positions] = OrderedDict()
        self._dirty: OrderedDict[str, None] = OrderedDict()
        """Members whose positions differ from what is saved; those without any are to be removed from disk."""

    def __len__(self) -> int:
        """Count the members."""
        return len(self._members)

    def owners(self) -> Iterable[str]:
        """Give the ids of the members."""
        return self._members.keys()

    def load(self, state: Mapping[str, str]) -> tuple[str, ...]:
        """Take what the state beside the logs holds; give the keys of what cannot be read."""
        unread = []
        for key, value in state.items():
            if not key.startswith(self.prefix):
                continue
            member = key.removeprefix(self.prefix)
            try:
                found = _read(value)
            except (ValueError, RecursionError):
                unread.append(key)
                continue
            self._of(member).rooms.update(found)
            self._trim(member)
        return tuple(unread)

    def mark(self, member: str, room: str, seq: int) -> None:
        """Note that a member has seen a room up to `seq` on one of their devices."""
        positions = self._of(member)
        known = positions.rooms.get(room)
        if known is not None and known[0] == self.epoch and known[1] >= seq:
            return
        positions.rooms[room] = (self.epoch, seq)
        positions.rooms.move_to_end(room)
        self._dirty[member] = None
        self._trim(member)

    def position(self, member: str, room: str) -> Position | None:
        """Give how far a member has seen a room, in this epoch or an earlier one; None when they never saw it."""
        positions = self._members.get(member)
        return None if positions is None else positions.rooms.get(room)

    def dirty(self, now: float, limit: int = 200) -> tuple[Put, ...]:
        """Give at most `limit` changes that are due to be saved, and take them for saved."""
        due: list[str] = []
        for member in self._dirty:
            if len(due) >= limit:
                break
            if self._due(member, now):
                due.append(member)
        return tuple(self._saved(member, now) for member in due)

    def all_dirty(self, now: float) -> tuple[Put, ...]:
        """Give all changes that are not saved, due or not, and take them for saved."""
        return tuple([self._saved(member, now) for member in list(self._dirty)])

    def leave(self, member: str, now: float) -> tuple[Put, ...]:
        """Give the change to be saved when a member's last device is gone."""
        return (self._saved(member, now),) if member in self._dirty else ()

    def unsaved(self, key: str) -> None:
        """Note that a change could not be saved, so that it is given again when it is due; those of others are passed over."""
        if key.startswith(self.prefix):
            self._dirty[key.removeprefix(self.prefix)] = None

    def forget(self, member: str) -> tuple[Put, ...]:
        """Forget a member who is none any more; give the change to be saved."""
        self._dirty.pop(member, None)
        return (Put(self.prefix + member, None),) if self._members.pop(member, None) else ()

    def _of(self, member: str) -> _Positions:
        positions = self._members.get(member)
        if positions is None:
            positions = self._members[member] = _Positions()
            while len(self._members) > self.members:
                self._dirty[self._members.popitem(last=False)[0]] = None
        else:
            self._members.move_to_end(member)
        return positions

    def _trim(self, member: str) -> None:
        rooms = self._members[member].rooms
        while len(rooms) > self.rooms:
            rooms.popitem(last=False)
            self._dirty[member] = None

    def _due(self, member: str, now: float) -> bool:
        positions = self._members.get(member)
        return positions is None or positions.due(now)

    def _saved(self, member: str, now: float) -> Put:
        del self._dirty[member]
        positions = self._members.get(member)
        if positions is None:
            return Put(self.prefix + member, None)
        positions.saved_at = now
        return Put(self.prefix + member, json.dumps(positions.rooms, separators=(",", ":")))


def _read(value: str) -> dict[str, Position]:
    found = json.loads(value)
    if not isinstance(found, dict):
        raise ValueError("not positions")
    return {room: _position(position) for room, position in found.items()}


def _position(found: object) -> Position:
    match found:
        case [str(epoch), int(seq)] if not isinstance(seq, bool) and 0 <= seq < 1 << 53:
            return epoch, seq
    raise ValueError("not a position")
