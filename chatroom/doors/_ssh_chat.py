"""The chat at an SSH client's terminal: an editor at the bottom, what happens above it.

What is typed goes from the screen when it is entered and comes back as everybody sees it, so the screen reads like the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chatroom.core.request import Request
from chatroom.doors._console import Console, Paper
from chatroom.doors._editing import BELL
from chatroom.wire.coloured import ColouredDialect, calls
from chatroom.wire.typed import parse

if TYPE_CHECKING:
    from chatroom.reader import Reader

NARROW = 40
"""Columns below which the prompt is only a sign."""


class Chat(Console):
    """Be somebody in the chat at a terminal."""

    door = "ssh"
    dialect: ColouredDialect

    def __init__(self, channel: Any) -> None:
        connection = channel.conn.connection
        house, terminal = connection.house, channel.terminal
        colours = channel.colours and not terminal.dumb
        super().__init__(house, ColouredDialect(connection.when, "\n", house.hub.rules.lobby, colours))
        self._visit = connection.visit
        self._welcome = channel.conn.welcome
        self.editor.erases = True
        self.editor.drawn = True
        self.editor.terminalSize(terminal.width, terminal.height)

    # -- connection

    def connectionMade(self) -> None:
        """Come into the lobby."""
        super().connectionMade()
        reader = self.reader
        reader.session.echo = True
        reader.dialect = self.dialect
        self._visit.turn_to(ChatPaper(self), lambda kept: self.dialect.reply(self._welcome) + self.dialect.painted(kept))
        self.house.perform(reader, Request("join", self.house.hub.rules.lobby))
        self.editor.ask(self.prompt)
        self._offer_to_keep()

    def _offer_to_keep(self) -> None:
        """Tell a member who has no key yet how to come in by the one their ssh has shown."""
        session = self.reader.session
        member, key = session.someone.author.member, session.credentials.offered
        if member is not None and key is not None and not self.house.hub.keeper.keys.of(member):
            self.notice(f"Your ssh showed a key, {key.fingerprint}. To come in by it, without a password, type /key add")

    def meet(self) -> Reader:
        """Be known already."""
        reader: Reader = self._visit.reader
        return reader

    def part(self) -> None:
        """Leave that to the connection."""

    def resized(self, width: int, height: int) -> None:
        """Draw for a window of another size."""
        self.editor.terminalSize(width, height)
        self.renew_prompt()

    def renew_prompt(self) -> None:
        """Say where what is typed goes now, if it goes anywhere."""
        if self.editor.prompt is not None and self.editor.prompt != self.prompt:
            self.editor.ask(self.prompt)

    # -- what is typed

    def dataReceived(self, data: bytes) -> None:
        """Take what was typed."""
        self.typed(data)

    def line(self, text: str) -> None:
        """Do what a line asks for."""
        if text.strip():
            self.house.perform(self.reader, parse(text))

    @property
    def prompt(self) -> str:
        """Say where what is typed goes."""
        room = self.reader.session.focus
        return f"{room.name}> " if room is not None and self.editor.width >= NARROW else "> "

    def candidates(self, text: str) -> Sequence[str]:
        """Complete a verb after a slash, else names and rooms, a name that begins the line with a colon."""
        head, _, word = text.rpartition(" ")
        if text.startswith("/") and not head:
            return super().candidates(text)
        found = super().candidates(f"- {word}")
        return found if head else [f"{name}:" for name in found if name in self.house.hub.roster.near(word)]


class ChatPaper(Paper):
    """Write above the prompt, which may say another room by then, and ring where somebody is called."""

    _console: Chat

    def write(self, data: bytes) -> None:
        """Write whole lines."""
        chat = self._console
        chat.renew_prompt()
        person = chat.reader.session.person
        if person is not None and calls(data.decode("utf-8", "replace"), person.name):
            data = data + BELL
        super().write(data)

    def loseConnection(self) -> None:
        """Leave the terminal clean, and end when everything is written."""
        self._console.editor.hush()
        self._console.transport.exit(0)

    def hold(self) -> None:
        """Read nothing more for now."""
        self._console.hold()

    def go_on(self) -> None:
        """Read again."""
        self._console.go_on()
