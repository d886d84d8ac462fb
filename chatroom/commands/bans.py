"""/bans [#ROOM]: who is banned or muted, for how long, by whom and why.

Whoever is in a room is told of that room, but no addresses; a moderator is told of the house, or of the room named first.
"""

from __future__ import annotations

from typing import Any

from chatroom.core.aim import knows_addresses
from chatroom.core.bans import Ban, Bans
from chatroom.core.call import Call
from chatroom.core.keeping import scope, seen_room
from chatroom.core.rank import Rank
from chatroom.core.verb import Verb, described

SHOWN = 200
"""Bans in one answer, and mutes, the newest."""


def perform(call: Call) -> None:
    """List the bans and then the mutes, oldest first."""
    room = scope(call) if call.person.rank >= Rank.MODERATOR else seen_room(call)
    kept = call.hub.keeper if room is None else room.rights
    banned, bans = _listed(call, kept.bans, "bans")
    muted, mutes = _listed(call, kept.mutes, "mutes")
    shown = [*(banned or [f"Nobody is banned{'' if room is None else f' from {room.name}'}."]), *(f"muted: {line}" for line in muted)]
    fields: dict[str, Any] = {"bans": bans, "mutes": mutes}
    if room is not None:
        spared, fields["spared"] = _listed(call, room.rights.spared, "exceptions")
        welcome, fields["welcome"] = _listed(call, room.rights.welcome, "exceptions")
        shown += [*(f"let in whatever is banned: {line}" for line in spared), *(f"needs no invitation: {line}" for line in welcome)]
        fields["room"] = room.name
    call.answer(*shown, **fields)


def _listed(call: Call, kept: Bans, what: str) -> tuple[list[str], list[dict[str, Any]]]:
    found = [one for one in kept.listed() if not one.over(call.now)]
    shown = found[-SHOWN:]
    more = [f"{len(found) - SHOWN} older {what} are not shown."] if len(found) > SHOWN else []
    addresses = knows_addresses(call)
    return [*more, *(one.line(call.now, addresses=addresses) for one in shown)], [_told(one, addresses) for one in shown]


def _told(one: Ban, addresses: bool) -> dict[str, Any]:
    targets = one.shown(addresses=addresses)
    return {"id": one.id, "targets": targets, "until": one.until, "by": one.by, "reason": one.reason, "at": one.at}


verb = Verb("bans", perform, roomy=True, scoped=True, keeping=True, **described(__doc__))
