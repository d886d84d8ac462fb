"""Cards: what people and rooms say about themselves for programs to show, short texts by key, such as `avatar` or `display-name`.

Rules
-----
- A person writes their own card, those who keep order in a room that of the room; whoever sees one of them reads its card.
- A member's is kept as long as the member, a room's with the room's settings, a guest's until the guest goes.
- All of one card is one piece of state. It is bounded in keys and in the length of each text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from chatroom.core.cell import Cell, Cells
from chatroom.core.errors import CardFull, CardKeyInvalid, CardKeyUnset, CardTextTooLong
from chatroom.core.events import GUESTS
from chatroom.core.seams import Put

PREFIX = "card/"
"""How the key of each member's card begins, in the state kept beside the logs."""
KEYS = 20
"""Keys of one card."""
KEY = 64
"""Characters of a key."""
TEXT = 300
"""Bytes of what stands under one."""
_KEY = re.compile(rf"[a-z0-9_./-]{{1,{KEY}}}").fullmatch

Card = Mapping[str, str]
EMPTY: Card = {}


def is_key(key: str) -> bool:
    """Tell whether something can stand on a card under that key."""
    return _KEY(key) is not None


def changed(card: Card, given: Mapping[str, str | None]) -> dict[str, str]:
    """Give a card with these texts on it, or without those that are None; refuse what cannot be."""
    after = dict(card)
    for key, text in given.items():
        if not is_key(key):
            raise CardKeyInvalid(limit=KEY)
        if text is None:
            if key not in after:
                raise CardKeyUnset(key=key)
            del after[key]
            continue
        if len(text.encode("utf-8", "replace")) > TEXT:
            raise CardTextTooLong(limit=TEXT)
        if key not in after and len(after) >= KEYS:
            raise CardFull(limit=KEYS)
        after[key] = text
    return after


def read(found: Any) -> dict[str, str]:
    """Read a card from the disk; raise ValueError for what is none."""
    if not isinstance(found, dict) or not all(is_key(key) and isinstance(text, str) for key, text in found.items()):
        raise ValueError("this is no card")
    return found


class Cards:
    """Hold the cards of all who have one, by inbox; what is under way counts."""

    __slots__ = ("_cells",)

    def __init__(self) -> None:
        self._cells = Cells()

    def __len__(self) -> int:
        """Count the cards."""
        return len(self._cells)

    def of(self, inbox: str) -> Card:
        """Give somebody's card."""
        cell = self._cells.get(inbox)
        return EMPTY if cell is None or cell.value is None else cell.value

    def change(self, inbox: str, card: Card) -> Change:
        """Let somebody's card be another one; it counts at once."""
        made = Change(self, inbox, dict(card) or None)
        self._cells.put(inbox, made, made.card)
        return made

    def settle(self, change: Change, *, stored: bool) -> None:
        """Note what became of a change."""
        self._cells.settle(change.inbox, change, stored=stored)

    def owners(self) -> tuple[str, ...]:
        """Give the inboxes of those who have a card."""
        return tuple(self._cells)

    def take(self, inbox: str) -> tuple[Change, ...]:
        """Take the card of somebody who is nobody now; it counts at once."""
        return (self.change(inbox, EMPTY),) if inbox in self._cells else ()

    def forget(self, inbox: str) -> None:
        """Forget the card of a guest who is gone for good."""
        self._cells.pop(inbox, None)

    def load(self, state: Mapping[str, str]) -> tuple[str, ...]:
        """Take what is kept of members; give the keys of what cannot be read."""
        unread = []
        for key, value in state.items():
            if not key.startswith(PREFIX):
                continue
            try:
                self._cells[f"@{key.removeprefix(PREFIX)}"] = Cell(read(json.loads(value)))
            except (ValueError, RecursionError):
                unread.append(key)
        return tuple(unread)


class Change:
    """Be a card on its way to the disk."""

    __slots__ = ("_cards", "card", "inbox")

    def __init__(self, cards: Cards, inbox: str, card: dict[str, str] | None) -> None:
        self._cards = cards
        self.inbox = inbox
        self.card = card

    @property
    def puts(self) -> tuple[Put, ...]:
        """Give what is to be written."""
        return _puts(self.inbox, self.card)

    def keep(self) -> None:
        """Let it be stored."""
        self._cards.settle(self, stored=True)

    def undo(self) -> None:
        """Let it be as if it had never been asked for."""
        self._cards.settle(self, stored=False)


def _puts(inbox: str, card: dict[str, str] | None) -> tuple[Put, ...]:
    if inbox.startswith(GUESTS):
        return ()
    return (Put(PREFIX + inbox.removeprefix("@"), None if card is None else json.dumps(card)),)
