"""How a guest who is here becomes a member: newly, or by showing that they are one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from chatroom.core.attempts import Attempt
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import HereAlready
from chatroom.core.events import HOUSE, Author
from chatroom.core.keeping import Changes, rooms_of
from chatroom.core.members import Member
from chatroom.core.names import STAR
from chatroom.core.rights import Rights
from chatroom.core.seams import Committed
from chatroom.core.session import Person
from chatroom.core.settings import ROLES
from chatroom.core.signals import Recognised


def ask_whose(call: Call, who: str, office: str, *args: object, then: Callable[[Attempt, Any], Sequence[Effect]]) -> None:
    """Ask an office about an attempt to log in as `who`, which counts until it succeeds; `then` is told what it found."""
    keeper = call.hub.keeper
    attempt = keeper.admit_attempt(call.session.address, who, call.now)
    unmade = partial(keeper.attempts.take_back, attempt, call.now)
    call.ask(office, who, *args, then=partial(then, attempt), refused=unmade, waits=True)


def log_in(call: Call, member: Member) -> None:
    """Let the guest who asks be a member under the name they have, unless that one is here already."""
    hub, session = call.hub, call.session
    here = hub.people.get("@" + member.id)
    if here is not None:
        raise HereAlready(name=member.name, nick=here.name)
    hub.guard.recognise(session, member.id)
    _become(call, call.person, member)
    hub.memory.show_inbox(call, hub.memory.inbox(session, None)[1], whole=False)


def become(call: Call, person: Person, member: Member) -> None:
    """Let a guest who is still here under a new member's name be that member."""
    if person.sessions and person.name.removeprefix(STAR) == member.name and person.author.member is None:
        _become(call, person, member)


def _become(call: Call, person: Person, member: Member) -> None:
    """Make a guest a member, and tell those around; what the guest holds in rooms is the member's from then on."""
    hub, before, guest = call.hub, person.inbox, person.author
    hub.memory.inboxes.close(person)
    hub.cards.forget(before)
    del hub.people[before]
    person.author, person.inbox, person.rank = Author(person.name, member.id, guest.stay), "@" + member.id, member.rank
    hub.people[person.inbox] = person
    hub.presence.ranked(person)
    for other in hub.people.values():
        other.readdress(before, person.inbox)
    hub.errands.note(call.session, [(HOUSE, Recognised(guest, rooms_of([person], None), member.id))], call.now)
    for rights in person.held:
        room = hub.rooms.get(rights.room)
        if room is not None and room.rights is rights and not room.closing:
            _take_along(call, rights, person, before)
    person.held.clear()


def _take_along(call: Call, rights: Rights, person: Person, before: str) -> None:
    """Let a member hold what they held in a room as a guest; if that is not stored, nobody holds it."""
    inbox, name = person.inbox, person.name
    taken = [rights.change(f"{role}/{inbox}", name) for role in ROLES if rights.holds(role, before)]
    owner = rights.owner()
    if owner is not None and owner[0] == before:
        taken.append(rights.change("owner", [inbox, name]))
    changes = Changes(tuple(taken))
    rights.forget(before)

    def undo() -> None:
        changes.undo()
        rights.forget(before)

    def kept(_: Committed) -> tuple[()]:
        changes.keep()
        return ()

    if taken:
        call.hub.errands.note(call.session, (), call.now, changes.puts, undo, kept)
