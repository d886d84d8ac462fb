"""Capabilities: which there are, and which of them change how something that happened is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chatroom.core.session import ALERTS, CARDS, CONFIDENCES, EXPULSION, INVITATIONS, NAME, PEOPLE

SHOWING = frozenset(
    {
        "account-notify",
        "account-tag",
        "away-notify",
        "batch",
        "chghost",
        "draft/message-redaction",
        "draft/multiline",
        "extended-join",
        "invite-notify",
        "message-tags",
        "server-time",
        "setname",
    }
)
"""Those that change how what happened in a room is shown to its readers; readers who have the same of these share it."""

VALUES = {
    "account-notify": "",
    "account-tag": "",
    "away-notify": "",
    "batch": "",
    "cap-notify": "",
    "chghost": "",
    "echo-message": "",
    "extended-join": "",
    "extended-monitor": "",
    "invite-notify": "",
    "labeled-response": "",
    "message-tags": "",
    "multi-prefix": "",
    "sasl": "",
    "server-time": "",
    "setname": "",
    "standard-replies": "",
    "sts": "",
    "userhost-in-names": "",
    "znc.in/self-message": "",
    "draft/account-registration": "",
    "draft/chathistory": "",
    "draft/event-playback": "",
    "draft/extended-isupport": "",
    "draft/message-redaction": "",
    "draft/metadata-2": "",
    "draft/multiline": "",
    "draft/pre-away": "",
    "draft/read-marker": "",
    "no-implicit-names": "",
}
"""Every capability there is, and the value it is offered with to everybody."""
OLDEST = 301
"""The version of negotiating of a client that names none."""
UNASKED = frozenset({"sts"})
"""Those that tell the client something, and that it is not to ask for."""
UNLISTED = frozenset({"draft/no-implicit-names"})
"""Earlier names of some, granted to who asks; were they listed, one line would not hold the list."""


_WANTS = {"invite-notify": INVITATIONS, "extended-monitor": PEOPLE, "draft/metadata-2": CARDS}


def wants(caps: frozenset[str], before: frozenset[str]) -> frozenset[str]:
    """Give what a client wants to be told beside what happens in its rooms."""
    asked = {EXPULSION, CONFIDENCES, NAME, *(want for name, want in _WANTS.items() if name in caps)}
    return frozenset(asked | (before & {ALERTS}))


def on_offer(own: Mapping[str, str | None]) -> dict[str, str]:
    """Give what one connection is offered, and with which values: `own` are its own ones, None for what it is not offered."""
    return {name: value for name, value in {**VALUES, **own}.items() if value is not None}


def listed(version: int, offer: Mapping[str, str]) -> list[str]:
    """List what is offered, with values to clients that know of them; to others nothing that is a value alone."""
    if version < 302:
        return [name for name in offer if name not in UNASKED]
    return [f"{name}={value}" if value else name for name, value in offer.items()]


def requested(
    words: Iterable[str], have: frozenset[str], offer: Iterable[str], *, fixed: frozenset[str] = frozenset()
) -> frozenset[str] | None:
    """Give what a client has after a request, or None when not all of it can be granted; `fixed` ones cannot be given back."""
    wanted, known = set(have), (have | set(offer) | UNLISTED) - UNASKED
    for word in words:
        name = word.removeprefix("-")
        if name not in known or (word.startswith("-") and name in fixed):
            return None
        if word.startswith("-"):
            wanted.discard(name)
        else:
            wanted.add(name)
    return frozenset(wanted)
