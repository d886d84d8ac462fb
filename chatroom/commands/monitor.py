"""/monitor: see what happens in the house without being in it; for pages that show it."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.positions import positions_of
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Show how the house is, and from then on what happens in it."""
    view, effects = call.hub.observing.begin(call.session, positions_of(call, call.hub.limits.rooms))
    call.reply(call.answering(**view), *effects)


verb = Verb(
    "monitor",
    perform,
    params=(Param("resume", Takes.MAP, optional=True, typed=False),),
    nameless=True,
    hidden=True,
    untyped=True,
    console=False,
    **described(__doc__),
)
