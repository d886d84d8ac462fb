"""/mute [#ROOM] WHO [DURATION] [REASON]: let somebody read but say nothing, for ten minutes or another time.

WHO and DURATION are as for /ban. An operator of a room mutes there; a moderator in the whole house, or in the room named first. It
holds for the person, under any name and on any connection. /unmute takes it back.
"""

from __future__ import annotations

from chatroom.core.aim import Aim, take_aim
from chatroom.core.bans import Ban, ban
from chatroom.core.call import Call
from chatroom.core.errors import Muted as MutedInHouse
from chatroom.core.errors import MutedInRoom
from chatroom.core.events import Muted
from chatroom.core.keeping import rooms_of, scope, tell, with_hand
from chatroom.core.room import Room
from chatroom.core.sentence import PARAMS, Sentence, sentence
from chatroom.core.spans import lasting, whole
from chatroom.core.verb import Verb, described

USUAL = 600.0
"""Seconds a mute lasts when nobody says how long."""


def perform(call: Call) -> None:
    """Keep the mute, tell whom it hits, and put it on record."""
    room = scope(call)
    asked = sentence(call.args, call.hub.limits.reason)
    aimed = take_aim(call, asked, room, foretold="That would mute {}; of those here it hits {}.", nobody="nobody")
    if aimed is not None:
        _mute(call, asked, aimed, room)


def _mute(call: Call, asked: Sentence, aimed: Aim, room: Room | None) -> None:
    mutes = call.hub.keeper.mutes if room is None else room.rights.mutes
    span = asked.span_or(USUAL)
    made = ban(mutes.next_id(), aimed.targets, span=span, by=call.person.name, reason=asked.reason, now=call.now)
    amended = mutes.impose(made)
    change = amended if room is None else with_hand(call, room, amended)
    name = "" if room is None else room.name
    where = f"#{name} " if name else ""

    def done() -> None:
        change.keep()
        tell(call.hub, aimed.people, "muted", _sentence(made, name, call.now))

    event = Muted(call.person.author, rooms_of(aimed.people, room), aimed.shown, name, whole(span), asked.reason)
    told = call.answering(
        f"Muted{f' in {name}' if name else ''} {lasting(span)}: {' and '.join(aimed.whom)}. /unmute {where}#{made.id} takes it back.",
        id=made.id,
        targets=[*aimed.whom],
    )
    call.order(
        f"mute {where}{' and '.join(map(str, aimed.targets))} {lasting(span)}{asked.because}",
        ("", event),
        puts=change.puts,
        answer=told,
        undo=change.undo,
        done=done,
    )


def _sentence(made: Ban, room: str, now: float) -> str:
    said = made.particulars(now)
    return str(MutedInRoom(room=room, **said) if room else MutedInHouse(**said))


verb = Verb("mute", perform, params=PARAMS, roomy=True, scoped=True, keeping=True, **described(__doc__))
