"""/stats: how the house is doing, in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.rank import Rank
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Ask the house for its figures, and add what the hub knows."""
    hub = call.hub
    doors: dict[str, int] = {}
    for session in hub.sessions:
        doors[session.door] = doors.get(session.door, 0) + 1

    def then(figures: Mapping[str, str]) -> Sequence[Effect]:
        known = {
            "people": str(len(hub.people)),
            "connections": ", ".join(f"{count} {door}" for door, count in sorted(doors.items())),
            "rooms": str(len(hub.rooms)),
            "members": str(len(hub.keeper.members)),
            "bans": str(len(hub.keeper.bans)),
            **figures,
            **hub.guard.figures(),
            "limits": ", ".join(f"{name} {value:.15g}" for name, value in asdict(hub.limits).items()),
        }
        width = max(map(len, known))
        return [call.answering(*(f"{name:<{width}}  {value}" for name, value in known.items()), **known)]

    call.ask("figures", then=then, always=True)


verb = Verb("stats", perform, rank=Rank.MODERATOR, **described(__doc__))
