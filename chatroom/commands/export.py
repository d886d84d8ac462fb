"""/export ROOM [AFTER]: a room's history as lines of JSON, a page at a time, the oldest first.

AFTER is the number of the last entry you have. On the house's own machine, chatroom console -c 'export lobby' > FILE writes all of it.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import NoSuchRoom
from chatroom.core.events import Entry
from chatroom.core.log import fitting
from chatroom.core.rank import Rank
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Give a page of a room's log, of a room that was closed, too, as long as anything of it is kept."""
    limits = call.hub.limits
    name, after = call.hub.room_name(call.args["room"]), call.args.get("after", 0)

    def page(found: tuple[Entry, ...]) -> Effect:
        if not found and name not in call.hub.rooms:
            raise NoSuchRoom(room=name)
        entries = fitting(found[: limits.page], limits.page_bytes)
        more = len(entries) < len(found)
        last = entries[-1].seq if entries else after
        told = f"There is more: /export {name} {last}" if more else f"That is all of {name}."
        return call.answering(told, room=name, entries=entries, after=last, more=more)

    call.read(Slice(name, limits.page + 1, after, oldest=True), lambda: None, page)


verb = Verb(
    "export",
    perform,
    params=(Param("room"), Param("after", Takes.NUMBER, optional=True)),
    rank=Rank.ADMIN,
    **described(__doc__),
)
