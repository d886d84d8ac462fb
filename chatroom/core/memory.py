"""What the house remembers of members while they are not here: how far they have seen each room, and what waits in their inbox.

Rules
-----
- Seen is what was written to a connection of theirs, on any device; of a client that says itself what its person saw (`marks`), what
  it says. Guests are forgotten when they go.
- An inbox is seen like a room. What waits there is shown to the first session that comes in, and saved as seen at once. Who shows
  up again with a position of their own is shown what came after that, so that nothing written into a dead connection is lost.
- Connections are looked at when somebody comes or goes, and every now and then; never when something is said.
- What is remembered is saved when somebody leaves and now and then (`seen_positions`): after a crash they are shown a little again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from chatroom.core.effects import Deliver, Effect, Send
from chatroom.core.events import INBOX, Entry, Invited, Told
from chatroom.core.inboxes import Inboxes
from chatroom.core.members import Member
from chatroom.core.replies import Reply, Waited
from chatroom.core.room import Room
from chatroom.core.seams import Put, Recovered, Slice
from chatroom.core.seen_positions import READ, Position, Seen
from chatroom.core.session import Person, Session

if TYPE_CHECKING:
    from chatroom.core.call import Call
    from chatroom.core.hub import Hub

SAVED = 1000
"""Members whose positions are saved at a time."""


class Memory:
    """Remember for a hub; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.seen = Seen("")
        self.read = Seen("", prefix=READ)
        """Up to when members say to have read rooms and conversations, whatever was shown to them."""
        self.inboxes = Inboxes()
        self.shown: Callable[[Session], Mapping[str, int]] = lambda _: {}
        """Tells up to which kept entry each room was shown to a session so far; who writes to connections sets this."""

    def load(self, recovered: Recovered) -> tuple[str, ...]:
        """Take up what the journal holds; give the keys of what cannot be read."""
        self.seen.epoch = recovered.epoch
        self.inboxes.load({log: state.head for log, state in recovered.logs.items() if log.startswith("@")})
        return (*self.seen.load(recovered.state), *self.read.load(recovered.state))

    def note(self, session: Session, shown: Mapping[str, int]) -> None:
        """Note up to which entry rooms were shown to a session, if that is how it is known what its person saw."""
        if not session.marks and not session.observing:
            for room, seq in shown.items():
                self.mark(session, room, seq)

    def mark(self, session: Session, room: str, seq: int) -> None:
        """Note that a session's person has seen a room up to an entry."""
        member = _member(session)
        guest = self.inboxes.guest(session.person.inbox) if room == INBOX and session.person is not None else None
        if guest is not None:
            guest.seen = max(guest.seen, seq)
        # Somebody taken off the list may still have a connection that ends.
        if member is not None and self._hub.keeper.members.get(member) is not None:
            self.seen.mark(member, room, seq)

    def since(self, session: Session, room: Room) -> int | None:
        """Tell up to which entry a session's person has seen a room, on any device; None when that is not known."""
        member = _member(session)
        if member is None:
            return None
        self._look(session.someone)
        position = self.seen.position(member, room.name)
        return None if position is None else max(room.floor, min(position[1], room.log.head))

    def _look(self, person: Person) -> None:
        for other in person.sessions:
            self.note(other, self.shown(other))

    # -- what people say they have read ---------------------------------------------------------------------------------

    def marker(self, person: Person, target: str) -> float:
        """Tell up to when somebody has read a room or a conversation, as they say; 0 if they never did."""
        read, key = self._markers(person)
        found = read.position(key, target)
        return 0.0 if found is None else found[1] / 1000

    def move_marker(self, session: Session, target: str, at: float, tell: Callable[[float], Reply] | None = None) -> float:
        """Note up to when somebody has read something, which never goes back; tell their other devices, and give what holds now."""
        person = session.someone
        before = self.marker(person, target)
        if round(at, 3) <= before:
            return before
        read, key = self._markers(person)
        read.mark(key, target, round(at * 1000))
        for other in person.sessions:
            if tell is not None and other is not session and other.marks:
                self._hub.errands.say_to(other, tell(at))
        return at

    def _markers(self, person: Person) -> tuple[Seen, str]:
        """Tell where a person's markers are held, and under what: a guest's are with what ends when the guest goes."""
        guest = self.inboxes.guest(person.inbox)
        return (self.read, person.author.member or "") if guest is None else (guest.read, "")

    # -- inboxes --------------------------------------------------------------------------------------------------------

    def inbox(self, session: Session, position: Position | None) -> Position:
        """Tell after which entry of its inbox a session that comes in is shown what stands there: its own `position`, if that holds."""
        person = session.someone
        epoch = self._hub.epoch if person.author.member is not None else person.id
        if position is not None and position[0] == epoch:
            return position
        self._look(person)
        guest = self.inboxes.guest(person.inbox)
        return epoch, guest.seen if guest is not None else max(person.claimed(), self._seen_of_inbox(person.author.member or ""))

    def show_inbox(self, call: Call, after: int, *, whole: bool) -> None:
        """Show what stands in the inbox after an entry: to who resumes the `whole` of it, to who comes in what others wrote."""
        person, most = call.person, self._hub.limits.page
        head = self.inboxes.head(person.inbox)
        if head <= after:
            return
        person.claim = (call.session, head)
        call.session.held = []
        guest = self.inboxes.guest(person.inbox)

        def remembered() -> tuple[Entry, ...] | None:
            return None if guest is None else tuple([entry for entry in guest.entries if after < entry.seq <= head])

        def show(found: tuple[Entry, ...]) -> tuple[Effect, ...]:
            session = call.session.current
            if not session.ended and session.detached_at is None:
                self._shown_inbox(session, head, call.now)
            waited = tuple([entry for entry in found[-most:] if whole or _waits(entry, session)])
            return Send(session, Waited(None, waited, len(found) > most)), *_held(call.session)

        def refused() -> None:
            self._hub.errands.now_do(*_held(call.session))
            if person.claim == (call.session, head):
                person.claim = None

        call.read(Slice(person.inbox, most + 1, after, head + 1), remembered, show, refused)

    def sent(self, person: Person, entry: Entry) -> None:
        """Note that a member has seen what they wrote themselves, if they have seen all before it."""
        member = person.author.member
        if member is not None and self._seen_of_inbox(member) == entry.seq - 1:
            self.seen.mark(member, INBOX, entry.seq)

    def leave_note(self, sender: Person, to: Member) -> str:
        """Count a note for a member who is not here, or refuse it; give under whom it counts."""
        waiting = self.inboxes.head(f"@{to.id}") - self._seen_of_inbox(to.id)
        return self.inboxes.leave_note(sender, to, waiting, self._hub.limits)

    def _shown_inbox(self, session: Session, head: int, now: float) -> None:
        self.note(session, {INBOX: head})
        member = _member(session)
        if member is not None:
            self.inboxes.delivered(member)
            self._store(self.seen.leave(member, now), now)

    def _seen_of_inbox(self, member: str) -> int:
        position = self.seen.position(member, INBOX)
        return 0 if position is None else min(position[1], self.inboxes.head(f"@{member}"))

    # -- saving ---------------------------------------------------------------------------------------------------------

    def leave(self, session: Session, now: float) -> None:
        """Save what was seen by whoever left the house with this session."""
        person = session.person
        if person is not None and person.author.member is not None and self._hub.people.get(person.inbox) is not person:
            self._store((*self.seen.leave(person.author.member, now), *self.read.leave(person.author.member, now)), now)

    def save(self, now: float) -> None:
        """Save what is due to be saved."""
        self._store((*self.seen.dirty(now, SAVED), *self.read.dirty(now, SAVED)), now)

    def save_all(self, now: float) -> None:
        """Save everything, as the house closes."""
        self._store((*self.seen.all_dirty(now), *self.read.all_dirty(now)), now)

    def owners(self) -> set[str]:
        """Give the ids of those of whom anything is remembered, members or not."""
        return {*self.inboxes.owners(), *self.seen.owners(), *self.read.owners()}

    def forget(self, member: str, now: float) -> None:
        """Forget somebody who is no longer a member."""
        self._store((*self.seen.forget(member), *self.read.forget(member)), now)
        self.inboxes.forget(member)

    def _store(self, puts: tuple[Put, ...], now: float) -> None:
        if puts:
            self._hub.errands.note(Session("", "", now), (), now, puts, partial(self._unsaved, puts))

    def _unsaved(self, puts: tuple[Put, ...]) -> None:
        for put in puts:
            self.seen.unsaved(put.key)
            self.read.unsaved(put.key)


def _held(session: Session) -> list[Deliver]:
    """Give what came in private while the inbox was read, to be shown right after what stood there, before anything newer."""
    held, session.held = session.held or [], None
    return [] if session.ended else held


def _waits(entry: Entry, session: Session) -> bool:
    """Tell whether an entry of the inbox is to be shown to who was not here when it came."""
    event = entry.event
    own = session.someone.author.is_same(event.by)
    return isinstance(event, Told | Invited) and not own and not session.ignoring.hides(event.by)


def _member(session: Session) -> str | None:
    person = session.person
    return None if person is None or not person.listed else person.author.member
