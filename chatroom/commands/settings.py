"""/settings [#ROOM]: how a room is set.

Who may come in and how many, how slow it is, whether it is quiet or secret, and whether its topic is locked.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import NoSuchRoom
from chatroom.core.keeping import sees, standing
from chatroom.core.room import Room
from chatroom.core.settings import SWITCHES
from chatroom.core.spans import told
from chatroom.core.standing import Standing
from chatroom.core.verb import Verb, described

ACCESS = {
    "open": "open",
    "invited": "for those who are invited",
    "key": "for those who have the key",
    "invited key": "for those who are invited, or need no invitation and have the key",
}
WORDS = {"quiet": ("not quiet", "quiet"), "secret": ("not secret", "secret"), "lock": ("topic not locked", "topic locked")}


def perform(call: Call) -> None:
    """Tell it; the key is told to those who are there."""
    room = call.hub.existing(call.args["room"]) if "room" in call.args else call.room
    if not sees(call.person, room):
        raise NoSuchRoom(room=room.name)
    rights = room.rights
    inside = call.person in room.occupants or standing(call.person, room) >= Standing.OPERATOR
    call.answer(
        _told(room),
        room=room.name,
        access=rights.access,
        limit=rights.limit,
        slow=rights.slow,
        topic_at=room.topic.at,
        opened_at=room.opened_at,
        **({"key": rights.key} if rights.key and inside else {}),
        **{switch: rights.on(switch) for switch in SWITCHES},
    )


def _told(room: Room) -> str:
    """Word what people set; how a room hears those outside is of IRC alone."""
    rights = room.rights
    limit = f"at most {rights.limit} people" if rights.limit else "any number of people"
    pace = f"one message in {told(rights.slow)}" if rights.slow else "not slow"
    switches = (words[rights.on(switch)] for switch, words in WORDS.items())
    return f"{room.name}: {ACCESS[rights.access]}; {limit}; {pace}; {'; '.join(switches)}."


verb = Verb("settings", perform, roomy=True, scoped=True, **described(__doc__))
