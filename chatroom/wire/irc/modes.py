"""What the house's rights are as IRC's modes, both ways.

i  access invited      k  access key      l  limit      m  quiet      s  secret      t  lock
b  bans of the room    e  whom no ban keeps out          I  who needs no invitation
o  operator            v  voice           n  no outside
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatroom.core.events import Role
from chatroom.core.names import is_address

ROLES = {"operator": "o", "voice": "v"}
LETTERS = {"@": "o", "+": "v"}
"""The mode that each mark before a name stands for."""
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
    if colon and kind in {"name", "hostmask"}:
        return rest if "!" in rest else f"{rest}!*@*"
    if "!" in target:
        return target
    if " " in target:
        return f"*!*@{target.replace(' ', '.')}"  # an address, for those who are not to learn it
    if "/" in target or ":" in target or re.fullmatch(r"\d+(\.\d+){3}", target):
        return f"*!*@{target}"
    return f"{target}!*@*"


def whole(mask: str) -> str:
    """Give a mask as `nick!user@host`, with stars for what is left out; an address alone is a host."""
    nick, bang, rest = mask.partition("!")
    if not bang and ("@" in mask or is_address(mask)):
        nick, rest = "", mask if "@" in mask else f"@{mask}"
    user, _, host = rest.partition("@")
    return f"{nick or '*'}!{user or '*'}@{host or '*'}"
