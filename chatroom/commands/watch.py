"""/watch [off]: see all that happens in the house as it happens; of private messages only that they passed."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Watch
from chatroom.core.rank import Rank
from chatroom.core.verb import Param, Verb, described


def perform(call: Call) -> None:
    """Begin or end watching."""
    on = call.args.get("state", "on").lower()
    if on not in {"on", "off"}:
        raise call.verb.wrong("Write on or off.")
    call.now_do(Watch(call.session, on == "on"))
    call.answer("You see all that happens now. watch off ends that." if on == "on" else "You no longer watch.", watching=on == "on")


verb = Verb("watch", perform, params=(Param("state", optional=True),), rank=Rank.ADMIN, chat=False, **described(__doc__))
