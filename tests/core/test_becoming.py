"""A guest who turns out to be a member keeps what they held, whenever they say so."""

from __future__ import annotations

import json

import pytest

from chatroom.core.rank import Rank
from chatroom.core.rights import Rights
from chatroom.testing import Person, SlowWorld, member, password_of


@pytest.fixture
def slow() -> SlowWorld:
    return SlowWorld(members=[member("meg"), member("max", Rank.MODERATOR)])


def identify(guest: Person) -> None:
    """Say who one is."""
    guest.asks("identify", name="meg", password=password_of("meg"))


def owner(slow: SlowWorld) -> tuple[object, object]:
    """Give who owns a room, and who it would be after a restart."""
    room = slow.hub.rooms.get("tea", None)
    stored = slow.disk.open(slow.house.deeds.settled, tail=0).state.get("room/tea/owner")
    return (room.rights if room is not None else Rights("")).owner(), stored and tuple(json.loads(stored))


def test_a_room_is_theirs_that_they_opened_a_moment_before(slow: SlowWorld) -> None:
    ann = slow.program("ann")
    ann.asks("join", room="tea")
    identify(ann)
    slow.settle()
    assert owner(slow) == (("@m-meg", "ann"), ("@m-meg", "ann"))


def test_what_cannot_be_stored_as_theirs_is_nobodys(slow: SlowWorld) -> None:
    ann = slow.program("ann", rooms=["tea"])
    identify(ann)
    slow.decline(n=2)
    assert owner(slow) == (None, None)


@pytest.mark.parametrize("by_then", [True, False])
def test_a_room_that_is_closed_by_then_is_not(slow: SlowWorld, by_then: bool) -> None:
    ann = slow.program("ann", rooms=["tea", "lobby"])
    ann.asks("close", room="tea")
    if by_then:
        slow.settle()
    identify(ann)
    slow.settle()
    assert owner(slow) == (None, None)
