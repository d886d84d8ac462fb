"""/me TEXT: act something out, as in "/me waves".

The room reads your name and then the text.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.events import Said
from chatroom.core.signals import client_tags
from chatroom.core.speech import reached, say
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Post an action to the room."""
    room = reached(call)
    text = call.text("text", call.hub.limits.text)
    say(call, room, Said(call.person.author, text, "act", client_tags(call)))


verb = Verb(
    "me",
    perform,
    params=(Param("text", Takes.REST), Param("tags", Takes.MAP, optional=True, typed=False)),
    roomy=True,
    console=False,
    **described(__doc__),
)
