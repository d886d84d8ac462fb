"""The list of members as it was last seen on disk, and when what is seen is believed.

Rules
-----
- A file *stands still* when it has read the same twice. Until then nothing in it is believed, faults are not told, and nothing is
  written: an editor that writes in place, or removes and renames, shows half a file or none for a moment, and half a line may read
  as a whole one. At the start, when nobody is known yet, it is believed at the first look.
- A file that cannot be read, or is no list of members at all, changes nothing: whoever was known is known.
- A fault is told once for as long as its line stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from chatroom.core.members import Change, Directory
from chatroom.members import _disk
from chatroom.wire.memberfile import SIZE, Fault, NotAMemberFile, decode, parse

SHOWN = 20
"""Faults that are told one by one; the others are only counted."""
OLD = 2.0
"""Seconds after which a file found at the start is taken to stand still."""


class Seen:
    """Look at a file, keep its directory, and tell what changes and what is wrong."""

    def __init__(self, path: Path, longest: int, changed: Callable[[Change], None], told: Callable[[str], None]) -> None:
        self.path = path
        self.directory = Directory()
        self.parsed = parse("")
        self.mark: _disk.Mark | None = None
        self.still = False
        self.problem = ""
        """Why the file cannot be used now."""
        self._raw: bytes | None = None
        self._longest = longest
        self._changed = changed
        self._told = told
        self._known_faults: set[tuple[str, str]] = set()

    def look(self, now: float | None = None) -> None:
        """See whether the file has changed; `now`, in seconds since 1970, at the first look."""
        try:
            self._look(now)
        except OSError as error:
            self._complain(error.strerror or "it cannot be read")
        except NotAMemberFile as error:
            self._complain(str(error))
        else:
            if self.problem:
                self.problem = ""
                self._told(f"{self.path.name} can be used again.")

    def wrote(self, raw: bytes, mark: _disk.Mark) -> None:
        """Believe what was just written in the file's place."""
        self._take(raw, mark, still=True)

    def tell(self, faults: Iterable[Fault]) -> None:
        """Tell the faults that were not told before."""
        new = [fault for fault in faults if (fault.text, fault.sentence) not in self._known_faults]
        self._known_faults.update((fault.text, fault.sentence) for fault in new)
        for fault in new[:SHOWN]:
            self._told(f"{self.path.name}, {fault}")
        if len(new) > SHOWN:
            self._told(f"{self.path.name}: {len(new) - SHOWN} more lines are broken.")

    def _look(self, now: float | None) -> None:
        mark, mode = _disk.mark(self.path)
        if mark == self.mark and self.still and not mode & _disk.OTHERS and not self.problem:
            return
        found = _disk.read(self.path, SIZE + 1)
        if found.narrowed:
            self._told(f"{self.path.name} was open to others (mode {found.narrowed:03o}). Now it is for its owner alone (600).")
        old = now is not None and (found.mark is None or now - found.mark.modified / 1e9 > OLD)
        self._take(found.raw, found.mark, still=old or found.raw == self._raw)
        if now is not None:
            self._believe()

    def _take(self, raw: bytes, mark: _disk.Mark | None, *, still: bool) -> None:
        if raw != self._raw:
            self.parsed = parse(decode(raw), self._longest, self.parsed)
            self._raw = raw
        gone = mark is None and self.mark is not None
        # A missing file keeps its mark until it is believed to be gone, so that this is told once.
        if still or mark is not None:
            self.mark = mark
        self.still = still
        if still:
            self._settle(gone=gone)

    def _settle(self, *, gone: bool) -> None:
        lines = {self.parsed.line(number) for number in range(1, len(self.parsed.lines) + 1)} if self._known_faults else set()
        self._known_faults = {known for known in self._known_faults if known[0] in lines}
        self._believe()
        if gone:
            self._told(f"{self.path.name} is gone: nobody is a member.")
        self.tell(self.parsed.faults)

    def _believe(self) -> None:
        change = self.directory.replace(self._with_passwords_to_come())
        if change:
            self._changed(change)

    def _with_passwords_to_come(self) -> Directory:
        """Keep those whose line has become a mail and a password that is not hashed yet."""
        fresh = self.parsed.directory.copy()
        for plain in self.parsed.plain:
            known = self.directory.find(plain.mail)
            if known is not None and fresh.get(known.id) is None and fresh.rival(known) is None:
                fresh.add(known)
        return fresh

    def _complain(self, problem: str) -> None:
        self.still = False
        if problem != self.problem:
            self.problem = problem
            self._told(f"{self.path.name} cannot be used: {problem.rstrip('.')}. Members stay as they were.")
