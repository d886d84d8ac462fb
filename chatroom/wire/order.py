"""How what keeps order in a room reads, the same at every door: what a room is set to, roles, mutes and bans."""

from __future__ import annotations

from chatroom.core.events import Ejected, Event, Invited, Muted, RoleChanged, RoomBanned, RoomClosed, RoomSet, RoomUnbanned, Unmuted
from chatroom.core.spans import lasting
from chatroom.wire.text import visible

_SETTINGS = {
    ("access", "open"): "opened this room to everybody",
    ("access", "invited"): "let in only those who are invited",
    ("access", "key"): "let in only those who have the key",
    ("access", "invited key"): "let in only those who are invited, or need no invitation and have the key",
    ("limit", "0"): "lifted the limit of people",
    ("lock", "on"): "locked the topic",
    ("lock", "off"): "unlocked the topic",
    ("secret", "on"): "made this room secret",
    ("secret", "off"): "made this room public",
    ("quiet", "on"): "made this room quiet: only those with a voice speak",
    ("quiet", "off"): "let everybody speak again",
    ("outside", "on"): "let those speak here, too, who are not in this room",
    ("outside", "off"): "let only those speak here who are in this room",
    ("slow", "0"): "let everybody speak without waiting again",
}
_ROLES = {
    ("operator", True): "made {} an operator",
    ("operator", False): "removed {} as an operator",
    ("voice", True): "gave {} a voice",
    ("voice", False): "took {}'s voice",
}


def worded(event: Event) -> str:
    """Give the sentence, without a stop, of what somebody did to keep order; empty for anything else."""
    by = visible(event.by.name)
    match event:
        case RoomSet(setting=setting, value=value):
            return f"{by} {_setting(setting, value)}"
        case RoleChanged(who=who, role=role, on=on):
            return f"{by} {_ROLES[role, on].format(visible(who.name))}"
        case RoomBanned(who=whom, seconds=seconds, reason=reason):
            return f"{by} banned {visible(whom)} from this room {lasting(seconds or None)}{_because(reason)}"
        case RoomUnbanned(who=whom):
            return f"{by} lifted the ban of {visible(whom)}"
        case RoomClosed(reason=reason):
            return f"{by} closed this room{_because(reason)}"
        case Ejected(who=who, reason=reason):
            return f"{visible(who.name)} was put out of this room by {by}{_because(reason)}"
        case Invited(room=room):
            return f"{by} invites you to {visible(room)}. Type /join {visible(room)}."
        case Muted(who=whom, scope=scope, seconds=seconds, reason=reason):
            return f"{by} muted {visible(whom)}{_where(scope)} {lasting(seconds or None)}{_because(reason)}"
        case Unmuted(who=whom, scope=scope):
            return f"{by} lifted the mute of {visible(whom)}{_where(scope)}"
    return ""


def _setting(setting: str, value: str) -> str:
    known = _SETTINGS.get((setting, value))
    if known is not None:
        return known
    match setting:
        case "limit":
            return f"limited this room to {visible(value)} people"
        case "spared" | "welcome":
            without = "whatever is banned" if setting == "spared" else "without an invitation"
            return f"let {visible(value[1:])} in {without}" if value[:1] == "+" else f"no longer lets {visible(value[1:])} in {without}"
        case "slow" if value.isascii() and value.isdigit() and len(value) < 10:
            return f"slowed this room: everybody may send one message in {lasting(int(value)).removeprefix('for ')}"
        case _:
            return f"set {visible(setting)} to {visible(value)}"


def _where(scope: str) -> str:
    return f" in {visible(scope)}" if scope else ""


def _because(reason: str) -> str:
    return f": {visible(reason)}" if reason else ""
