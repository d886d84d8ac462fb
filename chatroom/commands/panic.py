"""/panic [on|off]: let no new guests into the house, or let them in again.

Members still come in, and guests who are here stay.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.call import Call
from chatroom.core.doorkeeper import PANIC
from chatroom.core.keeping import STATE, turned_on
from chatroom.core.rank import Rank
from chatroom.core.seams import Put
from chatroom.core.verb import Verb, described

NOW = {True: "Nobody new is let in.", False: "New people are let in."}


def perform(call: Call) -> None:
    """Change whether new people are let in, and put it on record."""
    keeper, on, change = call.hub.keeper, turned_on(call), object()
    keeper.panicking.put(change, on)
    call.order(
        "panic on" if on else "panic off",
        puts=(Put(PANIC, "true" if keeper.panic else None),),
        answer=call.answering(NOW[keeper.panic], panic=keeper.panic),
        undo=partial(keeper.panicking.settle, change, stored=False),
        done=partial(keeper.panicking.settle, change, stored=True),
    )


verb = Verb("panic", perform, params=STATE, rank=Rank.ADMIN, **described(__doc__))
