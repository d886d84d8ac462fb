"""/alert TEXT: tell something to all whose clients want to be told such things; for programs."""

from __future__ import annotations

from chatroom.core.call import Call, single
from chatroom.core.rank import Rank
from chatroom.core.replies import Alert
from chatroom.core.session import ALERTS
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Tell them at once; it is kept nowhere."""
    text = single(call.text("text", call.hub.limits.text))
    for session in call.hub.sessions:
        if session.person is not None and ALERTS in session.wants:
            call.hub.errands.say_to(session, Alert(None, "alert", text, call.person.author))
    call.answer()


verb = Verb("alert", perform, params=(Param("text", Takes.REST),), rank=Rank.ADMIN, hidden=True, **described(__doc__))
