"""How IRC shows things: to all readers alike who have the same capabilities, and to each what it asked for in its own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from chatroom.core.events import Entry, Invited, Removed, Said, Told
from chatroom.core.replies import Reply
from chatroom.core.signals import Signalled
from chatroom.core.words import Placed
from chatroom.wire.irc.caps import SHOWING
from chatroom.wire.irc.happened import HEARD, WORDS, Caps, happened, invited, redacted, signalled, words
from chatroom.wire.irc.out import encoded
from chatroom.wire.irc.plain import plainly_in_a_row, plainly_said
from chatroom.wire.irc.scene import Scene
from chatroom.wire.irc.talk import Parting

Answering = Callable[[Reply], bytes]


class IrcDialect:
    """Render for one connection; dialects are equal when they show what happens alike."""

    __slots__ = ("_answering", "_key", "_nick", "_shared", "_words", "caps", "scene")

    counting: ClassVar[bool] = False

    def __init__(self, scene: Scene, caps: Caps, answering: Answering, nick: Callable[[], str]) -> None:
        self.scene = scene
        self.caps = caps
        self._answering = answering
        self._nick = nick
        self._shared = (caps & SHOWING) | {one for one in caps if one.startswith(HEARD)}
        self._words = caps & WORDS
        self._key = hash((scene, self._shared))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.scene is self.scene and other._shared == self._shared

    def __hash__(self) -> int:
        return self._key

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for readers of `room`; words once for all whose capabilities show them alike."""
        return self._entry(entry, room)

    def _entry(self, entry: Entry, room: str) -> bytes:
        if type(entry.event) is not Said:
            return encoded(happened(entry, room, self.scene, self._shared))
        plain = None if self._words else plainly_said(entry.event, room, self.scene)
        if plain is not None:
            return f"{plain}\r\n".encode()
        key = (entry.id, room, self._words)
        known = self.scene.said.get(key)
        if known is not None:
            return known
        return self.scene.keep(key, encoded(words(entry, self.scene.channel(room), self.scene, self._words)))

    def row(self, row: Placed, room: str) -> bytes:
        """Render words that one person said to a room in a row, as `entry` would each of them."""
        plain = None if self._words else plainly_in_a_row(row, room, self.scene)
        return b"".join([self._entry(entry, room) for entry in row]) if plain is None else plain.encode()

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render an entry of the reader's inbox; what they wrote elsewhere goes to clients that know how to show it."""
        event = entry.event
        if isinstance(event, Invited):
            return b"" if own else encoded([invited(entry, event, self.scene, self._shared)])
        if isinstance(event, Removed):
            to = self._nick() if not own else "" if event.to is None else event.to.name
            return encoded(redacted(entry, event, to, self.scene, self._shared)) if to and self._sees(own) else b""
        if isinstance(event, Signalled) and event.to is not None:
            return encoded(signalled(entry, event, event.to.name, self.scene, self._shared)) if self._sees(own) else b""
        if not isinstance(event, Told) or not self._sees(own):
            return b""
        return encoded(words(entry, event.to.name, self.scene, self._words))

    def _sees(self, own: bool) -> bool:
        """Tell whether the client knows how to show private words, also those its person wrote elsewhere."""
        return not own or bool(self.caps & {"echo-message", "znc.in/self-message"})

    def reply(self, reply: Reply) -> bytes:
        """Render a reply in the words of what was asked."""
        return self._answering(reply)

    def farewell(self, why: str) -> bytes:
        """Render the last line of a connection."""
        return self._answering(Parting(None, why or "Goodbye."))
