"""How a client of ours opens: where to go, what to be called, and why nobody answers there; shared by every face."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twisted.internet.interfaces import IStreamClientEndpoint
    from twisted.python.failure import Failure

    from chatroom.client.link import Link
    from chatroom.view import View

HOST = "127.0.0.1"
PORT = 5000
TIMEOUT = 15.0
"""Seconds one attempt to connect may take."""


@dataclass(frozen=True, slots=True)
class Target:
    """Be a house to go to, and the name to go by, if one was given."""

    host: str = HOST
    port: int = PORT
    name: str | None = None
    clear: bool | None = None
    """Whether nothing is encrypted; None for as is usual, which is only on this machine."""

    @property
    def local(self) -> bool:
        """Tell whether it is on this machine."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def encrypted(self) -> bool:
        """Tell whether what passes is encrypted."""
        return not (self.local if self.clear is None else self.clear)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def target(text: str) -> Target:
    """Read `[[NAME@]HOST[:PORT]]`; a host with several colons is an IPv6 address, in brackets where a port follows."""
    name, _, place = text.rpartition("@")
    if place.startswith("["):
        host, closed, rest = place[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise argparse.ArgumentTypeError(f"{place} is not an address: an IPv6 address with a port is written [::1]:5000")
        port = rest[1:]
    elif place.count(":") > 1:
        host, port = place, ""
    else:
        host, _, port = place.partition(":")
    return Target(host or HOST, port_number(port), name or None)


def port_number(text: str) -> int:
    """Read a port, 5000 if there is none; raise `ArgumentTypeError` with a sentence."""
    if not text:
        return PORT
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is not a port: a port is a number from 1 to 65535")
    return int(text)


def login() -> str:
    """Give the name this user goes by on this machine, or one made up."""
    from chatroom.core.likeness import fold
    from chatroom.core.names import RESERVED

    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        return guest()
    return guest() if fold(name) in RESERVED else name


def guest() -> str:
    """Make up a name."""
    return f"guest-{secrets.token_hex(2)}"


def unreachable(where: Target, failure: Failure) -> str:
    """Say that nobody answers, why, and what to do."""
    from twisted.internet import error

    from chatroom.encrypted import NotEncrypted
    from chatroom.trust import Untrusted

    if failure.check(NotEncrypted):
        why = failure.getErrorMessage().rstrip(".")
        return (
            f"What answers at {where} does not encrypt ({why}). "
            "If that is as its host wants it, and you trust the network between, join with --clear."
        )
    if failure.check(Untrusted):
        return failure.getErrorMessage()
    if failure.check(error.DNSLookupError):
        why = "there is no host of that name"
    elif failure.check(error.TimeoutError):
        why = "no answer"
    elif failure.check(error.ConnectionRefusedError):
        why = "connection refused"
    else:
        why = failure.getErrorMessage().rstrip(".")
    remedy = "Start one with: chatroom serve" if where.local else "Check the address, or ask its host whether it is running."
    return f"No chatroom answers at {where}: {why}. {remedy}"


def open_view(name: str | None, rooms: Iterable[str], client: str, *, bot: bool = False) -> View:
    """Make the view of somebody who is about to enter a house, with a key of its own."""
    from chatroom.view import View

    return View(secrets.token_urlsafe(24), name, rooms=rooms, client=client, bot=bot)


def open_link(view: View, where: Target, reactor: Any, tell: Callable[[Any], None], say: Callable[[str], None]) -> Link:
    """Make the connection of a view, which is not begun yet; what there is to know of the house's certificate is said."""
    from chatroom.client.link import Link

    return Link(view, _endpoint(where, reactor, say), reactor, tell)


def _endpoint(where: Target, reactor: Any, say: Callable[[str], None]) -> IStreamClientEndpoint:
    from twisted.internet.endpoints import HostnameEndpoint

    plain: IStreamClientEndpoint = HostnameEndpoint(reactor, where.host, where.port, timeout=TIMEOUT)
    if not where.encrypted:
        return plain
    from chatroom.encrypted import EncryptedEndpoint
    from chatroom.trust import Judge, Trust, file_of

    judge = Judge(Trust(file_of(os.environ, Path.home())), str(where), say)
    return EncryptedEndpoint(plain, where.host, judge, reactor, TIMEOUT)
