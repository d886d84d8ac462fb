"""Settling in: what is there for good is set aside once."""

from __future__ import annotations

import gc

import pytest
from twisted.internet.task import Clock

from chatroom.settling import SETTLED, Settling


@pytest.fixture(autouse=True)
def _thawed() -> object:
    # Other tests have houses that settle in, too.
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_there_at_the_start_and_a_moment_later_is_set_aside() -> None:
    clock = Clock()
    Settling(clock).startService()
    before = gc.get_freeze_count()
    assert before > 1000
    made = [[number] for number in range(500)]
    clock.advance(SETTLED - 0.1)
    assert gc.get_freeze_count() <= before
    clock.advance(0.1)
    assert gc.get_freeze_count() >= before + len(made)


def test_it_looks_for_garbage_before_anybody_can_come_and_not_later() -> None:
    looks: list[str] = []

    def look(phase: str, about: dict[str, int]) -> None:
        looks.append(f"{phase} {about['generation']}")

    gc.callbacks.append(look)
    try:
        clock = Clock()
        Settling(clock).startService()
        assert looks.count("stop 2") == 1
        clock.advance(SETTLED)
        assert looks.count("stop 2") == 1
    finally:
        gc.callbacks.remove(look)


def test_a_house_that_closes_at_once_sets_no_more_aside() -> None:
    clock = Clock()
    settling = Settling(clock)
    settling.startService()
    settling.stopService()
    before = gc.get_freeze_count()
    made = [[number] for number in range(500)]
    clock.advance(SETTLED)
    assert gc.get_freeze_count() < before + len(made)
    assert clock.getDelayedCalls() == []
