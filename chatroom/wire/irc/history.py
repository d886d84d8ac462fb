"""CHATHISTORY: what was said before, by time or id, as a batch; an empty one rather than nothing."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial

from chatroom.core import errors as e
from chatroom.core.events import Entry
from chatroom.core.replies import Denied, Page, Reply
from chatroom.wire.irc.happened import channel, words
from chatroom.wire.irc.out import line, stamp
from chatroom.wire.irc.talk import Asked, Talk, room_of

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z").fullmatch
NEEDS = {"LATEST": 4, "BEFORE": 4, "AFTER": 4, "AROUND": 4, "BETWEEN": 5, "TARGETS": 4}
"""How many parameters each subcommand takes."""


def chathistory(talk: Talk, asked: Asked) -> None:
    """Give a part of a room's history."""
    subcommand = asked.params[0].upper()
    if subcommand not in NEEDS:
        asked.turn(lambda: asked.fail("INVALID_PARAMS", "There is no such subcommand.", subcommand))
    elif len(asked.params) < NEEDS[subcommand]:
        asked.turn(lambda: asked.fail("NEED_MORE_PARAMS", "Something is missing.", subcommand))
    else:
        _asked_well(talk, asked, subcommand, list(asked.params[1:]))


def _asked_well(talk: Talk, asked: Asked, subcommand: str, params: list[str]) -> None:
    limit = _number(params[NEEDS[subcommand] - 2])
    points = params[:2] if subcommand == "TARGETS" else params[1 : NEEDS[subcommand] - 2]
    read = ["*" if one == "*" and subcommand == "LATEST" else _point(one) for one in points]
    if limit is None or not all(read):
        asked.turn(lambda: asked.fail("INVALID_PARAMS", "A point is timestamp=TIME or msgid=ID, and a limit is a number.", subcommand))
        return
    limit = min(limit, talk.scene.hub.limits.page)
    if subcommand == "TARGETS":
        asked.turn(partial(_targets, talk, asked, sorted(read), limit))
        return
    target, room = params[0], room_of(params[0])
    if room is None:
        asked.turn(lambda: _batch(talk, asked, target, []))
    else:
        _ask(talk, asked, subcommand, target, room, read, limit)


def _ask(talk: Talk, asked: Asked, subcommand: str, target: str, room: str, points: list[str], limit: int) -> None:
    """Ask for one page, or for two that meet at the point in the middle."""
    found: list[Entry] = []
    then = partial(_told, talk, asked, target, found, True)
    match subcommand, points:
        case "LATEST", ["*"]:
            asked.ask("history", then, room=room, count=limit)
        case "LATEST", [point]:
            asked.ask("history", then, room=room, count=limit, since=point, newest=True)
        case "BEFORE", [point]:
            asked.ask("history", then, room=room, count=limit, until=point)
        case "AFTER", [point]:
            asked.ask("history", then, room=room, count=limit, since=point)
        case "BETWEEN", [first, second] if first <= second:
            asked.ask("history", then, room=room, count=limit, since=first, until=second, newest=False)
        case "BETWEEN", [first, second]:
            asked.ask("history", then, room=room, count=limit, since=second, until=first)
        case _, [point]:
            before = partial(_told, talk, asked, target, found, False)
            asked.ask("history", before, room=room, count=max(1, limit // 2), until=point)
            asked.ask("history", then, room=room, count=max(1, limit - limit // 2), since=point, including=True)


def _told(talk: Talk, asked: Asked, target: str, found: list[Entry], last: bool, reply: Reply) -> None:
    match reply:
        case Page(entries=entries):
            found.extend(entries)
            if last:
                _batch(talk, asked, target, found)
        case Denied(why=e.NotInRoom() | e.NoSuchRoom() | e.RoomNameRefused() as why) if last:
            asked.fail("INVALID_TARGET", str(why), asked.params[0].upper(), target)
        case Denied(why=why) if last:
            asked.fail("MESSAGE_ERROR", str(why), asked.params[0].upper(), target)


def _batch(talk: Talk, asked: Asked, target: str, entries: list[Entry]) -> None:
    lines = [one for entry in entries for one in words(entry, target, talk.scene, talk.caps)]
    if "batch" not in talk.caps:
        for one in lines:
            asked.put(one)
        return
    name = talk.batch()
    asked.put(line(talk.scene.server, "BATCH", f"+{name}", "chathistory", target))
    for one in lines:
        if "batch" not in one.tags:
            one.tags["batch"] = name
        asked.put(one)
    asked.put(line(talk.scene.server, "BATCH", f"-{name}"))


def _targets(talk: Talk, asked: Asked, points: list[str], limit: int) -> None:
    """Name the rooms one is in where something was said between two times."""
    after, before = (datetime.fromisoformat(point).timestamp() for point in points) if all(map(_TIME, points)) else (0.0, 0.0)
    stays = [(stay.room.log.last(1), name) for name, stay in talk.session.stays.items()]
    found = sorted((last[0].at, name) for last, name in stays if last and after < last[0].at < before)
    name = talk.batch()
    asked.put(line(talk.scene.server, "BATCH", f"+{name}", "draft/chathistory-targets"))
    for at, room in found[:limit]:
        asked.put(line(talk.scene.server, "CHATHISTORY", "TARGETS", channel(room), stamp(at), tags={"batch": name}))
    asked.put(line(talk.scene.server, "BATCH", f"-{name}"))


def _point(text: str) -> str:
    """Give a time or an id; nothing for what is neither."""
    kind, equals, value = text.partition("=")
    if kind == "timestamp" and _TIME(value):
        return value
    return value if kind == "msgid" and equals and not _TIME(value) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else None
