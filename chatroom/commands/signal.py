"""/signal: tell other clients something without words, such as that you are typing; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.replies import Done
from chatroom.core.seams import Committed
from chatroom.core.signals import Confided, Signalled, client_tags, role_of
from chatroom.core.speech import check_house
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Pass on tags, if who sends them could speak there."""
    check_house(call)
    tags, author = client_tags(call), call.person.author

    def then(outcome: Committed) -> list[Effect]:
        return [Send(call.session.current, Done(call.ref, call.verb.name, outcome.entries[:1]))]

    if "to" in call.args:
        to = call.hub.roster.find(call.args["to"])
        if to is None:
            raise call.nobody(call.args["to"])
        event = Signalled(author, tags, to.author)
        call.submit(*((inbox, event) for inbox in dict.fromkeys((call.person.inbox, to.inbox))), then=then)
        return
    room = call.room
    room.rights.check_voice(call.who, call.now)
    if "role" in call.args:
        call.submit((call.person.inbox, Confided(author, room.name, role_of(call), "", tags=tags)), then=then)
    else:
        call.submit((room.name, Signalled(author, tags)), then=then)


verb = Verb(
    "signal",
    perform,
    params=(
        Param("tags", Takes.MAP, optional=True, typed=False),
        Param("to", optional=True, typed=False),
        Param("role", optional=True, typed=False),
    ),
    roomy=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
