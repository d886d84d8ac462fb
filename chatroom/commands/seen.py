"""/seen SEQ: your person has seen the room up to there; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Send
from chatroom.core.replies import Done
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Take the client's word, and from now on nothing else, for what its person has seen."""
    session, room = call.session, call.room
    session.marks = True
    call.hub.memory.mark(session, room.name, min(call.args["seq"], room.log.head))
    call.reply(Send(session, Done(call.ref, "seen")))


verb = Verb(
    "seen",
    perform,
    params=(Param("seq", Takes.NUMBER),),
    roomy=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
