"""Giving people roles in a room, and taking them: operators keep order there, a voice speaks where others may not."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import OutOfReach
from chatroom.core.events import Author, Role, RoleChanged
from chatroom.core.keeping import kept_room, record, standing
from chatroom.core.rank import Rank
from chatroom.core.room import Room
from chatroom.core.settings import OPERATOR
from chatroom.core.standing import Standing

SAID = {
    ("operator", True): "{} is an operator of {} now.",
    ("operator", False): "{} is no longer an operator of {}.",
    ("voice", True): "{} has a voice in {} now.",
    ("voice", False): "{} no longer has a voice of their own in {}.",
}
ALREADY = {
    ("operator", True): "{} is an operator of {} already.",
    ("operator", False): "{} is not an operator of {}.",
    ("voice", True): "{} has a voice in {} already.",
    ("voice", False): "{} has no voice of their own in {}.",
}


def change(call: Call, role: Role, on: bool) -> None:
    """Give somebody a role in a room, or take it, show it to the room, and put it on record."""
    room = kept_room(call)
    inbox, author = known(call, call.args["name"].strip(), room)
    rights, owner = room.rights, room.rights.owner()
    resigns = role == OPERATOR and not on and inbox == call.person.inbox and owner is not None and owner[0] == inbox
    if rights.holds(role, inbox) is on and not resigns:
        raise call.verb.wrong(ALREADY[role, on].format(author.name, room.name))
    if role == OPERATOR and not on and inbox != call.person.inbox and standing(call.person, room) < Standing.OWNER:
        raise OutOfReach(name=author.name, rank=Standing.OPERATOR.titled(room.name))
    made = [rights.give(role, inbox, author.name) if on else rights.take(role, inbox)]
    if resigns:
        made.append(rights.change("owner", None))
    person = call.hub.people.get(inbox)
    if on and person is not None:
        rights.hold(person)
    event = RoleChanged(call.person.author, author, role, on)
    what = f"{call.verb.name} #{room.name} {author.name}"
    record(call, room, what, [(room.name, event)], made, SAID[role, on].format(author.name, room.name), name=author.name)


def known(call: Call, name: str, room: Room) -> tuple[str, Author]:
    """Give the inbox and name of somebody who is here, or a member, or holds something in the room."""
    person = call.hub.roster.find(name)
    if person is not None:
        return person.inbox, person.author
    member = call.hub.keeper.members.find(name)
    if member is not None and ("@" not in name or call.person.rank >= Rank.MODERATOR):
        return "@" + member.id, Author(member.name, member.id)
    raise call.nobody(name)
