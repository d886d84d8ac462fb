"""What a window remembers from one time to the next: where its person went last, by what name, and how it looked; never a password.

Many windows run at once, and each writes only what its own person changed into whatever stands in the file by then, in one step.
So none spoils what another has written. A file that cannot be read is as good as none.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

LONGEST = 1 << 16
"""Bytes read of the file."""

LONGEST_TEXT = 255
"""Characters of one value."""


def default_file(environ: Mapping[str, str], home: Path) -> Path:
    """Say where settings are kept."""
    folder = environ.get("APPDATA") or environ.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder and Path(folder).is_absolute() else home / ".config") / "chatroom" / "gui.json"


class Settings:
    """Hold what was remembered when the window opened, and write what changes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values = _read(file)

    def text(self, key: str, otherwise: str) -> str:
        """Give a text that was remembered."""
        value = self._values.get(key)
        return value if isinstance(value, str) and value and len(value) <= LONGEST_TEXT and value.isprintable() else otherwise

    def number(self, key: str, otherwise: int, least: int, most: int) -> int:
        """Give a number that was remembered, if it is within bounds."""
        value = self._values.get(key)
        return value if type(value) is int and least <= value <= most else otherwise

    def remember(self, **changed: str | int) -> None:
        """Write what changed; a disk that takes nothing is no trouble."""
        self._values.update(changed)
        made = self._file.with_name(f"{self._file.name}.{secrets.token_hex(4)}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(_read(self._file) | changed, file, indent=1)
            os.replace(made, self._file)
        except OSError:
            with suppress(OSError):
                made.unlink()


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            found = json.loads(opened.read(LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
