"""/panic [on|off]: let nobody new into the house, or let new people in again.

Members still come in, and guests who are here stay. Without more it is told.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.call import Call
from chatroom.core.doorkeeper import PANIC
from chatroom.core.rank import Rank
from chatroom.core.seams import Put
from chatroom.core.verb import Param, Verb, described

NOW = {True: "Nobody new is let in.", False: "New people are let in."}


def perform(call: Call) -> None:
    """Show or change whether new people are let in, and put it on record."""
    keeper, given = call.hub.keeper, call.args.get("state", "").lower()
    if given not in {"", "on", "off"}:
        raise call.verb.wrong("That is neither on nor off.")
    if not given:
        call.answer(NOW[keeper.panic], panic=keeper.panic)
        return
    change = object()
    keeper.panicking.put(change, given == "on")
    settle = partial(keeper.panicking.settle, change)
    put = Put(PANIC, "true" if keeper.panic else None)
    answer = call.answering(NOW[keeper.panic], panic=keeper.panic)
    call.order(f"panic {given}", puts=(put,), answer=answer, undo=partial(settle, stored=False), done=partial(settle, stored=True))


verb = Verb("panic", perform, params=(Param("state", optional=True),), rank=Rank.ADMIN, **described(__doc__))
