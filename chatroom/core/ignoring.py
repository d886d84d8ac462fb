"""Whom a session does not want to see: people, by who they are and not by what they are called at the moment.

Rules
-----
- A member is known by id. A guest is known by their stay, whatever they are called meanwhile, and by the name they had: who comes
  back under it is taken for them. A name that nobody has is kept as it is.
- Addresses play no part, as many people can share one: whoever hides from a guest must not lose others unawares.
- Words read back from disk bear the name of a guest, but not whose it was.
"""

from __future__ import annotations

from chatroom.core.events import GUESTS, Author
from chatroom.core.fact import fact
from chatroom.core.likeness import fold


@fact
class Ignored:
    """Be somebody who is ignored: `name` as it was typed, and the `inbox` of whose it was, if anybody's."""

    name: str
    inbox: str = ""

    @property
    def is_member(self) -> bool:
        """Tell whether it is a member, whose names are nobody else's."""
        return bool(self.inbox) and not self.inbox.startswith(GUESTS)


class Ignoring:
    """Hold whom one session ignores; see the module for the rules."""

    __slots__ = ("_inboxes", "_names")

    def __init__(self) -> None:
        self._names: dict[str, Ignored] = {}
        """By the folded name that was typed."""
        self._inboxes: dict[str, Ignored] = {}

    def __len__(self) -> int:
        """Count them."""
        return len(self._names)

    def __contains__(self, one: Ignored) -> bool:
        """Tell whether somebody is ignored already, under this name or another."""
        return fold(one.name) in self._names or one.inbox in self._inboxes

    def names(self) -> list[str]:
        """Name them as they were typed, in alphabetical order."""
        return sorted((one.name for one in self._names.values()), key=str.casefold)

    def add(self, one: Ignored) -> None:
        """Ignore somebody, once."""
        self.drop(one)
        self._names[fold(one.name)] = one
        if one.inbox:
            self._inboxes[one.inbox] = one

    def drop(self, one: Ignored) -> bool:
        """Ignore nobody of this name, and not whose it is, any more; tell whether there was somebody."""
        found = [self._names.get(fold(one.name)), self._inboxes.get(one.inbox)]
        for gone in [ignored for ignored in found if ignored is not None]:
            self._names.pop(fold(gone.name), None)
            self._inboxes.pop(gone.inbox, None)
        return any(found)

    def hides(self, author: Author) -> bool:
        """Tell whether what comes from this author is not to be seen."""
        if not self._names:
            return False
        called = self._names.get(fold(author.name))
        if called is not None and not called.is_member:
            return True
        return (author.member is not None and f"@{author.member}" in self._inboxes) or (GUESTS + author.stay in self._inboxes)
