"""/count: how many people, rooms and connections there are, for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Count them."""
    call.answer(**call.hub.presence.counts())


verb = Verb("count", perform, hidden=True, **described(__doc__))
