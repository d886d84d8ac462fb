"""/key [ACTION]: keep the SSH keys and certificates by which you come in without a password; for members.

ACTION is list, add KEY, or remove NUMBER. KEY is the line of your .pub file: ssh-ed25519 AAAA… and what you call it; or certificate and
its SHA-256 fingerprint. Without one, add keeps the key that your ssh showed when you came in, or the certificate of an encrypted
connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatroom.core import keys
from chatroom.core.action import PARAMS, action
from chatroom.core.call import Call
from chatroom.core.errors import NoKeyShown, NoSuchKey, NotAMember
from chatroom.core.keys import PublicKey
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Do what the first word says."""
    member = call.person.author.member
    if member is None:
        raise NotAMember
    do, rest = action(call, ACTIONS)
    do(call, member, rest)


def _list(call: Call, member: str, rest: str) -> None:
    held = call.hub.keeper.keys.of(member)
    shown = [f"{number}. {told(key)}" for number, key in enumerate(held, 1)]
    call.answer(*(shown or ["You have no keys."]), keys=[_facts(key) for key in held])


def _add(call: Call, member: str, rest: str) -> None:
    key = _shown(call) if rest in {"", keys.CERTIFICATE} else keys.read(rest)
    way = "by SASL EXTERNAL in IRC" if key.kind == keys.CERTIFICATE else f"ssh -p PORT {call.person.name}@HOST"
    line = f"Kept: {told(key)}. From now on you can come in with it: {way}"
    call.ask("add_key", member, key, then=lambda _: [call.answering(line)], always=True)


def _shown(call: Call) -> PublicKey:
    """Give the key that this connection showed."""
    if call.session.credentials.offered is None:
        raise NoKeyShown
    return call.session.credentials.offered


def _remove(call: Call, member: str, rest: str) -> None:
    if not (rest.isascii() and rest.isdigit() and len(rest) < 4):
        raise NoSuchKey(number=rest[:20] or "without a number")
    call.ask("remove_key", member, int(rest), then=lambda _: [call.answering(f"Key {int(rest)} is removed.")], always=True)


def told(key: PublicKey) -> str:
    """Name a key to its owner."""
    return f"{key.kind} {key.fingerprint}{' ' if key.comment else ''}{key.comment}"


def _facts(key: PublicKey) -> dict[str, Any]:
    return {"kind": key.kind, "fingerprint": key.fingerprint, "comment": key.comment}


ACTIONS: dict[str, Callable[[Call, str, str], None]] = {"list": _list, "add": _add, "remove": _remove}

verb = Verb("key", perform, params=PARAMS, **described(__doc__))
