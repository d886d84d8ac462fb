"""What was said between us and others, each alone: a conversation with each, under whatever name they go by now."""

from __future__ import annotations

from collections import deque

from chatroom.core.events import Entry
from chatroom.core.likeness import fold
from chatroom.seen import KEPT, empty

CONVERSATIONS = 100
"""Conversations a client remembers; the oldest is forgotten for a new one."""


class Conversation:
    """Be what was said between us and one other person, alone."""

    __slots__ = ("entries", "peer", "unread")

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.unread = 0


class Conversations(dict[str, Conversation]):
    """Hold our conversations by the folded name of the other."""

    def take(self, peer: str, entry: Entry, *, own: bool) -> bool:
        """Add what was said with somebody; tell whether it is new."""
        talk = self.get(fold(peer)) or self._begun(peer)
        if any(one.id == entry.id for one in talk.entries):
            return False
        talk.entries.append(entry)
        talk.unread += not own
        return True

    def remove(self, ids: tuple[str, ...]) -> None:
        """Let nothing be left of the words that were removed."""
        for talk in self.values():
            empty(talk.entries, ids)

    def attend(self, peer: str) -> None:
        """Turn to what was said with somebody: it counts as read."""
        talk = self.get(fold(peer))
        if talk is not None:
            talk.unread = 0

    def follow(self, old: str, new: str) -> None:
        """Go on with a conversation under the new name of who it is with."""
        talk = self.pop(fold(old), None)
        if talk is not None:
            talk.peer = new
            self[fold(new)] = talk

    def _begun(self, peer: str) -> Conversation:
        if len(self) >= CONVERSATIONS:
            del self[next(iter(self))]
        talk = self[fold(peer)] = Conversation(peer)
        return talk
