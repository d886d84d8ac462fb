"""What stands in people's inboxes, as far as it must be known without reading: where each ends, and how many notes wait.

Rules
-----
- A member's inbox is a log of the journal; only its end is held here. A guest's is nowhere else than here, numbered from 1, bounded,
  and gone with the guest.
- Notes wait for members who are not here: at most `limits.notes` for each, `limits.notes_each` from one sender; all guests are one
  sender, or they could fill it. Of those that waited when the house opened it is not known from whom they are.
"""

from __future__ import annotations

from collections import Counter, deque

from chatroom.core.errors import InboxFull, TooManyNotes
from chatroom.core.events import GUESTS, Entry, Removed, emptied
from chatroom.core.limits import Limits
from chatroom.core.members import Member
from chatroom.core.seen_positions import Seen
from chatroom.core.session import Person
from chatroom.core.window import weight

KEPT = 100
"""Entries of a guest's inbox that are held, in case their connection breaks."""
KEPT_BYTES = 1 << 18
ALL_GUESTS = "~"
BEFORE = ""
"""From whom those notes are that waited when the house opened."""


class GuestInbox:
    """Hold the newest of one guest's inbox."""

    __slots__ = ("entries", "head", "read", "seen", "size")

    def __init__(self) -> None:
        self.head = 0
        self.seen = 0
        """Up to where it was shown to the guest."""
        self.read = Seen("")
        """Up to when the guest says to have read rooms and conversations."""
        self.entries: deque[Entry] = deque()
        self.size = 0

    def take(self, entry: Entry) -> Entry:
        """Number an entry, and hold it."""
        self.head += 1
        numbered = Entry(entry.log, self.head, entry.at, entry.id, entry.event)
        if isinstance(entry.event, Removed):
            self._empty(frozenset(entry.event.ids))
        self.entries.append(numbered)
        self.size += weight(numbered)
        while len(self.entries) > KEPT or self.size > KEPT_BYTES:
            self.size -= weight(self.entries.popleft())
        return numbered

    def _empty(self, ids: frozenset[str]) -> None:
        self.entries = deque([emptied(entry) if entry.id in ids else entry for entry in self.entries])
        self.size = sum(map(weight, self.entries))


class Inboxes:
    """Know where inboxes end, and what waits in them."""

    __slots__ = ("_guests", "_heads", "_notes")

    def __init__(self) -> None:
        self._heads: dict[str, int] = {}
        self._guests: dict[str, GuestInbox] = {}
        self._notes: dict[str, Counter[str]] = {}

    def load(self, heads: dict[str, int]) -> None:
        """Take where the members' inboxes end in the journal."""
        self._heads = heads

    def open(self, person: Person) -> None:
        """Have an inbox for somebody who comes in."""
        if person.author.member is None:
            self._guests[person.inbox] = GuestInbox()

    def close(self, person: Person) -> None:
        """Forget the inbox of a guest who goes."""
        self._guests.pop(person.inbox, None)

    def owners(self) -> list[str]:
        """Give the ids of those members, or of who was one, who have something in their inbox."""
        return [log.removeprefix("@") for log in self._heads]

    def forget(self, member: str) -> None:
        """Forget the inbox of somebody who is no longer a member."""
        self._heads.pop(f"@{member}", None)
        self._notes.pop(member, None)

    def take(self, entry: Entry) -> Entry:
        """Take what was put into an inbox, and give it with its place there."""
        guest = self._guests.get(entry.log)
        if guest is not None:
            return guest.take(entry)
        if not entry.log.startswith(GUESTS):
            self._heads[entry.log] = max(entry.seq, self._heads.get(entry.log, 0))
        return entry

    def head(self, inbox: str) -> int:
        """Tell where an inbox ends."""
        guest = self._guests.get(inbox)
        return self._heads.get(inbox, 0) if guest is None else guest.head

    def guest(self, inbox: str) -> GuestInbox | None:
        """Give a guest's inbox."""
        return self._guests.get(inbox)

    # -- notes ----------------------------------------------------------------------------------------------------------

    def leave_note(self, sender: Person, to: Member, waiting: int, limits: Limits) -> str:
        """Count a note for a member who is not here, or refuse it as one too many; give under whom it counts.

        `waiting` is how many entries of the inbox the member has not seen.
        """
        notes = self._notes.get(to.id)
        if notes is None:
            notes = Counter({BEFORE: waiting})
        whose = sender.author.member or ALL_GUESTS
        if notes.total() >= limits.notes:
            raise InboxFull(name=to.name, limit=limits.notes)
        if notes[whose] >= limits.notes_each:
            raise TooManyNotes(name=to.name, limit=limits.notes_each, whose="you" if sender.author.member else "guests")
        notes[whose] += 1
        self._notes[to.id] = notes
        return whose

    def take_note_back(self, member: str, whose: str) -> None:
        """Count a note no more that was not stored."""
        notes = self._notes.get(member)
        if notes is not None and notes[whose] > 0:
            notes[whose] -= 1

    def delivered(self, member: str) -> None:
        """Count no notes for a member who was shown them."""
        self._notes.pop(member, None)
