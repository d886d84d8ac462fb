"""/announce [#ROOM] TEXT: say something to everyone, as the server, or to one room.

To everyone it is said in the lobby, where it stays in the history, and shown to those who are elsewhere, too.
"""

from __future__ import annotations

from chatroom.core.call import Call, cut, single
from chatroom.core.effects import Effect, Send
from chatroom.core.events import HOUSE, Author, Ordered, Said
from chatroom.core.rank import Rank
from chatroom.core.replies import Done
from chatroom.core.seams import Committed
from chatroom.core.verb import Param, Takes, Verb, described

SERVER = Author("server")
"""Whom announcements are from: a name nobody can have."""


def perform(call: Call) -> None:
    """Post the same words to the lobby and to every room where somebody is, and who said them to the record alone.

    Who is in several rooms is shown them once.
    """
    hub = call.hub
    text = call.text("text", hub.limits.text)
    named = call.args.get("to")
    rooms = [hub.existing(named)] if named is not None else hub.inhabited()
    event = Said(SERVER, text)
    where = "" if named is None else f" in #{rooms[0].name}"
    order = Ordered(call.person.author, call.where, f"announce{where}: {cut(single(text), hub.limits.reason)}")

    def then(outcome: Committed) -> list[Effect]:
        return [Send(call.session.current, Done(call.ref, "announce", outcome.entries[:1], outcome.repeated))]

    call.post(*((room.name, event) for room in rooms), (HOUSE, order), then=then)


verb = Verb(
    "announce",
    perform,
    # Not `room`, which clients give with every typed line: what is typed is for everyone, wherever one looks.
    params=(Param("to", optional=True, mark="#"), Param("text", Takes.REST)),
    rank=Rank.ADMIN,
    **described(__doc__),
)
