"""Who may not come in: bans by what they hit, until when, by whom and why.

Rules
-----
- A ban has an id that a person can type (`#7`) and hits one target or, when it was given to a guest, several under that id.
- A ban of what is banned already takes its place: the newest word counts, be it shorter or longer.
- A ban that is over hits nobody from that moment on; `expire` forgets it and says what is to be removed from disk.
- A change that was not stored is undone alone: what another change made or lifted meanwhile stays so.
- There is no clock here: what is asked is asked for a moment.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from ipaddress import ip_network
from typing import Any

from chatroom.core.cell import Cell
from chatroom.core.errors import Banned, BannedByAnother, NotBanned, Refused, TooManyBans, TooManyMasks
from chatroom.core.fact import fact
from chatroom.core.seams import Put
from chatroom.core.spans import lasting, remaining
from chatroom.core.targets import KINDS, MASKED, Kind, Party, Reach, Target, target

PREFIX = "ban/"
"""How the key of each ban begins, in the state kept beside the logs."""

BANS = 20_000
MASKS = 500
"""Bans in all, and those of masks, which are looked through one by one."""

_NUMBER = re.compile(r"\d{1,15}", re.ASCII).fullmatch
_LATEST = 1e12
"""No time is later than this, some thirty thousand years on."""


@fact
class Ban:
    """Be one ban: `target` of `kind`, and what else it `covers`; `until` None is for good, times are seconds since 1970."""

    id: str
    kind: Kind
    target: str
    until: float | None
    by: str
    reason: str
    at: float
    covers: tuple[Target, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """Give all it hits, what it is named after first."""
        return (Target(self.kind, self.target), *self.covers)

    def over(self, now: float) -> bool:
        """Tell whether it hits nobody any more."""
        return self.until is not None and self.until <= now

    def refusal(self, now: float) -> Banned:
        """Make the sentence for those it keeps out of the house."""
        return Banned(**self.particulars(now))

    def particulars(self, now: float) -> dict[str, str]:
        """Say how long, why and by whom, with what is left of it, for a sentence to those it hits."""
        fresh = now - self.at < 1.0
        length = None if self.until is None else self.until - self.at
        reason = f": {self.reason}" if self.reason else ""
        stop = "" if reason.endswith((".", "!", "?")) else "."
        return {"lasting": lasting(length) if fresh else remaining(self.until, now), "reason": reason + stop, "by": self.by}

    def line(self, now: float, *, addresses: bool = True) -> str:
        """Write it as one line of a list, without the addresses for those who are not to learn them."""
        whom = " and ".join(self.shown(addresses=addresses))
        reason = f": {self.reason}" if self.reason else ""
        return f"#{self.id} {whom}, {remaining(self.until, now)}, by {self.by}{reason}"

    def shown(self, *, addresses: bool) -> list[str]:
        """Name what it hits."""
        return named(self.targets, addresses=addresses)


def named(targets: Iterable[Target], *, addresses: bool) -> list[str]:
    """Name targets; without the addresses for those who are not to learn them, nor ids where there are names."""
    found = list(targets)
    if not addresses:
        found = [one for one in found if one.kind not in {"address", "network"}]
        found = [one for one in found if one.kind != "member"] or found
    return [str(one) for one in found] or ["an address"]


def ban(id: str, targets: tuple[Target, ...], *, span: float | None, by: str, reason: str, now: float) -> Ban:
    """Make a ban of one target or more that lasts `span` seconds, None for good."""
    first, *others = targets
    until = None if span is None else now + span
    return Ban(id, first.kind, first.text, until, by, reason, now, tuple(others))


def as_put(one: Ban, prefix: str = PREFIX) -> Put:
    """Make the change that keeps a ban."""
    covers = [[other.kind, other.text] for other in one.covers]
    value = {"kind": one.kind, "target": one.target, "until": one.until, "by": one.by, "reason": one.reason, "at": one.at}
    return Put(prefix + one.id, json.dumps(value | {"covers": covers}))


def read(id: str, value: str) -> Ban:
    """Read a ban back; raise ValueError when it is none."""
    found = json.loads(value)
    if not isinstance(found, dict):
        raise ValueError("not a ban")
    covers = found.get("covers", [])
    if not isinstance(covers, list) or not all(isinstance(one, list) and len(one) == 2 for one in covers):
        raise ValueError("not a ban")
    first, *others = [_target(kind, text) for kind, text in [(found.get("kind"), found.get("target")), *covers]]
    until = found.get("until")
    return Ban(
        id,
        first.kind,
        first.text,
        None if until is None else _moment(until),
        _text(found.get("by")),
        _text(found.get("reason")),
        _moment(found.get("at")),
        tuple(others),
    )


def _target(kind: Any, text: Any) -> Target:
    if _text(kind) not in KINDS:
        raise ValueError("not a kind of target")
    known = Target(kind, _text(text))
    if known.kind in {"address", "network"}:
        ip_network(known.text)
    return known


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _moment(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LATEST:
        raise ValueError("not a time")
    return float(value)


@dataclass(slots=True, eq=False)
class Amendment:
    """Be bans that are on their way to the disk, or off it, by their ids."""

    bans: Bans
    values: dict[str, Ban | None]

    @property
    def puts(self) -> tuple[Put, ...]:
        """Give what is to be written."""
        prefix = self.bans.prefix
        return tuple(Put(prefix + key, None) if one is None else as_put(one, prefix) for key, one in self.values.items())

    def keep(self) -> None:
        """Let it be stored."""
        self.bans.settle(self, stored=True)

    def undo(self) -> None:
        """Let it be as if it had never been asked for."""
        self.bans.settle(self, stored=False)


class Bans:
    """Hold the bans, or the mutes, of a house or a room, and find whom they hit.

    Each is kept under `prefix` and its id; `absent` and `wider` refuse to lift what is none, and what is only part of another.
    """

    __slots__ = ("_absent", "_bans", "_by_target", "_cells", "_ending", "_last", "_reach", "_wider_one", "limit", "masks", "prefix")

    def __init__(
        self,
        limit: int = BANS,
        prefix: str = PREFIX,
        *,
        masks: int = MASKS,
        absent: type[Refused] = NotBanned,
        wider: type[Refused] = BannedByAnother,
    ) -> None:
        self.limit = limit
        self.masks = masks
        self.prefix = prefix
        self._absent = absent
        self._wider_one = wider
        self._bans: dict[str, Ban] = {}
        self._by_target: dict[Target, dict[str, None]] = {}
        self._cells: dict[str, Cell] = {}
        """Of those of which a change is under way, by their ids."""
        self._reach = Reach()
        self._ending: list[tuple[float, str]] = []
        """A heap of when bans are over; some of them may have been lifted since."""
        self._last = 0

    def __len__(self) -> int:
        """Count the bans."""
        return len(self._bans)

    def next_id(self) -> str:
        """Give an id for a new ban: a number higher than any ban's since the start."""
        return str(self._last + 1)

    def lifted(self, one: Ban) -> Put:
        """Make the change that keeps a ban no longer."""
        return Put(self.prefix + one.id, None)

    def load(self, state: Mapping[str, str]) -> tuple[str, ...]:
        """Take what the state beside the logs holds; give the keys of what cannot be read, which the host should hear of."""
        unread = []
        for key, value in state.items():
            if not key.startswith(self.prefix):
                continue
            try:
                self.restore(read(key.removeprefix(self.prefix), value))
            except (ValueError, RecursionError):
                unread.append(key)
        return tuple(unread)

    def add(self, new: Ban) -> tuple[Ban, ...]:
        """Take a ban; give those whose place it takes, which are lifted. Refuse it when there are too many."""
        replaced = self._within(new)
        if len(self._bans) - len(replaced) >= self.limit:
            raise TooManyBans(limit=self.limit)
        if self._reach.masks >= self.masks and any(one.kind in MASKED and one not in self._by_target for one in new.targets):
            raise TooManyMasks(limit=self.masks)
        for old in replaced:
            self.lift(old.id)
        self.restore(new)
        return replaced

    def _within(self, new: Ban) -> tuple[Ban, ...]:
        """Give the bans that hit nobody but those whom `new` hits by the same targets."""
        targets = frozenset(new.targets)
        ids = dict.fromkeys(key for one in new.targets for key in self._by_target.get(one, ()))
        return tuple(self._bans[key] for key in ids if targets.issuperset(self._bans[key].targets))

    def restore(self, new: Ban) -> None:
        """Take a ban as it was, whatever else is banned, as when what replaced it could not be kept."""
        self.lift(new.id)
        self._bans[new.id] = new
        if _NUMBER(new.id):
            self._last = max(self._last, int(new.id))
        for one in new.targets:
            self._by_target.setdefault(one, {})[new.id] = None
            self._reach.add(one, new.id)
        if new.until is not None:
            heappush(self._ending, (new.until, new.id))

    def lift(self, id: str) -> Ban | None:
        """Forget a ban; give it, or None if there is none."""
        gone = self._bans.pop(id, None)
        if gone is None:
            return None
        for one in gone.targets:
            ids = self._by_target.get(one, {})
            ids.pop(id, None)
            if not ids:
                self._by_target.pop(one, None)
            self._reach.drop(one, id)
        if len(self._ending) > 2 * len(self._bans) + 16:
            self._ending = [(other.until, other.id) for other in self._bans.values() if other.until is not None]
            heapify(self._ending)
        return gone

    def impose(self, new: Ban) -> Amendment:
        """Take a ban that is still to be stored; refuse it when there are too many."""
        replaced = self.add(new)
        return self._amend({old.id: old for old in replaced}, {**dict.fromkeys([old.id for old in replaced]), new.id: new})

    def pardon(self, found: Iterable[Ban]) -> Amendment:
        """Forget bans, which is still to be stored."""
        before = {one.id: one for one in found}
        for key in before:
            self.lift(key)
        return self._amend(before, dict.fromkeys(before))

    def _amend(self, before: Mapping[str, Ban], values: dict[str, Ban | None]) -> Amendment:
        made = Amendment(self, values)
        for key, value in values.items():
            self._cells.setdefault(key, Cell(before.get(key))).put(made, value)
        return made

    def settle(self, change: Amendment, *, stored: bool) -> None:
        """Note what became of a change; one that was not stored is undone alone."""
        for key in change.values:
            cell = self._cells[key]
            cell.settle(change, stored=stored)
            if not cell.pending:
                del self._cells[key]
            if not stored:
                self._let_be(key, cell.value)

    def _let_be(self, id: str, value: Ban | None) -> None:
        if value is None:
            self.lift(id)
        elif self._bans.get(id) is not value:
            self.restore(value)

    def expire(self, now: float, limit: int = 500) -> tuple[Put, ...]:
        """Forget at most `limit` bans that are over; give what is to be removed from disk."""
        puts: list[Put] = []
        while self._ending and self._ending[0][0] <= now and len(puts) < limit:
            one = self._bans.get(heappop(self._ending)[1])
            if one is not None and one.over(now):
                self.lift(one.id)
                puts.append(self.lifted(one))
        return tuple(puts)

    def get(self, id: str) -> Ban | None:
        """Give the ban of that id."""
        return self._bans.get(id)

    def keeps(self, one: Target) -> bool:
        """Tell whether this is banned for good, by just that target."""
        return any(self._bans[key].until is None for key in self._by_target.get(one, ()))

    def matching(self, party: Party, now: float) -> Ban | None:
        """Give the ban that hits somebody, the longest of them, if there is one."""
        if not self._bans:
            return None
        hit = map(self._bans.__getitem__, self._reach.found(party))
        return max((one for one in hit if not one.over(now)), key=_end, default=None)

    def sought(self, text: str, limit: int, now: float) -> tuple[Ban, ...]:
        """Give the bans that `text` names, by `#id` or by what they hit, or refuse with what would have to be named.

        A name has at most `limit` characters.
        """
        text = text.strip()
        if text.startswith("#"):
            if text[1:] not in self._bans:
                raise self._absent(text=text[:40])
            return (self._bans[text[1:]],)
        meant = target(text, limit)
        found = tuple(self._bans[key] for key in self._by_target.get(meant, ()))
        if found:
            return found
        wider = self._wider(meant, now)
        if wider is not None:
            raise self._wider_one(text=meant, target=f"#{wider.id}")
        raise self._absent(text=meant)

    def _wider(self, meant: Target, now: float) -> Ban | None:
        match meant.kind:
            case "name":
                return self.matching(Party("", meant.text), now)
            case "address":
                return self.matching(Party(meant.text.partition("/")[0]), now)
        return None

    def listed(self) -> tuple[Ban, ...]:
        """Give all bans, oldest first."""
        return tuple(sorted(self._bans.values(), key=lambda one: (one.at, len(one.id), one.id)))


def _end(one: Ban) -> float:
    return math.inf if one.until is None else one.until
