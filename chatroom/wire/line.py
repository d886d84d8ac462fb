"""The line door's format: lines of text for people with netcat or telnet and nothing else.

In comes what somebody typed (`typed.py`). Out go lines whose first characters say what they are; those of what happened are in
`happened.py`, those of replies here:

    ann: hi                     said
    * ann waves                 acted out
    ann (notice): hi            sent by a machine
    (private) ann: hi           said to the reader alone
    -- ann joined (3 here)      what happened, and what the house says
    ! There is no /hlep.        what could not be done
    [dev] ann: hi               the same in a room that is not the first one
    [14:02] ann: hi             the same, said before
    [14:02 #17] ann: hi         the same, with the number by which it can be removed

Names contain neither blanks nor any of these marks, every line of a longer text bears the whole beginning, and all text of
others is made visible; so nobody can write a line that reads as somebody else's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar

from chatroom.core.errors import NotReloaded, PasswordNeeded, PasswordToChoose
from chatroom.core.events import HOUSE, Entry, Event, Removed, Told, TopicChanged
from chatroom.core.replies import (
    Alert,
    Answer,
    Denied,
    Done,
    Entered,
    Exited,
    Expelled,
    Marked,
    Missed,
    Notice,
    Page,
    Reference,
    Reply,
    Waited,
    Welcome,
)
from chatroom.core.words import Placed
from chatroom.wire.happened import event_lines, row_lines, told_by_reader, what_was_removed
from chatroom.wire.json import described
from chatroom.wire.text import lines, visible


class InRow(Reference):
    """Refer to so many lines that were said in a row, and are refused one by one."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count


LISTED = 20
"""Names listed to somebody who enters."""
ECHOED = 500
"""Characters of a refusal that are shown; refusals echo what was typed."""


def stamp(at: float, now: float, zone: tzinfo = UTC) -> str:
    """Tell when something was said: the time, and the day unless it is `now`'s."""
    then, today = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(now, zone)
    return f"{then:%H:%M}" if then.date() == today.date() else f"{then:%Y-%m-%d %H:%M}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(visible(name) for name in names[:LISTED])
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"{len(names)} here: {shown}{more}" if names else "nobody here"


def _brief(text: str) -> str:
    return text if len(text) <= ECHOED else f"{text[:ECHOED]}…"


def exported_lines(reply: Answer) -> Sequence[str]:
    """Give what is exported, an entry a line, as JSON in nothing but ASCII: whatever it holds, no terminal is steered by it."""
    entries = reply.fields.get("entries", ())
    return [json.dumps(described(entry) if isinstance(entry, Entry) else entry) for entry in entries]


@dataclass(frozen=True, slots=True)
class LineDialect:
    """Render for people who read plain lines; everything in `lobby` without the room's name before it.

    `newline` is what ends a line: telnet wants a carriage return too. `when` names the moment of a time in seconds since 1970.
    Readers whose dialects are equal share what is rendered, so doors give all of theirs the same `when`.
    """

    when: Callable[[float], str]
    newline: str = "\n"
    lobby: str = "lobby"
    counting: ClassVar[bool] = False

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for readers of `room`; empty when they are not shown it."""
        return self._bytes(self._in(room, entry.event))

    def row(self, row: Placed, room: str) -> bytes:
        """Render words that one person said to a room in a row."""
        return self._bytes(self._marked_with(room, row_lines(row)))

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render an entry of the reader's inbox; `own` when the reader wrote it."""
        event = entry.event
        if own and isinstance(event, Told):
            return self._bytes(told_by_reader(event))
        return self._bytes(event_lines(event, entry.log))

    def reply(self, reply: Reply) -> bytes:
        """Render a reply; empty when there is nothing to show."""
        return self._bytes(_REPLIES[type(reply)](self, reply))

    def farewell(self, why: str) -> bytes:
        """Render the last thing before the connection ends; `why` may be empty."""
        return self._bytes([f"-- {visible(why)}"] if why else ())

    def _bytes(self, shown: Iterable[str]) -> bytes:
        return "".join([line + self.newline for line in shown]).encode()

    def _in(self, room: str, event: Event) -> Sequence[str]:
        shown = event_lines(event, room)
        return shown if isinstance(event, Told) else self._marked_with(room, shown)

    def _marked_with(self, room: str, shown: Sequence[str]) -> Sequence[str]:
        """Give lines with the name of the room before each, unless it is the lobby or an inbox."""
        if room in {self.lobby, HOUSE} or room.startswith("@"):
            return shown
        return [f"[{visible(room)}] {line}" for line in shown]

    def _past(self, entries: Sequence[Entry], *, numbered: bool = False) -> list[str]:
        return [
            f"[{self.when(entry.at)}{f' #{entry.seq}' if numbered else ''}] {line}"
            for entry in entries
            for line in self._in(entry.log, entry.event)
        ]

    def _welcome(self, reply: Welcome) -> Sequence[str]:
        said = [visible(line) for line in lines(reply.welcome)] if reply.welcome else []
        help_line = "Type /help for commands; anything else is said to everyone in the room."
        return [f"Welcome, {visible(reply.name)}.", *said, help_line]

    def _entered(self, reply: Entered) -> Sequence[str]:
        view = reply.view
        shown = self._past(reply.recent) if reply.since is None else self._new(reply)
        if reply.missed and reply.since is None:
            shown.append(f"-- You missed {reply.missed} earlier messages. Type /history to read back.")
        topic = f" Topic: {visible(view.topic)}" if view.topic else ""
        return [*shown, f"-- You are in {visible(view.room)} ({_listed(view.people)}).{topic}"]

    def _new(self, reply: Entered) -> list[str]:
        """Show somebody who comes back what they have not seen, and say how much more there is."""
        room, recent = reply.view.room, reply.recent
        before = "" if room == self.lobby else f"[{visible(room)}] "
        shown = self._past(recent)
        if not shown and not reply.missed:
            return [f"-- {before}Nothing new since you were here."]
        if reply.missed:
            more = f"/history {len(recent)} {recent[0].seq}" if recent else "/history"
            shown.append(f"-- {before}… and {reply.missed} more before that: {more}")
        return [f"-- {before}New since you were here:", *shown]

    def _exited(self, reply: Exited) -> Sequence[str]:
        return [f"-- {visible(reply.why)}" if reply.why else f"-- You left {visible(reply.room)}."]

    def _denied(self, reply: Denied) -> Sequence[str]:
        if isinstance(reply.why, PasswordNeeded):
            # Nothing went wrong: the door asks for it.
            return ()
        if isinstance(reply.why, PasswordToChoose):
            return [f"-- {visible(str(reply.why))}"]
        if isinstance(reply.why, NotReloaded):
            return [f"! {visible(_brief(line))}" for line in lines(str(reply.why))]
        count = reply.ref.count if isinstance(reply.ref, InRow) else 1
        return [f"! {visible(_brief(str(reply.why)))}"] * count

    def _answer(self, reply: Answer) -> Sequence[str]:
        exported = exported_lines(reply) if reply.verb == "export" else ()
        return [*exported, *(visible(line) for line in reply.lines)]

    def _page(self, reply: Page) -> Sequence[str]:
        shown = self._past(reply.entries, numbered=not reply.log.startswith("@"))
        if reply.more:
            whose = f"@{visible(reply.peer)} " if reply.peer else "" if reply.log == self.lobby else f"#{visible(reply.log)} "
            before = reply.before or reply.entries[0].seq
            shown.append(f"-- There is more: /history {whose}{max(1, len(reply.entries))} {before}")
        return shown or ["-- Nothing was said before that."]

    def _missed(self, reply: Missed) -> Sequence[str]:
        return [f"-- {reply.count} messages in {visible(reply.room)} were left out: they came too fast. /history shows them."]

    def _marked(self, reply: Marked) -> Sequence[str]:
        return ()

    def _waited(self, reply: Waited) -> Sequence[str]:
        shown = self._past(reply.entries)
        if not shown:
            return ()
        more = ", the newest of it; /history @NAME has what was before that" if reply.more else ""
        return [f"-- Said to you alone while you were not here{more}:", *shown]

    def _notice(self, reply: Notice) -> Sequence[str]:
        return [f"-- {visible(line)}" for line in lines(reply.text)]

    def _done(self, reply: Done) -> Sequence[str]:
        """Confirm what its author could not see otherwise: where a private word went, and the topic that is now set."""
        shown: list[str] = []
        for entry in reply.entries:
            event = entry.event
            if isinstance(event, Told):
                shown.extend(told_by_reader(event))
            elif isinstance(event, Removed):
                shown.append(f"-- You removed {what_was_removed(event, entry.log)}.")
            elif isinstance(event, TopicChanged):
                shown.append(f"-- You changed the topic to: {visible(event.topic)}" if event.topic else "-- You cleared the topic.")
        return shown


_REPLIES: dict[type[Reply], Callable[[LineDialect, Any], Sequence[str]]] = {
    Welcome: LineDialect._welcome,
    Entered: LineDialect._entered,
    Exited: LineDialect._exited,
    Denied: LineDialect._denied,
    Answer: LineDialect._answer,
    Page: LineDialect._page,
    Marked: LineDialect._marked,
    Missed: LineDialect._missed,
    Notice: LineDialect._notice,
    Alert: LineDialect._notice,
    Expelled: LineDialect._notice,
    Waited: LineDialect._waited,
    Done: LineDialect._done,
}
