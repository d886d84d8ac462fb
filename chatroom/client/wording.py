"""How what happened in a house reads as lines of text, each a list of styled pieces; everything from others is made visible here."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from chatroom.core.events import (
    Entry,
    Erased,
    Joined,
    Left,
    Manner,
    Ordered,
    PutOut,
    Quit,
    Removed,
    Renamed,
    RoomOpened,
    Said,
    Told,
    TopicChanged,
    WentAway,
    Whispered,
)
from chatroom.happening import EntriesMissed, EntryShown, NewSince, RoomEntered
from chatroom.wire.order import worded
from chatroom.wire.palette import color_of
from chatroom.wire.text import lines, visible

Piece = tuple[str, str]
"""A style's name and the text it is for."""

Line = list[Piece]

MOST_LINES = 100
"""Lines of one message that are shown."""


def plain(line: Line) -> str:
    """Give a line without its styles."""
    return "".join(text for _, text in line)


class Wording:
    """Word what happened, at this place's time of day.

    `zone` is a time zone, or None for the local one.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone

    def entry(self, shown: EntryShown, *, you: str, room: str | None = None, numbered: bool = False, alone: bool = False) -> list[Line]:
        """Word an entry; `room` is named where it needs saying, the number by which it can be removed where that is wanted.

        What is private is said to be, unless nothing else is shown where it stands, `alone`.
        """
        entry = shown.entry
        if isinstance(entry.event, Erased):
            return []
        number = f" #{entry.seq}" if numbered and entry.kept and entry.seq else ""
        head: Line = [("time", f"[{self.time(entry.at)}{number}] ")]
        if room is not None:
            head.append(("room", f"({visible(room)}) "))
        event = entry.event
        style = "mention" if shown.mention and not alone else "text"
        if isinstance(event, Said):
            return _spread([*head, *_speaker(event.by.name, event.manner)], event.text, style)
        if isinstance(event, Told):
            private = f"(private, to {visible(event.to.name)}) " if shown.own else "(private) "
            marked: Line = [] if alone else [("private", private)]
            return _spread([*head, *marked, *_speaker(event.by.name, event.manner)], event.text, style)
        return [[*head, ("event", f"-- {_words(entry)}")]]

    def entered(self, happened: RoomEntered, names: tuple[str, ...]) -> list[Line]:
        """Word our coming into a room."""
        count = "1 person" if len(names) == 1 else f"{len(names)} people"
        found: list[Line] = [[("event", f"-- You are in {visible(happened.room)} ({count} here).")]]
        if happened.topic:
            found.append([("event", f"-- The topic is: {visible(happened.topic)}")])
        return found

    def new_since(self, happened: NewSince) -> Line:
        """Word what comes before what our person has not seen yet."""
        more = f", and {happened.more} more before it; /history shows that" if happened.more else ""
        return [("event", f"-- New in {visible(happened.room)} since you were here{more}:")]

    def missed(self, happened: EntriesMissed) -> Line:
        """Word a hole in a room's order."""
        what = "1 message was" if happened.count == 1 else f"{happened.count} messages were"
        return [("event", f"-- {what} missed in {visible(happened.room)}; /history may have more.")]

    def time(self, at: float) -> str:
        """Give a time as hours and minutes."""
        moment = self._moment(at)
        return f"{moment:%H:%M}" if moment is not None else "--:--"

    def day(self, at: float) -> str:
        """Give the day of a time; empty when it is of no calendar."""
        moment = self._moment(at)
        return f"{moment:%A}, {moment.day} {moment:%B %Y}" if moment is not None else ""

    def _moment(self, at: float) -> datetime | None:
        try:
            return datetime.fromtimestamp(at, UTC).astimezone(self.zone)
        except (ValueError, OverflowError, OSError):
            return None


def _spread(head: Line, text: str, style: str) -> list[Line]:
    """Lay a message of several lines under its head, so that no line of it can pass for another message."""
    first, *more = lines(text)
    found = [[*head, (style, visible(first))]]
    found.extend([("text", "        | "), (style, visible(one))] for one in more[:MOST_LINES])
    if len(more) > MOST_LINES:
        found.append([("event", f"        | … and {len(more) - MOST_LINES} lines more")])
    return found


def _speaker(name: str, manner: Manner) -> Line:
    shown = (f"name {color_of(name)}", visible(name))
    match manner:
        case "act":
            return [("text", "* "), shown, ("text", " ")]
        case "notice":
            return [("text", "-"), shown, ("text", "- ")]
        case _:
            return [shown, ("text", ": ")]


def _here(count: int) -> str:
    return f"({count} here)"


def _because(reason: str) -> str:
    return f": {visible(reason)}" if reason else ""


def _words(entry: Entry) -> str:
    event, name = entry.event, visible(entry.event.by.name)
    match event:
        case Joined(present=count):
            return f"{name} joined {_here(count)}"
        case Left(present=count, reason=reason):
            return f"{name} left {_here(count)}{_because(reason)}"
        case Quit(reason=reason):
            return f"{name} is gone{_because(reason)}"
        case Renamed(new=new):
            return f"{name} is now called {visible(new)}"
        case WentAway(message=message):
            return f"{name} is away{_because(message)}" if message else f"{name} is back"
        case PutOut(who=who, reason=reason):
            return f"{visible(who.name)} was put out by {name}{_because(reason)}"
        case Ordered(where=where, what=what):
            return f"{name} at {visible(where)}: {visible(what)}"
        case Whispered(to=to):
            return f"{name} said something to {visible(to.name)} alone"
        case Removed(ids=ids, reason=reason):
            what = "a message" if len(ids) == 1 else f"{len(ids)} messages"
            return f"{name} removed {what}{_because(reason)}"
        case TopicChanged(topic=topic):
            return f"{name} set the topic: {visible(topic)}" if topic else f"{name} cleared the topic"
        case RoomOpened():
            return f"{name} opened this room"
    return worded(event)
