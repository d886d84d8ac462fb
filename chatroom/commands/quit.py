"""/quit [REASON]: say goodbye and leave."""

from __future__ import annotations

from chatroom.core.call import Call, cut, single
from chatroom.core.effects import Send
from chatroom.core.replies import Done
from chatroom.core.speech import heard
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """End the session, after all that was asked for before is answered; nobody is kept here by a reason too long."""
    reason = cut(single(call.args.get("reason", "")), call.hub.limits.reason)
    call.reply(Send(call.session, Done(call.ref, "quit")))
    told = heard(call, reason, [stay.room for stay in call.session.stays.values()]) if call.session.person else ""
    call.hub.presence.part(call.session, call.now, told, "Goodbye.", own=True)


verb = Verb(
    "quit", perform, params=(Param("reason", Takes.REST, optional=True),), aliases=("bye", "exit"), nameless=True, **described(__doc__)
)
