"""Erasing what the house holds of those who are members no more: their inbox, what they had seen, their keys, their rights in rooms.

Rules
-----
- Who is removed by an order is erased at once. Whose line is gone from the list otherwise may be back in a moment, as somebody edits
  it or broke it: they are erased after `GRACE`, and so is what is found to be nobody's. Who is back by then has all.
- An inbox is emptied a few hundred entries at a time, each few in one submission. What others have of the same words is theirs.
- What could not be read or stored is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.events import GUESTS, NOBODY, Entry, Erased, Removed
from chatroom.core.keeping import Changes
from chatroom.core.reading import Further, Posting
from chatroom.core.replies import Answer
from chatroom.core.seams import Committed, Slice
from chatroom.core.session import Session
from chatroom.core.verb import Verb

if TYPE_CHECKING:
    from chatroom.core.hub import Hub

GRACE = 86400.0
"""Seconds after which somebody who is on the list no more is erased."""
EVERY = 3600.0
"""Seconds between two looks for what is nobody's, and before something is tried again."""
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
        """Erase those who are due, and look now and then for what is nobody's."""
        if self._looked_at is None or not 0 <= now - self._looked_at < EVERY:
            self._looked_at = now
            self._look(now)
        for member in [one for one, due in self._due.items() if due <= now]:
            del self._due[member]
            if self._hub.keeper.members.get(member) is None:
                self._erase(member, now)

    def _look(self, now: float) -> None:
        for member in self._holders():
            if self._hub.keeper.members.get(member) is None:
                self._due.setdefault(member, now + self.grace)

    def _holders(self) -> set[str]:
        """Give the ids of all who have something that ends with their membership."""
        hub = self._hub
        inboxes = {*hub.cards.owners(), *(inbox for room in hub.rooms.values() for inbox in room.rights.holders())}
        members = {inbox.removeprefix("@") for inbox in inboxes if not inbox.startswith(GUESTS)}
        return members.union(hub.memory.owners(), hub.keeper.keys.members())

    def _erase(self, member: str, now: float) -> None:
        hub = self._hub
        call = Call(hub, Session("", "", now), _VERB, {}, None, now)
        again = partial(self._due.__setitem__, member, now + EVERY)
        hub.memory.forget(member, now)
        self._take_what_is_held(call, f"@{member}", again)
        call.ask("forget_keys", member, then=lambda _: (), refused=again)
        _Emptying(call, member, again).read(0)
        hub.errands.release(call.session)

    def _take_what_is_held(self, call: Call, inbox: str, again: Callable[[], None]) -> None:
        hub = self._hub
        held = [change for room in hub.rooms.values() for change in room.rights.bereave(inbox)]
        changes = Changes((*held, *hub.cards.take(inbox)))

        def undo() -> None:
            changes.undo()
            again()

        def kept(_: Committed) -> tuple[()]:
            changes.keep()
            return ()

        if changes.parts:
            hub.errands.note(call.session, (), call.now, changes.puts, undo, kept)


class _Emptying:
    """Empty one inbox, from the beginning to the end."""

    __slots__ = ("_again", "_call", "_inbox", "_member")

    def __init__(self, call: Call, member: str, again: Callable[[], None]) -> None:
        self._call = call
        self._member = member
        self._inbox = f"@{member}"
        self._again = again

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
