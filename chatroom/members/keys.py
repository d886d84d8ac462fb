"""The public keys and certificates of members in a text file beside the list of members, which the host may edit.

Each line is a member's id and a key as it stands in a `.pub` file, or a certificate's fingerprint. What cannot be read is told to the
host once and left as it is until the house writes the file, which takes over the lines it understands and those it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from twisted.internet.defer import DeferredLock
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatroom.core import keys
from chatroom.core.errors import KeysUnwritable, Refused
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
        self._strange: list[str] = []
        """Lines that could not be read."""
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
            self._complain(f"{self._path} cannot be read: {error.strerror}. The keys known until now hold.")

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
            raw = "".join(_lines(ring, self._strange)).encode()
            if len(raw) > MOST:
                raise KeysUnwritable(why="It is full.")
            try:
                self._mark = await self._aside(partial(_disk.write, self._path, raw, self._mark))
            except (OSError, _disk.Moved) as error:
                why = getattr(error, "strerror", None) or "It is being changed by another program"
                raise KeysUnwritable(why=f"{why}.") from error
            self.ring.take(ring)

    def _take(self, found: _disk.Found) -> None:
        if len(found.raw) > MOST:
            raise OSError(0, f"it is larger than {MOST} bytes")
        ring, self._known = Keyring(), frozenset(self._strange)
        self._strange = []
        for line in found.raw.decode("utf-8", "replace").splitlines():
            if line.strip() and not line.startswith("#"):
                ring = self._line(ring, line)
        self._mark = found.mark
        self.ring.take(ring)

    def _line(self, ring: Keyring, line: str) -> Keyring:
        member, _, rest = line.strip().partition(" ")
        try:
            if is_id(member):
                return ring.added(member, keys.read(rest))
            why = "it begins with no member's id."
        except Refused as refused:
            why = str(refused)
        self._strange.append(line)
        if len(self._strange) <= SAID and line not in self._known:
            self._told(f"{self._path.name} has a line that is no key of a member: {why}")
        return ring

    def _complain(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self._told(problem)


def _lines(ring: Keyring, strange: list[str]) -> Iterator[str]:
    yield HEADER
    yield from (f"{line}\n" for line in strange)
    for member in ring.members():
        yield from (f"{member} {key}\n" for key in ring.of(member))
