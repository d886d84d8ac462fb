"""/join ROOM: go into a room; it is opened if there is none of that name.

What you type goes to the room you joined last; join a room you are in already to speak there again.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Put the session into the room."""
    call.hub.presence.join(call, call.args["room"])


verb = Verb("join", perform, params=(Param("room", Takes.REST),), console=False, **described(__doc__))
