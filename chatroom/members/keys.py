"""The public keys and certificates of members in a text file beside the list of members, which the host may edit.

Each line is a member's id and a key as it stands in a `.pub` file, or a certificate's fingerprint. What cannot be read is told to the
host once. When the house changes a key it touches that one's line alone: comments, and what it does not understand, stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from twisted.internet.defer import DeferredLock
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatroom.core import keys
from chatroom.core.errors import KeysUnwritable, Refused
from chatroom.core.fact import fact
from chatroom.core.keys import Keyring, PublicKey
from chatroom.core.members import is_id
from chatroom.members import _disk
from chatroom.passwords import Aside

FILE = "member-keys.txt"
MOST = 1 << 20
"""Bytes of the file."""
HEADER = """\
# The keys of members, a line each: the member's id, and an SSH key as it stands in a .pub file,
# or the word certificate and a certificate's SHA-256 fingerprint.
"""
POLL = 2.0
"""Seconds between looks at the file."""
SAID = 5
"""Lines that cannot be read of which the host is told."""

Edit = Callable[[Keyring], Keyring]


@fact
class _Line:
    """Be a line of the file, and the key it holds, if any."""

    text: str
    member: str = ""
    key: PublicKey | None = None


class KeyFile:
    """Keep keys in a file; `ring` is the same object at all times, `told` is called with each sentence for the host."""

    def __init__(self, path: Path, clock: IReactorTime, aside: Aside, told: Callable[[str], None]) -> None:
        self.ring = Keyring()
        self._clock = clock
        self._next: IDelayedCall | None = None
        self._path = path
        self._aside = aside
        self._told = told
        self._mark: _disk.Mark | None = None
        self._lines: list[_Line] = []
        self._strange: list[str] = []
        """Those of them that could not be read."""
        self._known: frozenset[str] = frozenset()
        """Those of which the host was told before."""
        self._problem = ""
        self._turn = DeferredLock()

    def start(self) -> None:
        """Look at the file from now on."""
        self.look()
        self._next = self._clock.callLater(POLL, self.start)

    def stop(self) -> None:
        """Look no more."""
        if self._next is not None and self._next.active():
            self._next.cancel()

    def look(self) -> None:
        """Read the file if it has changed; what was read before holds while it cannot be read."""
        try:
            if _disk.mark(self._path)[0] != self._mark:
                self._take(_disk.read(self._path, MOST + 1))
            self._problem = ""
        except OSError as error:
            self._complain(f"{self._path} cannot be read: {error.strerror}. The keys read before stay in use.")

    async def add(self, member: str, key: PublicKey) -> None:
        """Keep a key for a member."""
        await self._change(lambda ring: ring.added(member, key))

    async def remove(self, member: str, number: int) -> None:
        """Forget a member's key of that number, from 1."""
        await self._change(lambda ring: ring.removed(member, number))

    async def forget(self, member: str) -> None:
        """Forget all keys of a member."""
        if self.ring.of(member):
            await self._change(lambda ring: ring.without(member))

    async def _change(self, edit: Edit) -> None:
        async with self._turn:
            self.look()
            if self._problem:
                raise KeysUnwritable(why=self._problem)
            ring = edit(self.ring)
            lines = list(_changed(self._lines, ring))
            raw = "".join(f"{line.text}\n" for line in lines).encode("utf-8", "surrogateescape")
            if len(raw) > MOST:
                raise KeysUnwritable(why="It is full.")
            try:
                self._mark = await self._aside(partial(_disk.write, self._path, raw, self._mark))
            except (OSError, _disk.Moved) as error:
                why = getattr(error, "strerror", None) or "It is being changed by another program"
                raise KeysUnwritable(why=f"{why}.") from error
            self._lines = lines
            self.ring.take(ring)

    def _take(self, found: _disk.Found) -> None:
        if len(found.raw) > MOST:
            raise OSError(0, f"it is larger than {MOST} bytes")
        ring, self._known = Keyring(), frozenset(self._strange)
        self._lines, self._strange = [], []
        for text in found.raw.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n") if found.raw else ():
            line = self._line(ring, text)
            self._lines.append(line)
            if line.key is not None:
                ring = ring.added(line.member, line.key)
        self._mark = found.mark
        self.ring.take(ring)

    def _line(self, ring: Keyring, text: str) -> _Line:
        member, _, rest = text.strip().partition(" ")
        if not member or member.startswith("#"):
            return _Line(text)
        try:
            if is_id(member):
                key = keys.read(rest)
                ring.added(member, key)
                return _Line(text, member, key)
            why = "it begins with no member's id."
        except Refused as refused:
            why = str(refused)
        self._strange.append(text)
        if len(self._strange) <= SAID and text not in self._known:
            self._told(f"{self._path.name} has a line that is not a member's key: {why}")
        return _Line(text)

    def _complain(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self._told(problem)


def _changed(lines: Sequence[_Line], ring: Keyring) -> Iterator[_Line]:
    """Give the lines of a file that is to hold these keys."""
    if not lines:
        yield from map(_Line, HEADER.splitlines())
    stand = {(line.member, line.key) for line in lines}
    yield from (line for line in lines if line.key is None or line.key in ring.of(line.member))
    for member in ring.members():
        yield from (_Line(f"{member} {key}", member, key) for key in ring.of(member) if (member, key) not in stand)
