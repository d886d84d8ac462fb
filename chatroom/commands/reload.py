"""/reload: read the settings again, and let what is different take effect.

If something is wrong with them, it is listed and nothing changes. Nobody is disconnected. A few settings take effect only at the
next start, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.rank import Rank
from chatroom.core.verb import Verb, described


class Difference(Protocol):
    """Be one setting that has another value than before, as the office "reload" gives it."""

    @property
    def key(self) -> str:
        """Name the setting."""

    @property
    def old(self) -> str:
        """Give what it was, as a person would write it."""

    @property
    def new(self) -> str:
        """Give what it is."""

    @property
    def waits(self) -> str:
        """Tell why it takes effect at the next start alone; nothing when it does so at once."""


def perform(call: Call) -> None:
    """Have it done, and put on record what changed."""
    call.ask("reload", call.person.name, then=partial(_done, call), always=True)


def _done(call: Call, found: Sequence[Difference]) -> Sequence[Effect]:
    changes = [{"key": one.key, "old": one.old, "new": one.new, "waits": bool(one.waits)} for one in found]
    answer = call.answering(*told(found), changes=changes)
    if not found:
        return [answer]
    call.order(f"reload: {', '.join(one.key for one in found)}"[: call.hub.limits.reason], answer=answer)
    return ()


def told(found: Sequence[Difference]) -> list[str]:
    """Tell what came of it, in lines."""
    if not found:
        return ["The settings are as they were."]
    now = [one for one in found if not one.waits]
    later = [one for one in found if one.waits]
    lines = [_counted(len(now), "changed:"), *map(_line, now)] if now else []
    if later:
        lines += [_counted(len(later), "changed in the file, for the next start:"), *map(_line, later)]
    return lines


def _line(one: Difference) -> str:
    why = f" ({one.waits})" if one.waits else ""
    return f"  {one.key}: {one.old} -> {one.new}{why}"


def _counted(count: int, what: str) -> str:
    return f"{count} setting{'s' if count > 1 else ''} {what}"


verb = Verb("reload", perform, rank=Rank.ADMIN, **described(__doc__))
