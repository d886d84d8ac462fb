"""The `chatroom` command, for those who do not know twistd.

chatroom serve [OPTIONS]                   run a house: the same as twistd -n chatroom
chatroom join [[NAME@]HOST[:PORT]] [...]   enter one
chatroom gui [[NAME@]HOST[:PORT]]          enter one in a window
chatroom relay [OPTIONS]                   pass people on to a house: the same as twistd -n chatroom-relay
chatroom console [-c COMMAND]              command the house that runs on this machine
chatroom member list|add|remove|…          see and change who is a member
chatroom restore FILE [--state DIR]        make a house of a backup
chatroom check [FILE] [...]                say what would be run
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

from chatroom import locks

if TYPE_CHECKING:
    from chatroom.config import Config


@dataclass(frozen=True, slots=True)
class Subcommand:
    """Be one word after `chatroom`: what it is for, and the function, imported only when asked for, that gets its arguments."""

    summary: str
    module: str
    function: str
    anywhere: bool = False
    """Whether it runs on systems, too, where no server does."""

    def run(self, arguments: Sequence[str]) -> int:
        """Do it, and give the exit status."""
        if not (self.anywhere or locks.there_are()):
            print(locks.MISSING, file=sys.stderr)
            return 1
        function: Callable[[Sequence[str]], int] = getattr(import_module(self.module), self.function)
        return function(arguments)


SUBCOMMANDS = {
    "serve": Subcommand("run a house; takes the options of twistd chatroom", "chatroom.cli", "serve"),
    "join": Subcommand("enter a house", "chatroom.cli", "join", anywhere=True),
    "gui": Subcommand("enter a house in a window", "chatroom.cli", "gui", anywhere=True),
    "relay": Subcommand("pass people on to a house; takes the options of twistd chatroom-relay", "chatroom.cli", "relay"),
    "console": Subcommand("command the house that runs here", "chatroom.cli", "console"),
    "member": Subcommand("see and change who is a member", "chatroom.cli", "member"),
    "restore": Subcommand("make a house of a backup", "chatroom.cli", "restore"),
    "check": Subcommand("say what would be run", "chatroom.cli", "check"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit status."""
    parser = argparse.ArgumentParser(
        "chatroom", description="A self-hosted chat room.", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"chatroom {version('chatroom')}")
    words = "\n".join(f"  {word:8}{one.summary}" for word, one in SUBCOMMANDS.items())
    parser.epilog = f"commands:\n{words}\n\nchatroom COMMAND --help says more."
    parser.add_argument("command", choices=SUBCOMMANDS, metavar="COMMAND")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    read = parser.parse_args(arguments)
    return SUBCOMMANDS[read.command].run(read.arguments)


def serve(arguments: Sequence[str]) -> int:
    """Run a house in the foreground, as twistd does."""
    return _twistd("chatroom", arguments)


def relay(arguments: Sequence[str]) -> int:
    """Run a relay in the foreground, as twistd does."""
    return _twistd("chatroom-relay", arguments)


def _twistd(service: str, arguments: Sequence[str]) -> int:
    from twisted.scripts._twistd_unix import ServerOptions
    from twisted.scripts.twistd import runApp

    options = ServerOptions()
    options.parseOptions(["--nodaemon", service, *arguments])
    runApp(options)
    return 0


def join(arguments: Sequence[str]) -> int:
    """Enter a house."""
    from chatroom.client import stdio

    parser = argparse.ArgumentParser("chatroom join", description="Enter a house, at a prompt or as a line in a pipe.")
    stdio.add_arguments(parser)
    return stdio.main(parser.parse_args(arguments))


def gui(arguments: Sequence[str]) -> int:
    """Enter a house in a window."""
    from chatroom.client.gui import app

    parser = argparse.ArgumentParser("chatroom gui", description="Enter a house in a window.")
    app.add_arguments(parser)
    return app.main(parser.parse_args(arguments))


def console(arguments: Sequence[str]) -> int:
    """Command the house that runs on this machine."""
    from chatroom.client import console as face
    from chatroom.tap import state_folder

    parser = argparse.ArgumentParser(
        "chatroom console", description="Command the house that runs on this machine, at a prompt or by script."
    )
    parser.add_argument("--state", metavar="DIR", help="the folder everything of that house is kept in")
    face.add_arguments(parser)
    read = parser.parse_args(arguments)
    return face.main(read, state_folder(read.state))


def member(arguments: Sequence[str]) -> int:
    """See and change who is a member, whether the house is open or not."""
    from chatroom import desk
    from chatroom.tap import state_folder

    parser = argparse.ArgumentParser("chatroom member", description="See and change who is a member, whether the house is open or not.")
    desk.add_arguments(parser)
    read = parser.parse_args(arguments)
    return desk.main(read, state_folder(read.state))


def restore(arguments: Sequence[str]) -> int:
    """Make a house of a backup, in a folder where there is none."""
    from pathlib import Path

    from chatroom.backup import NotRestored
    from chatroom.backup import restore as put_back
    from chatroom.tap import state_folder

    parser = argparse.ArgumentParser("chatroom restore", description="Make a house of a backup, in a new or empty folder.")
    parser.add_argument("file", type=Path, metavar="FILE", help="what /backup made")
    parser.add_argument("--state", metavar="DIR", help="the folder everything of that house will be kept in")
    read = parser.parse_args(arguments)
    state = state_folder(read.state)
    try:
        names = put_back(read.file, state)
    except NotRestored as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Restored to {state}: {', '.join(names)}.\nOpen the house with: chatroom serve --state {shlex.quote(str(state))}")
    return 0


def check(arguments: Sequence[str]) -> int:
    """Say what would be run, or what keeps it from running."""
    from pathlib import Path

    from chatroom.config import load
    from chatroom.loading import BrokenConfig, read_override
    from chatroom.service import known_parts
    from chatroom.state import StateFolder
    from chatroom.tap import state_folder

    parser = argparse.ArgumentParser("chatroom check", description="Read the settings and say what would be run; start nothing.")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the settings; else those of the state folder")
    parser.add_argument("--state", metavar="DIR", help="the folder everything is kept in")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="set one key of the settings; may be repeated")
    read = parser.parse_args(arguments)
    state = StateFolder(state_folder(read.state))
    file = read.file or state.config
    try:
        config = load(file, known_parts(), [read_override(setting) for setting in read.set])
    except BrokenConfig as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(described(config, str(state.path), str(file) if file else "none, so the defaults hold")))
    return 0


def described(config: Config, state: str, file: str) -> Iterator[str]:
    """Write what would be run, a line for each thing."""
    yield f"settings: {file}"
    yield f"state:    {state}"
    yield f"name:     {config.name}"
    yield f"lobby:    {config.lobby}"
    yield f"access:   {config.access}"
    yield f"journal:  {config.journal}"
    yield f"kept:     {_kept(config)}"
    for door, endpoints in config.doors.items():
        yield f"door:     {door} at {', '.join(map(str, endpoints))}"
    yield from _changed_limits(config)


def _kept(config: Config) -> str:
    from chatroom.amounts import shown_duration

    age = f"for {shown_duration(config.retention.age)}" if config.retention.age else "for ever"
    return f"{age}, {f'at most {config.retention.count} entries a room' if config.retention.count else 'as many as there are'}"


def _changed_limits(config: Config) -> Iterator[str]:
    usual = type(config.limits)()
    changed = [field.name for field in fields(usual) if getattr(config.limits, field.name) != getattr(usual, field.name)]
    for name in changed:
        yield f"limit:    {name} is {getattr(config.limits, name):g}, usually {getattr(usual, name):g}"
    if not changed:
        yield "limits:   the usual ones"
