"""/audit [COUNT]: what people with a rank did lately, from where and when."""

from __future__ import annotations

from datetime import UTC, datetime

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.events import HOUSE, Entry, Ordered
from chatroom.core.rank import Rank
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Read the newest entries of the house's own log."""
    count = max(1, min(call.args.get("count", call.hub.limits.recent), call.hub.limits.page))

    def then(found: tuple[Entry, ...]) -> Effect:
        orders = [(entry, entry.event) for entry in found if isinstance(entry.event, Ordered)]
        return call.answering(
            *([_line(entry, event) for entry, event in orders] or ["Nothing is on record."]),
            orders=[{"at": entry.at, "by": event.by.name, "where": event.where, "what": event.what} for entry, event in orders],
        )

    call.read(Slice(HOUSE, count), lambda: None, then)


def _line(entry: Entry, event: Ordered) -> str:
    return f"{datetime.fromtimestamp(entry.at, UTC):%Y-%m-%d %H:%M:%S}Z {event.by.name} ({event.where}): {event.what}"


verb = Verb("audit", perform, params=(Param("count", Takes.NUMBER, optional=True),), rank=Rank.ADMIN, **described(__doc__))
