"""/access [#ROOM] [open|invited|key KEY]: who may come into a room; without more, who may now.

Everybody, only those who are invited, or whoever knows the key; with `invited key KEY`, both. Those who are there stay. Operators,
and those who keep order in the house, come in in any case. For the room's operators, and moderators.
"""

from __future__ import annotations

from chatroom.core.call import Call, bounded, single
from chatroom.core.events import RoomSet
from chatroom.core.fact import fact
from chatroom.core.keeping import kept_room, record, seen_room, shut_room, standing
from chatroom.core.rights import Rights
from chatroom.core.room import Room
from chatroom.core.settings import INVITED, KEYED, accessed
from chatroom.core.standing import Standing
from chatroom.core.verb import Param, Takes, Verb, described

SAID = {
    "open": "Everybody may come into {}.",
    "invited": "Only those who are invited may come into {}.",
    "key": "Only those who have the key may come into {}.",
    "invited key": "Only those who are invited may come into {}; those who need no invitation need the key.",
}


@fact
class Asked:
    """Be what is asked for: whether one must be invited, and the key, if there is one."""

    invited: bool = False
    key: str = ""


def perform(call: Call) -> None:
    """Show or change who may come in."""
    text = single(call.args.get("access", ""))
    if not text:
        _show(call, seen_room(call))
        return
    room, asked = kept_room(call), _read(call, text)
    before = room.rights.access
    new = _changed(call, room.rights, asked)
    if new.invited or new.key:
        shut_room(call)
    change = room.rights.change("access", accessed(new.invited, new.key))
    access = room.rights.access
    # The key itself is for those who ask, and stands on no record.
    event = RoomSet(call.person.author, "access", access, before)
    record(call, room, f"access #{room.name} {access}", [(room.name, event)], (change,), SAID[access].format(room.name), access=access)


def _read(call: Call, text: str) -> Asked:
    """Read what is asked for; a key that is to be lifted need not be said."""
    words = text.split(" ")
    invited = words[0].lower() == INVITED
    rest = words[1:] if invited else words
    if (invited and not rest) or (not invited and text.lower() == "open"):
        return Asked(invited)
    if rest[0].lower() != KEYED or (len(rest) < 2 and not call.args.get("lift")):
        raise call.verb.wrong("Write open, invited, or key and the key.")
    if len(rest) > 2:
        raise call.verb.wrong("A key is one word.")
    return Asked(invited, bounded(rest[-1], call.hub.limits.key, "key"))


def _changed(call: Call, rights: Rights, asked: Asked) -> Asked:
    """Give how it is to be: as asked for, or as it is with that beside it, or without it."""
    if call.args.get("lift"):
        return Asked(rights.invited and not asked.invited, "" if asked.key else rights.key)
    if call.args.get("also"):
        return Asked(rights.invited or asked.invited, asked.key or rights.key)
    return asked


def _show(call: Call, room: Room) -> None:
    rights = room.rights
    told = bool(rights.key) and standing(call.person, room) >= Standing.OPERATOR
    key = [f"The key is: {rights.key}"] if told else []
    call.answer(
        SAID[rights.access].format(room.name), *key, room=room.name, access=rights.access, **({"key": rights.key} if told else {})
    )


verb = Verb(
    "access",
    perform,
    params=(
        Param("access", Takes.REST, optional=True),
        Param("also", Takes.FLAG, optional=True, typed=False),
        Param("lift", Takes.FLAG, optional=True, typed=False),
    ),
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
