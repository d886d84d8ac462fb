"""Asking somebody into a room."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, SlowWorld, World, member


@pytest.fixture
def tea(ann: Person, bob: Person) -> Person:
    """Let ann have a room of her own, for those who are invited."""
    ann.types("/join tea", "/access invited")
    ann.lines(), bob.lines()
    return ann


def test_who_is_invited_is_told_at_once_and_comes_in_once(tea: Person, bob: Person) -> None:
    tea.types("/invite bob")
    tea.hears("bob is invited to tea.")
    bob.hears("-- ann invites you to tea. Type /join tea.")
    bob.types("/join tea")
    assert bob.lines()[-1] == "-- You are in tea (2 here: ann, bob)."
    bob.types("/leave", "/join tea")
    assert bob.lines()[-1].startswith("! Only those who are invited may come into tea.")


def test_it_is_the_person_who_is_invited_and_not_the_name(world: World, tea: Person, bob: Person) -> None:
    tea.types("/invite bob")
    bob.types("/nick bobby", "/join tea")
    assert bob.lines()[-1] == "-- You are in tea (2 here: ann, bobby)."


def test_an_invitation_ends_with_the_guest(world: World, tea: Person, bob: Person) -> None:
    tea.types("/invite bob")
    bob.types("/quit")
    again = world.person("bob")
    again.types("/join tea")
    again.hears("! Only those who are invited may come into tea. Ask an operator of it to invite you.")


def test_where_everybody_may_come_in_anybody_asks_anybody(world: World, ann: Person, bob: Person) -> None:
    eve = world.person("eve")
    ann.types("/join tea")
    bob.types("/join tea")
    bob.lines()
    bob.types("/invite eve")
    bob.hears("eve is invited to tea.")
    eve.hears("-- bob invites you to tea. Type /join tea.")
    bob.types("/invite ann", "/invite nobody-here")
    bob.hears(
        "! ann is in tea already. Usage: /invite [#ROOM] NAME", "! Nobody here is called nobody-here. Type /who to see who is here."
    )


def test_where_one_must_be_invited_those_who_keep_order_invite(tea: Person, bob: Person, world: World) -> None:
    tea.types("/invite bob")
    bob.types("/join tea")
    bob.lines()
    world.person("eve")
    bob.types("/invite eve")
    assert bob.lines()[-1] == "! /invite is for those who keep order in tea: its operators, and moderators."


def test_who_is_ignored_invites_in_vain(tea: Person, bob: Person) -> None:
    bob.types("/ignore ann")
    bob.lines()
    tea.types("/invite bob")
    bob.hears()


def test_an_absent_members_invitation_waits_and_survives_a_restart() -> None:
    world = World(members=[member("meg"), member("mel")])
    meg = world.logged_in("meg", rooms=["tea"])
    meg.answer("access", access="invited")
    assert meg.answer("invite", name="mel")["lines"] == ["mel is invited to tea. mel is not here now; tell them."]
    world = world.restarted()
    mel = world.logged_in("mel", rooms=[])
    assert mel.answer("join", room="tea")["ok"]
    world = world.restarted()
    assert world.logged_in("mel", rooms=[]).answer("join", room="tea")["error"] == "room-invited-only"


def test_a_program_is_told_by_whom_and_where() -> None:
    world = World()
    ann, bot = world.program("ann", rooms=["tea"]), world.program("bot")
    ann.answer("invite", name="bot")
    (told,) = bot.objects()
    assert {"is": "invited", "by": "ann", "to": "bot", "room": "tea"}.items() <= told.items()


def test_who_could_not_come_in_as_the_disk_was_full_is_still_invited() -> None:
    slow = SlowWorld()
    ann, bob = slow.program("ann", rooms=["tea"]), slow.program("bob", rooms=[])
    ann.asks("access", 1, access="invited")
    ann.asks("invite", 2, name="bob")
    slow.settle()
    for count in (1, 2):
        bob.asks("join", count, room="tea")
        slow.decline() if count == 1 else slow.settle()
    assert [one["ok"] for one in bob.objects() if "re" in one] == [False, True]
