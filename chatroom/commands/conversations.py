"""/conversations: in which rooms, and with whom alone, words passed last between two times; for programs."""

from __future__ import annotations

from typing import Any

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.events import Author, Entry, Said, Told
from chatroom.core.fact import fact
from chatroom.core.likeness import fold
from chatroom.core.readback import Readback, of_inbox, point
from chatroom.core.room import Room
from chatroom.core.seams import Slice
from chatroom.core.verb import Param, Verb, described

ENDLESS = float(1 << 40)


@fact
class Window:
    """Be the time between two moments, without them."""

    since: float
    until: float

    def holds(self, at: float) -> bool:
        """Tell whether a moment is within it."""
        return self.since < at < self.until


def perform(call: Call) -> None:
    """Look at the rooms one is in, and through one's own inbox from its end to where the time begins."""
    window = Window(_moment(call, "since", 0.0), _moment(call, "until", ENDLESS))
    latest: dict[str, dict[str, Any]] = {}

    def show(found: tuple[Entry, ...], unread: int) -> Effect:
        for entry in reversed(found):
            _note(call, latest, entry)
        people = [facts for facts in latest.values() if window.holds(facts["at"])]
        return call.answering(rooms=_rooms(call, window), people=sorted(people, key=_at))

    query = Slice(call.person.inbox, call.hub.limits.page, since=window.since)
    readback = Readback(call, query, of_inbox(call), show)
    readback.wanted = lambda entry: isinstance(entry.event, Told)
    readback.start()


def _moment(call: Call, field: str, default: float) -> float:
    found = point(call, field)
    if isinstance(found, str):
        raise call.verb.wrong(f"The field {field} takes a time.")
    return default if found is None else found


def _note(call: Call, latest: dict[str, dict[str, Any]], entry: Entry) -> None:
    """Note with whom words passed, unless newer ones did."""
    event = entry.event
    if isinstance(event, Told):
        other = event.to if call.person.author.is_same(event.by) else event.by
        latest.setdefault(other.member or f"~{fold(other.name)}", {"name": _called(call, other), "at": entry.at})


def _called(call: Call, other: Author) -> str:
    """Give what somebody is called now; of a guest it is known only what they were called then."""
    member = call.hub.keeper.members.get(other.member) if other.member is not None else None
    person = call.hub.people.get(f"@{other.member}") if member is not None else None
    return person.name if person is not None else member.name if member is not None else other.name


def _rooms(call: Call, window: Window) -> list[dict[str, Any]]:
    found = [(stay.room, _last(stay.room)) for stay in call.session.current.stays.values()]
    return sorted([{"room": room.name, "at": at} for room, at in found if at and window.holds(at)], key=_at)


def _last(room: Room) -> float:
    """Tell when something was said in a room last, as far as that is in memory; 0 if never."""
    last = room.log.newest_kept(lambda entry: isinstance(entry.event, Said) and entry.seq > room.floor)
    return 0.0 if last is None else last.at


def _at(facts: dict[str, Any]) -> float:
    return float(facts["at"])


verb = Verb(
    "conversations",
    perform,
    params=(Param("since", optional=True, typed=False), Param("until", optional=True, typed=False)),
    hidden=True,
    console=False,
    **described(__doc__),
)
