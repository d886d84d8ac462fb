"""Who is here: coming in, changing devices, going and being put out.

Rules
-----
- A person is here while any of their sessions is; others see them go with the last. Which rooms they are in is `occupancy.py`'s.
- A session may outlive its connection for a while (`linger`), unseen by others; whoever shows its key takes its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chatroom.core.call import Call, Draft
from chatroom.core.effects import Close
from chatroom.core.events import HOUSE, Left, PutOut, Quit
from chatroom.core.members import Change
from chatroom.core.rank import Rank
from chatroom.core.replies import Expelled
from chatroom.core.session import EXPULSION, Person, Session

if TYPE_CHECKING:
    from chatroom.core.hub import Hub


class Presence:
    """Keep a hub's people and their sessions together; see the module for the rules."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._by_scope: dict[str, Session] = {}
        self.most = 0
        """The most people there have been at once."""
        self._detached: dict[Session, None] = {}
        self._nameless: set[Session] = set()
        self._orderly: set[Person] = set()
        """Those here who keep order in the house."""
        self._hidden: set[Person] = set()
        """Those here who are listed for those alone who share a room with them."""

    def arrive(self, session: Session) -> None:
        """Take in the session of a new connection, which has no name yet."""
        self.hub.sessions.add(session)
        self._nameless.add(session)

    def disconnected(self, session: Session, now: float, steady: float, reason: str) -> None:
        """Note that a session's connection is gone; one that can be resumed lingers, by a clock that is never set."""
        if session.ended or session.person is None:
            self._end(session)
        elif session.scope is not None and self.hub.limits.linger > 0:
            session.detached_at = steady
            self._detached[session] = None
        else:
            self.part(session, now, reason)

    def let_go(self, now: float, steady: float) -> None:
        """Let those go who have lingered long enough."""
        for session in list(self._detached):
            since = session.detached_at
            if since is None or steady - since < self.hub.limits.linger:
                break
            self.part(session, now, "connection lost")

    def counts(self) -> dict[str, int]:
        """Count people, those among them who keep order, connections nobody has named, and rooms where somebody is."""
        return {
            "people": len(self.hub.people),
            "most": self.most,
            "hidden": len(self._hidden),
            "orderly": len(self._orderly),
            "nameless": len(self._nameless),
            "rooms": sum(1 for room in self.hub.rooms.values() if room.occupants),
        }

    def admit(self, session: Session, person: Person) -> None:
        """Let a session be `person` from here on."""
        session.person = person
        self._nameless.discard(session)
        person.sessions.append(session)
        person.user = person.user or session.door
        if person.listed:
            self.hub.people[person.inbox] = person
            self.most = max(self.most, len(self.hub.people))
            self.ranked(person)
            if len(person.sessions) == 1:
                self.hub.lookout.tell(person.name, here=True)
                self.hub.memory.inboxes.open(person)

    def ranked(self, person: Person) -> None:
        """Note that somebody here has their rank from now on."""
        if person.listed and person.rank >= Rank.MODERATOR:
            self._orderly.add(person)
        else:
            self._orderly.discard(person)
        person.shuffle()

    def hide(self, person: Person, *, hidden: bool) -> None:
        """Let somebody be listed for those alone who share a room with them, or for everybody."""
        person.hidden = hidden
        if hidden:
            self._hidden.add(person)
        else:
            self._hidden.discard(person)

    def remember(self, session: Session, key: str) -> None:
        """Let a session be resumed, and its posts be recognised, by whoever has `key`."""
        session.scope = scope_of(key)
        self._by_scope[session.scope] = session

    def resumable(self, key: str) -> Session | None:
        """Find the session that `key` was made for, if it is still there."""
        return self._by_scope.get(scope_of(key))

    def succeed(self, old: Session, new: Session) -> None:
        """Put a new connection's session in the place of the one it resumes, unseen by anybody."""
        person = old.someone
        person.sessions[person.sessions.index(old)] = new
        new.person, new.scope, new.ignoring = person, old.scope, old.ignoring
        self._nameless.discard(new)
        new.conduct = old.conduct
        for stay in old.stays.values():
            sessions = stay.room.occupants.setdefault(person, set())
            sessions.discard(old)
            sessions.add(new)
        new.stays = {name: stay.again() for name, stay in old.stays.items()}
        new.focus = old.focus
        old.heir = new
        old.ended = True
        self._forget(old)
        if new.scope is not None:
            self._by_scope[new.scope] = new

    def lingering(self, session: Session) -> bool:
        """Tell whether a session waits for its client to come back."""
        return session in self._detached

    def part(self, session: Session, now: float, reason: str, farewell: str = "", *, own: bool = False) -> None:
        """End a session and its connection; when it was its person's last, others see the person go."""
        person = session.person
        if session.ended:
            return
        self.hub.errands.line_up(session).fill(Close(session, farewell or reason))
        if person is None:
            self._end(session)
            self.hub.errands.release(session)
            return
        left = self._vacate(session)
        last = not person.sessions
        if last:
            self._depart(person, now)
        event = Quit(person.author, tuple(left), reason, own)
        if left and last:
            drafts: list[Draft] = [("", event)]
        else:
            drafts = [(name, Left(person.author, present, reason)) for name, present in left]
        if drafts:
            self.hub.errands.note(session, drafts, now)
        self.hub.errands.release(session)

    def put_out(self, call: Call, person: Person, reason: str, farewell: str) -> Draft:
        """Put a person out of the house, on all their devices, who reads `farewell`; give what others see of it."""
        left: dict[str, int] = {}
        for session in list(person.sessions):
            if EXPULSION in session.wants:
                self.hub.errands.say_to(session, Expelled(None, "expelled", reason, call.person.author))
            self.hub.errands.line_up(session).fill(Close(session, farewell))
            left.update(self._vacate(session))
            self.hub.errands.release(session)
        self._depart(person, call.now)
        return HOUSE, PutOut(call.person.author, tuple(left.items()), person.author, reason)

    def show_gone(self, call: Call, gone: Sequence[Draft]) -> None:
        """Let others see all the same that people are gone who were put out by what was not stored."""
        if gone:
            self.hub.errands.note(call.session.current, gone, call.now)

    def members_changed(self, change: Change, now: float) -> None:
        """Act on a change of the list of members: names are theirs or free, those who are here get their rank or have to go."""
        for member in (*change.removed, *(before for before, _ in change.changed)):
            self.hub.roster.disown(member.name)
        for member in (*change.added, *(after for _, after in change.changed)):
            self.hub.roster.own(member.name, member.id)
        being = self._being()
        for member in change.removed:
            self.hub.keeper.attempts.forget(member.id)
            self.hub.erasure.gone(member.id, now)
            for session in [one for person in being.get(member.id, ()) for one in person.sessions]:
                self.part(session, now, "", "You are no longer a member of this house.")
        for _, member in change.changed:
            for person in being.get(member.id, ()):
                person.rank = member.rank
                self.ranked(person)

    def _being(self) -> dict[str, list[Person]]:
        """Give the people each member is: one in the chat, and one at each console."""
        being: dict[str, list[Person]] = {}
        for person in self.hub.everybody():
            if person.author.member is not None:
                being.setdefault(person.author.member, []).append(person)
        return being

    def _vacate(self, session: Session) -> list[tuple[str, int]]:
        """End a session; give the rooms its person is in no more, with how many people remain in each."""
        person = session.someone
        left = [(name, stay.room.present) for name, stay in session.stays.items() if stay.room.drop(session)]
        session.stays.clear()
        session.focus = None
        self._end(session)
        person.sessions.remove(session)
        return left

    def _depart(self, person: Person, now: float) -> None:
        if person.listed:
            self.hub.departed.note(person, person.author, now)
            for name in dict.fromkeys((person.former or person.name, person.name)):
                self.hub.lookout.tell(name, here=False)
                self.hub.roster.release(name)
            del self.hub.people[person.inbox]
            self._orderly.discard(person)
            self._hidden.discard(person)
            self.hub.memory.inboxes.close(person)
            if person.author.member is None:
                self.hub.cards.forget(person.inbox)
        for rights in person.held:
            rights.forget(person.inbox)

    def _end(self, session: Session) -> None:
        session.ended = True
        self._forget(session)

    def _forget(self, session: Session) -> None:
        self.hub.sessions.discard(session)
        self._nameless.discard(session)
        self.hub.lookout.clear(session)
        self._detached.pop(session, None)
        session.detached_at = None
        if session.scope is not None and self._by_scope.get(session.scope) is session:
            del self._by_scope[session.scope]


def scope_of(key: str) -> str:
    """Turn a client's secret key into what may be stored and compared."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
