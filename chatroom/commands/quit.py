"""/quit [REASON]: say goodbye and leave."""

from __future__ import annotations

from chatroom.core.call import Call, bounded
from chatroom.core.effects import Send
from chatroom.core.replies import Done
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """End the session, after all that was asked for before is answered."""
    reason = bounded(" ".join(call.args.get("reason", "").split()), call.hub.limits.reason, "reason")
    call.reply(Send(call.session, Done(call.ref, "quit")))
    call.hub.presence.part(call.session, call.now, reason, "Goodbye.")


verb = Verb(
    "quit", perform, params=(Param("reason", Takes.REST, optional=True),), aliases=("bye", "exit"), nameless=True, **described(__doc__)
)
