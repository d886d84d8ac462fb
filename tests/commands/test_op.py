"""Letting others keep order in a room."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World, member


@pytest.fixture
def tea(ann: Person, bob: Person) -> Person:
    """Let ann have a room of her own, with bob in it."""
    ann.types("/join tea")
    bob.types("/join tea")
    ann.lines(), bob.lines()
    return ann


def test_an_operator_does_what_the_owner_may(tea: Person, bob: Person) -> None:
    tea.types("/op bob")
    tea.hears("bob is an operator of tea now.")
    bob.hears("[tea] -- ann made bob an operator")
    bob.types("/limit 5", "/deop ann")
    bob.hears("tea takes at most 5 people.", "! ann is not an operator of tea. Usage: /deop [#ROOM] NAME")


def test_who_is_no_operator_any_more_keeps_no_order(tea: Person, bob: Person) -> None:
    tea.types("/op bob", "/op bob", "/deop bob")
    tea.hears(
        "bob is an operator of tea now.",
        "! bob is an operator of tea already. Usage: /op [#ROOM] NAME",
        "bob is no longer an operator of tea.",
    )
    bob.lines()
    bob.types("/limit 5")
    bob.hears("! /limit is for those who keep order in tea: its operators, and moderators.")


def test_a_guest_keeps_it_under_another_name_but_not_after_they_are_gone(world: World, tea: Person, bob: Person) -> None:
    tea.types("/op bob")
    bob.lines()
    bob.types("/nick bobby", "/limit 5")
    assert bob.lines()[-1] == "tea takes at most 5 people."
    bob.types("/quit")
    again = world.person("bobby")
    again.types("/join tea", "/limit 6")
    assert again.lines()[-1].startswith("! /limit is for those who keep order")
    assert list(world.hub.rooms["tea"].rights.holding("operator")) == []


def test_a_guest_who_is_gone_owns_nothing_and_one_who_only_leaves_the_room_does(world: World, tea: Person, bob: Person) -> None:
    rights = world.hub.rooms["tea"].rights
    tea.types("/leave tea")
    assert rights.owner() is not None
    tea.types("/quit")
    assert rights.owner() is None


def test_a_member_is_an_operator_for_good() -> None:
    world = World(members=[member("meg"), member("mel")])
    meg = world.logged_in("meg", rooms=["tea"])
    assert meg.answer("op", name="mel")["ok"]
    assert meg.answer("op", name="nobody-here")["error"] == "no-such-person"
    world = world.restarted()
    mel = world.logged_in("mel", rooms=["tea"])
    assert mel.answer("limit", count=3)["ok"]


def test_who_resumes_is_an_operator_still(world: World) -> None:
    ann, key = world.program("ann", rooms=["tea"]), "a key of enough characters"
    bot = world.program("bot", rooms=["tea"], key=key)
    assert ann.answer("op", name="bot")["ok"]
    bot.leaves()
    again = world.connect(world.native)
    assert again.answer("hello", name="bot", key=key, resume={"tea": [world.hub.epoch, 0]})["resumed"]
    assert again.answer("limit", room="tea", count=3)["ok"]


def test_nobody_learns_a_members_name_by_their_mail() -> None:
    world = World(members=[member("meg")])
    ann = world.program("ann", rooms=["tea"])
    assert ann.answer("op", name="meg@example.org")["error"] == "no-such-person"
