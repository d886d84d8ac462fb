"""What the house's rights are as IRC's modes, both ways.

i  access invited      k  access key      l  limit      m  quiet      s  secret      t  lock
b  bans of the room    e  whom no ban keeps out          I  who needs no invitation
o  operator            v  voice           n  no outside
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatroom.core.events import Role

ROLES = {"operator": "o", "voice": "v"}
MARKS = {"nobody": "", "voiced": "+", "operator": "@", "owner": "@", "moderator": "@", "admin": "@"}
"""What stands before the name of somebody who is something in a room."""
SOME: dict[Role, str] = {"operator": "@", "voice": "+"}
"""What stands before a room's name where something is said to those there alone who have a role, or more."""
FLAGS = {"quiet": "m", "secret": "s", "lock": "t"}
"""The settings that are on or off, by the letter they have."""
EXEMPT = {"spared": "e", "welcome": "I"}
"""The lists of whom something is not so for, by the setting others are told of them by."""
KINDS = {"e": "ban", "I": "invitation"}
"""And from what."""
ACCESS = {"i": "invited", "k": "key"}
SETTINGS = {letter: setting for setting, letter in FLAGS.items()}

_MEMBER = re.compile(r"(?:\*!)?[^!@]*@([a-z0-9_-]{1,64})\.member", re.IGNORECASE).fullmatch
_AT = re.compile(r"(?:\*!)?[^!@]*@([^@]*[^@*])").fullmatch
_NAMED = re.compile(r"([^!@]+)(?:!\*@\*|@\*|!\*)?").fullmatch


def of_setting(setting: str, value: str, before: str = "", key: str = "") -> tuple[str, ...]:
    """Give a room's new setting as a mode and what goes with it, be that its `key`; nothing where there is no mode for it."""
    if setting == "access":
        return _of_access(value.split(), before.split(), key or "*")
    if setting in EXEMPT:
        return (value[:1] + EXEMPT[setting], mask_of(value[1:]))
    if setting == "outside":
        return ("-n" if value == "on" else "+n",)
    if setting in FLAGS:
        return (("+" if value == "on" else "-") + FLAGS[setting],)
    if setting == "limit":
        return ("+l", value) if value not in {"", "0"} else ("-l",)
    return ()


def _of_access(access: Sequence[str], before: Sequence[str], key: str) -> tuple[str, ...]:
    """Give what has changed about who may come in; where nothing has it is the key."""
    gone = "".join(letter for letter, word in ACCESS.items() if word in before and word not in access)
    now = "".join(letter for letter, word in ACCESS.items() if word in access and word not in before)
    if not gone and not now and "key" in access:
        now = "k"
    words = (f"-{gone}" if gone else "") + (f"+{now}" if now else "")
    return (words, *["*"] * ("k" in gone), *[key] * ("k" in now)) if words else ()


def mask_of(target: str) -> str:
    """Give whom a ban hits as a mask."""
    kind, colon, rest = target.partition(":")
    if colon and kind == "member":
        return f"*!*@{rest}.member"
    if colon and kind == "name":
        return f"{rest}!*@*"
    if "/" in target or ":" in target or re.fullmatch(r"\d+(\.\d+){3}", target):
        return f"*!*@{target}"
    return f"{target}!*@*"


def target_of(mask: str) -> str | None:
    """Give the house's way of writing whom a mask hits; None where it has none.

    A host says by itself who it is, so that the user which clients write before it makes no difference.
    """
    member = _MEMBER(mask)
    if member is not None:
        return f"member:{member[1].lower()}"
    at = _AT(mask)
    if at is not None:
        return f"*!*@{at[1]}"
    named = _NAMED(mask)
    return named[1] if named is not None else None
