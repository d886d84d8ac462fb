"""HTTP for programs, as curl is one: rooms, people, what was said, and saying something."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from chatroom.core.bots import Bot
from chatroom.core.errors import Refused
from chatroom.core.events import Entry, Said
from chatroom.core.log import fitting
from chatroom.core.replies import Denied, Done, Reply
from chatroom.core.request import Request
from chatroom.core.room import Room
from chatroom.core.seams import Slice
from chatroom.doors._web.errand import Errand
from chatroom.doors._web.request import WebRequest
from chatroom.doors._web.stream import stream
from chatroom.wire.json import dumps
from chatroom.wire.moment import stamp
from chatroom.wire.problem import Problem, refused
from chatroom.wire.strict import Unreadable, loads
from chatroom.wire.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatroom.house import House

JSON = "application/json"
FRESH = {"Cache-Control": "no-store"}
UNKNOWN = {"WWW-Authenticate": 'Bearer realm="chatroom"'}
MOST = (1 << 53) - 1
_KEY = re.compile("[!-~]+").fullmatch


def answer(request: WebRequest, found: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
    """Answer with an object."""
    request.respond(status, dumps(found), JSON, {**FRESH, **(headers or {})})


class Api:
    """Answer programs about one house."""

    def __init__(self, house: House) -> None:
        self.house = house

    # -- what is asked

    def rooms(self, request: WebRequest) -> None:
        """List the rooms whoever asks may know of."""
        found = self._known(self.admit(request))
        answer(request, {"rooms": [{"room": one.name, "present": one.present, "topic": one.topic.text} for one in found]})

    def people(self, request: WebRequest) -> None:
        """List who is in those rooms."""
        people: dict[str, dict[str, Any]] = {}
        for room in self._known(self.admit(request)):
            for person in room.occupants:
                away = {"away": person.away} if person.away else {}
                people.setdefault(person.name, {"name": person.name, **away, "rooms": []})["rooms"].append(room.name)
        answer(request, {"people": [people[name] for name in sorted(people)]})

    def room(self, request: WebRequest, name: str) -> None:
        """Describe a room."""
        room = self.readable(request, name)
        found = {"room": room.name, "epoch": self.house.hub.epoch, "seq": room.log.head, "topic": room.topic.text}
        answer(request, {**found, "people": room.names()})

    def history(self, request: WebRequest, name: str) -> None:
        """Give a page of what was said."""
        room, asked = self.readable(request, name), request.asked
        count = _number(asked, "count", 50)
        if not 1 <= count <= self.house.hub.limits.page:
            raise Problem(400, f"count is a number from 1 to {self.house.hub.limits.page}.")
        before, after = _number(asked, "before", MOST), _number(asked, "after", 0)
        oldest = "after" in asked and "before" not in asked

        def show(entries: tuple[Entry, ...], more: bool) -> None:
            answer(request, {"room": room.name, "entries": entries, "more": more})

        self.recall(request, room, Slice(room.name, count, after, before, oldest), show)

    def events(self, request: WebRequest, name: str) -> None:
        """Show what happens in a room, from now on or from a position."""
        bot = self.bearer(request)
        stream(request, self.house, self.readable(request, name), bot)

    def say(self, request: WebRequest, name: str) -> None:
        """Post words to a room."""
        bot = self.bearer(request)
        if bot is None:
            raise Problem(401, "Saying something needs a token: Authorization: Bearer TOKEN.", headers=UNKNOWN)
        fields = {"room": self.house.hub.room_name(name), **_words(request)}
        key = request.header("idempotency-key")
        if key is not None and not (0 < len(key) <= self.house.hub.limits.key and _KEY(key)):
            raise Problem(400, f"An idempotency key has 1 to {self.house.hub.limits.key} characters of ASCII, and no spaces.")
        Errand(self.house, bot, request, partial(_posted, request, fields)).ask(Request("say", fields=fields, ref=key))

    # -- who asks, and what for

    def bearer(self, request: WebRequest) -> Bot | None:
        """Find the bot whose token a request bears, None when it bears none; raise `Problem` when it is nobody's.

        Raise `Refused` when the token could be read on the way, where the host wants none there.
        """
        given = request.header("authorization")
        if given is None:
            return None
        self.house.hub.keeper.check_secrecy(request.private)
        kind, _, token = given.partition(" ")
        bot = self.house.hub.keeper.bots.bearing(token.strip()) if kind.lower() == "bearer" else None
        if bot is None:
            raise Problem(401, "No bot has this token. An admin makes one: bots add.", headers=UNKNOWN)
        return bot

    def admit(self, request: WebRequest) -> Bot | None:
        """Find who asks; refuse strangers where they are shown nothing."""
        bot, rules = self.bearer(request), self.house.hub.rules
        if bot is None and (rules.access == "members" or rules.publicity.monitor != "open"):
            raise Problem(401, "This needs a token: Authorization: Bearer TOKEN.", headers=UNKNOWN)
        return bot

    def readable(self, request: WebRequest, name: str) -> Room:
        """Give a room that whoever asks may read, or raise `Problem` or `Refused`."""
        hub, bot = self.house.hub, self.bearer(request)
        if bot is not None:
            return hub.reached(bot, name)
        try:
            room = hub.existing(name)
        except Refused:
            room = None
        if room is None or not hub.observing.readable(room, None):
            raise Problem(401, "This room is not open to readers; reading it needs a token.", headers=UNKNOWN)
        return room

    def recall(self, request: WebRequest, room: Room, query: Slice, show: Callable[[tuple[Entry, ...], bool], None]) -> None:
        """Read entries of a room, from memory or the journal, and show them with whether there are more."""
        wanted = Slice(query.log, query.limit + 1, max(query.after, room.floor), query.before, query.oldest)

        def found(entries: tuple[Entry, ...] | Refused) -> None:
            if isinstance(entries, Refused):
                request.refuse(refused(entries))
                return
            kept = entries[: query.limit] if query.oldest else entries[-query.limit :]
            page = fitting(kept if query.oldest else reversed(kept), self.house.hub.limits.page_bytes)
            show(tuple(page if query.oldest else page[::-1]), len(page) < len(entries))

        remembered = None if query.oldest else room.log.between(wanted.after, wanted.before, wanted.limit)
        if remembered is not None:
            found(remembered)
        else:
            self.house.journal.read(wanted, found)

    def _known(self, bot: Bot | None) -> list[Room]:
        """List the rooms somebody may know of, the fullest first."""
        observing = self.house.hub.observing
        if bot is None:
            return observing.visible()
        rooms = [room for room in self.house.hub.rooms.values() if room.opened and observing.readable(room, bot)]
        return sorted(rooms, key=lambda room: (-room.present, room.name))


def _posted(request: WebRequest, fields: dict[str, str], reply: Reply) -> None:
    """Tell what became of words that were to be posted."""
    if isinstance(reply, Done) and reply.entries:
        (entry,) = reply.entries[:1]
        if reply.repeated and _differs(entry, fields):
            request.refuse(
                Problem(422, "Other words were said under this idempotency key. Nothing was sent: give each message its own.")
            )
            return
        told = {"room": entry.log, "seq": entry.seq, "id": entry.id, "at": stamp(entry.at)}
        again = {"repeated": True} if reply.repeated else {}
        answer(request, {**told, **again}, 200 if reply.repeated else 201, {"Location": f"/rooms/{entry.log}?at={entry.seq}"})
    elif isinstance(reply, Denied):
        request.refuse(refused(reply.why))
    else:
        request.refuse(Problem(500, "Something went wrong in the server."))


def _differs(entry: Entry, fields: dict[str, str]) -> bool:
    """Tell whether what was said is something else than what is to be said; what was removed since may be either."""
    said = entry.event
    return isinstance(said, Said) and (entry.log, said.text, said.manner) != (
        fields["room"],
        fields["text"],
        fields.get("manner", "say"),
    )


def _words(request: WebRequest) -> dict[str, str]:
    """Read what is to be said: text as it stands, or JSON with `text` and perhaps `manner`."""
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != JSON:
        return {"text": decode(request.body()).replace("\r\n", "\n").removesuffix("\n")}
    try:
        found = loads(request.body())
    except Unreadable as why:
        raise Problem(400, str(why), error=why.code) from None
    if (
        not isinstance(found.get("text"), str)
        or found.keys() - {"text", "manner"}
        or found.get("manner", "say") not in ("say", "notice")
    ):
        raise Problem(400, "The object has a text, and perhaps a manner: say or notice.")
    return found


def _number(asked: dict[str, str], name: str, usual: int) -> int:
    text = asked.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Problem(400, f"{name} is a number.")
    return int(text)
