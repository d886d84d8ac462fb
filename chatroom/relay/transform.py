"""What a transform is: it changes the names people give themselves, and what they say; pure, and each knows nothing of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Transform(Protocol):
    """Change what passes from a person to the house.

    `name` is given what its own result was, too: a program that comes back says its name as the house told it.
    """

    def name(self, name: str) -> str:
        """Give the name under which the house is to know somebody who calls themselves so."""

    def text(self, text: str) -> str:
        """Give what the house is to hear where somebody says this."""


class TransformUnusable(ValueError):
    """Say why a transform cannot be had as the settings name it, and what to write."""


class Chain:
    """Be several transforms, one after another."""

    def __init__(self, transforms: Sequence[Transform]) -> None:
        self._transforms = tuple(transforms)

    def name(self, name: str) -> str:
        """Let each change the name."""
        for one in self._transforms:
            name = one.name(name)
        return name

    def text(self, text: str) -> str:
        """Let each change the text."""
        for one in self._transforms:
            text = one.text(text)
        return text


def plain(rest: str, kind: str) -> None:
    """Refuse what is written behind the name of a transform that takes nothing."""
    if rest:
        raise TransformUnusable(f"{kind} takes nothing behind it. Write {kind} alone.")
