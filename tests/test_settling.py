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


def test_what_is_there_a_moment_after_the_start_is_set_aside() -> None:
    clock = Clock()
    Settling(clock).startService()
    clock.advance(SETTLED - 0.1)
    assert gc.get_freeze_count() == 0
    clock.advance(0.1)
    assert gc.get_freeze_count() > 1000


def test_a_house_that_closes_at_once_sets_nothing_aside() -> None:
    clock = Clock()
    settling = Settling(clock)
    settling.startService()
    settling.stopService()
    clock.advance(SETTLED)
    assert gc.get_freeze_count() == 0
    assert clock.getDelayedCalls() == []
