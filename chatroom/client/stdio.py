"""`chatroom join`: the client for a terminal and for pipes.

Exit codes: 0 all went well; 1 no chatroom could be reached; 2 the command line makes no sense; 3 the house refused us (the name, the
password, a ban) or put us out; 4 something that was posted was not acknowledged.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chatroom.client.opening import Target, guest, login, open_link, open_view, target, unreachable
from chatroom.client.secret import VARIABLE, Unusable, given

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from chatroom.client.plain import Exit, Plain

CLIENT = "chatroom join"
"""What we tell the house we are."""

CLOSING = 5.0
"""Seconds the reader of our output may take for the last of it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line of `chatroom join`."""
    parser.add_argument(
        "target", nargs="?", type=target, default=Target(), metavar="[NAME@]HOST[:PORT]", help="this machine, port 5000, if left out"
    )
    parser.add_argument(
        "--room", action="append", default=[], metavar="ROOM", help="a room to enter instead of the lobby; may be repeated"
    )
    parser.add_argument("--clear", action="store_true", default=None, help="encrypt nothing, as is usual on this machine alone")
    parser.add_argument("--encrypt", action="store_false", dest="clear", help="encrypt on this machine as well")
    parser.add_argument("--plain", action="store_true", help="lines in, lines out, also at a terminal")
    parser.add_argument("--no-bell", action="store_true", help="no bell when somebody mentions you")
    parser.add_argument("--no-color", action="store_true", help="no colours; so does NO_COLOR in the environment")
    parser.add_argument(
        "--password-file", metavar="FILE", help="the password, if one is wanted, stands in this file that only you can read"
    )
    parser.set_defaults(password=None)
    parser.epilog = (
        "Exit codes: 0 all went well, 1 no chatroom could be reached, 2 wrong usage, 3 the house refused you or put you out, "
        "4 something posted was not acknowledged. "
        f"A password that is wanted is asked for at a terminal, or taken from {VARIABLE} in the environment."
    )


def main(args: argparse.Namespace) -> int:
    """Join a house, at a prompt if there is a terminal, else as lines; give the exit code."""
    args.target = replace(args.target, clear=args.clear)
    try:
        args.password = given(args.password_file, os.environ)
    except Unusable as why:
        complain(str(why))
        return 2
    at_terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    if at_terminal and not args.plain and os.environ.get("TERM") != "dumb":
        return _at_prompt(args)
    return _as_lines(args)


def complain(line: str) -> None:
    """Write a line for the person, apart from what is said."""
    # Standard error may be closed; then there is nobody to tell.
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass


def _at_prompt(args: argparse.Namespace) -> int:
    import asyncio

    from twisted.internet import asyncioreactor

    # Without this order the reactor hangs.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)
    from twisted.internet import reactor
    from twisted.internet.defer import Deferred

    clock: Any = reactor
    talking = loop.create_task(talk(args, clock))
    talked = Deferred.fromFuture(talking)
    talked.addBoth(lambda _: clock.callWhenRunning(clock.stop) if not stopping else None)
    stopping: list[bool] = []

    def stop() -> Deferred[Any]:
        """Leave the terminal as it was before a signal ends us."""
        stopping.append(True)
        talking.cancel()
        return talked

    clock.addSystemEventTrigger("before", "shutdown", stop)
    clock.run()
    return 0 if talking.cancelled() else talking.result()


async def talk(args: argparse.Namespace, reactor: Any) -> int:
    """Connect, let the person talk at the prompt, leave, and give the exit code."""
    import asyncio

    from chatroom.client.prompt import Prompt
    from chatroom.client.wording import Wording

    where: Target = args.target
    view = open_view(where.name, args.room, CLIENT)
    color = not args.no_color and not os.environ.get("NO_COLOR")
    face = Prompt(
        view, reactor.seconds, wording=Wording(), suggested=login(), password=args.password, bell=not args.no_bell, color=color
    )
    link = face.link = open_link(view, where, reactor, face.happened, complain)
    reached = link.start().addCallbacks(lambda _: True, lambda failure: complain(unreachable(where, failure)))
    loop = asyncio.get_running_loop()
    code = int(await face.converse()) if await reached.asFuture(loop) else 1
    await link.stop().asFuture(loop)
    return code


def _as_lines(args: argparse.Namespace) -> int:
    from twisted.internet import reactor

    clock: Any = reactor
    _open_streams()
    blocking = [os.get_blocking(stream) for stream in (0, 1)]
    try:
        return Lines(args, clock, _standard).run()
    finally:
        # Whoever started us shares these with us, and does not expect to find them changed.
        for stream, was in enumerate(blocking):
            os.set_blocking(stream, was)


def _standard(face: Plain, reactor: Any) -> None:
    from twisted.internet.stdio import StandardIO

    StandardIO(face, reactor=reactor)


def _open_streams() -> None:
    """Give standard input and output that were closed the null device, lest a socket takes their place."""
    for stream, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY)):
        try:
            os.fstat(stream)
        except OSError:
            os.open(os.devnull, flags)


def may_end(mode: int, terminal: bool) -> bool:
    """Tell whether an input of this kind that ends without a word means to end us, too."""
    return terminal or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


class Lines:
    """Run the plain face, which `attach` connects to its input and output when there is a house."""

    def __init__(self, args: argparse.Namespace, reactor: Any, attach: Callable[[Plain, Any], None]) -> None:
        from chatroom.client.plain import Plain
        from chatroom.client.wording import Wording

        self.where: Target = args.target
        self.reactor = reactor
        self.attach = attach
        self.code = 0
        self._over = self._stopping = False
        names = [self.where.name] if self.where.name else [login(), guest()]
        typed = os.isatty(0)
        self.view = open_view(names[0], args.room, CLIENT, bot=not typed)
        self.face = Plain(
            self.view,
            reactor,
            complain,
            self._done,
            wording=Wording(),
            names=names[1:],
            password=args.password,
            listens=not may_end(os.fstat(0).st_mode, typed),
            chatty=typed,
        )
        self.link = self.face.link = open_link(self.view, self.where, reactor, self.face.happened, complain)

    def run(self) -> int:
        """Connect, run until there is nothing left to do, and give the exit code."""
        self.reactor.callWhenRunning(self._start)
        self.reactor.addSystemEventTrigger("before", "shutdown", self._interrupted)
        self.reactor.run()
        return self.code

    def _start(self) -> None:
        self.link.start().addCallbacks(self._reached, self._unreachable)

    def _reached(self, _: object) -> None:
        self.attach(self.face, self.reactor)

    def _unreachable(self, failure: Failure) -> None:
        if not self._over:
            complain(unreachable(self.where, failure))
            self.face.give_up()

    def _interrupted(self) -> Any:
        self._stopping = True
        self.face.interrupted()
        return self._ended

    def _done(self, code: Exit) -> None:
        from twisted.internet.defer import DeferredList

        self._over, self.code = True, int(code)
        written = self.face.close().addTimeout(CLOSING, self.reactor)
        written.addErrback(lambda failure: None)
        self._ended = DeferredList([written, self.link.stop()])
        self._ended.addCallback(lambda _: None if self._stopping else self.reactor.stop())
