"""/ban [#ROOM] WHO [DURATION] [REASON]: keep somebody out, for good or for a time.

WHO is a name, a member or a mask such as spam*; for moderators also an address or a network such as 203.0.113.0/24. A guest's ban
covers name and address. DURATION is such as 10m, 2h, 1d or "for good". With --dry-run you only see whom it would hit. An operator
of a room bans from that room; a moderator from the house, or from the room named first. /unban takes it back.
"""

from __future__ import annotations

from chatroom.core.aim import Aim, aim_mask, take_aim
from chatroom.core.bans import Amendment, Ban, Bans, ban
from chatroom.core.call import Call
from chatroom.core.errors import MaskUnclear
from chatroom.core.events import RoomBanned
from chatroom.core.eviction import eject
from chatroom.core.keeping import scope, with_hand
from chatroom.core.room import Room
from chatroom.core.sentence import PARAMS, Sentence, sentence
from chatroom.core.spans import lasting, whole
from chatroom.core.verb import Param, Takes, Verb, described

BLIND = "Only moderators know addresses: this mask is compared with hosts as they are shown here."
"""What is said of a mask of an address by somebody who may not know any."""


def perform(call: Call) -> None:
    """Keep the ban, put out whom it hits, and put it on record."""
    room = scope(call)
    asked = sentence(call.args, call.hub.limits.reason)
    if room is not None and call.args.get("mask"):
        _by_mask(call, asked, room)
        return
    aimed = take_aim(call, asked, room, foretold="That would ban {}, and put out {}.", nobody="nobody who is here")
    if aimed is None:
        return
    if room is None:
        _from_house(call, asked, aimed)
    else:
        _from_room(call, asked, aimed, room)


def _by_mask(call: Call, asked: Sentence, room: Room) -> None:
    """Ban whom a mask hits, and put nobody out for it; what is banned just so already is not banned once more."""
    aimed = aim_mask(call, asked.who, room)
    if room.rights.bans.keeps(aimed.targets[0]):
        call.answer(f"{aimed.shown} is banned already.", room=room.name, targets=[*aimed.whom])
    elif str(aimed.targets[0]).startswith("hostmask:"):
        _from_room(call, asked, aimed, room, BLIND)
    else:
        _from_room(call, asked, aimed, room)


def _from_house(call: Call, asked: Sentence, aimed: Aim) -> None:
    bans = call.hub.keeper.bans
    if any(one.kind == "hostmask" for one in aimed.targets):
        raise MaskUnclear(what="“!”")  # how somebody is shown is known only once they are in
    made, change = _keep(call, asked, aimed, bans)
    farewell = str(made.refusal(call.now))
    gone = [call.hub.presence.put_out(call, person, asked.reason, farewell) for person in aimed.people]

    def undo() -> None:
        change.undo()
        call.hub.presence.show_gone(call, gone)

    whom = " and ".join(aimed.whom)
    told = call.answering(f"Banned {lasting(asked.span)}: {whom}. /unban #{made.id} takes it back.", id=made.id, targets=[*aimed.whom])
    call.order(f"ban {whom} {lasting(asked.span)}{asked.because}", *gone, puts=change.puts, answer=told, undo=undo, done=change.keep)


def _from_room(call: Call, asked: Sentence, aimed: Aim, room: Room, *notes: str) -> None:
    bans = room.rights.bans
    made, amended = _keep(call, asked, aimed, bans)
    change = with_hand(call, room, amended)
    eviction, drafts = eject(call, room, aimed.people, asked.reason)
    event = RoomBanned(call.person.author, aimed.shown, whole(asked.span), asked.reason)

    def undo() -> None:
        change.undo()
        eviction.undo()

    def done() -> None:
        change.keep()
        eviction.done()

    told = call.answering(
        f"Banned from {room.name} {lasting(asked.span)}: {' and '.join(aimed.whom)}. /unban #{room.name} #{made.id} takes it back.",
        *notes,
        id=made.id,
        room=room.name,
        targets=[*aimed.whom],
    )
    what = f"ban #{room.name} {' and '.join(map(str, aimed.targets))} {lasting(asked.span)}{asked.because}"
    call.order(what, (room.name, event), *drafts, puts=change.puts, answer=told, undo=undo, done=done)


def _keep(call: Call, asked: Sentence, aimed: Aim, bans: Bans) -> tuple[Ban, Amendment]:
    made = ban(bans.next_id(), aimed.targets, span=asked.span, by=call.person.name, reason=asked.reason, now=call.now)
    return made, bans.impose(made)


verb = Verb(
    "ban",
    perform,
    params=(*PARAMS, Param("mask", Takes.FLAG, optional=True, typed=False)),
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
