"""/invite [#ROOM] NAME: invite somebody into a room; they may come in once, if it wants an invitation or a key.

They are told at once. Anybody in a room may invite somebody, but where only those who are invited come in, only its operators and
moderators may. Somebody they invite comes in even if the room wants a key or is full.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.events import Invited
from chatroom.core.keeping import kept_room, record, seen_room, standing
from chatroom.core.rights import Alteration
from chatroom.core.roles import known
from chatroom.core.settings import INVITATION
from chatroom.core.speech import check_house
from chatroom.core.standing import Standing
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Keep the invitation, and tell whom it is for."""
    room = seen_room(call)
    check_house(call)
    if room.rights.invited:
        room = kept_room(call)
    inbox, author = known(call, call.args["name"].strip(), room)
    person = call.hub.people.get(inbox)
    if person is not None and person in room.occupants:
        raise call.verb.wrong(f"{author.name} is in {room.name} already.")
    changes: tuple[Alteration, ...] = ()
    if standing(call.person, room) >= Standing.OPERATOR:
        changes = (room.rights.give(INVITATION, inbox, author.name),)
        if person is not None:
            room.rights.hold(person)
    event = Invited(call.person.author, author, room.name)
    drafts = [(inbox, event)] if person is not None else []
    line = f"{author.name} is invited to {room.name}." + ("" if person is not None else f" {author.name} is not here now; tell them.")
    record(call, room, f"invite #{room.name} {author.name}", drafts, changes, line, name=author.name)


verb = Verb("invite", perform, params=(Param("name", Takes.REST),), roomy=True, scoped=True, **described(__doc__))
