"""What the tests of commands are given: a house with two people in the lobby, and a program."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World


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
