"""/say TEXT: say something to the room; the same as typing it without /say."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.events import Manner, Said
from chatroom.core.signals import client_tags
from chatroom.core.speech import reached, say
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Post words to the room."""
    room = reached(call)
    text = call.text("text", call.hub.limits.text)
    manner: Manner = "notice" if call.args.get("manner") == "notice" else "say"
    say(call, room, Said(call.person.author, text, manner, client_tags(call)))


verb = Verb(
    "say",
    perform,
    params=(
        Param("text", Takes.REST),
        Param("manner", Takes.WORD, optional=True, typed=False),
        Param("tags", Takes.MAP, optional=True, typed=False),
    ),
    roomy=True,
    console=False,
    **described(__doc__),
)
