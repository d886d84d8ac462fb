"""The state beside the logs of which it is not known whether it stands on the disk as it is held: it is written again until it does.

Rules
-----
- What a submission would have changed is in doubt when its outcome is unknown: nobody was told that it is so, and it was undone, but it
  may be on disk, where the next start would find it: a ban that somebody believes lifted, a rank that they believe not given.
- What nobody undoes, as what ends by itself, is in doubt when it was declined, too.
- In doubt what was stored last is written again, or what nobody undoes, unless something newer is under way: of that comes the next
  word. It ends when anything is stored under the key that is not older than what is wanted.
- Who may send something again under the same id decides by that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from chatroom.core.fact import fact
from chatroom.core.seams import Committed, Outcome, Put, Unknown

AT_ONCE = 500
"""Pieces of state that are written again at once."""


@fact
class Written:
    """Be what a submission writes beside the logs; `undone` when it is taken back unless it is stored."""

    puts: tuple[Put, ...]
    undone: bool = True
    again: bool = False
    """Whether it can be sent again under the same id."""


class Doubts:
    """Know what is stored for certain; see the module for the rules."""

    def __init__(self, besides: tuple[str, ...] = ()) -> None:
        self._besides = besides
        """How keys begin that are looked after elsewhere."""
        self.stored: dict[str, str] = {}
        """What stands on the disk, but for what is in doubt."""
        self._under_way: Counter[str] = Counter()
        self._wanted: dict[str, str | None] = {}
        """What is to be written of what is in doubt."""
        self._older: dict[str, int] = {}
        """How many of those under way are older than what is wanted, and do not end that."""

    def __len__(self) -> int:
        """Count what is in doubt."""
        return len(self._wanted)

    def load(self, state: Mapping[str, str]) -> None:
        """Take what the journal holds."""
        self.stored = {key: value for key, value in state.items() if not key.startswith(self._besides)}

    def submitted(self, written: Written) -> None:
        """Note what is on its way to the disk."""
        self._under_way.update(put.key for put in self._looked_after(written))

    def settled(self, written: Written, outcome: Outcome) -> None:
        """Note what became of it."""
        for put in self._looked_after(written):
            newest = self._lands(put.key)
            if isinstance(outcome, Committed):
                self._note_stored(put, outcome, newest=newest)
            elif not written.undone and newest:
                self._wanted[put.key] = put.value
            elif isinstance(outcome, Unknown) and not written.again:
                self._wanted.setdefault(put.key, self.stored.get(put.key))

    def want(self, puts: Sequence[Put]) -> None:
        """Have this written, in this order, and until it is stored."""
        self._wanted |= {put.key: put.value for put in puts}
        self._older |= {put.key: self._under_way[put.key] for put in puts if put.key in self._under_way}

    def due(self) -> tuple[Put, ...]:
        """Give some of what is to be written again now."""
        due = [Put(key, value) for key, value in self._wanted.items() if key not in self._under_way]
        return tuple(due[:AT_ONCE])

    def _looked_after(self, written: Written) -> Sequence[Put]:
        return [put for put in written.puts if not put.key.startswith(self._besides)]

    def _lands(self, key: str) -> bool:
        """Count one under way less; tell whether nothing that is wanted is newer."""
        self._under_way[key] -= 1
        if not self._under_way[key]:
            del self._under_way[key]
        older = self._older.pop(key, 0)
        if older > 1:
            self._older[key] = older - 1
        return not older

    def _note_stored(self, put: Put, outcome: Committed, *, newest: bool) -> None:
        if outcome.repeated:
            return
        if newest:
            self._wanted.pop(put.key, None)
        if put.value is None:
            self.stored.pop(put.key, None)
        else:
            self.stored[put.key] = put.value
