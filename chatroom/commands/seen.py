"""/seen SEQ: your person has seen the room up to there; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Send
from chatroom.core.events import INBOX
from chatroom.core.replies import Done
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Take the client's word, and from now on nothing else, for what its person has seen."""
    session, memory, seq = call.session, call.hub.memory, call.args["seq"]
    if call.args.get("room") == INBOX:
        memory.mark(session, INBOX, min(seq, memory.inboxes.head(call.person.inbox)))
    else:
        memory.mark(session, call.room.name, min(seq, call.room.log.head))
    session.marks = True
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
