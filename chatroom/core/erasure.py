"""Erasing what the house holds of those who are members no more: their inbox, what they had seen, their keys, their rights in rooms.

Rules
-----
- Who is removed by an order is erased at once. Whose line is gone from the list otherwise may be back in a moment, as somebody edits
  it or broke it: they are erased after `GRACE`, and so are inboxes that are found to be nobody's. Who is back by then has all.
- An inbox is emptied a few hundred entries at a time, each few in one submission. What others have of the same words is theirs.
- What could not be read or stored is tried again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.errands import Further, Posting
from chatroom.core.events import NOBODY, Entry, Erased, Removed
from chatroom.core.replies import Answer
from chatroom.core.seams import Committed, Slice
from chatroom.core.session import Session
from chatroom.core.verb import Verb

if TYPE_CHECKING:
    from chatroom.core.hub import Hub

GRACE = 86400.0
"""Seconds after which somebody who is on the list no more is erased."""
EVERY = 3600.0
"""Seconds between two looks for inboxes that are nobody's, and before something is tried again."""
AT_ONCE = 200
"""Entries erased at a time."""


def _nothing(call: Call) -> None:
    """Be asked for by nobody."""


_VERB = Verb("erase", _nothing, "", "", hidden=True)


class Erasure:
    """Erase for a hub; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.grace = GRACE
        self._due: dict[str, float] = {}
        self._looked_at: float | None = None

    def gone(self, member: str, now: float) -> None:
        """Erase somebody in a while, who is on the list no more."""
        self._due[member] = now + self.grace

    def at_once(self, member: str, now: float) -> None:
        """Erase somebody now, whom somebody has removed."""
        self._due[member] = now
        self.tick(now)

    def tick(self, now: float) -> None:
        """Erase those who are due, and look now and then for inboxes that are nobody's."""
        if self._looked_at is None or not 0 <= now - self._looked_at < EVERY:
            self._looked_at = now
            self._look(now)
        for member in [one for one, due in self._due.items() if due <= now]:
            del self._due[member]
            if self._hub.keeper.members.get(member) is None:
                self._erase(member, now)

    def _look(self, now: float) -> None:
        for member in self._hub.memory.inboxes.owners():
            if self._hub.keeper.members.get(member) is None:
                self._due.setdefault(member, now + self.grace)

    def _erase(self, member: str, now: float) -> None:
        hub = self._hub
        call = Call(hub, Session("", "", now), _VERB, {}, None, now)
        hub.memory.forget(member, now)
        changes = [change for room in hub.rooms.values() for change in room.rights.bereave(f"@{member}")]
        puts = (*hub.cards.forget(f"@{member}"), *(put for change in changes for put in change.puts))
        if puts:
            for change in changes:
                change.keep()
            hub.errands.note(call.session, (), now, puts)
        call.ask("forget_keys", member, then=lambda _: ())
        _Emptying(call, member, self._due).read(0)
        hub.errands.release(call.session)


class _Emptying:
    """Empty one inbox, from the beginning to the end."""

    __slots__ = ("_call", "_due", "_inbox", "_member")

    def __init__(self, call: Call, member: str, due: dict[str, float]) -> None:
        self._call = call
        self._member = member
        self._inbox = f"@{member}"
        self._due = due

    def read(self, after: int) -> None:
        """Read what stands after a place."""
        further = self._further(after)
        self._call.read(further.query, further.remembered, further.then, further.refused)

    def _further(self, after: int) -> Further:
        return Further(Slice(self._inbox, AT_ONCE, after, oldest=True), lambda: None, self._take, self._again)

    def _take(self, found: tuple[Entry, ...]) -> Effect | Posting | Further:
        ids = tuple([entry.id for entry in found if not isinstance(entry.event, Removed | Erased)])
        drafts = [(self._inbox, Removed(NOBODY, ids))] if ids else []
        whole = len(found) < AT_ONCE
        self._call.hub.errands.note(
            self._call.session, drafts, self._call.now, undo=self._again, then=self._done if whole else lambda _: ()
        )
        return Send(self._call.session, Answer(None, _VERB.name, {}, ())) if whole else self._further(found[-1].seq)

    def _done(self, _: Committed) -> tuple[()]:
        self._call.hub.memory.inboxes.forget(self._member)
        return ()

    def _again(self) -> None:
        """Try again in a while."""
        self._due[self._member] = self._call.now + EVERY
