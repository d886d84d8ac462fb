"""Whatever is asked in whatever way: one answer, a sentence of bearable length, no fault, and no word of what one may not know."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import Any

import pytest

from chatroom.core.rank import Rank
from chatroom.core.verb import Verb
from chatroom.registry import load_verbs
from chatroom.testing import Person, World, member

VERBS = sorted(load_verbs(), key=lambda verb: verb.name)
VALUES: tuple[Any, ...] = (
    *("", " ", "x", "#lobby", "@", "\u202ex", "а", "x" * 1500, "a b c d e f", "-1", "\x1b[2J\x07", "lobby", "*", "0.0.0.0/0", "10m"),
    *("\n\n", "a\nb", "name:", "#1", "last", "list", "add x", "on", "in:lobby", "a\0b", "\ud83d"),
    *(0, -1, 1 << 52, 1.5, True, [], ["x"] * 50, {}, {"a": {"b": 1}}),
)
"""What a person or program may write by mistake or out of malice."""
LONGEST = 600
"""Characters of a sentence."""


async def stay(seconds: float | None, reason: str) -> bool:
    """Be asked to close the house, and let it stay open."""
    return False


async def as_it_was(by: str) -> list[Any]:
    """Be asked to read the settings again, and find them as they were."""
    return []


async def made(name: str) -> PurePosixPath:
    """Be asked for a backup, and make none."""
    return PurePosixPath("/backups/one.tar")


class Rude:
    """Be somebody of a kind who asks for anything, and comes back when put out."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.world = World(members=[member("adm", Rank.ADMIN)])
        self.world.house.offices |= {"shutdown": stay, "reload": as_it_was, "backup": made}
        self.person = self._come()

    def _come(self) -> Person:
        return self.world.program("eve") if self.kind == "guest" else self.world.logged_in(self.kind)

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Ask, and give the one answer; none when that ended the connection."""
        self.person.sends(json.dumps({"id": "q", **request}).encode() + b"\n")
        answers = [one for one in self.person.objects() if one.get("re") == "q"]
        assert len(answers) == 1 or self.person.wire.lost, (request, answers)
        return answers[0] if answers else None


def requests(verb: Verb) -> list[dict[str, Any]]:
    """Give what may be asked of a verb, by fields and as it is typed."""
    fields = [param.name for param in verb.params] + (["room"] if verb.roomy else [])
    one = [{"do": verb.name, field: value} for field in fields for value in VALUES]
    every = [{"do": verb.name, **dict.fromkeys(fields, value)} for value in VALUES]
    typed = [{"do": "line", "text": f"/{verb.name} {value}"} for value in VALUES if isinstance(value, str)]
    return [{"do": verb.name}, *one, *every, *typed]


@pytest.mark.parametrize("kind", ["guest", "adm"])
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.name != "hello"], ids=lambda verb: verb.name)
def test_whatever_is_asked_comes_to_one_sentence_and_no_fault(verb: Verb, kind: str) -> None:
    rude = Rude(kind)
    for request in requests(verb):
        if rude.person.wire.lost:
            rude = Rude(kind)
        answer = rude.ask(request)
        if answer is not None and not answer["ok"]:
            assert len(answer["why"]) <= LONGEST, request
    assert rude.world.house.figures.faults == 0


def normal(answer: dict[str, Any] | None, room: str) -> str:
    """Give an answer without what differs from moment to moment, and without the name that was asked for."""
    return re.sub(r'"(at|id|seq|since|idle)": [^,}]+', "", json.dumps(answer)).replace(room, "ROOM")


@pytest.mark.parametrize("access", ["open", "invited", "key k"])
def test_nobody_learns_of_a_secret_room_by_asking_for_it(access: str) -> None:
    """A room that is there and secret is spoken of as one that is not there."""
    found: list[list[tuple[dict[str, Any], str]]] = []
    for room in ("vault", "voult"):
        rude = Rude("guest")
        owner = rude.world.program("own", rooms=["vault"])
        for setting, fields in [("secret", {"state": "on"}), ("access", {"access": access}), ("topic", {"topic": "treasure"})]:
            assert owner.answer(setting, room="vault", **fields)["ok"]
        answers = []
        for verb in VERBS:
            if verb.name in {"join", "quit", "hello", "topic", "say", "me", "nick", "away", "alert", "announce"}:
                continue
            asked: list[dict[str, Any]] = [{"do": verb.name, "room": room}] if verb.roomy else []
            asked += [{"do": verb.name, param.name: room} for param in verb.params]
            asked += [{"do": "line", "text": f"/{verb.name} {words}"} for words in (room, f"#{room}", f"#{room} own", f"own {room}")]
            answers += [({**one, "verb": verb.name}, normal(rude.ask(one), room)) for one in asked]
        found.append(answers)
    for (request, there), (_, nowhere) in zip(*found, strict=True):
        assert there == nowhere, request


def test_what_is_for_programs_is_nothing_to_be_typed() -> None:
    world = World()
    ann, bob = world.person("ann"), world.program("bob", rooms=["dev"])
    ann.types("/monitor", "/rise ann")
    ann.hears("! That is for programs. Usage: /monitor", "! That is for programs. Usage: /rise NAME")
    bob.asks("say", 1, room="dev", text="elsewhere")
    ann.hears()
