"""What an SSH session can be: a chat at a terminal, a script's input and output, or a console."""

from __future__ import annotations

from typing import Any

from chatroom.doors._ssh_chat import Chat
from chatroom.doors._ssh_console import Office
from chatroom.doors._ssh_script import Errand, Pipe

CONSOLE = "admin"
"""The command that is the console."""


def face_for(channel: Any, command: str | None) -> Any:
    """Make the face for a command, or for none, at the terminal there is, or at none."""
    if command is None or not command.strip():
        return Chat(channel) if channel.terminal is not None else Pipe(channel)
    word, _, rest = command.strip().partition(" ")
    if word == CONSOLE:
        return Office(channel, rest.strip())
    return Errand(channel, command)
