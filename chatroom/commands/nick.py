"""/nick NAME: change your name."""

from __future__ import annotations

from dataclasses import replace

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.errors import Busy
from chatroom.core.events import Renamed
from chatroom.core.likeness import fold
from chatroom.core.names import clean_name
from chatroom.core.replies import Answer
from chatroom.core.seams import Committed
from chatroom.core.speech import check_everywhere
from chatroom.core.targets import Party
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Claim the new name, and tell every room the person is in."""
    person, roster = call.person, call.hub.roster
    name = clean_name(call.args["name"], call.hub.limits.name, starred=call.session.relayed)
    old = person.author
    if name == old.name:
        call.answer(f"You are {name} already.", you=name)
        return
    if person.renaming is not None:
        raise Busy
    check_everywhere(call)
    call.hub.keeper.check(Party(call.session.address, name, old.member), call.now)
    roster.claim(name, person, old.member)
    person.author = replace(old, name=name)
    person.shuffle()
    rooms = {stay.room.name: stay.room.present for session in person.sessions for stay in session.stays.values()}

    def then(_: Committed) -> list[Effect]:
        person.renaming = person.former = None
        call.hub.departed.note(person, old, call.now)
        if person.sessions:  # who is gone meanwhile has let go of both
            roster.release(old.name)
        if person.sessions and fold(old.name) != fold(name):
            call.hub.lookout.tell(old.name, here=False)
            call.hub.lookout.tell(name, here=True)
        return [Send(call.session.current, Answer(call.ref, "nick", {"you": name}, (f"You are now called {name}.",)))]

    def undo() -> None:
        person.renaming, person.author, person.former = None, old, None
        person.shuffle()
        if person.sessions:
            roster.release(name)
            roster.claim(old.name, person, old.member)  # it was held all the time, but for another case of the same letters

    person.former = old.name
    person.renaming = call.submit(("", Renamed(old, tuple(rooms.items()), name)), then=then, undo=undo)


verb = Verb("nick", perform, params=(Param("name", Takes.REST),), console=False, **described(__doc__))
