"""One client's talk with the house: what it asked, what is still to be answered, and the answers in IRC's words.

Rules
-----
- A command becomes steps, each a request to the house or a turn of our own; each step gets one reply, in order. When all of a
  command's steps are answered the command is.
- Answers to a command that bears a label are held until it is answered: none is an ACK, one bears the label, more are a batch.
- The talk keeps no state of the house: who somebody is, where they are and what they may do is read from the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

from chatroom.core.errors import Refused
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
    Reply,
    Waited,
    Welcome,
)
from chatroom.core.request import Request
from chatroom.core.session import Session
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.caps import OLDEST
from chatroom.wire.irc.happened import DEEDS, HEARD, card_of, happened, killed, recalled, tags_by
from chatroom.wire.irc.message import Message
from chatroom.wire.irc.out import Out, encoded, line, numeric, parting, pieces, repeated, room_for
from chatroom.wire.irc.refusals import Told, told
from chatroom.wire.irc.scene import SERVICE, Scene
from chatroom.wire.moment import stamp

LABEL = "label"
LONGEST_LABEL = 64
LEFT = 100
"""Rooms a connection left of which it is remembered what it was shown there."""
UNDATED = frozenset({"ACK", "BATCH"})
"""What is about other lines, and happens at no time of its own."""
Then = Callable[[Reply], None]
_DEEDS = frozenset(DEEDS)


@fact
class Turn(Reply):
    """What the door answers by itself may be said now, after all that was asked for before it."""


@fact
class Parting(Reply):
    """The connection ends."""

    why: str


class Asked:
    """Be one command a client sent, and what it is answered."""

    __slots__ = ("_nick", "after", "label", "left", "lines", "message", "steps", "talk")

    def __init__(self, talk: Talk, message: Message) -> None:
        self.talk = talk
        self.message = message
        self.steps: list[Request | tuple[Turn, ...]] = []
        self.left = 0
        self.lines: list[Out] = []
        self.after: list[Out] = []
        self._nick = talk.nick
        label = message.tags.get(LABEL, "")
        self.label = label if "labeled-response" in talk.caps and 0 < len(label) <= LONGEST_LABEL else ""

    @property
    def command(self) -> str:
        """Give the command's name."""
        return self.message.command

    @property
    def params(self) -> tuple[str, ...]:
        """Give what was given with it."""
        return self.message.params

    @property
    def nick(self) -> str:
        """Give what the client is called in the answer: as when it asked, for it may have asked for another name since."""
        return self._nick or self.talk.nick

    def param(self, number: int, default: str = "") -> str:
        """Give one of them, or a default."""
        return self.params[number] if number < len(self.params) else default

    # -- steps

    def ask(self, verb: str, then: Then | None = None, tail: str | None = None, **fields: Any) -> None:
        """Ask the house; `then` makes lines of its reply."""
        ref = self.expect(then or self.plainly)
        given = {key: value for key, value in fields.items() if value is not None}
        if tail is None:
            self.steps.append(Request(verb, fields=given, ref=ref))
        else:
            self.steps.append(Request(verb, tail, given, ref, typed=True))

    def turn(self, then: Callable[[], None]) -> None:
        """Answer by ourselves when it is this command's turn, unless it was one too many."""
        self.turns(then)

    def turns(self, *thens: Callable[[], None]) -> None:
        """Answer by ourselves in several pieces, between which others have their turn."""
        self.steps.append(tuple(Turn(self.expect(partial(self._in_turn, then, number == 0))) for number, then in enumerate(thens)))

    def _in_turn(self, then: Callable[[], None], first: bool, reply: Reply) -> None:
        if not isinstance(reply, Denied):
            then()
        elif first:
            self.plainly(reply)

    def expect(self, then: Then) -> int:
        """Note that a reply to this is due; give the number it will bear."""
        self.left += 1
        return self.talk.expect(self, then)

    # -- lines

    def put(self, *lines: Out) -> None:
        """Add lines."""
        self.lines.extend(lines)

    def besides(self, *lines: Out) -> None:
        """Add lines that come after the answer and are none."""
        self.after.extend(lines)

    def say(self, number: str, *params: str) -> None:
        """Add a numeric to the client; what it gave that cannot stand in the middle of a line is not repeated."""
        self.put(numeric(self.talk.scene.server, number, self.nick or "*", params))

    def later(self, numeric: str, *params: str) -> None:
        """Say a numeric when it is this command's turn."""
        self.turn(lambda: self.say(numeric, *params))

    def listing(self, numeric: str, *params: str, words: Sequence[str], by: str = " ") -> None:
        """Add as many numerics as it takes to list words."""
        limit = room_for(self.talk.scene.server, numeric, self.nick or "*", *params)
        for one in pieces(" ".join(words), limit):
            self.say(numeric, *params, one.strip(" ").replace(" ", by))

    def from_server(self, command: str, *params: str) -> None:
        """Add a line from the server that is no numeric."""
        self.put(line(self.talk.scene.server, command, *params))

    def from_self(self, command: str, *params: str, tags: dict[str, str] | None = None) -> None:
        """Add a line that shows what the client itself did."""
        person = self.talk.session.person
        if person is not None:
            tags = self.talk.own_tags() if tags is None else tags
            mask = self.talk.scene.source(person.author).partition("!")[2]
            self.put(line(f"{self.nick}!{mask}", command, *params, tags=tags))

    def fail(self, code: str, why: str, *context: str, kind: str = "FAIL") -> None:
        """Add a standard reply."""
        self.from_server(kind, repeated(self.command), code, *map(repeated, context), why)

    def tell(self, text: str) -> None:
        """Tell the client something in the house's own voice."""
        self.talk.notice(self.put, text)

    # -- what the house says to it, where nothing else is made of it

    def plainly(self, reply: Reply) -> None:
        """Make lines of a reply as of any: a refusal a numeric, an answer notices."""
        match reply:
            case Denied():
                self.refused(reply.why)
            case Answer():
                for one in reply.lines:
                    self.tell(one)
            case _:
                self.talk.unasked(reply, self.put)

    def refused(self, why: Refused, target: str = "") -> None:
        """Say why something cannot be done, by the numeric there is for it."""
        found = told(why, self, target)
        if isinstance(found, Told):
            self.say(found.numeric, *found.params, str(why))
        elif "standard-replies" in self.talk.caps:
            self.fail(found, str(why))
        else:
            self.tell(str(why))

    def finish(self) -> list[Out]:
        """Give what is to be sent now."""
        if self.label and self.left:
            return []
        lines = self._labelled(self._taken()) if self.label else self._taken()
        after, self.after = self.after, []
        return [*lines, *after]

    def _labelled(self, lines: list[Out]) -> list[Out]:
        """Mark the whole answer with the label, once."""
        if not lines:
            return [line(self.talk.scene.server, "ACK", tags={LABEL: self.label})]
        if len(lines) == 1 or _one_batch(lines):
            lines[0].tags[LABEL] = self.label
            return lines
        return self.talk.held(lines, "labeled-response", tags={LABEL: self.label})

    def _taken(self) -> list[Out]:
        lines, self.lines = self.lines, []
        return lines


def _one_batch(lines: Sequence[Out]) -> bool:
    """Tell whether lines are one batch, which bears the label itself."""
    first, last = lines[0].body.split(" "), lines[-1].body.split(" ")
    return first[1] == last[1] == "BATCH" and first[2][1:] == last[2][1:]


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

    def expect_no_more(self, number: int) -> None:
        """Note that what would have been replied to was not asked for."""
        self._expected.pop(number, None)

    def batch(self) -> str:
        """Name a batch."""
        return f"b{next(self._batches)}"

    def answer(self, reply: Reply) -> bytes:
        """Make of a reply what is to be sent now."""
        found = None
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
                put(parting(self.scene.server, f"{self.killed}: {why}" if self.killed else why))
            case Expelled(by=by, text=text):
                self.killed = killed(by, text)
                put(line(self.scene.source(by), "KILL", self.nick or "*", text or by.name))
            case Notice(text=text):
                self.notice(put, text)
            case Denied(why=why):
                self.notice(put, str(why))
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


__all__ = ["Asked", "Talk", "is_service", "n", "room_of"]
