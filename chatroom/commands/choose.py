"""/choose PASSWORD: choose a password of your own after you have shown an invitation; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Send
from chatroom.core.errors import NotInvited
from chatroom.core.replies import Done
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Turn the invitation that was shown into a password; then one says hello with it."""
    member = call.session.credentials.invited
    if member is None:
        raise NotInvited
    call.hub.keeper.check_secrecy(call.session.private)
    call.ask(
        "passwd",
        member,
        call.args["password"],
        then=lambda _: [Send(call.session, Done(call.ref, "choose"))],
        waits=True,
    )


verb = Verb("choose", perform, params=(Param("password", Takes.REST),), nameless=True, hidden=True, **described(__doc__))
