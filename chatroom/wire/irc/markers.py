"""MARKREAD: up to when somebody has read a room or a conversation, on whichever device; it is theirs alone and never goes back."""

from __future__ import annotations

from functools import partial
from typing import Any

from chatroom.core import errors as e
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.history import is_time
from chatroom.wire.irc.out import Out, line
from chatroom.wire.irc.talk import Talk, room_of
from chatroom.wire.moment import stamp


def markread(talk: Talk, asked: Asked) -> None:
    """Tell or note up to when something was read."""
    target, given = asked.param(0), asked.param(1)
    upto = given.removeprefix("timestamp=")
    if not target:
        asked.turn(lambda: asked.fail("NEED_MORE_PARAMS", "A room or a nick is missing."))
    elif len(asked.params) > 1 and (upto == given or not is_time(upto)):
        asked.turn(lambda: asked.fail("INVALID_PARAMS", "A time is timestamp=TIME, as in 2026-01-31T12:00:00.000Z.", target, given))
    else:
        room = room_of(target)
        where: dict[str, Any] = {"with": target} if room is None else {"room": room}
        asked.ask("seen", partial(_marked, asked, target), upto=upto or None, **where)


def _marked(asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Answer():
            asked.put(marked(asked.talk, target, reply.fields.get("upto", 0.0)))
        case Denied(why=e.NotInRoom() | e.NoSuchRoom() | e.RoomNameRefused() | e.NoSuchPerson() as why):
            asked.fail("INVALID_PARAMS", str(why), target)
        case Denied(why=why):
            asked.fail("INTERNAL_ERROR", str(why), target)


def marked(talk: Talk, target: str, upto: float) -> Out:
    """Tell up to when something was read; a star stands for never."""
    return line(talk.scene.server, "MARKREAD", target, f"timestamp={stamp(upto)}" if upto else "*")


def of_room(talk: Talk, room: str) -> Out:
    """Tell up to when a room was read."""
    return marked(talk, talk.scene.channel(room), talk.scene.hub.memory.marker(talk.session.someone, room))
