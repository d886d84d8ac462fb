"""Whose certificate is believed: one that an authority vouches for, or the one a house showed when it was first met.

The fingerprints of houses are kept in a file of one's own, a line each: `host:port fingerprint`. Lines beginning with # are notes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

MOST = 1 << 20
"""Bytes of the file that are read."""


class Untrusted(Exception):
    """Say why a house's certificate is not believed, and what to do."""


def file_of(environ: Mapping[str, str], home: Path) -> Path:
    """Say where one keeps the fingerprints of houses (XDG base directory specification)."""
    base = environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else home / ".config") / "chatroom" / "known_houses"


class Judge:
    """Judge what one house shows, each time one connects to it."""

    def __init__(self, trust: Trust, place: str, say: Callable[[str], None]) -> None:
        self._trust = trust
        self._place = place
        self._say = say
        self._been_there = False

    def __call__(self, fingerprint: str, vouched: bool) -> None:
        """Believe it, or raise `Untrusted`; that is said here when one has been in already, as nobody else would say it then."""
        try:
            told = self._trust.judge(self._place, fingerprint, vouched=vouched)
        except Untrusted as why:
            if self._been_there:
                self._say(str(why))
                self._been_there = False
            raise
        self._been_there = True
        if told:
            self._say(told)


@dataclass(frozen=True, slots=True)
class Trust:
    """Judge the certificates of houses by what is kept in `file`."""

    file: Path

    def judge(self, place: str, fingerprint: str, *, vouched: bool) -> str:
        """Believe the certificate of the house at `place`, or raise `Untrusted`; give what the person is to be told, if anything."""
        known = self.known().get(place)
        if vouched or known == fingerprint:
            return ""
        if known is None:
            return self._meet(place, fingerprint)
        raise Untrusted(
            f"The certificate of {place} has changed. It may be a new one, or somebody may be in between. Ask the host "
            f"whether the new fingerprint is {fingerprint}; if so, remove the line of {place} from {self.file}."
        )

    def known(self) -> dict[str, str]:
        """Give the fingerprints that are kept, by place."""
        try:
            with self.file.open("rb") as opened:
                text = opened.read(MOST).decode("utf-8", "replace")
        except OSError:
            return {}
        found = (line.split() for line in text.splitlines() if not line.startswith("#"))
        return {words[0]: words[1] for words in found if len(words) == 2}

    def _meet(self, place: str, fingerprint: str) -> str:
        told = f"{place} is new here. Compare the fingerprint of its certificate with what its host sees:\n  {fingerprint}"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            opened = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            return f"{told}\nIt cannot be kept, so it will be shown again: {self.file}: {error.strerror}."
        with os.fdopen(opened, "w", encoding="utf-8") as kept:
            kept.write(f"{place} {fingerprint}\n")
        return told
