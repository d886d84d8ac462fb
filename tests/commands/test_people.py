"""What programs need to know about people."""

from __future__ import annotations

import pytest

from chatroom.commands.people import MOST
from chatroom.testing import Person, World

CROWD = 25


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr("chatroom.commands.people.MOST", 10)
    world = World()
    for number in range(CROWD - 1):
        world.program(f"p{number}", rooms=["lobby"])
    return world.program("witness", rooms=["lobby"])


@pytest.mark.parametrize("where", [{"room": "lobby"}, {}])
def test_many_are_told_of_in_several_answers(witness: Person, where: dict[str, str]) -> None:
    told: list[str] = []
    after: dict[str, str] = {}
    for more in (True, True, None):
        answer = witness.answer("people", **where, **after)
        told += [one["name"] for one in answer["people"]]
        assert answer.get("more") == more
        after = {"after": told[-1]}
    assert told == [*(f"p{number}" for number in range(CROWD - 1)), "witness"]


def test_those_after_somebody_who_is_not_there_cannot_be_told_of(witness: Person) -> None:
    assert witness.answer("people", room="lobby", after="nobody")["error"] == "no-such-person"


def test_so_many_are_told_of_at_once() -> None:
    assert MOST == 1000
