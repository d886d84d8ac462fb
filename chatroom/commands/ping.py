"""/ping: find out whether the connection lives; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Send
from chatroom.core.replies import Done
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Answer."""
    call.reply(Send(call.session, Done(call.ref, "ping")))


verb = Verb("ping", perform, nameless=True, hidden=True, **described(__doc__))
