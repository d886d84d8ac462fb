"""One client's talk with the house: what is still to be answered, and what the house says, in IRC's words.

Rules
-----
- Each reply goes to the command that expects it (`asked.py`); what nobody asked for is shown as it comes.
- The talk keeps no state of the house: who somebody is, where they are and what they may do is read from the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from chatroom.core.events import Ejected, Entry, HouseEvent
from chatroom.core.fact import fact
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
from chatroom.core.session import Session
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked, Then
from chatroom.wire.irc.caps import OLDEST
from chatroom.wire.irc.happened import DEEDS, HEARD, card_of, happened, killed, recalled, tags_by
from chatroom.wire.irc.out import Out, encoded, line, parting, pieces, room_for
from chatroom.wire.irc.scene import SERVICE, Scene
from chatroom.wire.moment import stamp
from chatroom.wire.slashes import quoted

LEFT = 100
"""Rooms a connection left of which it is remembered what it was shown there."""
UNDATED = frozenset({"ACK", "BATCH"})
"""What is about other lines, and happens at no time of its own."""
_DEEDS = frozenset(DEEDS)


@fact
class Parting(Reply):
    """The connection ends."""

    why: str


class RowAsked(Reference):
    """Refer to words said in a row, of which nothing else is remembered; `answer` makes of the reply what they are answered."""

    __slots__ = ("answer",)

    def __init__(self, answer: Callable[[Reply], Asked]) -> None:
        self.answer = answer


class Talk:
    """Be the state of one connection; see the module for the rules."""

    def __init__(self, scene: Scene, session: Session, now: Callable[[], float]) -> None:
        self.scene = scene
        self.session = session
        self.now = now
        self.caps: frozenset[str] = frozenset()
        self.version = OLDEST
        self.offered: Mapping[str, str] = {}
        """What it was told that it may ask for."""
        self.wanted = ""
        """The nick asked for before registration is complete."""
        self.user = ""
        self.real = ""
        self.password = ""
        self.negotiating = False
        self.greeting = False
        """Whether it has been said hello, and is not answered yet."""
        self.sasl: Any = None
        """A login by SASL that is under way."""
        self.wanted_keys: frozenset[str] = frozenset()
        """The keys of cards that the client wants to hear of."""
        self.gathering: Any = None
        """A message that is on its way in several lines."""
        self.account = ""
        self.away = ""
        """The message of somebody who is away already as they come in."""
        self.card: dict[str, str] = {}
        """What is to stand on the card of somebody who has no name yet."""
        self.killed = ""
        """By whom the client was put out, and why, as others are told."""
        self.farewell_tags: dict[str, str] = {}
        """Those of the connection's last line: the label of the client's wish to leave."""
        self.failures = 0
        """Logins that failed, and lines that were too long."""
        self.seen: dict[str, int] = {}
        """The last kept entry of each room that this connection was shown before it left it."""
        self.changed: Callable[[], None] = lambda: None
        """Called when the capabilities have changed."""
        self.reads: Callable[[str], bool] = lambda room: False
        """Tells whether the connection still reads a room."""
        self._numbers = count(1)
        self._batches = count(1)
        self._expected: dict[int, tuple[Asked, Then]] = {}

    @property
    def nick(self) -> str:
        """Give what the client is called; nothing before registration."""
        return self.session.person.name if self.session.person is not None else ""

    @property
    def registered(self) -> bool:
        """Tell whether the client has a name."""
        return self.session.person is not None

    @property
    def heard(self) -> frozenset[str]:
        """Give what the client wants to hear of, as what it can be shown."""
        return frozenset(f"{HEARD}{key}" for key in self.wanted_keys)

    @property
    def logged_in(self) -> bool:
        """Tell whether the client has shown which member it is."""
        person = self.session.person
        return bool(self.account) if person is None else person.author.member is not None

    def expect(self, asked: Asked, then: Then) -> int:
        """Note that a reply is due; give the number it will bear."""
        number = next(self._numbers)
        self._expected[number] = (asked, then)
        return number

    def batch(self) -> str:
        """Name a batch."""
        return f"b{next(self._batches)}"

    def answer(self, reply: Reply) -> bytes:
        """Make of a reply what is to be sent now."""
        found = None
        if isinstance(reply.ref, RowAsked):
            return encoded(self._stamped(reply.ref.answer(reply).finish()))
        if isinstance(reply.ref, int) and not isinstance(reply, Notice):
            found = self._expected.pop(reply.ref, None)
        if found is None:
            lines: list[Out] = []
            self.unasked(reply, lines.append)
            return encoded(self._stamped(lines))
        asked, then = found
        if isinstance(reply, (Answer, Done)):
            asked.put(*self._deeds(reply.entries))
        then(reply)
        asked.left -= 1
        shown = asked.finish()
        return encoded(shown if asked.command == "CAP" else self._stamped(shown)) if shown else b""

    def _stamped(self, lines: list[Out]) -> list[Out]:
        """Say when it is beside what does not say it; what is answered to CAP may come before that is agreed upon."""
        if "server-time" in self.caps:
            now = stamp(self.now())
            for one in lines:
                if one.body.startswith(":") and one.body.split(" ", 2)[1] not in UNDATED:
                    one.tags.setdefault("time", now)
        return lines

    def _deeds(self, entries: Sequence[Entry]) -> Iterator[Out]:
        """Show what the client did where it is, as to everybody there."""
        for entry in entries:
            event = entry.event
            if type(event) in _DEEDS and (self._is_there(entry) or (isinstance(event, Ejected) and event.who == event.by)):
                yield from happened(entry, entry.log, self.scene, self.caps)

    def _is_there(self, entry: Entry) -> bool:
        event = entry.event
        return any(map(self.reads, event.rooms)) if isinstance(event, HouseEvent) else self.reads(entry.log)

    def note_seen(self, room: str) -> None:
        """Note that the connection leaves a room, of which it was shown everything up to now."""
        found = self.scene.hub.rooms.get(room)
        self.seen[room] = found.log.head if found is not None else 0
        if len(self.seen) > LEFT:
            del self.seen[next(iter(self.seen))]

    def unasked(self, reply: Reply, put: Callable[[Out], None]) -> None:
        """Show what the house says without having been asked for just that."""
        if isinstance(reply, Exited):
            self.note_seen(reply.room)
        match reply:
            case Notice(code="away"):
                pass  # who writes to somebody away is told by a numeric
            case Notice(code="here" | "gone" as code, text=text):
                self._sighted(code == "here", text.partition(" ")[0], put)
            case Alert(by=by, text=text):
                self._alert(put, self.scene.source(by), text)
            case Parting(why=why):
                put(self._parting(f"{self.killed}: {why}" if self.killed else why))
            case Expelled(by=by, text=text):
                self.killed = killed(by, text)
                put(line(self.scene.source(by), "KILL", self.nick or "*", text or by.name))
            case Notice(text=text):
                self.notice(put, text)
            case Denied(why=why):
                self.notice(put, quoted(str(why)))
            case Exited(room=room) if self.session.person is not None and room not in self.scene.hub.rooms:
                put(line(self.scene.source(self.session.person.author), "PART", self.scene.channel(room)))
            case Missed(room=room, count=number):
                text = f"{number} messages were left out here: they came too fast."
                put(line(self.scene.server, "NOTICE", self.scene.channel(room), text))
            case Answer(lines=lines):
                for one in lines:
                    self.notice(put, one)
            case Page(log=log, entries=entries):
                self._recall(entries, self.nick if log.startswith("@") else self.scene.channel(log), put)
            case Waited() if "draft/chathistory" in self.caps:
                pass  # it asks what waited for it
            case Waited(entries=entries, more=more):
                self._recall(entries, self.nick, put)
                if more:
                    self.notice(put, "More waited for you than is shown here.")
            case Marked(room=room, peer=peer, upto=upto) if "draft/read-marker" in self.caps:
                put(line(self.scene.server, "MARKREAD", peer or self.scene.channel(room), f"timestamp={stamp(upto)}"))
            case Done() | Entered() | Exited() | Welcome() | _:
                pass

    def _sighted(self, here: bool, name: str, put: Callable[[Out], None]) -> None:
        """Tell of somebody who is looked out for."""
        person = self.scene.hub.roster.find(name)
        who = self.scene.source(person.author) if here and person is not None else name
        put(line(self.scene.server, n.RPL_MONONLINE if here else n.RPL_MONOFFLINE, self.nick or "*", who))
        if here and person is not None:
            for one in card_of(person, self.scene.server, self.scene, self.heard):
                put(one)

    def _recall(self, entries: Sequence[Entry], target: str, put: Callable[[Out], None]) -> None:
        for one in self.past(entries, target):
            put(one)

    def past(self, entries: Sequence[Entry], target: str) -> list[Out]:
        """Give the lines of words said to a target before, as what they are."""
        lines = recalled(entries, target, self.scene, self.caps)
        return self.held(lines, "chathistory", target) if lines else []

    def held(self, lines: Sequence[Out], kind: str, *params: str, tags: dict[str, str] | None = None) -> list[Out]:
        """Hold lines together, for a client that knows how; those of batches among them stay theirs."""
        if "batch" not in self.caps:
            return list(lines)
        name, server = self.batch(), self.scene.server
        for one in lines:
            one.tags.setdefault("batch", name)
        return [line(server, "BATCH", f"+{name}", kind, *params, tags=tags), *lines, line(server, "BATCH", f"-{name}")]

    def _parting(self, why: str) -> Out:
        """Make the last line of the connection, which answers the client if it wanted to leave."""
        last = parting(self.scene.server, why)
        last.tags.update(self.farewell_tags)
        return last

    def _alert(self, put: Callable[[Out], None], source: str, text: str) -> None:
        for piece in pieces(text, room_for(source, "WALLOPS")):
            put(line(source, "WALLOPS", piece))

    def notice(self, put: Callable[[Out], None], text: str) -> None:
        """Tell the client something from the house, in as many lines as it needs."""
        for one in text.split("\n"):
            for piece in pieces(one, room_for(self.scene.server, "NOTICE", self.nick or "*")):
                put(line(self.scene.server, "NOTICE", self.nick or "*", piece))

    def own_tags(self) -> dict[str, str]:
        """Give the tags of whatever the client itself does."""
        return tags_by(self.session.someone.author, self.scene, self.caps)


def room_of(param: str) -> str | None:
    """Give the name of the room that a channel's name means; None if it is no channel's."""
    return param[1:] if param.startswith("#") else None


def is_service(param: str) -> bool:
    """Tell whether somebody speaks to the house itself."""
    return param.lower() == SERVICE
