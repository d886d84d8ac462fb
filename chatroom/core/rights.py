"""What a room allows, and to whom: its settings, roles, invitations, bans and mutes, as everybody's requests so far have left them.

Rules
-----
- Everything is checked here and nowhere else, by what is *accepted*: what is committed and, in order, all that was submitted since.
  A change that was not stored is undone alone; those submitted after it stand.
- Each change is one key of the state beside the logs, `room/NAME/KEY`, written in the submission of its own event; so what is
  read back at a start is what was accepted.
- Members hold roles and invitations for good, by their id; guests for as long as they are here, and nothing of that is stored.
- Whoever keeps order in the house passes everything. There is no clock here: what is asked is asked for a moment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatroom.core.bans import Bans
from chatroom.core.cards import EMPTY, Card
from chatroom.core.cell import Cell, Cells
from chatroom.core.errors import (
    BannedFromRoom,
    MutedByAnother,
    MutedInRoom,
    NotExempt,
    NotMuted,
    RoomFull,
    RoomInvitedOnly,
    RoomKeyed,
    RoomQuiet,
    TooManyRoles,
    TooSoon,
    TopicLocked,
)
from chatroom.core.events import GUESTS
from chatroom.core.fact import fact
from chatroom.core.rank import Rank
from chatroom.core.seams import Put
from chatroom.core.settings import CARD, HAND, INVITATION, INVITED, KEYED, LISTS, OPERATOR, PREFIX, ROLES, VOICE, read
from chatroom.core.spans import told
from chatroom.core.standing import Standing
from chatroom.core.targets import Party

if TYPE_CHECKING:
    from chatroom.core.replies import Ref
    from chatroom.core.session import Person

MOST = 500
"""Operators, voices and invitations of a room, each; and its bans and its mutes."""
MASKS = 100
"""Masks among a room's bans, and among its mutes, which are looked through one by one."""
Undo = Callable[[], None]


@fact
class Who:
    """Be somebody who wants something of a room, as far as the room is concerned."""

    inbox: str
    rank: Rank
    party: Party


@dataclass(slots=True, eq=False)
class Alteration:
    """Be one value on its way to the disk, and what of it is to be written there."""

    rights: Rights
    key: str
    value: Any

    @property
    def puts(self) -> tuple[Put, ...]:
        """Give what is to be written; nothing of what guests have is."""
        value = self.value
        if GUESTS in self.key:
            return ()
        if self.key == "owner" and value is not None and value[0].startswith(GUESTS):
            value = None
        return (Put(self.rights.place(self.key), None if value is None else json.dumps(value)),)

    def keep(self) -> None:
        """Let it be stored."""
        self.rights.settle(self, stored=True)

    def undo(self) -> None:
        """Let it be as if it had never been asked for."""
        self.rights.settle(self, stored=False)


class Rights:
    """Hold what one room allows; see the module for the rules."""

    __slots__ = ("_cells", "_holders", "_spoke", "bans", "changes", "mutes", "room", "spared", "welcome")

    def __init__(self, room: str) -> None:
        self.room = room
        self._cells = Cells()
        self._holders: frozenset[str] | None = None
        """Who holds anything here; None while that is not known."""
        self.changes = 0
        """How often anything was changed, so that it can be seen whether it was."""
        self._spoke: dict[str, tuple[float, Ref]] = {}
        """When people spoke last, and what they called it, while that matters."""
        self.bans = Bans(MOST, self.place("ban/"), masks=MASKS)
        self.mutes = Bans(MOST, self.place("mute/"), masks=MASKS, absent=NotMuted, wider=MutedByAnother)
        self.spared = Bans(MOST, self.place("spare/"), masks=MASKS, absent=NotExempt)
        """Whom no ban keeps out."""
        self.welcome = Bans(MOST, self.place("welcome/"), masks=MASKS, absent=NotExempt)
        """Who needs no invitation."""

    @property
    def lists(self) -> tuple[Bans, ...]:
        """Give all the lists of whom something is so for."""
        return (self.bans, self.mutes, self.spared, self.welcome)

    def place(self, key: str) -> str:
        """Give the key of something of this room in the state beside the logs."""
        return f"{PREFIX}{self.room}/{key}"

    # -- what there is --------------------------------------------------------------------------------------------------

    def get(self, key: str) -> Any:
        """Give the value of a key, None if it has none."""
        cell = self._cells.get(key)
        return None if cell is None else cell.value

    @property
    def access(self) -> str:
        """Tell who may come in: `open`, `invited`, `key`, or `invited key`."""
        return " ".join([INVITED] * self.invited + [KEYED] * bool(self.key)) or "open"

    @property
    def invited(self) -> bool:
        """Tell whether only those come in who are invited."""
        return str(self.get("access") or "").startswith(INVITED)

    @property
    def key(self) -> str:
        """Give the key by which one comes in, where there is one."""
        return str(self.get("access") or "").partition(":")[2]

    @property
    def limit(self) -> int:
        """Tell how many people the room takes; 0 is no limit."""
        return int(self.get("limit") or 0)

    @property
    def slow(self) -> int:
        """Tell how many seconds somebody waits between two messages."""
        return int(self.get("slow") or 0)

    @property
    def card(self) -> Card:
        """Give what the room says about itself."""
        found: Card | None = self.get(CARD)
        return EMPTY if found is None else found

    def on(self, switch: str) -> bool:
        """Tell whether the topic is locked, the room secret or quiet."""
        return bool(self.get(switch))

    def stands(self, switch: str) -> bool:
        """Tell whether something is on, and will be whatever becomes of what is under way."""
        cell = self._cells.get(switch)
        return cell is not None and bool(cell.stored) and not cell.pending

    def owner(self) -> tuple[str, str] | None:
        """Give the inbox of whoever owns the room, and what they were called."""
        found = self.get("owner")
        return None if found is None else (found[0], found[1])

    def holding(self, role: str) -> dict[str, str]:
        """Give who holds a role or an invitation: their inboxes, and what they were called then."""
        prefix = role + "/"
        cells = [(key.removeprefix(prefix), cell.value) for key, cell in self._cells.items() if key.startswith(prefix)]
        return {inbox: name for inbox, name in cells if name is not None}

    def holds(self, role: str, inbox: str) -> bool:
        """Tell whether somebody holds a role or an invitation."""
        return self.get(f"{role}/{inbox}") is not None

    def standing(self, inbox: str, rank: Rank) -> Standing:
        """Tell what somebody is here."""
        if rank >= Rank.MODERATOR:
            return Standing.ADMIN if rank >= Rank.ADMIN else Standing.MODERATOR
        if inbox not in self.holders():
            return Standing.NOBODY
        owner = self.owner()
        if owner is not None and owner[0] == inbox:
            return Standing.OWNER
        if self.holds(OPERATOR, inbox):
            return Standing.OPERATOR
        return Standing.VOICED if self.holds(VOICE, inbox) else Standing.NOBODY

    def holders(self) -> frozenset[str]:
        """Give the inboxes of all who hold anything here."""
        if self._holders is None:
            owner = self.owner()
            found = [inbox for key in self._cells for _, slash, inbox in [key.partition("/")] if slash]
            self._holders = frozenset(found if owner is None else [*found, owner[0]])
        return self._holders

    def _changed(self) -> None:
        self._holders = None
        self.changes += 1

    @property
    def kept(self) -> bool:
        """Tell whether somebody keeps order here, or somebody who does in the house has set something."""
        return self.owner() is not None or bool(self.holding(OPERATOR)) or self.on(HAND)

    @property
    def lasting(self) -> bool:
        """Tell whether a member keeps order here, or somebody who does in the house has set something."""
        owner = self.owner()
        keepers = [*self.holding(OPERATOR), *([] if owner is None else [owner[0]])]
        return self.on(HAND) or any(not inbox.startswith(GUESTS) for inbox in keepers)

    @property
    def bare(self) -> bool:
        """Tell whether nothing is kept here but whose the room is."""
        return self._cells.keys() <= {"owner"} and not any(map(len, self.lists))

    # -- what may be done -----------------------------------------------------------------------------------------------

    def check_entry(self, who: Who, key: str, present: int, now: float) -> None:
        """Refuse whoever may not come in while `present` people are there."""
        standing = self.standing(who.inbox, who.rank)
        if standing >= Standing.OWNER:
            return
        self.check_ban(who, now)
        if standing >= Standing.OPERATOR:
            return
        if self.holds(INVITATION, who.inbox):
            return
        if self.invited and self.welcome.matching(who.party, now) is None:
            raise RoomInvitedOnly(room=self.room)
        if self.key and key != self.key:
            raise RoomKeyed(room=self.room)
        if self.limit and present >= self.limit:
            raise RoomFull(room=self.room, limit=self.limit)

    def check_ban(self, who: Who, now: float) -> None:
        """Refuse whoever is banned from here."""
        self._check_bans(self._known(who), now)

    def _check_bans(self, known: Party, now: float) -> None:
        ban = self.bans.matching(known, now)
        if ban is not None and self.spared.matching(known, now) is None:
            raise BannedFromRoom(room=self.room, **ban.particulars(now))

    def check_voice(self, who: Who, now: float) -> None:
        """Refuse whoever may say nothing here now: who is banned and there all the same, unless by the address alone, among others."""
        self.check_silenced(who, now)
        if self.on("quiet") and self.standing(who.inbox, who.rank) < Standing.VOICED:
            raise RoomQuiet(room=self.room)

    def check_silenced(self, who: Who, now: float) -> None:
        """Refuse whoever may say nothing here for what was decided of them, and not as a rule for all."""
        self.check_mute(who, now)
        if self.bans and self.standing(who.inbox, who.rank) < Standing.VOICED:
            self._check_bans(who.party.unplaced(), now)

    def check_mute(self, who: Who, now: float) -> None:
        """Refuse whoever is muted here."""
        mute = self.mutes.matching(self._known(who), now)
        if mute is not None and self.standing(who.inbox, who.rank) < Standing.OWNER:
            raise MutedInRoom(room=self.room, **mute.particulars(now))

    def _known(self, who: Who) -> Party:
        """Give who somebody is; of those who keep order here the address does not matter, which they may share with others."""
        keeper = self.standing(who.inbox, who.rank) >= Standing.OPERATOR
        return who.party.unplaced() if keeper else who.party

    @property
    def free(self) -> bool:
        """Tell whether everybody here may say anything at any time."""
        return not (self.mutes or self.bans or self.get("slow") or self.get("quiet"))

    def speak(self, who: Who, ref: Ref, now: float) -> Undo:
        """Count a message, or refuse it; give what makes it as if it had not been. What is sent again counts once."""
        self.check_voice(who, now)
        slow, inbox = self.slow, who.inbox
        if not slow or self.standing(inbox, who.rank) >= Standing.OPERATOR:
            return _nothing
        before = self._spoke.get(inbox)
        if before is not None and ref is not None and before[1] == ref:
            return _nothing
        if before is not None and 0 <= now - before[0] < slow:
            raise TooSoon(room=self.room, span=told(slow), wait=told(slow - (now - before[0])))
        mine = self._spoke[inbox] = (now, ref)
        if len(self._spoke) > MOST:
            self._spoke = {one: spoke for one, spoke in self._spoke.items() if 0 <= now - spoke[0] < slow}

        def undo() -> None:
            if self._spoke.get(inbox) is mine:
                del self._spoke[inbox]

        return undo

    def check_topic(self, who: Who, now: float) -> None:
        """Refuse whoever may not set the topic."""
        self.check_voice(who, now)
        if self.on("lock") and self.standing(who.inbox, who.rank) < Standing.OPERATOR:
            raise TopicLocked(room=self.room)

    def seen(self, inbox: str, rank: Rank, *, inside: bool) -> bool:
        """Tell whether somebody is to know that the room is there; who is in it does."""
        known = self.standing(inbox, rank) >= Standing.OPERATOR or self.holds(INVITATION, inbox)
        return inside or known or not self.on("secret")

    # -- changes --------------------------------------------------------------------------------------------------------

    def change(self, key: str, value: Any) -> Alteration:
        """Let a key have another value, None for none; it counts at once."""
        made = Alteration(self, key, value)
        self._cells.put(key, made, value)
        self._changed()
        if key == "slow":
            self._spoke.clear()
        return made

    def open(self, person: Person) -> Alteration:
        """Let the room be somebody's who has just opened it."""
        self.hold(person)
        return self.change("owner", [person.inbox, person.name])

    def hold(self, person: Person) -> None:
        """Note that a guest holds something here, which ends with the guest."""
        if person.inbox.startswith(GUESTS):
            person.held[self] = None

    def give(self, role: str, inbox: str, name: str) -> Alteration:
        """Let somebody hold a role or an invitation, or refuse when too many do."""
        if len(self.holding(role)) >= MOST and not self.holds(role, inbox):
            raise TooManyRoles(room=self.room, limit=MOST)
        return self.change(f"{role}/{inbox}", name)

    def take(self, role: str, inbox: str) -> Alteration:
        """Let somebody hold a role or an invitation no longer."""
        return self.change(f"{role}/{inbox}", None)

    def bereave(self, inbox: str) -> list[Alteration]:
        """Let somebody hold nothing here any more, who is nobody now."""
        held = [self.take(role, inbox) for role in ROLES if self.holds(role, inbox)]
        owner = self.owner()
        return [*held, self.change("owner", None)] if owner is not None and owner[0] == inbox else held

    def settle(self, change: Alteration, *, stored: bool) -> None:
        """Note what became of a change."""
        self._cells.settle(change.key, change, stored=stored)
        self._changed()

    def forget(self, inbox: str) -> None:
        """Forget what a guest held, who is gone for good."""
        owner = self.owner()
        for key in [f"{role}/{inbox}" for role in ROLES]:
            self._cells.pop(key, None)
        if owner is not None and owner[0] == inbox:
            self._cells.pop("owner", None)
        self._changed()
        self._spoke.pop(inbox, None)

    # -- what lasts -----------------------------------------------------------------------------------------------------

    def load(self, state: Mapping[str, str]) -> tuple[str, ...]:
        """Take what is kept of this room, by key without the room's place; give the keys of what cannot be read."""
        unread = []
        for key, value in state.items():
            if key.startswith(LISTS):
                continue
            try:
                found = read(key, json.loads(value))
            except (ValueError, RecursionError):
                unread.append(self.place(key))
            else:
                self._cells[key] = Cell(found)
        self._changed()
        whole = {self.place(key): value for key, value in state.items()}
        return (*unread, *(key for kept in self.lists for key in kept.load(whole)))

    def cleared(self) -> tuple[Put, ...]:
        """Give what is to be removed from disk when the room is no more."""
        keys = [key for key in self._cells if GUESTS not in key]
        lists = [(kept, one) for kept in self.lists for one in kept.listed()]
        return (*(Put(self.place(key), None) for key in keys), *(kept.lifted(one) for kept, one in lists))

    def expire(self, now: float) -> tuple[Put, ...]:
        """Forget bans and mutes that are over; give what is to be removed from disk."""
        return tuple(put for kept in self.lists for put in kept.expire(now))


def _nothing() -> None:
    """Take nothing back."""
