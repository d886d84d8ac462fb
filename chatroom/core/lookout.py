"""Who wants to know when others come and go, by name; a name is looked out for whether or not anybody has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chatroom.core.errors import LookingOutForTooMany
from chatroom.core.likeness import fold
from chatroom.core.replies import Notice

if TYPE_CHECKING:
    from chatroom.core.errands import Errands
    from chatroom.core.session import Session

MOST = 100
"""Names one session looks out for."""
HERE = "here"
GONE = "gone"
"""The codes of the notices; their texts begin with the name."""


class Lookout:
    """Know which sessions look out for which names, and tell them."""

    __slots__ = ("_by_name", "_errands", "_names")

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._by_name: dict[str, dict[Session, None]] = {}
        self._names: dict[Session, dict[str, str]] = {}

    def __len__(self) -> int:
        """Count the names that are looked out for."""
        return len(self._by_name)

    def names(self, session: Session) -> tuple[str, ...]:
        """Give the names a session looks out for, as it gave them."""
        return tuple(self._names.get(session, {}).values())

    def add(self, session: Session, name: str) -> None:
        """Look out for a name, or refuse when those are too many."""
        names = self._names.setdefault(session, {})
        if fold(name) not in names and len(names) >= MOST:
            raise LookingOutForTooMany(limit=MOST)
        names[fold(name)] = name
        self._by_name.setdefault(fold(name), {})[session] = None

    def drop(self, session: Session, name: str) -> None:
        """Look out for a name no longer."""
        names = self._names.get(session, {})
        if names.pop(fold(name), None) is None:
            return
        if not names:
            del self._names[session]
        watching = self._by_name[fold(name)]
        del watching[session]
        if not watching:
            del self._by_name[fold(name)]

    def clear(self, session: Session) -> None:
        """Look out for nobody any more."""
        for name in self.names(session):
            self.drop(session, name)

    def watching(self, name: str) -> Iterable[Session]:
        """Give who looks out for a name."""
        return tuple(self._by_name.get(fold(name), ()))

    def tell(self, name: str, *, here: bool) -> None:
        """Tell those who look out for a name that somebody has it now, or nobody."""
        notice = Notice(None, HERE, f"{name} is here.") if here else Notice(None, GONE, f"{name} is gone.")
        for session in self.watching(name):
            self._errands.say_to(session, notice)
