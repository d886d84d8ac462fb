"""/seen [SEQ]: your person has seen the room up to there, or a conversation up to a time; for programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.errors import NoSuchPerson
from chatroom.core.events import INBOX, Entry
from chatroom.core.likeness import fold
from chatroom.core.readback import of_inbox, point
from chatroom.core.replies import Done, Marked
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Takes, Verb, described

LONGEST = 254
"""Characters of a name or a mail."""
MOMENT = 0.001
"""Seconds by which the times of entries can differ."""


def perform(call: Call) -> None:
    """Take the client's word, and from now on nothing else, for what its person has seen; or tell what it said last."""
    call.session.marks = True
    upto = _time(call)
    if "with" in call.args:
        peer, key = _peer(call, call.args["with"].removeprefix("@"))
        if upto is None:
            call.in_turn(partial(_told, call, key))
        else:
            _read_alone(call, peer, key, upto)
    elif "seq" in call.args:
        _seen(call, call.args["seq"])
    elif upto is not None:
        _read_room(call, upto)
    else:
        call.in_turn(partial(_told, call, call.room.name))


def _seen(call: Call, seq: int) -> None:
    session, memory = call.session, call.hub.memory
    if call.args.get("room") == INBOX:
        head = memory.inboxes.head(call.person.inbox)
        memory.mark(session, INBOX, min(seq, head))
        if seq >= head:  # then all that was told is read
            memory.move_marker(session, INBOX, call.now)
    else:
        room = call.room
        memory.mark(session, room.name, min(seq, room.log.head))
        last = room.log.between(room.floor, seq + 1, 1)
        if last:
            memory.move_marker(session, room.name, last[0].at, lambda upto: Marked(None, room.name, "", upto))
    call.reply(Send(session, Done(call.ref, "seen")))


def _time(call: Call) -> float | None:
    """Give the time up to which was read; nobody has read what is still to come."""
    found = point(call, "upto")
    if isinstance(found, str):
        raise call.verb.wrong("The field upto takes a time.")
    return None if found is None else min(found, call.now)


def _read_room(call: Call, upto: float) -> None:
    room = call.room
    call.hub.memory.move_marker(call.session, room.name, upto, lambda at: Marked(None, room.name, "", at))
    _mark_at(call, room.name, room.name, upto, lambda query: None, partial(_told, call, room.name))


def _read_alone(call: Call, peer: str, key: str, upto: float) -> None:
    """Note it; whoever looks at one conversation has been shown the whole of the inbox until then."""
    call.hub.memory.move_marker(call.session, key, upto, lambda at: Marked(None, "", peer, at))
    _mark_at(call, call.person.inbox, INBOX, upto, of_inbox(call), partial(_told, call, key))


def _mark_at(
    call: Call, log: str, name: str, upto: float, held: Callable[[Slice], tuple[Entry, ...] | None], told: Callable[[], Effect]
) -> None:
    """Note the last entry of a log at a time as seen, once that is known."""
    query = Slice(log, 1, until=upto + MOMENT)

    def read(found: tuple[Entry, ...]) -> Effect:
        if found:
            call.hub.memory.mark(call.session.current, name, found[0].seq)
        return told()

    call.read(query, lambda: held(query), read)


def _told(call: Call, key: str) -> Effect:
    memory, person = call.hub.memory, call.person
    upto = max(memory.marker(person, one) for one in ((key, INBOX) if "with" in call.args else (key,)))
    return call.answering(**({"upto": upto} if upto else {}))


def _peer(call: Call, name: str) -> tuple[str, str]:
    """Give what somebody is called in truth, and under what it is kept that one read what passed with them."""
    person = call.hub.roster.find(name)
    if person is not None:
        return person.name, person.inbox if person.author.member is not None else f"~{fold(name)}"
    if not name.isprintable() or " " in name or name.startswith(":") or not 0 < len(name) <= LONGEST:
        raise NoSuchPerson(name=name[:LONGEST])
    known = "@" not in name or call.person.author.member is not None
    member = call.hub.keeper.members.find(name) if known else None
    return (name, f"~{fold(name)}") if member is None else (member.name, f"@{member.id}")


verb = Verb(
    "seen",
    perform,
    params=(
        Param("seq", Takes.NUMBER, optional=True),
        Param("upto", optional=True, typed=False),
        Param("with", optional=True, typed=False),
    ),
    roomy=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
