"""/exempt [#ROOM] KIND WHO: let somebody in whatever is banned, or without an invitation; for programs.

KIND is ban or invitation, WHO as for /ban. With `lift` it is so no longer; /bans tells for whom it is.
"""

from __future__ import annotations

from chatroom.core.aim import meant
from chatroom.core.bans import Amendment, Bans, ban, named
from chatroom.core.call import Call
from chatroom.core.events import RoomSet
from chatroom.core.keeping import kept_room
from chatroom.core.targets import Target, target
from chatroom.core.verb import Param, Takes, Verb, described

SETTINGS = {"ban": "spared", "invitation": "welcome"}
"""From what somebody can be exempt, and by what setting of the room others are told of it."""
SAID = {"ban": "whatever is banned", "invitation": "without an invitation"}


def perform(call: Call) -> None:
    """Keep it, or lift it, and put it on record."""
    room, kind = kept_room(call), call.args["kind"].lower()
    if kind not in SETTINGS:
        raise call.verb.wrong("That is neither ban nor invitation.")
    kept, lift = (room.rights.spared if kind == "ban" else room.rights.welcome), call.args.get("lift", False)
    who = meant(call, call.args["who"].strip())
    if not lift and kept.keeps(target(who, call.hub.limits.name)):
        call.answer("That is so already.", room=room.name)
        return
    whom, change = (_lifted if lift else _kept)(call, kept, who)
    shown = named(whom, addresses=False)[0]
    event = RoomSet(call.person.author, SETTINGS[kind], f"{'-' if lift else '+'}{shown}")
    told = call.answering(f"{shown} is {'no longer ' if lift else ''}let into {room.name} {SAID[kind]}.", room=room.name)
    what = f"exempt #{room.name} {kind} {whom[0]}{', lifted' if lift else ''}"
    call.order(what, (room.name, event), puts=change.puts, answer=told, undo=change.undo, done=change.keep)


def _kept(call: Call, kept: Bans, who: str) -> tuple[tuple[Target, ...], Amendment]:
    whom = (target(who, call.hub.limits.name),)
    return whom, kept.impose(ban(kept.next_id(), whom, span=None, by=call.person.name, reason="", now=call.now))


def _lifted(call: Call, kept: Bans, who: str) -> tuple[tuple[Target, ...], Amendment]:
    found = kept.sought(who, call.hub.limits.name, call.now)
    return tuple(one for gone in found for one in gone.targets), kept.pardon(found)


verb = Verb(
    "exempt",
    perform,
    params=(Param("kind"), Param("who", Takes.REST), Param("lift", Takes.FLAG, optional=True, typed=False)),
    roomy=True,
    scoped=True,
    keeping=True,
    hidden=True,
    **described(__doc__),
)
