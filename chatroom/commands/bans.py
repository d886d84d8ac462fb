"""/bans: who is banned, for how long, by whom and why."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.rank import Rank
from chatroom.core.verb import Verb, described

SHOWN = 200
"""Bans in one answer, the newest."""


def perform(call: Call) -> None:
    """List the bans, oldest first."""
    found = [one for one in call.hub.keeper.bans.listed() if not one.over(call.now)]
    shown = found[-SHOWN:]
    more = [f"{len(found) - SHOWN} older bans are not shown."] if len(found) > SHOWN else []
    call.answer(
        *more,
        *([one.line(call.now) for one in shown] or ["Nobody is banned."]),
        bans=[
            {"id": one.id, "targets": [*map(str, one.targets)], "until": one.until, "by": one.by, "reason": one.reason, "at": one.at}
            for one in shown
        ],
    )


verb = Verb("bans", perform, rank=Rank.MODERATOR, **described(__doc__))
