"""/search WORDS: look for what was said, newest first.

Add from:NAME, in:ROOM, after:2026-11-01 or before:2026-12-01 to narrow it. All words must be there; each may be the beginning of
one, and "several words" in quotes stand together. It searches the rooms that you are in or may enter, and your own private
messages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from chatroom.core.call import Call, cut, single
from chatroom.core.effects import Effect
from chatroom.core.errors import NoSuchRoom, NotInRoom, Refused
from chatroom.core.events import GUESTS, Entry, Said, Told
from chatroom.core.keeping import sees
from chatroom.core.quest import Quest, wanted
from chatroom.core.room import Room
from chatroom.core.seams import Findings
from chatroom.core.verb import Param, Takes, Verb, described

SHOWN = 300
"""Bytes of one message that are shown to a person."""
LATE = 500
"""Entries that search may be behind without a word."""


def perform(call: Call) -> None:
    """Ask the house to look through what one may read."""
    text = single(call.args["text"])
    asked = wanted(text)
    quest = Quest(asked.terms, _logs(call, asked.room), call.hub.limits.recent, asked.by, asked.since, asked.until, asked.older)

    stays = [stay for session in call.person.sessions for stay in session.stays.values()]

    def then(findings: Findings) -> Sequence[Effect]:
        logs = set(quest.logs) - {stay.room.name for stay in stays if stay.void}
        entries = [entry for entry in call.hub.errands.recall.left(findings.entries) if _is_ones_business(call, logs, entry)]
        found = [entry for entry in entries if isinstance(entry.event, Said | Told)]
        lines = [_line(entry) for entry in found] or ["Nothing was found."]
        if findings.older is not None:
            lines.append(f"There is more: /search {_without_older(text)} older:{findings.older}")
        if findings.behind > LATE:
            lines.append(f"The search is still catching up: {findings.behind} entries were not looked at. Try again in a while.")
        return [call.answering(*lines, entries=found, older=findings.older, behind=findings.behind)]

    call.ask("search", quest, then=then, always=True, settled=True)


def may_read(call: Call, room: Room) -> bool:
    """Tell whether somebody may read a room's log: they are in it, or know of it and could come in."""
    if call.person in room.occupants:
        return True
    if not sees(call.person, room):
        return False
    try:
        room.rights.check_entry(call.who, "", 0, call.now)
    except Refused:
        return False
    return True


def _logs(call: Call, named: str) -> tuple[str, ...]:
    """Name the logs that are looked through: the room that was named, or all one may read and one's own inbox."""
    hub = call.hub
    if named:
        room = hub.existing(named)
        if not may_read(call, room):
            raise (NotInRoom if sees(call.person, room) else NoSuchRoom)(room=room.name)
        return (room.name,)
    inbox = call.person.inbox
    private = () if inbox.startswith(GUESTS) else (inbox,)
    return (*(room.name for room in hub.rooms.values() if may_read(call, room)), *private)


def _is_ones_business(call: Call, logs: Collection[str], entry: Entry) -> bool:
    """Tell whether one may still read an entry, which is none of a room that was closed before this one of its name.

    Who has left since they asked, as a program does that asks and ends its input, is told of what they could read as they asked.
    """
    room = call.hub.rooms.get(entry.log)
    if call.session.current.ended:
        return entry.log in logs and (room is None or entry.seq > room.floor)
    return entry.log == call.person.inbox if room is None else entry.seq > room.floor and may_read(call, room)


def _line(entry: Entry) -> str:
    event = entry.event
    day = f"{datetime.fromtimestamp(entry.at, UTC):%Y-%m-%d %H:%MZ}"
    if isinstance(event, Told):
        return f"[{day} private] {event.by.name} to {event.to.name}: {_short(event.text)}"
    name = f"* {event.by.name} " if isinstance(event, Said) and event.manner == "act" else f"{event.by.name}: "
    return f"[{day} {entry.log} #{entry.seq}] {name}{_short(event.text) if isinstance(event, Said) else ''}"


def _short(text: str) -> str:
    line = single(text)
    shown = cut(line, SHOWN)
    return shown if shown == line else f"{shown}…"


def _without_older(text: str) -> str:
    return " ".join(word for word in text.split() if not word.lower().startswith("older:"))


verb = Verb("search", perform, params=(Param("text", Takes.REST),), aliases=("find",), **described(__doc__))
