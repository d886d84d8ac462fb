"""One command a client sent: what it asks of the house, step by step, and what it is answered.

Rules
-----
- A command becomes steps, each a request to the house or a turn of our own; each step gets one reply, in order. When all of a
  command's steps are answered the command is.
- Answers to a command that bears a label are held until it is answered: none is an ACK, one bears the label, more are a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from chatroom.core.errors import Refused
from chatroom.core.fact import fact
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.core.request import Request
from chatroom.wire.irc.message import Message
from chatroom.wire.irc.out import Out, line, numeric, pieces, repeated, room_for
from chatroom.wire.irc.refusals import Told, told
from chatroom.wire.slashes import quoted

if TYPE_CHECKING:
    from chatroom.wire.irc.talk import Talk

LABEL = "label"
LONGEST_LABEL = 64
Then = Callable[[Reply], None]


@fact
class Turn(Reply):
    """What the door answers by itself may be said now, after all that was asked for before it."""


class Asked:
    """Be one command a client sent, and what it is answered."""

    __slots__ = ("_nick", "after", "label", "left", "lines", "message", "steps", "talk")

    def __init__(self, talk: Talk, message: Message, nick: str | None = None) -> None:
        self.talk = talk
        self.message = message
        self.steps: list[Request | tuple[Turn, ...]] = []
        self.left = 0
        self.lines: list[Out] = []
        self.after: list[Out] = []
        self._nick = talk.nick if nick is None else nick
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

    def deny(self, numeric: str, why: Refused, *params: str) -> None:
        """Add a numeric that says why something cannot be done."""
        self.say(numeric, *params, quoted(str(why)))

    def fail(self, code: str, why: str, *context: str, kind: str = "FAIL") -> None:
        """Add a standard reply."""
        self.from_server(kind, repeated(self.command), code, *map(repeated, context), quoted(why))

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
                ours = reply.verb in {"help", "ban", "mute"}
                for one in reply.lines:
                    self.tell(quoted(one) if ours else one)
            case _:
                self.talk.unasked(reply, self.put)

    def refused(self, why: Refused, target: str = "") -> None:
        """Say why something cannot be done, by the numeric there is for it."""
        found = told(why, self, target)
        if isinstance(found, Told):
            self.deny(found.numeric, why, *found.params)
        elif "standard-replies" in self.talk.caps:
            self.fail(found, str(why))
        else:
            self.tell(quoted(str(why)))

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
