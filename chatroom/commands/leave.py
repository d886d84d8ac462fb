"""/leave [ROOM]: leave a room, the one you are speaking in if you name none."""

from __future__ import annotations

from chatroom.core.call import Call, cut, single
from chatroom.core.effects import Effect, Send
from chatroom.core.replies import Exited
from chatroom.core.seams import Committed
from chatroom.core.speech import heard
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Take the session out of the room."""
    room = call.room

    def then(_: Committed) -> list[Effect]:
        return [Send(call.session.current, Exited(call.ref, room.name))]

    reason = cut(single(call.args.get("reason", "")), call.hub.limits.reason)
    call.hub.occupancy.leave(call, room, then, heard(call, reason, [room]))


verb = Verb(
    "leave",
    perform,
    params=(Param("room", Takes.REST, optional=True), Param("reason", Takes.REST, optional=True, typed=False)),
    aliases=("part",),
    console=False,
    **described(__doc__),
)
