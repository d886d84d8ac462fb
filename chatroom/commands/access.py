"""/access [#ROOM] [open|invited|key KEY]: who may come into a room; without more, who may now.

Everybody, only those who are invited, or whoever knows the key. Who is there stays; operators and those who keep order in the house
come in in any case. For the room's operators, and moderators.
"""

from __future__ import annotations

from chatroom.core.call import Call, bounded, single
from chatroom.core.events import RoomSet
from chatroom.core.keeping import kept_room, record, seen_room, standing
from chatroom.core.rights import Standing
from chatroom.core.room import Room
from chatroom.core.verb import Param, Takes, Verb, described

SAID = {
    "open": "Everybody may come into {}.",
    "invited": "Only those who are invited may come into {}.",
    "key": "Only those who have the key may come into {}.",
}


def perform(call: Call) -> None:
    """Show or change who may come in."""
    word, _, rest = call.args.get("access", "").strip().partition(" ")
    if not word:
        _show(call, seen_room(call))
        return
    room, access = kept_room(call), word.lower()
    key = bounded(single(rest), call.hub.limits.key, "key")
    if access not in SAID or (access == "key") != bool(key):
        raise call.verb.wrong("That is neither open, nor invited, nor key and a key.")
    if " " in key:
        raise call.verb.wrong("A key is one word.")
    before = room.rights.access
    change = room.rights.change("access", None if access == "open" else f"key:{key}" if key else access)
    # The key itself is for those who ask, and stands on no record.
    event = RoomSet(call.person.author, "access", access, before)
    record(call, room, f"access #{room.name} {access}", [(room.name, event)], (change,), SAID[access].format(room.name), access=access)


def _show(call: Call, room: Room) -> None:
    rights = room.rights
    told = rights.access == "key" and standing(call.person, room) >= Standing.OPERATOR
    key = [f"The key is: {rights.key}"] if told else []
    call.answer(
        SAID[rights.access].format(room.name), *key, room=room.name, access=rights.access, **({"key": rights.key} if told else {})
    )


verb = Verb(
    "access", perform, params=(Param("access", Takes.REST, optional=True),), roomy=True, scoped=True, keeping=True, **described(__doc__)
)
