"""/msg NAME TEXT: say something to one person alone.

Only the two of you can read it. They get it on every device they are here with; for a member who is not here it is kept until they
come.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.core.call import Call, Then, Undo
from chatroom.core.effects import Effect, Send
from chatroom.core.events import MANNERS, Author, Manner, Told
from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.core.replies import Done, Notice
from chatroom.core.seams import Committed
from chatroom.core.session import Person, Whisper
from chatroom.core.signals import client_tags
from chatroom.core.speech import check_house
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Post words into both inboxes."""
    name, text = call.args["to"], call.text("text", call.hub.limits.text)
    to = call.hub.roster.find(name) or _here(call, name)
    if to.rank < Rank.MODERATOR:
        check_house(call)
    if isinstance(to, Member):
        _leave_note(call, to, text)
        return
    call.charge(call.hub.guard.acquaint(call.person, to))
    notice = Notice(None, "away", f"{to.name} is away: {to.away}") if to.away else None
    _post(call, to.author, to.inbox, text, partial(_told, call, notice))


def _here(call: Call, name: str) -> Person | Member:
    """Find who is meant among the members, who may be here or not; a mail is known to members alone."""
    member = call.hub.keeper.members.find(name)
    if member is None or ("@" in name and call.person.author.member is None):
        raise call.nobody(name)
    return call.hub.people.get(f"@{member.id}") or member


def _leave_note(call: Call, to: Member, text: str) -> None:
    memory = call.hub.memory
    whose = memory.leave_note(call.person, to)
    call.charge(call.hub.guard.acquaint(call.person, None))
    take_back = partial(memory.inboxes.take_note_back, to.id, whose)

    def then(outcome: Committed) -> list[Effect]:
        if outcome.repeated:
            take_back()
        return _told(call, Notice(None, "kept", f"{to.name} is not here; your message is kept until they come."), outcome)

    _post(call, Author(to.name, to.id), f"@{to.id}", text, then, take_back)


def _post(call: Call, to: Author, inbox: str, text: str, then: Then, undo: Undo | None = None) -> None:
    manner: Manner = next((one for one in MANNERS if one == call.args.get("manner")), "say")
    event = Told(call.person.author, to, text, manner, client_tags(call))
    person = call.person

    def posted(outcome: Committed) -> Sequence[Effect]:
        entries = outcome.entries[:1]
        if entries and isinstance(entries[0].event, Told) and person.whispered(entries[0].id) is None:
            person.whisper(Whisper(entries[0].id, inbox, to))
        return then(outcome)

    call.post(*((one, event) for one in dict.fromkeys((person.inbox, inbox))), then=posted, undo=undo)


def _told(call: Call, notice: Notice | None, outcome: Committed) -> list[Effect]:
    session, entries = call.session.current, outcome.entries[:1]
    if entries:
        call.hub.memory.sent(call.person, entries[0])
    done = Send(session, Done(call.ref, "tell", entries, outcome.repeated))
    return [done] if notice is None else [done, Send(session, notice)]


verb = Verb(
    "tell",
    perform,
    params=(
        Param("to"),
        Param("text", Takes.REST),
        Param("manner", optional=True, typed=False),
        Param("tags", Takes.MAP, optional=True, typed=False),
    ),
    aliases=("msg", "w", "note"),
    console=False,
    **described(__doc__),
)
