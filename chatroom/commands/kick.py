"""/kick [#ROOM] NAME [REASON]: put somebody out of a room, or out of the house; they may come back.

An operator puts somebody out of the room. A moderator puts them out of the house, or, naming a room first as in /kick #dev bob, out
of that room. They are told by whom and why, and so is everyone who was there with them.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import NotThereNow
from chatroom.core.eviction import eject
from chatroom.core.keeping import scope, within_reach
from chatroom.core.room import Room
from chatroom.core.sentence import PARAMS, Sentence, sentence
from chatroom.core.session import Person
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Put a person out, and put it on record."""
    room = scope(call)
    asked = sentence(call.args, call.hub.limits.reason, timed=False)
    person = call.somebody(asked.who)
    if person is call.person and room is None:
        raise call.verb.wrong("You cannot put yourself out; /quit leaves.")
    if room is not None and person not in room.occupants:
        raise NotThereNow(name=person.name, room=room.name)
    if person is not call.person:
        within_reach(call, person, room)
    if asked.dry_run:
        of = "" if room is None else f" of {room.name}"
        call.answer(f"That would put out {person.name}{of}.", hits=[person.name])
    elif room is None:
        _out_of_house(call, person, asked)
    else:
        _out_of_room(call, person, room, asked)


def _out_of_house(call: Call, person: Person, asked: Sentence) -> None:
    because = asked.because
    stop = "" if because.endswith((".", "!", "?")) else "."
    farewell = f"You were put out by {call.person.name}{because}{stop} You may come back."
    gone = call.hub.presence.put_out(call, person, asked.reason, farewell)
    answer = call.answering(f"{person.name} is out.", name=person.name)
    call.order(f"kick {person.name}{because}", gone, answer=answer, undo=lambda: call.hub.presence.show_gone(call, [gone]))


def _out_of_room(call: Call, person: Person, room: Room, asked: Sentence) -> None:
    eviction, drafts = eject(call, room, [person], asked.reason)
    answer = call.answering(f"{person.name} is out of {room.name}.", name=person.name, room=room.name)
    what = f"kick #{room.name} {person.name}{asked.because}"
    call.order(what, *drafts, answer=answer, undo=eviction.undo, done=eviction.done)


verb = Verb("kick", perform, params=PARAMS, roomy=True, scoped=True, keeping=True, **described(__doc__))
