"""A room's history as a page to read: HTML without a script, in which everything that others wrote is text.

The page is whole before it leaves; what is put into it is escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlencode

from chatroom.core.events import Entry, RoomOpened, Said, TopicChanged
from chatroom.wire.moment import stamp
from chatroom.wire.text import lines, visible

HEAD = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{title}</title>
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/style.css">
  <link rel="stylesheet" href="/static/page.css">
</head>
<body class="reading">
<header class="bar">
  <h1><img src="/static/icon.svg" alt="" width="28" height="28"><span>{title}</span></h1>
  <nav aria-label="Pages"><a class="button" href="/">Chat</a></nav>
</header>
<main>
"""
FOOT = "</main>\n</body>\n</html>\n"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Be what a page shows of a room: entries oldest first, and how to get to those before and after."""

    house: str
    room: str
    topic: str
    entries: tuple[Entry, ...]
    older: int | None = None
    newer: int | None = None
    at: int | None = None
    """The entry somebody came for."""
    sought: str | None = None
    """The words that were looked for; None on a page that is none of findings."""


def text(given: str) -> str:
    """Write what somebody else wrote as text of a page."""
    return escape(visible(given))


def render(sheet: Sheet) -> bytes:
    """Write a page."""
    parts = [HEAD.format(title=text(f"{sheet.room} – {sheet.house}"))]
    parts.append(f'<p class="topic">{text(sheet.topic)}</p>\n' if sheet.topic else "")
    parts.append(_search(sheet))
    shown = [_entry(entry, sheet) for entry in sheet.entries]
    nothing = "Nothing was found." if sheet.sought is not None else "Nothing was said here."
    parts.append(f'<ol class="pages">\n{"".join(shown)}</ol>\n' if shown else f'<p class="empty">{nothing}</p>\n')
    parts.append(_turning(sheet))
    return "".join([*parts, FOOT]).encode("utf-8", "replace")


def _path(sheet: Sheet, **asked: object) -> str:
    return escape(f"/rooms/{quote(sheet.room, safe='')}{'?' + urlencode(asked) if asked else ''}")


def _search(sheet: Sheet) -> str:
    value = escape(visible(sheet.sought or ""))
    return (
        f'<form class="search" role="search" action="{_path(sheet)}">'
        '<label class="hidden" for="q">Look for words</label>'
        f'<input id="q" name="q" type="search" value="{value}" placeholder="Look for words"><button>Search</button></form>\n'
    )


def _turning(sheet: Sheet) -> str:
    ways: list[tuple[str, str]] = []
    if sheet.older is not None:
        ways.append((_path(sheet, before=sheet.older), "← Older"))
    if sheet.newer is not None:
        ways.append((_path(sheet, after=sheet.newer), "Newer →"))
    if sheet.older is not None or sheet.newer is not None or sheet.sought is not None:
        ways.append((_path(sheet), "Newest"))
    links = "".join(f'<a class="button" href="{href}">{label}</a>' for href, label in ways)
    return f'<nav class="turning" aria-label="Other pages">{links}</nav>\n' if links else ""


def _entry(entry: Entry, sheet: Sheet) -> str:
    moment = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M")
    link = f'<a class="at" href="{_path(sheet, at=entry.seq)}#s{entry.seq}"><time datetime="{stamp(entry.at)}">{moment}</time></a>'
    here = ' class="sought"' if entry.seq == sheet.at else ""
    return f'<li id="s{entry.seq}"{here}>{link} <span>{_words(entry)}</span></li>\n'


def _words(entry: Entry) -> str:
    event = entry.event
    who = f"<b><bdi>{text(event.by.name)}</bdi></b>"
    match event:
        case Said(text=said, manner=manner):
            shown = "<br>".join(_lines(said))
            return f"* {who} {shown}" if manner == "act" else f"{who} {shown}"
        case TopicChanged(topic=topic):
            return f"{who} set the topic: <q>{text(topic)}</q>" if topic else f"{who} cleared the topic"
        case RoomOpened():
            return f"{who} opened the room"
        case _:
            return "<i>something was changed or removed here</i>"


def _lines(said: str) -> Iterable[str]:
    return map(text, lines(said))
