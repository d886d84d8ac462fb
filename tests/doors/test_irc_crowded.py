"""The IRC door in a room full of people: what takes long is told a few at a time, in order, and holds nobody up."""

from __future__ import annotations

from itertools import count

import pytest

from chatroom.core.flood import Verdict
from chatroom.core.guard import Guard
from chatroom.testing import Person, World
from chatroom.wire.irc.people import AT_ONCE

CROWD = 2 * AT_ONCE + 10


@pytest.fixture(scope="module")
def world() -> World:
    """Fill a room; what is tested here leaves it as it is."""
    world = World()
    for number in range(CROWD):
        world.program(f"p{number}", rooms=["lobby"])
    return world


@pytest.fixture(scope="module")
def ann(world: World) -> Person:
    ann = world.chatter("ann")
    ann.lines()
    return ann


def commands(person: Person) -> list[str]:
    return [line.split(" ")[1] for line in person.lines()]


@pytest.mark.parametrize("command", ["WHO #lobby", "WHO #lobby %tcuhnfar,7", "WHO p*"])
def test_who_tells_of_a_crowd_in_several_turns_before_what_is_asked_after_it(
    world: World, ann: Person, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = count()
    breathed = world.hub.breathed
    monkeypatch.setattr(world.hub, "breathed", lambda token: breathed(token) if next(turns) >= 0 else [])
    ann.types(command, "PING x")
    kinds = commands(ann)
    assert kinds == [*["354" if "%" in command else "352"] * CROWD, "315", "PONG"]
    assert next(turns) == CROWD // AT_ONCE


def test_a_mask_is_looked_for_in_the_whole_house_a_few_at_a_time(world: World, ann: Person) -> None:
    ann.types(f"WHO p{CROWD - 1}*")
    assert commands(ann) == ["352", "315"]


def test_a_labelled_answer_is_one_batch_all_the_same(world: World, ann: Person) -> None:
    ann.types("CAP REQ :labeled-response batch")
    ann.lines()
    ann.types("@label=a WHO #lobby")
    kinds = commands_tagged(ann)
    assert (kinds[0], kinds[-1], len(kinds)) == ("BATCH", "BATCH", CROWD + 3)


def commands_tagged(person: Person) -> list[str]:
    return [line.rpartition("irc.chatroom ")[2].split(" ")[0] for line in person.lines()]


def test_who_is_hushed_is_told_once_that_a_crowd_is_not_told_of(world: World, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Guard, "weigh", lambda *_: Verdict(hushed=10.0))
    ann.types("WHO #lobby")
    (line,) = ann.lines()
    assert "too much too fast" in line


def test_who_goes_while_it_is_told_is_told_of_no_more() -> None:
    world = World()
    crowd = [world.program(f"p{number}", rooms=["lobby"]) for number in range(CROWD)]
    one = world.chatter("one")
    one.wire.feed(b"WHO #lobby\n")
    crowd[-1].asks("quit")
    assert not [line for line in one.lines() if f" p{CROWD - 1} " in line and " 352 " in line]
