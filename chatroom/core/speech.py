"""Speaking: who may say something, in a room, to one person, or to all who see their name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chatroom.core.call import Call, check_readable
from chatroom.core.errors import Muted, NotInRoom, Refused
from chatroom.core.events import Event
from chatroom.core.room import Room
from chatroom.core.seams import Committed
from chatroom.core.settings import OUTSIDE

MOST = 1 << 16
"""Characters that words in a row may have, if each is as long as the longest: what a journal takes at once is bounded."""


def say(call: Call, room: Room, event: Event) -> None:
    """Post words to a room, if whoever says them may."""
    check_house(call)
    rights = room.rights
    undo = None if rights.free else rights.speak(call.who, call.ref, call.now)
    call.post((room.name, event), undo=undo)


def say_row(call: Call, texts: Sequence[str], *, quiet: bool) -> bool:
    """Post plain words to a room one after another, if nothing can stand against any of them; tell whether that is so.

    That they were stored is answered unless it is to be `quiet`.
    If not, nothing is done: what becomes of each has to be looked at one by one.
    """
    room = call.room
    if call.hub.keeper.mutes or not room.rights.free:
        return False
    check_readable(texts, call.hub.limits.text)
    longest = max(map(len, texts))
    if longest * len(texts) > MOST or not call.fits(len(texts), longest + len("say") + len(call.args.get("room", ""))):
        return False
    call.post_row(room.name, texts, _nothing if quiet else None)
    return True


def _nothing(_: Committed) -> tuple[()]:
    return ()


def reached(call: Call) -> Room:
    """Give the room words are for: one that whoever says them is in, or one that hears people from outside, and them."""
    try:
        return call.room
    except NotInRoom:
        room = call.hub.rooms.get(call.hub.room_name(call.args["room"])) if "room" in call.args else None
        if room is None or not room.rights.on(OUTSIDE) or not room.rights.seen(call.person.inbox, call.person.rank, inside=False):
            raise
        room.rights.check_ban(call.who, call.now)
        return room


def check_house(call: Call) -> None:
    """Refuse whoever is muted in the whole house."""
    mutes = call.hub.keeper.mutes
    mute = mutes.matching(call.party, call.now) if mutes else None
    if mute is not None:
        raise Muted(**mute.particulars(call.now))


def check_everywhere(call: Call) -> None:
    """Refuse whoever is silenced in the house, or in any room that would see what they do: by another name they were not."""
    check_house(call)
    for session in call.person.sessions:
        for stay in session.stays.values():
            stay.room.rights.check_silenced(call.who, call.now)


def heard(call: Call, reason: str, rooms: Iterable[Room]) -> str:
    """Give the reason with which somebody leaves some rooms, or none if they may say nothing in one of them."""
    try:
        check_house(call)
        for room in rooms:
            room.rights.check_voice(call.who, call.now)
    except Refused:
        return ""
    return reason
