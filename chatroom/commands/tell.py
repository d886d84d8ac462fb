"""/msg NAME TEXT: say something to one person alone.

Only the two of you can read it. It reaches the person on every device they are here with.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.errors import NoSuchPerson
from chatroom.core.events import Told
from chatroom.core.rank import Rank
from chatroom.core.replies import Done, Notice
from chatroom.core.seams import Committed
from chatroom.core.speech import check_house
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Post words into both inboxes."""
    to = call.hub.roster.find(call.args["to"])
    if to is None:
        raise NoSuchPerson(name=call.args["to"])
    text = call.text("text", call.hub.limits.text)
    if to.rank < Rank.MODERATOR:
        check_house(call)
    event = Told(call.person.author, to.author, text)
    away = to.away
    call.charge(call.hub.guard.acquaint(call.person, to))

    def then(outcome: Committed) -> list[Effect]:
        session = call.session.current
        effects: list[Effect] = [Send(session, Done(call.ref, "tell", outcome.entries[:1], outcome.repeated))]
        if away:
            effects.append(Send(session, Notice(None, "away", f"{to.name} is away: {away}")))
        return effects

    inboxes = dict.fromkeys((call.person.inbox, to.inbox))
    call.post(*((inbox, event) for inbox in inboxes), then=then)


verb = Verb("tell", perform, params=(Param("to"), Param("text", Takes.REST)), aliases=("msg", "w"), console=False, **described(__doc__))
