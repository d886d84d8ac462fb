"""`chatroom member`: the list of members from a shell, whether the house is open or not.

An open house is asked through its local console, so that everybody is told and it is on record. Otherwise the state folder is taken, as
a server would, and the list is edited by the same code. A password is asked for without echo, or read from the first line of what is
piped in; it is never an argument, which everybody on the machine could read.
"""

from __future__ import annotations

import argparse
import getpass
import socket
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock

from chatroom.certificate import MOST, fingerprint
from chatroom.client.console import Exit, Script, connect
from chatroom.commands.members import INVITED_FOR, RANKS, invited, listed, matching
from chatroom.core.errors import NoSuchMember, Refused
from chatroom.core.keys import CERTIFICATE, LONGEST, read
from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.members.file import MemberFile, MembersUnusable
from chatroom.members.keys import FILE as KEYS
from chatroom.members.keys import KeyFile
from chatroom.members.service import FILE
from chatroom.passwords import Passwords
from chatroom.spawn import deferred
from chatroom.state import StateFolder, StateUnusable
from chatroom.wire.text import visible

PATIENCE = 30.0
"""Seconds that the list may take to be changed."""
STEP = 0.1

T = TypeVar("T")
Lines = list[str]


class NoPassword(Exception):
    """Say why there is no password."""


class NoKey(Exception):
    """Say why there is no key."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line of `chatroom member`; the state folder may be named before the action and after it."""
    folder: dict[str, Any] = {"metavar": "DIR", "help": "the folder everything of that house is kept in"}
    parser.add_argument("--state", **folder)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    shown = actions.add_parser("list", help="show who is a member")
    shown.add_argument("part", nargs="?", default="", metavar="PART", help="only those with this in their mail or name")
    added = actions.add_parser("add", help="make somebody a member, by an invitation or a password")
    added.add_argument("mail", metavar="MAIL")
    added.add_argument("name", nargs="?", default="", metavar="NAME")
    added.add_argument("--rank", choices=RANKS, help="else member")
    added.add_argument("--password", action="store_true", help="ask for a password; else an invitation is printed")
    for action, what in {
        "invite": "give a new code to somebody who forgot their password",
        "remove": "end a membership",
        "passwd": "give somebody a password",
    }.items():
        actions.add_parser(action, help=what).add_argument("who", metavar="WHO", help="a mail or name")
    keyed = actions.add_parser("key", help="let somebody in by an SSH key or a certificate")
    keyed.add_argument("who", metavar="WHO", help="a mail or name")
    keyed.add_argument("file", metavar="FILE", help="the .pub file, or the certificate's; - for what is piped in")
    ranked = actions.add_parser("rank", help="make somebody a moderator or admin, or a mere member")
    ranked.add_argument("who", metavar="WHO", help="a mail or name")
    ranked.add_argument("rank", choices=RANKS, metavar="RANK", help=", ".join(RANKS))
    for one in actions.choices.values():
        one.add_argument("--state", default=argparse.SUPPRESS, **folder)


def main(args: argparse.Namespace, folder: Path, ask: Callable[[], str] | None = None) -> int:
    """Do it in the house whose state is in `folder`; give the exit code."""
    try:
        args.key = key_from(args.file) if args.action == "key" else ""
        args.password = (ask or new_password)() if args.action == "passwd" or getattr(args, "password", False) else ""
        connection = connect(folder)
    except (NoPassword, NoKey) as error:
        return _complain(str(error))
    except OSError:
        return _closed(args, folder)
    with closing(connection):
        return Asking(connection).run(orders(args))


def orders(args: argparse.Namespace) -> Iterator[tuple[str, bool]]:
    """Give what an open house is told, a line each, and whether its answer is shown."""
    match args.action:
        case "add":
            shown = not args.password
            yield f"members add {args.mail} {args.name}".rstrip(), shown
            if args.rank:
                yield f"members rank {args.mail} {args.rank}", True
            if args.password:
                yield f"members passwd {args.mail} {args.password}", True
        case "passwd":
            yield f"members passwd {args.who} {args.password}", True
        case "rank":
            yield f"members rank {args.who} {args.rank}", True
        case "key":
            yield f"members key {args.who} {args.key}", True
        case "list":
            yield f"members list {args.part}".rstrip(), True
        case action:
            yield f"members {action} {args.who}", True


class Asking:
    """Tell an open house one order after another, until something is refused."""

    def __init__(self, connection: socket.socket) -> None:
        self._shown = True
        self._script = Script(connection, self._say, lambda text: print(text, end="", file=sys.stderr))

    def run(self, wanted: Iterable[tuple[str, bool]]) -> int:
        """Do it, and give the exit code."""
        return self._script.run(self._lines(wanted))

    def _lines(self, wanted: Iterable[tuple[str, bool]]) -> Iterator[str]:
        for line, self._shown in wanted:
            if self._script.code:
                return
            yield line

    def _say(self, text: str) -> None:
        if self._shown:
            _print(text)


def key_from(file: str) -> str:
    """Read the line of a `.pub` file, or a certificate, or what is piped in; raise `NoKey`."""
    try:
        with sys.stdin if file == "-" else open(file, encoding="utf-8", errors="replace") as opened:
            text = opened.read(MOST)
    except OSError as error:
        raise NoKey(f"{file} cannot be read: {error.strerror}.") from error
    if "BEGIN CERTIFICATE" in text:
        return _certificate(file, text)
    line = " ".join(text[:LONGEST].split())
    if "PRIVATE KEY" in line:
        raise NoKey(f"{file} holds a private key, which is nobody else's business. Name the file beside it that ends in .pub.")
    if not line:
        raise NoKey(f"{file} is empty.")
    return line


def _certificate(file: str, text: str) -> str:
    """Give a certificate as the key it is; a private key beside it is not looked at."""
    try:
        shown = x509.load_pem_x509_certificate(text.encode())
    except ValueError:
        raise NoKey(f"{file} holds no certificate that can be read.") from None
    return f"{CERTIFICATE} {fingerprint(shown.fingerprint(hashes.SHA256()))}"


def new_password() -> str:
    """Ask twice for a new password without showing it, or take the first line of what is piped in; raise `NoPassword`."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise NoPassword("There is no password: pipe it in as one line, or type it at a terminal.")
        return password
    try:
        password = getpass.getpass("New password: ")
        if password != getpass.getpass("And once more: "):
            raise NoPassword("The two are not the same, and nothing was changed.")
    except (EOFError, KeyboardInterrupt):
        raise NoPassword("Nothing was changed.") from None
    return password


# -- while no house is open


def _closed(args: argparse.Namespace, folder: Path) -> int:
    try:
        with _taken(folder) as members:
            work: Coroutine[Deferred[Any], Any, Lines] = OFFLINE[args.action](members, args)
            lines = _awaited(deferred(work), members.clock)
    except (Refused, StateUnusable, MembersUnusable) as error:
        return _complain(f"! {visible(str(error))}")
    for line in lines:
        _print(f"{visible(line)}\n")
    return Exit.DONE


class _Roll:
    """Be the list of members in a folder that is ours for now."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.file = MemberFile(
            folder / FILE, self.clock, Passwords(_at_once), _at_once, changed=lambda change: None, told=lambda line: _print(f"{line}\n")
        )
        self.file.load()
        self.keys = KeyFile(folder / KEYS, self.clock, _at_once, lambda line: _print(f"{line}\n"))
        self.keys.look()

    def known(self, who: str) -> Member:
        """Give the member meant, or refuse."""
        found = self.file.directory.find(who)
        if found is None:
            raise NoSuchMember(who=who[:80])
        return found


@contextmanager
def _taken(folder: Path) -> Iterator[_Roll]:
    state = StateFolder(folder)
    state.claim()
    try:
        yield _Roll(folder)
    finally:
        state.release()


def _at_once(work: Callable[[], T]) -> Deferred[T]:
    return maybeDeferred(work)


def _awaited(done: Deferred[Lines], clock: Clock) -> Lines:
    """Let time pass until it is done; raise what it failed with."""
    results: list[Any] = []
    done.addBoth(results.append)
    for _ in range(int(PATIENCE / STEP)):
        if results:
            break
        time.sleep(STEP)
        clock.advance(STEP)
    (result,) = results
    if hasattr(result, "raiseException"):
        result.raiseException()
    lines: Lines = result
    return lines


async def _list(roll: _Roll, args: argparse.Namespace) -> Lines:
    return listed(matching(roll.file.directory, args.part), frozenset())


async def _add(roll: _Roll, args: argparse.Namespace) -> Lines:
    rank = RANKS[args.rank or str(Rank.MEMBER)]
    member = await roll.file.add(args.mail, args.name, rank, args.password or None)
    if args.password:
        return [f"{member.name} is {rank.titled} now, with that password."]
    return list(invited(member, await roll.file.invite(member, INVITED_FOR)))


async def _invite(roll: _Roll, args: argparse.Namespace) -> Lines:
    member = roll.known(args.who)
    return list(invited(member, await roll.file.invite(member, INVITED_FOR)))


async def _remove(roll: _Roll, args: argparse.Namespace) -> Lines:
    gone = await roll.file.remove(roll.known(args.who))
    await roll.keys.forget(gone.id)
    return [f"{gone.name} is no longer a member."]


async def _passwd(roll: _Roll, args: argparse.Namespace) -> Lines:
    return [f"{(await roll.file.passwd(roll.known(args.who), args.password)).name} has that password now."]


async def _rank(roll: _Roll, args: argparse.Namespace) -> Lines:
    member = await roll.file.rank(roll.known(args.who), RANKS[args.rank])
    return [f"{member.name} is {member.rank.titled} now."]


async def _key(roll: _Roll, args: argparse.Namespace) -> Lines:
    member, key = roll.known(args.who), read(args.key)
    await roll.keys.add(member.id, key)
    return [f"{member.name} can come in with this key from now on: {key.fingerprint}"]


OFFLINE: dict[str, Callable[[_Roll, argparse.Namespace], Coroutine[Deferred[Any], Any, Lines]]] = {
    "list": _list,
    "add": _add,
    "invite": _invite,
    "remove": _remove,
    "passwd": _passwd,
    "rank": _rank,
    "key": _key,
}


def _print(text: str) -> None:
    print(text, end="", flush=True)


def _complain(text: str, code: Exit = Exit.REFUSED) -> int:
    print(text, file=sys.stderr)
    return code
