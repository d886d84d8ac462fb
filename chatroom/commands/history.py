"""/history [COUNT [BEFORE]]: what was said here before; BEFORE is the number of an entry, to go further back."""

from __future__ import annotations

import re
from datetime import datetime

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.events import Entry
from chatroom.core.log import fitting
from chatroom.core.replies import Page
from chatroom.core.room import Room
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Takes, Verb, described

_TIME = re.compile(r"\d{4}-\d\d-\d\dT").match


def perform(call: Call) -> None:
    """Give a page of the room's log, from memory if it is all there."""
    room, limits = call.room, call.hub.limits
    count = max(1, min(call.args.get("count", limits.recent), limits.page))
    after, before = call.args.get("after", 0), call.args.get("before", 1 << 53)
    since, until = point(call, "since"), point(call, "until")
    oldest = (
        ("after" in call.args or since is not None) and "before" not in call.args and not call.args.get("newest", until is not None)
    )
    pointed = since is not None or until is not None

    def remembered() -> tuple[Entry, ...] | None:
        return None if oldest or pointed else room.log.between(max(after, room.floor), before, count + 1)

    def page(found: tuple[Entry, ...]) -> Effect:
        # The floor is known once all that was asked for before is settled.
        return _page(call, room, tuple(entry for entry in found if entry.seq > room.floor), count, oldest)

    including = call.args.get("including", False)
    query = Slice(room.name, count + 1, max(after, room.floor), before, oldest, since, until, including)
    call.read(query, remembered, page)


def point(call: Call, field: str) -> str | float | None:
    """Give a point in the log: a time in seconds, or an entry's id."""
    given: str | None = call.args.get(field)
    if given is None or not _TIME(given):
        return given
    try:
        return datetime.fromisoformat(given).timestamp()
    except (ValueError, OverflowError):
        raise call.verb.wrong(f"The field {field} is no time.") from None


def _page(call: Call, room: Room, found: tuple[Entry, ...], count: int, oldest: bool) -> Effect:
    wanted = found[:count] if oldest else found[-count:]
    kept = fitting(wanted if oldest else reversed(wanted), call.hub.limits.page_bytes)
    page = kept if oldest else kept[::-1]
    return Send(call.session.current, Page(call.ref, "history", room.name, tuple(page), more=len(page) < len(found)))


verb = Verb(
    "history",
    perform,
    params=(
        Param("count", Takes.NUMBER, optional=True),
        Param("before", Takes.NUMBER, optional=True),
        Param("after", Takes.NUMBER, optional=True, typed=False),
        Param("since", optional=True, typed=False),
        Param("until", optional=True, typed=False),
        Param("newest", Takes.FLAG, optional=True, typed=False),
        Param("including", Takes.FLAG, optional=True, typed=False),
    ),
    roomy=True,
    **described(__doc__),
)
