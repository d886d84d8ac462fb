"""/history [#ROOM] [@NAME] [COUNT [BEFORE]]: what was said here, in ROOM or with NAME alone; BEFORE goes further back."""

from __future__ import annotations

from collections.abc import Callable

from chatroom.core.call import Call
from chatroom.core.effects import Effect, Send
from chatroom.core.events import KIND_OF, KINDS, Entry, Told
from chatroom.core.log import fitting
from chatroom.core.readback import Readback, named, of_inbox, point
from chatroom.core.replies import Page
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Give a page of the room's log, from memory if it is all there, or of a conversation."""
    if "with" in call.args:
        _of_conversation(call, call.args["with"].removeprefix("@"))
    else:
        _of_room(call)


def _of_room(call: Call) -> None:
    room, count, kinds = call.room, _count(call), _kinds(call)
    query = _asked(call, room.name, count + 1 if kinds is None else max(count + 1, call.hub.limits.page), room.floor)

    def remembered(query: Slice) -> tuple[Entry, ...] | None:
        pointed = query.since is not None or query.until is not None
        return None if query.oldest or pointed else room.log.between(max(query.after, room.floor), query.before, query.limit)

    def show(found: tuple[Entry, ...], unread: int) -> Effect:
        page = _fitting(call, found, count, query.oldest)
        return Send(call.session.current, Page(call.ref, "history", room.name, page, bool(unread) or len(page) < len(found)))

    readback = Readback(call, query, remembered, show)
    # The floor is known once all that was asked for before is settled.
    readback.wanted = lambda entry: entry.seq > room.floor and (kinds is None or KIND_OF[type(entry.event)] in kinds)
    readback.enough = lambda found: len(found) > count
    readback.start()


def _of_conversation(call: Call, peer: str) -> None:
    count, inbox = _count(call), call.person.inbox
    query = _asked(call, inbox, call.hub.limits.page, 0)

    def show(found: tuple[Entry, ...], unread: int) -> Effect:
        page = _fitting(call, found, count, query.oldest)
        left = len(page) < len(found)
        before = (page[0].seq if left else unread) if not query.oldest else 0
        return Send(call.session.current, Page(call.ref, "history", inbox, page, bool(unread) or left, peer, before))

    readback = Readback(call, query, of_inbox(call), show)
    readback.wanted = _between(call, peer)
    readback.enough = lambda found: len(found) > count
    readback.start()


def _count(call: Call) -> int:
    limits = call.hub.limits
    return max(1, min(int(call.args.get("count", limits.recent)), limits.page))


def _kinds(call: Call) -> frozenset[str] | None:
    if "kinds" not in call.args:
        return None
    wanted = frozenset(call.args["kinds"])
    unknown = sorted(wanted - KINDS.keys())
    if unknown:
        raise call.verb.wrong(f"There are no entries of the kind {unknown[0][:40]}.")
    return wanted


def _asked(call: Call, log: str, limit: int, floor: int) -> Slice:
    """Make a query of what was asked for."""
    args = call.args
    since, until = point(call, "since"), point(call, "until")
    oldest = ("after" in args or since is not None) and "before" not in args and not args.get("newest", until is not None)
    after, before = max(args.get("after", 0), floor), args.get("before", 1 << 53)
    return Slice(log, limit, after, before, oldest, since, until, args.get("including", False))


def _fitting(call: Call, found: tuple[Entry, ...], count: int, oldest: bool) -> tuple[Entry, ...]:
    wanted = found[:count] if oldest else found[-count:]
    kept = fitting(wanted if oldest else reversed(wanted), call.hub.limits.page_bytes)
    return tuple(kept if oldest else kept[::-1])


def _between(call: Call, peer: str) -> Callable[[Entry], bool]:
    """Tell what passed between oneself and one other."""
    theirs = named(call, peer)
    with_oneself = theirs(call.person.author)

    def belongs(entry: Entry) -> bool:
        event = entry.event
        if not isinstance(event, Told):
            return False
        return theirs(event.by) and theirs(event.to) if with_oneself else theirs(event.by) or theirs(event.to)

    return belongs


verb = Verb(
    "history",
    perform,
    params=(
        Param("room", optional=True, mark="#"),
        Param("with", optional=True, mark="@"),
        Param("count", Takes.NUMBER, optional=True),
        Param("before", Takes.NUMBER, optional=True),
        Param("after", Takes.NUMBER, optional=True, typed=False),
        Param("since", optional=True, typed=False),
        Param("until", optional=True, typed=False),
        Param("newest", Takes.FLAG, optional=True, typed=False),
        Param("including", Takes.FLAG, optional=True, typed=False),
        Param("kinds", Takes.LIST, optional=True, typed=False),
    ),
    roomy=True,
    **described(__doc__),
)
