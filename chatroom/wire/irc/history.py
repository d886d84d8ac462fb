"""CHATHISTORY: what was said before, in a room or with somebody alone, by time or id, as a batch; an empty one rather than nothing.

Nothing is remembered here: each question is one or two of the house's own, for what the client knows how to show.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from chatroom.core import errors as e
from chatroom.core.events import Entry, Told
from chatroom.core.replies import Answer, Denied, Page, Reply
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.happened import happened, words
from chatroom.wire.irc.out import Out, line
from chatroom.wire.irc.talk import Talk, room_of
from chatroom.wire.moment import stamp

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z").fullmatch
SELECTORS = {"LATEST": 1, "BEFORE": 1, "AFTER": 1, "AROUND": 1, "BETWEEN": 2}
"""How many points in a log each subcommand takes, between its target and its limit."""
WORDS = ["said"]
EVENTS = [*WORDS, "topic", "set", "role", "banned", "unbanned"]
"""What clients are shown that know of events in history: those that are kept."""
PLAYBACK = "draft/event-playback"


class _NoPoint(ValueError):
    """Say by which code that a parameter is no point in a log."""


def chathistory(talk: Talk, asked: Asked) -> None:
    """Give a part of a history, or list those there are."""
    subcommand, params = asked.param(0).upper(), asked.params[1:]
    if subcommand == "TARGETS":
        _asked_for_targets(talk, asked, params)
    elif subcommand not in SELECTORS:
        _wrong(asked, "There is no such subcommand.")
    elif len(params) != SELECTORS[subcommand] + 2:
        _wrong(asked, "That is not as many parameters as it takes.")
    else:
        _asked_for_part(talk, asked, subcommand, params)


def _wrong(asked: Asked, why: str, *context: str, code: str = "INVALID_PARAMS") -> None:
    asked.turn(lambda: asked.fail(code, why, asked.param(0).upper(), *context))


def _asked_for_part(talk: Talk, asked: Asked, subcommand: str, params: Sequence[str]) -> None:
    target, *points, most = params
    limit = _number(most)
    if limit is None:
        _wrong(asked, "A limit is a number above 0.", most)
        return
    read: list[str] = []
    for one in points:
        try:
            read.append("*" if one == "*" and subcommand == "LATEST" else _point(one))
        except _NoPoint as code:
            context = target if str(code) == "INVALID_MSGREFTYPE" else one
            _wrong(asked, "A point is timestamp=TIME, as in 2026-01-31T12:00:00.000Z, or msgid=ID.", context, code=str(code))
            return
    _ask(talk, asked, subcommand, target, read, min(limit, talk.scene.hub.limits.page))


def _ask(talk: Talk, asked: Asked, subcommand: str, target: str, points: list[str], limit: int) -> None:
    """Ask for what lies before, after or between points; `BETWEEN` ids, whose order only the log knows, both ways."""
    gathered = _Gathered(talk, asked, target, limit)
    match subcommand, points:
        case "LATEST", ["*"]:
            gathered.ask()
        case "LATEST", [first]:
            gathered.ask(since=first, newest=True)
        case "BEFORE", [first]:
            gathered.ask(until=first)
        case "AFTER", [first]:
            gathered.ask(since=first)
        case "AROUND", [first]:
            gathered.around = True
            gathered.ask(until=first)
            gathered.ask(since=first, including=True)
        case _, [first, second]:
            times = all(map(_TIME, points))
            if not times or first <= second:
                gathered.ask(since=first, until=second, newest=False)
            if not times or first > second:
                gathered.ask(since=second, until=first)


class _Gathered:
    """Gather the pages that answer one question."""

    __slots__ = ("_asked", "_limit", "_pages", "_steps", "_talk", "_target", "_where", "around")

    def __init__(self, talk: Talk, asked: Asked, target: str, limit: int) -> None:
        self._talk = talk
        self._asked = asked
        self._target = target
        self._limit = limit
        self._pages: list[tuple[Entry, ...]] = []
        self._steps = 0
        self.around = False
        room = room_of(target)
        kinds = EVENTS if PLAYBACK in talk.caps else WORDS
        self._where: dict[str, Any] = {"with": target} if room is None else {"room": room, "kinds": kinds}

    def ask(self, **points: Any) -> None:
        """Ask for one page."""
        self._steps += 1
        self._asked.ask("history", self._told, count=self._limit, **points, **self._where)

    def _told(self, reply: Reply) -> None:
        self._steps -= 1
        match reply:
            case Page(entries=entries):
                self._pages.append(entries)
                if not self._steps:
                    _batch(self._talk, self._asked, self._called(reply), self._merged())
            case Denied(why=e.NotInRoom() | e.NoSuchRoom() | e.RoomNameRefused() as why) if not self._steps:
                self._fail("INVALID_TARGET", why)
            case Denied(why=why) if not self._steps:
                self._fail("MESSAGE_ERROR", why)

    def _fail(self, code: str, why: e.Refused) -> None:
        self._asked.fail(code, str(why), self._asked.params[0].upper(), self._target)

    def _called(self, page: Page) -> str:
        """Give what the target is called in truth, however it was written."""
        return _peer(self._talk, self._target) if page.peer else self._talk.scene.channel(page.log)

    def _merged(self) -> tuple[Entry, ...]:
        """Put two pages together; around a point as many before it as after it, if there are as many."""
        if not self.around or len(self._pages) < 2:
            return tuple(entry for page in self._pages for entry in page)[: self._limit]
        before, after = self._pages
        later = min(len(after), max(self._limit - self._limit // 2, self._limit - len(before)))
        earlier = self._limit - later
        return (*before[max(0, len(before) - earlier) :], *after[:later])


def _peer(talk: Talk, name: str) -> str:
    """Give what somebody is called in truth, or as it was written of who is not here."""
    person = talk.scene.hub.roster.find(name)
    return name if person is None else person.name


def _batch(talk: Talk, asked: Asked, target: str, entries: Sequence[Entry]) -> None:
    lines = [one for entry in entries for one in past(entry, target, talk)]
    for one in talk.held(lines, "chathistory", target):
        asked.put(one)


def past(entry: Entry, target: str, talk: Talk) -> Sequence[Out]:
    """Give the lines of what was said or done before; of a conversation so that it is one, whatever the two were called then."""
    event, scene, caps = entry.event, talk.scene, talk.caps
    if not isinstance(event, Told):
        return happened(entry, entry.log, scene, caps)
    me = talk.session.someone.author
    if me.is_same(event.by):
        return words(replace(entry, event=replace(event, by=me)), target, scene, caps)
    return words(entry, me.name, scene, caps)


# -- with whom


def _asked_for_targets(talk: Talk, asked: Asked, params: Sequence[str]) -> None:
    if len(params) != 3:
        _wrong(asked, "TARGETS takes two times and a limit.")
        return
    times = [one.removeprefix("timestamp=") for one in params[:2]]
    wrong = next((one for one, time in zip(params, times, strict=False) if one == time or not is_time(time)), None)
    limit = _number(params[2])
    if wrong is not None or limit is None:
        _wrong(asked, "TARGETS takes two times, each timestamp=TIME, and a limit above 0.", wrong or params[2])
        return
    limit = min(limit, talk.scene.hub.limits.page)
    forward = times[0] <= times[1]
    since, until = sorted(times)
    asked.ask("conversations", partial(_targets, talk, asked, limit, forward), since=since, until=until)


def _targets(talk: Talk, asked: Asked, limit: int, forward: bool, reply: Reply) -> None:
    """Name rooms and people by when words passed last; of too many those nearest to where the time begins."""
    match reply:
        case Answer(fields={"rooms": rooms, "people": people}):
            named = talk.scene.channel
            found = sorted([(one["at"], named(one["room"])) for one in rooms] + [(one["at"], one["name"]) for one in people])
            wanted = found[:limit] if forward else found[-limit:]
            lines = [line(talk.scene.server, "CHATHISTORY", "TARGETS", name, stamp(at)) for at, name in wanted]
            for one in talk.held(lines, "draft/chathistory-targets"):
                asked.put(one)
        case Denied(why=why):
            asked.fail("MESSAGE_ERROR", str(why), "TARGETS", "*")


def _point(text: str) -> str:
    """Give a time or an id; raise what is wrong with what is neither."""
    kind, equals, value = text.partition("=")
    if kind == "timestamp" and is_time(value):
        return value
    if kind == "msgid" and value and not _TIME(value):
        return value
    raise _NoPoint("INVALID_PARAMS" if not equals or kind in {"timestamp", "msgid"} else "INVALID_MSGREFTYPE")


def is_time(text: str) -> bool:
    """Tell whether a text is a time, in UTC."""
    if not _TIME(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else None
