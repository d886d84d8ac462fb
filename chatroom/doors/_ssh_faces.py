"""What an SSH session can be: a chat at a terminal, a script's input and output, or a console; and no way to files."""

from __future__ import annotations

from typing import Any

from twisted.internet.protocol import Protocol

from chatroom.doors._ssh_chat import Chat
from chatroom.doors._ssh_console import Office
from chatroom.doors._ssh_script import FAILED, Errand, Pipe

CONSOLE = "admin"
"""The command that is the console."""
FILES = frozenset({"sftp", "scp", "rsync"})
"""What wants files: a subsystem, and the commands that other programs run."""
NO_FILES = b"! This is a chat: no files are sent or had here. To say something: ssh HOST -- say TEXT\n"


class NoFiles(Protocol):
    """Be the answer to a program that wants files."""

    def connectionMade(self) -> None:
        """Say so where a person reads it, and end."""
        channel: Any = self.transport
        channel.complain(NO_FILES)
        channel.exit(FAILED)

    def readConnectionLost(self) -> None:
        """Pass over the end of what it sends."""

    def resized(self, width: int, height: int) -> None:
        """Pass over it: nothing is drawn."""


def face_for(channel: Any, command: str | None) -> Any:
    """Make the face for a command, or for none, at the terminal there is, or at none."""
    if command is None or not command.strip():
        return Chat(channel) if channel.terminal is not None else Pipe(channel)
    word, _, rest = command.strip().partition(" ")
    if word == CONSOLE:
        return Office(channel, rest.strip())
    if word in FILES:
        return NoFiles()
    return Errand(channel, command)
