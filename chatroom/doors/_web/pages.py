"""A room's history as a page to read, with search and a link to each entry; for a program that asks for JSON, what the room is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatroom.core.errors import Refused
from chatroom.core.events import Entry
from chatroom.core.quest import Quest, wanted
from chatroom.core.room import Room
from chatroom.core.seams import Findings, Slice
from chatroom.doors._web.request import WebRequest
from chatroom.wire.page import Sheet, render
from chatroom.wire.problem import Problem, refused

if TYPE_CHECKING:
    from chatroom.doors._web.api import Api

HTML = "text/html; charset=utf-8"
ENTRIES = 100
"""Entries on one page."""
MOST = 1 << 53
FRESH = {"Cache-Control": "no-store"}


class Pages:
    """Answer browsers that come to read."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.house = api.house

    def room(self, request: WebRequest, name: str) -> None:
        """Show a room, as a page or as JSON."""
        if "text/html" not in (request.header("accept") or ""):
            self.api.room(request, name)
            return
        room, asked = self.api.readable(request, name), request.asked
        if asked.get("q", "").strip():
            self._search(request, room, asked["q"])
        elif "at" in asked:
            self._around(request, room, self._place(asked["at"]))
        elif "after" in asked:
            self._slice(request, room, Slice(room.name, ENTRIES, self._place(asked["after"]), oldest=True))
        else:
            self._slice(request, room, Slice(room.name, ENTRIES, 0, self._place(asked.get("before", str(MOST)))))

    def _slice(self, request: WebRequest, room: Room, query: Slice) -> None:
        def show(entries: tuple[Entry, ...], more: bool) -> None:
            older = entries[0].seq if entries and (more or query.oldest) and entries[0].seq > room.floor + 1 else None
            newer = entries[-1].seq if entries and entries[-1].seq < room.log.head else None
            self._give(request, room, entries, older=older, newer=newer)

        self.api.recall(request, room, query, show)

    def _around(self, request: WebRequest, room: Room, at: int) -> None:
        """Show an entry among those around it."""
        query = Slice(room.name, ENTRIES, 0, at + ENTRIES // 2)

        def show(entries: tuple[Entry, ...], more: bool) -> None:
            older = entries[0].seq if entries and more else None
            newer = entries[-1].seq if entries and entries[-1].seq < room.log.head else None
            self._give(request, room, entries, older=older, newer=newer, at=at)

        self.api.recall(request, room, query, show)

    def _search(self, request: WebRequest, room: Room, text: str) -> None:
        asked = wanted(text)
        quest = Quest(asked.terms, (room.name,), ENTRIES, asked.by, asked.since, asked.until, asked.older)

        def found(findings: Findings | Refused) -> None:
            if isinstance(findings, Refused):
                request.refuse(refused(findings))
                return
            left = self.house.hub.errands.recall.left(findings.entries)
            entries = sorted((entry for entry in left if entry.seq > room.floor), key=lambda entry: entry.seq)
            self._give(request, room, tuple(entries), sought=text)

        self.house.journal.search(quest, found)

    def _give(
        self,
        request: WebRequest,
        room: Room,
        entries: tuple[Entry, ...],
        *,
        older: int | None = None,
        newer: int | None = None,
        at: int | None = None,
        sought: str | None = None,
    ) -> None:
        sheet = Sheet(self.house.hub.rules.name, room.name, room.topic.text, entries, older, newer, at, sought)
        request.respond(200, render(sheet), HTML, FRESH)

    def _place(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 17):
            raise Problem(400, "The place of an entry is a number.")
        return int(text)
