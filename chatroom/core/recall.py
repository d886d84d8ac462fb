"""What is remembered of entries beside their logs: what posts became of which nothing is kept, and what was removed lately.

So a guest's private words that are sent again are recognised, and nothing that was removed comes back with a page that was on its way
from the journal. Both are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatroom.core.events import Author, Entry, emptied
from chatroom.core.seams import Committed

MOST_GONE = 10_000
"""Removed entries that are remembered, as long as a page that still holds them may be on its way from the journal."""


class Recall:
    """Remember posts that no journal does, at most `most`, and what is removed."""

    __slots__ = ("_gone", "_posts", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._posts: dict[str, Sequence[Entry]] = {}
        """What posts became, by their origin."""
        self._gone: dict[tuple[str, str], None] = {}
        """The logs and ids of what was removed lately."""

    def recognise(self, origin: str | None, outcome: Committed) -> Committed:
        """Give what a post became the first time, if it was sent again though nothing of it is kept."""
        if origin is None or any(entry.kept for entry in outcome.entries):
            return outcome
        if origin in self._posts:
            return Committed(self._posts[origin], repeated=True)
        self._posts[origin] = outcome.entries
        while len(self._posts) > self.most:
            del self._posts[next(iter(self._posts))]
        return outcome

    def forget(self, log: str, ids: Sequence[str]) -> None:
        """Let nothing be left of what was removed, in what is remembered and in what is on its way from the journal."""
        for one in ids:
            self._gone[log, one] = None
            if len(self._gone) > MOST_GONE:
                del self._gone[next(iter(self._gone))]
        for origin, entries in self._posts.items():
            self._posts[origin] = self.left(entries)

    def forget_by(self, theirs: Callable[[Author], bool]) -> None:
        """Let nothing be left of what somebody said, in what is remembered though no journal does."""
        for origin, entries in self._posts.items():
            self._posts[origin] = tuple(emptied(entry) if theirs(entry.event.by) else entry for entry in entries)

    def left(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Give what is left of entries that come from the journal, some of which may have been removed meanwhile."""
        if not self._gone:
            return tuple(entries)
        return tuple(emptied(entry) if (entry.log, entry.id) in self._gone else entry for entry in entries)
