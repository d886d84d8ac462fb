"""/settings [#ROOM]: all that a room is set to, for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import NoSuchRoom
from chatroom.core.keeping import sees, standing
from chatroom.core.rights import SWITCHES, Standing
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Tell it; the key is told to those who are there."""
    room = call.hub.existing(call.args["room"]) if "room" in call.args else call.room
    if not sees(call.person, room):
        raise NoSuchRoom(room=room.name)
    rights = room.rights
    inside = call.person in room.occupants or standing(call.person, room) >= Standing.OPERATOR
    call.answer(
        room=room.name,
        access=rights.access,
        limit=rights.limit,
        slow=rights.slow,
        topic_at=room.topic.at,
        opened_at=room.opened_at,
        **({"key": rights.key} if rights.key and inside else {}),
        **{switch: rights.on(switch) for switch in SWITCHES},
    )


verb = Verb("settings", perform, roomy=True, hidden=True, **described(__doc__))
