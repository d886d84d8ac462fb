"""/join ROOM [KEY]: go into a room; if there is none of that name, it is opened, and yours.

Those who have a room of their own find more in /help. A room may want a key, which its operators know. What you type goes to the
room you joined last; join a room you are in already to speak there again.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Put the session into the room."""
    call.hub.occupancy.join(call, call.args["room"], key=call.args.get("key", "").strip())


verb = Verb("join", perform, params=(Param("room"), Param("key", Takes.REST, optional=True)), console=False, **described(__doc__))
