"""What a word that was begun may become: a command, a room, or the name of somebody here."""

from __future__ import annotations

from collections.abc import Iterable

from chatroom.core.likeness import fold
from chatroom.core.names import STAR

ROOMY = frozenset({"/join", "/leave", "/part", "/who", "/names"})
"""Commands after which a room is named."""


def candidates(text: str, *, verbs: Iterable[str], rooms: Iterable[str], names: Iterable[str], you: str) -> list[str]:
    """Give what the last word of `text`, typed so far, may become."""
    head, _, word = text.rpartition(" ")
    key = fold(word)
    if not head and word.startswith("/"):
        return [f"/{verb} " for verb in verbs if f"/{verb}".startswith(key)]
    if head.lower() in ROOMY:
        return [name for name in sorted(rooms) if name.startswith(key)]
    end = " " if head else ": "
    return [name + end for name in names if _begins(fold(name), key) and fold(name) != fold(you)] if key else []


def _begins(name: str, key: str) -> bool:
    return name.removeprefix(STAR).startswith(key.removeprefix(STAR))
