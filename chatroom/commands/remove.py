"""/remove [WHICH [ROOM]]: take back a message; it is gone from history, from search, and from the disk.

WHICH is a number that /history shows; or last, what you said last, which is meant if you name nothing; or private, your last
private message. Those who keep order may remove what others said.
"""

from __future__ import annotations

from collections.abc import Callable

from chatroom.core.call import Call, Draft, cut, single
from chatroom.core.effects import Effect, Send
from chatroom.core.errors import NoSuchMessage, NothingToRemove, NotYourMessage, NotYourWords, Refused
from chatroom.core.events import HOUSE, Entry, Ordered, Removed, Said
from chatroom.core.keeping import seen_room, standing
from chatroom.core.reading import Posting
from chatroom.core.replies import Done
from chatroom.core.room import Room
from chatroom.core.seams import Committed, Slice
from chatroom.core.session import Person, Session
from chatroom.core.speech import heard
from chatroom.core.standing import Standing
from chatroom.core.verb import LARGEST, Param, Takes, Verb, described
from chatroom.core.window import Line


def perform(call: Call) -> None:
    """Find the message, and remove it if that may be."""
    which, entry = call.args.get("which", "last").lower().removeprefix("#"), call.args.get("entry")
    whispered = entry is not None and "room" not in call.args and call.person.whispered(entry) is not None
    if which == "private" or "to" in call.args or whispered:
        _remove_private(call, entry)
    elif entry is not None:
        _remove_from_window(call, seen_room(call), entry)
    elif which == "last":
        _remove_from_window(call, seen_room(call), None)
    else:
        _remove_by_number(call, seen_room(call), _number(call, which))


def may_remove(person: Person, room: Room, own: bool, seq: int) -> bool:
    """Tell whether somebody may remove a message of a room; what was said before it became theirs is for those with a rank."""
    return own or standing(person, room) >= (Standing.OPERATOR if seq > room.taken else Standing.MODERATOR)


def _number(call: Call, which: str) -> int:
    if not (which.isascii() and which.isdigit() and len(which) <= len(str(LARGEST))):
        raise call.verb.wrong("WHICH is a number, last or private.")
    return int(which)


def _remove_by_number(call: Call, room: Room, seq: int) -> None:
    def remembered() -> tuple[Entry, ...] | None:
        line = room.log.line(seq)
        return None if line is None else (line.entry,)

    def then(found: tuple[Entry, ...]) -> Posting:
        line = room.log.line(seq)
        if seq <= room.floor or not found or not isinstance(found[0].event, Said):
            raise NoSuchMessage(which=f"#{seq}", room=room.name)
        return _removing(call, room, line or Line(0, found[0], None))

    call.read(Slice(room.name, 1, seq - 1, seq + 1), remembered, then)


def _remove_from_window(call: Call, room: Room, id: str | None) -> None:
    """Remove what has this id, or what one said last, among what is held in memory."""

    def wanted(line: Line) -> bool:
        entry = line.entry
        return isinstance(entry.event, Said) and (entry.id == id if id is not None else _is_own(call.person, line))

    def then(_: tuple[Entry, ...]) -> Posting:
        line = room.log.newest(wanted)
        if line is None:
            raise NothingToRemove(where=f"in {room.name}") if id is None else NoSuchMessage(which=id[:40], room=room.name)
        return _removing(call, room, line)

    call.read(Slice(room.name, 0), lambda: (), then)


def _removing(call: Call, room: Room, line: Line) -> Posting:
    entry, own = line.entry, _is_own(call.person, line)
    if not may_remove(call.person, room, own, entry.seq):
        raise NotYourMessage(which=f"#{entry.seq}", room=room.name)
    reason = _reason(call)
    drafts: list[Draft] = [(room.name, Removed(call.person.author, (entry.id,), heard(call, reason, [room])))]
    if not own:
        what = f"remove #{entry.seq} of {entry.event.by.name} in #{room.name}" + (f": {reason}" if reason else "")
        drafts.append((HOUSE, Ordered(call.person.author, call.where, what)))
    return _posting(call, drafts)


def _posting(call: Call, drafts: list[Draft], done: Callable[[], None] = lambda: None) -> Posting:
    def then(outcome: Committed) -> list[Effect]:
        done()
        return [Send(call.session.current, Done(call.ref, call.verb.name, outcome.entries[:1], outcome.repeated))]

    return Posting(drafts, then)


def _reason(call: Call) -> str:
    return cut(single(call.args.get("reason", "")), call.hub.limits.reason)


def _is_own(person: Person, line: Line) -> bool:
    """Tell whether it was this person who said something: a member at any time, a guest while they have been here."""
    source, by = line.source, line.entry.event.by
    if by.member is not None:
        return by.member == person.author.member
    return isinstance(source, Session) and source.person is person


def _remove_private(call: Call, id: str | None) -> None:
    """Remove private words from both inboxes, once all that was said before is settled."""
    person = call.person
    inbox = _inbox(call, call.args["to"]) if "to" in call.args else None

    def then(_: tuple[Entry, ...]) -> Posting:
        found = person.whispered(id, inbox)
        if found is None:
            raise _missing(call, id, inbox)
        event = Removed(person.author, (found.id,), heard(call, _reason(call), []), found.to)

        def removed() -> None:
            if found in person.whispers:
                person.whispers.remove(found)

        return _posting(call, [(one, event) for one in dict.fromkeys((person.inbox, found.inbox))], removed)

    call.read(Slice(person.inbox, 0), lambda: (), then)


def _missing(call: Call, id: str | None, inbox: str | None) -> Refused:
    """Say why private words cannot be removed: there are none, or it was the other who said them."""
    other = call.hub.people.get(inbox or "")
    if id is not None and other is not None and other.whispered(id, call.person.inbox) is not None:
        return NotYourWords(who=other.name)
    return NothingToRemove(where="in private")


def _inbox(call: Call, name: str) -> str:
    """Give the inbox of whoever is called so, or of the member, who need not be here."""
    found, member = call.hub.roster.find(name), call.hub.keeper.members.find(name)
    if found is not None:
        return found.inbox
    if member is None:
        raise call.nobody(name)
    return f"@{member.id}"


verb = Verb(
    "remove",
    perform,
    params=(
        Param("which", optional=True),
        Param("room", optional=True),
        Param("entry", Takes.WORD, optional=True, typed=False),
        Param("to", optional=True, typed=False),
        Param("reason", Takes.REST, optional=True, typed=False),
    ),
    aliases=("delete", "redact"),
    **described(__doc__),
)
