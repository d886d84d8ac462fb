"""How a guest who is here becomes a member: newly, or by showing that they are one."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import HereAlready
from chatroom.core.events import Author
from chatroom.core.keeping import rooms_of
from chatroom.core.members import Member
from chatroom.core.names import STAR
from chatroom.core.session import Person
from chatroom.core.signals import Recognised


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
    """Make a guest a member, and tell those around; what a guest holds in rooms ends."""
    hub, before, guest = call.hub, person.inbox, person.author
    hub.memory.inboxes.close(person)
    hub.cards.forget(before)
    del hub.people[before]
    for rights in person.held:
        rights.forget(person)
    person.held.clear()
    person.author, person.inbox, person.rank = Author(person.name, member.id, guest.stay), "@" + member.id, member.rank
    hub.people[person.inbox] = person
    hub.presence.ranked(person)
    for other in hub.people.values():
        other.readdress(before, person.inbox)
    hub.errands.note(call.session, [("", Recognised(guest, rooms_of([person], None), member.id))], call.now)
