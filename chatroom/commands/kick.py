"""/kick NAME [REASON]: put somebody out of the house; they may come back.

They are told by whom and why, and so is everyone who was in a room with them.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.rank import Rank
from chatroom.core.sentence import PARAMS, sentence
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """End all of a person's sessions, and put it on record."""
    asked = sentence(call.args, call.hub.limits.reason, timed=False)
    person = call.somebody(asked.who)
    if person is call.person:
        raise call.verb.wrong("You cannot put yourself out; /quit leaves.")
    call.within_reach(person)
    if asked.dry_run:
        call.answer(f"That would put out {person.name}.", hits=[person.name])
        return
    because = f": {asked.reason}" if asked.reason else ""
    stop = "" if because.endswith((".", "!", "?")) else "."
    call.hub.presence.put_out(call, person, asked.reason, f"You were put out by {call.person.name}{because}{stop} You may come back.")
    call.order(f"kick {person.name} {asked.reason}".strip(), answer=call.answering(f"{person.name} is out.", name=person.name))


verb = Verb("kick", perform, params=PARAMS, rank=Rank.MODERATOR, **described(__doc__))
