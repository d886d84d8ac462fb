"""What can be set in a room, and how each of it is kept beside the logs, under the key `room/NAME/KEY`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatroom.core import cards

PREFIX = "room/"
"""How the key of everything here begins, in the state kept beside the logs."""
OPERATOR: Final = "operator"
VOICE: Final = "voice"
INVITATION: Final = "invitation"
ROLES = (OPERATOR, VOICE, INVITATION)
CARD = "card"
"""What the room says about itself."""
HAND = "hand"
"""On where somebody who keeps order in the house has set something, which is to outlast the guests."""
LISTS = ("ban/", "mute/", "spare/", "welcome/")
"""How the keys begin of those in the lists."""
OUTSIDE = "outside"
"""Whether people may speak here who are not in the room."""
SWITCHES = ("lock", "secret", "quiet", OUTSIDE, HAND)
NUMBERS = ("limit", "slow")
LARGEST = 1_000_000

INVITED, KEYED = "invited", "key"
"""Words of who may come in."""


def accessed(invited: bool, key: str) -> str | None:
    """Give how it is kept who may come in; None where everybody may."""
    return ",".join([INVITED] * invited + [f"{KEYED}:{key}"] * bool(key)) or None


def read(key: str, value: Any) -> Any:
    """Give a stored value; raise ValueError when its key cannot have it."""
    role, slash, inbox = key.partition("/")
    if slash:
        fits = role in ROLES and bool(inbox) and isinstance(value, str)
    elif key in SWITCHES:
        fits = value is True
    elif key in NUMBERS:
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST
    elif key == CARD:
        return cards.read(value)
    elif key == "access":
        fits = isinstance(value, str) and value in {INVITED, *(accessed(both, value.partition(":")[2]) for both in (False, True))}
    else:
        fits = key == "owner" and isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)
    if not fits:
        raise ValueError(key)
    return value


def room_of(key: str) -> str:
    """Give the room of a key in the state beside the logs; nothing where it is not of this kind."""
    return key.removeprefix(PREFIX).partition("/")[0] if key.startswith(PREFIX) else ""


def by_room(state: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Sort what is kept of rooms: by room, and by key without the room's place."""
    found: dict[str, dict[str, str]] = {}
    for key, value in state.items():
        if key.startswith(PREFIX):
            room, _, rest = key.removeprefix(PREFIX).partition("/")
            found.setdefault(room, {})[rest] = value
    return found
