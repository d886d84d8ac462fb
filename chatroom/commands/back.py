"""/back: tell others you are at the keyboard again."""

from __future__ import annotations

from chatroom.commands.away import change
from chatroom.core.call import Call
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Mark the person as not away."""
    if call.person.away is None:
        call.answer("You were not away.", away="")
        return
    change(call, "", "Welcome back.")


verb = Verb("back", perform, console=False, **described(__doc__))
