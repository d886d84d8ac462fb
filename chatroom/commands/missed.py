"""/missed [ROOM]: what was said while you were not here, as you were shown when you came.

Programs, which are not shown it by themselves, ask for it with this. It is known for members only.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.events import Entry
from chatroom.core.replies import Page
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Give a page of what came between the last time and this one."""
    room = call.room
    stay = call.session.stays[room.name]
    if stay.since is None or stay.since == stay.upto:
        what = f"It is not known what you missed in {room.name}" if stay.since is None else f"You missed nothing in {room.name}"
        call.answer(f"{what}. /history shows what was said there.", room=room.name)
        return
    after, before, count = stay.since, stay.upto + 1, call.hub.limits.page

    def remembered() -> tuple[Entry, ...] | None:
        return room.log.between(after, before, count + 1)

    def page(found: tuple[Entry, ...]) -> Effect:
        ignoring = call.session.current.ignoring
        shown = tuple([entry for entry in found[-count:] if not ignoring.hides(entry.event.by)])
        return Send(call.session.current, Page(call.ref, "missed", room.name, shown, more=len(found) > count))

    call.read(Slice(room.name, count + 1, after, before), remembered, page)


verb = Verb("missed", perform, params=(Param("room", Takes.REST, optional=True),), console=False, **described(__doc__))
