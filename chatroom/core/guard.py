"""The guard: weighs what every session sends and who comes from where, and counts what came of it.

Rules
-----
- Moderators, admins and consoles are exempt, from the moment they are that. Programs are not.
- To come back changes nothing: whoever resumes a session has its conduct; a member has their own last one; and from elsewhere the
  next to come from an address begins with what the last to leave it had sent lately. An address from which a session was cut may
  connect less often for a while.
- Somebody is a stranger to whoever has not written to them privately, unless both are members.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING

from chatroom.core.addresses import spot
from chatroom.core.crowd import Crowd, Household, household
from chatroom.core.errors import Flooding, Hushed, Refused
from chatroom.core.flood import GO, Conduct, FloodLimits, Verdict
from chatroom.core.rank import Rank
from chatroom.core.spans import told

if TYPE_CHECKING:
    from chatroom.core.request import Request
    from chatroom.core.session import Person, Session

LEFT = 5000
"""Addresses and members whose last conduct is remembered after they left."""
KNOWN = 200
"""People that somebody is remembered to have heard from."""
SHORT = 0.02
"""Seconds of a pause that is not worth making: what is owed adds up to a longer one."""


@dataclass(slots=True)
class Counts:
    """Count what was done about floods."""

    slowed: int = 0
    hushed: int = 0
    refused: int = 0
    """Requests of those who were hushed."""
    cut: int = 0
    connections: int = 0
    """Connections that were refused."""
    entries: int = 0
    """People who were refused to come in."""


class Guard:
    """Bound what sessions send and addresses open; see the module for the rules."""

    __slots__ = ("_left", "_limits", "counts", "crowd", "kept")

    def __init__(self, limits: FloodLimits, *, kept: int = LEFT) -> None:
        self._limits = limits
        self.crowd = Crowd(limits)
        self.counts = Counts()
        self.kept = kept
        self._left: OrderedDict[Household | str, Conduct] = OrderedDict()
        """What is remembered of who left: of a member all, of an address how much was sent."""

    @property
    def limits(self) -> FloodLimits:
        """Give the limits in force."""
        return self._limits

    @limits.setter
    def limits(self, limits: FloodLimits) -> None:
        self._limits = self.crowd.limits = limits

    @property
    def remembered(self) -> int:
        """Count those whose last conduct is remembered."""
        return len(self._left)

    # -- coming and going -----------------------------------------------------------------------------------------------

    def arrive(self, session: Session, now: float) -> None:
        """Count a new connection, or refuse it."""
        if session.console:
            return
        try:
            self.crowd.arrive(session.address, now)
        except Refused:
            self.counts.connections += 1
            raise
        session.counted = True
        home = household(session.address)
        if home is not None:
            session.conduct = self._left.pop(home, session.conduct)

    def wait(self, address: str) -> Refused | None:
        """Count a connection of which it is not known yet which door's it is, or give why there is no place for it."""
        try:
            self.crowd.wait(address)
        except Refused as why:
            self.counts.connections += 1
            return why
        return None

    def enter(self, session: Session, now: float) -> None:
        """Count somebody who comes in with a name, or refuse them."""
        try:
            self.crowd.enter(session.address, now)
        except Refused:
            self.counts.entries += 1
            raise

    def recognise(self, session: Session, member: str) -> None:
        """Hold against a member what was held against them when they left."""
        session.conduct = self._left.pop(member, session.conduct)

    def depart(self, session: Session, now: float) -> None:
        """Give a connection back, and remember how whoever had it behaved."""
        if session.counted:
            session.counted = False
            self.crowd.depart(session.address)
        limits, conduct = self._of(session), session.conduct
        home, person = household(session.address), session.person
        if home is not None and conduct.spent(now, limits) > limits.burst / 4:
            self._keep(home, conduct.pace_alone())
        if person is not None and person.author.member is not None and conduct.troubled(now, limits):
            self._keep(person.author.member, deepcopy(conduct))

    def tidy(self, now: float, limit: int = 500) -> None:
        """Forget, of the next `limit` that are remembered, what has become nothing."""
        self.crowd.tidy(now, limit)
        for key in list(islice(self._left, limit)):
            conduct = self._left[key]
            if conduct.spent(now, self._limits) > 0 or conduct.troubled(now, self._limits):
                self._left.move_to_end(key)
            else:
                del self._left[key]

    def _keep(self, key: Household | str, conduct: Conduct) -> None:
        self._left[key] = conduct
        self._left.move_to_end(key)
        if len(self._left) > self.kept:
            self._left.popitem(last=False)

    # -- sending --------------------------------------------------------------------------------------------------------

    def price(self, verb: str, request: Request) -> float:
        """Tell how many lines a request counts for."""
        size, breaks = len(request.tail), request.tail.count("\n")
        for value in request.fields.values() if request.fields else ():
            if isinstance(value, str):
                size += len(value)
                breaks += value.count("\n")
        return self._limits.cost(verb, size, breaks)

    def acquaint(self, person: Person, other: Person | None) -> float:
        """Tell how many lines more words from `person` to `other` count for, who may answer for one; None is a member not here."""
        if other is None:
            return 0.0 if person.author.member is not None else max(0.0, self._limits.stranger - 1.0)
        familiar = person is other or other.inbox in person.known
        other.known.pop(person.inbox, None)
        other.known[person.inbox] = None
        if len(other.known) > KNOWN:
            del other.known[next(iter(other.known))]
        if familiar or (person.author.member is not None and other.author.member is not None):
            return 0.0
        return max(0.0, self._limits.stranger - 1.0)

    def weigh(self, session: Session, cost: float, now: float) -> Verdict:
        """Say what becomes of something that a session sent and that counts for `cost` lines."""
        if self._is_exempt(session):
            return GO
        verdict = session.conduct.weigh(cost, now, self._of(session))
        if verdict is GO:
            return verdict
        self._count(verdict)
        if verdict.cut:
            self.crowd.blame(session.address, now)
        return GO if not verdict.hushed and verdict.wait < SHORT else verdict

    def lets(self, session: Session, verb: str, count: int, size: int, now: float) -> bool:
        """Let a session send a verb so many times in a row, each with at most `size` characters, if none is slowed; tell whether."""
        if self._limits.bulk and size > self._limits.bulk:  # then some may count for more than others
            return False
        if self._is_exempt(session):
            return True
        return session.conduct.lets(count * self._limits.cost(verb), now, self._of(session))

    @staticmethod
    def _is_exempt(session: Session) -> bool:
        return session.console or (session.person is not None and session.person.rank >= Rank.MODERATOR)

    def _of(self, session: Session) -> FloodLimits:
        """Give the limits that hold for a session: looser ones on this machine itself."""
        return self._limits.at_home if is_home(session.address) else self._limits

    def _count(self, verdict: Verdict) -> None:
        counts = self.counts
        counts.slowed += verdict.wait > 0
        counts.hushed += verdict.hushing
        counts.refused += verdict.hushed > 0 and not verdict.cut
        counts.cut += verdict.cut

    def figures(self) -> Mapping[str, str]:
        """Tell what was done about floods, and by which limits."""
        counts = self.counts
        return {
            "slowed": f"{counts.slowed} lines",
            "hushed": f"{counts.hushed} times, {counts.refused} lines refused, {counts.cut} sessions cut",
            "turned away": f"{counts.connections} connections, {counts.entries} people coming in too often",
            "addresses": f"{self.crowd.addresses} connected, {self.crowd.remembered} remembered",
            "floods": ", ".join(f"{name} {value:.15g}" for name, value in asdict(self._limits).items()),
        }


def sentence(verdict: Verdict) -> Refused | None:
    """Give what somebody is told of a verdict, if it refuses them anything."""
    if verdict.cut:
        return Flooding()
    return Hushed(span=told(verdict.hushed)) if verdict.hushed else None


def is_home(address: str) -> bool:
    """Tell whether an address is this machine's own, or none at all."""
    place = spot(address)
    return place is None or place.local
