"""What happens, as lines for people: every event has its own, and every line of a longer text bears who says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chatroom.core.events import (
    Ejected,
    Erased,
    Event,
    HouseEvent,
    Invited,
    Joined,
    Left,
    Manner,
    Muted,
    Ordered,
    PutOut,
    Quit,
    Removed,
    Renamed,
    RoleChanged,
    RoomBanned,
    RoomClosed,
    RoomOpened,
    RoomSet,
    RoomUnbanned,
    Said,
    Told,
    TopicChanged,
    Unmuted,
    WentAway,
    Whispered,
)
from chatroom.core.words import Placed
from chatroom.wire.order import worded
from chatroom.wire.text import lines, visible

LINES = 100
"""Lines of one message that are shown; a message of newlines alone would otherwise grow a hundredfold."""

_Lines = Sequence[str]


def event_lines(event: Event, room: str) -> _Lines:
    """Give the lines by which readers of `room` learn what happened; there are none where nobody is shown it."""
    if isinstance(event, HouseEvent) and room not in event.rooms:
        return ()
    return _EVENTS.get(type(event), _unshown)(event, room)


def row_lines(row: Placed) -> _Lines:
    """Give the lines of words that somebody said in a row."""
    opening = _OPENINGS["say"].format(visible(row.by.name))
    return [line for text in row.texts for line in _worded(opening, text)]


def told_by_reader(event: Told) -> _Lines:
    """Give the lines of what the reader said to one person alone."""
    mine = "" if event.manner == "say" else _opening(event)
    return _worded(f"(private to {visible(event.to.name)}) {mine}", event.text)


def what_was_removed(event: Removed, log: str) -> str:
    """Say what was taken out of a log, and how much."""
    private = "private " if log.startswith("@") else ""
    return f"a {private}message" if len(event.ids) == 1 else f"{len(event.ids)} {private}messages"


_OPENINGS: dict[Manner, str] = {"say": "{}: ", "act": "* {} ", "notice": "{} (notice): "}


def _worded(opening: str, text: str) -> list[str]:
    """Begin every line of a text with what says whose it is."""
    if "\n" not in text:
        return [opening + visible(text)]
    split = lines(text)
    shown = [opening + visible(line) for line in split[:LINES]]
    if len(split) > LINES:
        shown.append(f"{opening}({len(split) - LINES} more lines)")
    return shown


def _opening(event: Said | Told) -> str:
    return _OPENINGS[event.manner].format(visible(event.by.name))


def _said(event: Said, room: str) -> _Lines:
    return _worded(_opening(event), event.text)


def _told(event: Told, room: str) -> _Lines:
    return _worded("(private) " + _opening(event), event.text)


def _topic_changed(event: TopicChanged, room: str) -> _Lines:
    name = visible(event.by.name)
    return [f"-- {name} changed the topic to: {visible(event.topic)}" if event.topic else f"-- {name} cleared the topic"]


def _removed(event: Removed, room: str) -> _Lines:
    why = f": {visible(event.reason)}" if event.reason else ""
    return [f"-- {visible(event.by.name)} removed {what_was_removed(event, room)}{why}"]


def _joined(event: Joined, room: str) -> _Lines:
    return [f"-- {visible(event.by.name)} joined ({event.present} here)"]


def _gone(name: str, present: int, reason: str) -> _Lines:
    line = f"-- {visible(name)} left ({present} here)"
    return [f"{line}: {visible(reason)}" if reason else line]


def _left(event: Left, room: str) -> _Lines:
    return _gone(event.by.name, event.present, event.reason)


def _quit(event: Quit, room: str) -> _Lines:
    return _gone(event.by.name, event.count(room), event.reason)


def _renamed(event: Renamed, room: str) -> _Lines:
    return [f"-- {visible(event.by.name)} is now called {visible(event.new)}"]


def _went_away(event: WentAway, room: str) -> _Lines:
    name = visible(event.by.name)
    return [f"-- {name} is away: {visible(event.message)}" if event.message else f"-- {name} is back"]


def _put_out(event: PutOut, room: str) -> _Lines:
    line = f"-- {visible(event.who.name)} was put out by {visible(event.by.name)} ({event.count(room)} here)"
    return [f"{line}: {visible(event.reason)}" if event.reason else line]


def _ordered(event: Ordered, room: str) -> _Lines:
    return [f"-- {visible(event.by.name)} at {visible(event.where)}: {visible(event.what)}"]


def _whispered(event: Whispered, room: str) -> _Lines:
    return [f"-- {visible(event.by.name)} said something to {visible(event.to.name)} alone"]


def _kept_order(event: Event, room: str) -> _Lines:
    return [f"-- {worded(event)}"]


def _ejected(event: Ejected, room: str) -> _Lines:
    line = f"-- {visible(event.who.name)} was put out of this room by {visible(event.by.name)} ({event.present} here)"
    return [f"{line}: {visible(event.reason)}" if event.reason else line]


def _unshown(event: Event, room: str) -> _Lines:
    return ()


_EVENTS: dict[type[Event], Callable[[Any, str], _Lines]] = {
    RoomOpened: _unshown,
    Said: _said,
    Told: _told,
    Removed: _removed,
    Erased: _unshown,
    TopicChanged: _topic_changed,
    Joined: _joined,
    Left: _left,
    Quit: _quit,
    Renamed: _renamed,
    WentAway: _went_away,
    PutOut: _put_out,
    Ordered: _ordered,
    Whispered: _whispered,
    Ejected: _ejected,
    **dict.fromkeys((RoomSet, RoleChanged, RoomBanned, RoomUnbanned, RoomClosed, Invited, Muted, Unmuted), _kept_order),
}
