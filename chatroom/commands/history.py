"""/history [@NAME] [COUNT [BEFORE]]: what was said here, or with NAME alone; BEFORE is a number, to go further back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.errands import Further
from chatroom.core.events import Author, Entry, Told
from chatroom.core.log import fitting
from chatroom.core.names import fold
from chatroom.core.replies import Page
from chatroom.core.room import Room
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Takes, Verb, described

_TIME = re.compile(r"\d{4}-\d\d-\d\dT").match
READINGS = 25
"""Pages of an inbox that are looked through for one conversation before it is asked whether to go on."""


def perform(call: Call) -> None:
    """Give a page of the room's log, from memory if it is all there, or of a conversation."""
    limits = call.hub.limits
    count = max(1, min(call.args.get("count", limits.recent), limits.page))
    after, before = call.args.get("after", 0), call.args.get("before", 1 << 53)
    if "with" in call.args:
        Conversation(call, call.args["with"].removeprefix("@"), count, after).read(before)
        return
    room = call.room
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


class Conversation:
    """Look through one's own inbox, from the end to the beginning, for what passed between oneself and one other."""

    __slots__ = ("_after", "_call", "_count", "_found", "_peer", "_readings", "_theirs")

    def __init__(self, call: Call, peer: str, count: int, after: int) -> None:
        self._call = call
        self._peer = peer
        self._count = count
        self._after = after
        self._theirs = _named(call, peer)
        self._found: tuple[Entry, ...] = ()
        self._readings = 0

    def read(self, before: int) -> None:
        """Read what stands before a place."""
        further = self._further(before)
        self._call.read(further.query, further.remembered, further.then)

    def _further(self, before: int) -> Further:
        inbox, most, after = self._call.person.inbox, self._call.hub.limits.page, self._after
        guest = self._call.hub.memory.inboxes.guest(inbox)

        def remembered() -> tuple[Entry, ...] | None:
            return None if guest is None else tuple([one for one in guest.entries if after < one.seq < before])[-most:]

        return Further(Slice(inbox, most, after, before), remembered, self._read)

    def _read(self, entries: tuple[Entry, ...]) -> Effect | Further:
        self._readings += 1
        self._found = (*filter(self._belongs, entries), *self._found)
        whole = len(entries) < self._call.hub.limits.page
        if len(self._found) > self._count or whole or self._readings == READINGS:
            return self._page(0 if whole else entries[0].seq)
        return self._further(entries[0].seq)

    def _page(self, unread: int) -> Effect:
        """Give what was found; what stands before `unread` was not looked at."""
        wanted = self._found[-self._count :]
        page = tuple(fitting(reversed(wanted), self._call.hub.limits.page_bytes)[::-1])
        before = page[0].seq if len(page) < len(self._found) else unread
        return Send(
            self._call.session.current,
            Page(self._call.ref, "history", self._call.person.inbox, page, before > 0, self._peer, before),
        )

    def _belongs(self, entry: Entry) -> bool:
        event, theirs = entry.event, self._theirs
        if not isinstance(event, Told):
            return False
        with_oneself = theirs(self._call.person.author)
        return theirs(event.by) and theirs(event.to) if with_oneself else theirs(event.by) or theirs(event.to)


def _named(call: Call, name: str) -> Callable[[Author], bool]:
    """Tell who is meant by a name: the member who bears it, or whoever bore it; a mail is known to members alone."""
    member = call.hub.keeper.members.find(name) if "@" not in name or call.person.author.member is not None else None
    if member is not None:
        return lambda author: author.member == member.id
    return lambda author: fold(author.name) == fold(name)


verb = Verb(
    "history",
    perform,
    params=(
        Param("with", optional=True, mark="@"),
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
