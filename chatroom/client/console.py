"""`chatroom console`: the house's console for its host, through the socket in the state folder; for people and for scripts.

Exit codes: 0 all was done; 1 something was refused; 2 something makes no sense; 3 no house is open, or it closed before all was
answered.
"""

from __future__ import annotations

import argparse
import enum
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from chatroom.core.events import Entry
from chatroom.core.replies import Answer, Reply
from chatroom.sockets import SocketPath
from chatroom.wire.console import ConsoleDialect, parse
from chatroom.wire.heard import LINE, Acknowledged, Bye, Heard, Refusal, request, understand
from chatroom.wire.line import exported_lines
from chatroom.wire.slashes import unslashed
from chatroom.wire.text import lines, visible

PATIENCE = 60.0
"""Seconds a script waits for one answer."""
GOODBYE = 2.0
"""Seconds the house may take to say goodbye."""
USAGE_CODES = frozenset({"wrong-usage", "unknown-command", "unknown-command-near-miss", "malformed", "empty-text"})
QUIT = "quit"
FAREWELLS = frozenset({QUIT, "bye", "exit"})


FAULTS = "not-reloaded"
"""The refusal that has several lines."""


class Exit(enum.IntEnum):
    """Tell a script how it went."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NO_SERVER = 3


class Lost(Exception):
    """The house has closed the connection."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line of `chatroom console`."""
    parser.add_argument(
        "-c", "--command", action="append", metavar="COMMAND", help="do this and no more, as in -c 'kick bob'; may be repeated"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="after the commands, print what they show until interrupted")
    parser.epilog = "Exit codes: 0 all was done, 1 something was refused, 2 something makes no sense, 3 no house is open."


def main(args: argparse.Namespace, folder: Path) -> int:
    """Command the house whose state is in `folder`: by what is given, by what is piped in, or at a prompt."""
    try:
        connection = connect(folder)
    except OSError as error:
        print(f"No house is open in {folder}: {unreachable(error)}", file=sys.stderr, flush=True)
        return Exit.NO_SERVER
    if args.command is None and sys.stdin.isatty() and sys.stdout.isatty():
        from chatroom.client.sitting import sit

        return sit(connection)
    with closing(connection):
        script = Script(connection, _print, _complain)
        try:
            return script.run(args.command if args.command is not None else sys.stdin, follow=args.follow)
        except KeyboardInterrupt:
            return script.code


def connect(folder: Path) -> socket.socket:
    """Connect to the console of the house whose state is in `folder`; raise OSError."""
    if not hasattr(socket, "AF_UNIX"):
        raise OSError("this system has no unix sockets")
    with closing(SocketPath(folder)) as path:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path.text)
        except OSError:
            connection.close()
            raise
    return connection


def unreachable(error: OSError) -> str:
    """Say why no house answers, and what to do."""
    if isinstance(error, PermissionError):
        return "it belongs to another user. Run this as the user the server runs as."
    if isinstance(error, FileNotFoundError | ConnectionRefusedError):
        return "nothing answers there. Start one with: chatroom serve; name its folder with --state."
    return f"{(error.strerror or str(error)).lower()}."


def _print(text: str) -> None:
    with suppress(BrokenPipeError):
        print(text, end="", flush=True)


def _complain(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)


def local_time(at: float) -> str:
    """Name a moment by day and hour."""
    try:
        return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return "at some time"


DIALECT = ConsoleDialect(local_time)


def worded(heard: Heard) -> str:
    """Word what the house says as a console shows it, in lines."""
    match heard:
        case Refusal(why=why):
            parts = lines(why) if heard.code == FAULTS else (why,)
            return "".join(f"! {unslashed(visible(part))}\n" for part in parts)
        case Acknowledged(entry=Entry() as entry) | (Entry() as entry):
            return DIALECT.entry(entry, entry.log).decode()
        case Acknowledged():
            return "Done.\n"
        case Bye(why=why):
            return f"-- {visible(why)}\n" if why else ""
        case Reply():
            return DIALECT.reply(heard).decode()
    return ""


def code_of(heard: Heard) -> Exit:
    """Tell what an answer means for a script."""
    if not isinstance(heard, Refusal):
        return Exit.DONE
    return Exit.USAGE if heard.code in USAGE_CODES else Exit.REFUSED


class Script:
    """Do one command after another, each when the one before is answered; `code` is the worst of what came of them."""

    def __init__(self, connection: socket.socket, say: Callable[[str], None], complain: Callable[[str], None]) -> None:
        self._connection = connection
        self._say = say
        self._complain = complain
        self._lines = connection.makefile("rb")
        self.code = Exit.DONE

    def run(self, commands: Iterable[str], *, follow: bool = False) -> int:
        """Do the commands, passing over blank ones and those that begin with #; give the exit code."""
        try:
            for number, command in enumerate(_meant(commands), start=1):
                if parse(command).verb in FAREWELLS:
                    break
                self._do(number, command)
            if follow:
                self._follow()
            self._leave()
        except (Lost, OSError) as error:
            why = "it did not answer in time" if isinstance(error, TimeoutError) else "the house closed the connection"
            self._complain(f"! Not all was answered: {why}.\n")
            self.code = Exit.NO_SERVER
        return self.code

    def _do(self, number: int, command: str) -> None:
        self._connection.settimeout(PATIENCE)
        self._connection.sendall(request("line", number, text=command))
        answer = self._answer(number)
        while isinstance(answer, Answer) and answer.verb == "export":
            self._say("".join(f"{line}\n" for line in exported_lines(answer)))
            if answer.fields.get("more") is not True:
                return
            self._connection.sendall(request("export", number, room=answer.fields.get("room"), after=answer.fields.get("after")))
            answer = self._answer(number)
        (self._complain if isinstance(answer, Refusal) else self._say)(worded(answer))
        self.code = max(self.code, code_of(answer))

    def _answer(self, number: int) -> Heard:
        while True:
            heard = self._hear()
            if getattr(heard, "ref", None) == number:
                return heard
            self._say(worded(heard))

    def _follow(self) -> None:
        self._connection.settimeout(None)
        with suppress(Lost):
            while True:
                self._say(worded(self._hear()))

    def _leave(self) -> None:
        """Let the house say goodbye, so that it need not take us for somebody whose connection broke."""
        self._connection.settimeout(GOODBYE)
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            while self._lines.readline(LINE + 1):
                pass

    def _hear(self) -> Heard:
        line = self._lines.readline(LINE + 1)
        if not line.endswith(b"\n"):
            raise Lost
        return understand(line)


def _meant(commands: Iterable[str]) -> Iterator[str]:
    for command in commands:
        text = command.rstrip("\r\n")
        if text.strip() and not text.lstrip().startswith("#"):
            yield text
