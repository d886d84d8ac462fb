"""What the house remembers of members while they are not here: how far they have seen each room.

Rules
-----
- Seen is what was written to a connection of theirs, on any device; of a client that says itself what its person saw (`marks`), what
  it says. Guests are forgotten when they go.
- Connections are looked at when somebody comes or goes, and every now and then; never when something is said.
- What is remembered is saved when somebody leaves and now and then (`seen_positions`): after a crash they are shown a little again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from chatroom.core.room import Room
from chatroom.core.seams import Put, Recovered
from chatroom.core.seen_positions import PREFIX, Seen
from chatroom.core.session import Session

if TYPE_CHECKING:
    from chatroom.core.hub import Hub

SAVED = 1000
"""Members whose positions are saved at a time."""


class Memory:
    """Remember for a hub; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.seen = Seen("")
        self.shown: Callable[[Session], Mapping[str, int]] = lambda _: {}
        """Tells up to which kept entry each room was shown to a session so far; who writes to connections sets this."""

    def load(self, recovered: Recovered) -> tuple[str, ...]:
        """Take up what the journal holds; give the keys of what cannot be read."""
        self.seen.epoch = recovered.epoch
        return self.seen.load(recovered.state)

    def note(self, session: Session, shown: Mapping[str, int]) -> None:
        """Note up to which entry rooms were shown to a session, if that is how it is known what its person saw."""
        if not session.marks:
            for room, seq in shown.items():
                self.mark(session, room, seq)

    def mark(self, session: Session, room: str, seq: int) -> None:
        """Note that a session's person has seen a room up to an entry."""
        member = _member(session)
        # Somebody taken off the list may still have a connection that ends.
        if member is not None and self._hub.keeper.members.get(member) is not None:
            self.seen.mark(member, room, seq)

    def since(self, session: Session, room: Room) -> int | None:
        """Tell up to which entry a session's person has seen a room, on any device; None when that is not known."""
        member = _member(session)
        if member is None:
            return None
        for other in session.someone.sessions:
            self.note(other, self.shown(other))
        position = self.seen.position(member, room.name)
        return None if position is None else min(position[1], room.log.head)

    def leave(self, session: Session, now: float) -> None:
        """Save what was seen by whoever left the house with this session."""
        person = session.person
        if person is not None and person.author.member is not None and self._hub.people.get(person.inbox) is not person:
            self._store(self.seen.leave(person.author.member, now), now)

    def save(self, now: float) -> None:
        """Save what is due to be saved."""
        self._store(self.seen.dirty(now, SAVED), now)

    def save_all(self, now: float) -> None:
        """Save everything, as the house closes."""
        self._store(self.seen.all_dirty(now), now)

    def forget(self, member: str, now: float) -> None:
        """Forget somebody who is no member any more."""
        self._store(self.seen.forget(member), now)

    def _store(self, puts: tuple[Put, ...], now: float) -> None:
        if puts:
            self._hub.errands.note(Session("", "", now), (), now, puts, partial(self._unsaved, puts))

    def _unsaved(self, puts: tuple[Put, ...]) -> None:
        for put in puts:
            self.seen.unsaved(put.key.removeprefix(PREFIX))


def _member(session: Session) -> str | None:
    person = session.person
    return None if person is None or not person.listed else person.author.member
