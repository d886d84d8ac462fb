"""What the tests of commands are given: a house with two people in the lobby, and a program; and a club, which has members.

In the club ada is an admin at a console, mod a moderator in the lobby, and eve a guest beside him, each at an address of their own.
"""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def ann(world: World) -> Person:
    return world.person("ann")


@pytest.fixture
def bob(world: World, ann: Person) -> Person:
    bob = world.person("bob")
    ann.lines()
    return bob


@pytest.fixture
def bot(world: World, bob: Person, ann: Person) -> Person:
    bot = world.program("bot")
    ann.lines(), bob.lines()
    return bot


@pytest.fixture
def club() -> World:
    return World(members=[member("ada", Rank.ADMIN), member("mod", Rank.MODERATOR), member("max", Rank.MODERATOR), member("meg")])


@pytest.fixture
def ada(club: World) -> Person:
    return club.console("ada", club.wire("203.0.113.1"))


@pytest.fixture
def mod(club: World) -> Person:
    return club.logged_in("mod", club.wire("203.0.113.2"))


@pytest.fixture
def eve(club: World, mod: Person) -> Person:
    eve = club.person("eve", club.wire("198.51.100.7"))
    mod.objects()
    return eve
