"""Deciding who may come into a room."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member


@pytest.fixture
def own(world: World, ann: Person, bob: Person) -> Person:
    """Let ann have a room of her own."""
    ann.types("/join tea")
    ann.lines()
    return ann


def test_whoever_opens_a_room_decides_who_may_come_in(own: Person, bob: Person) -> None:
    own.types("/access", "/access invited")
    own.hears("Everybody may come into tea.", "Only those who are invited may come into tea.")
    bob.types("/join tea")
    bob.hears("! Only those who are invited may come into tea. Ask an operator of it to invite you.")
    own.types("/access open")
    own.lines()
    bob.types("/join tea")
    assert bob.lines()[-1] == "-- You are in tea (2 here: ann, bob)."


def test_with_a_key_those_come_in_who_know_it(own: Person, bob: Person) -> None:
    own.types("/access key Earl")
    own.hears("Only those who have the key may come into tea.")
    bob.types("/join tea", "/join tea earl", "/join tea Earl")
    told = "! Only those who have the key may come into tea. Type /join tea KEY."
    assert bob.lines() == [
        told,
        told,
        "[22:13] [tea] -- ann let in only those who have the key",
        "-- You are in tea (2 here: ann, bob).",
    ]


def test_the_key_is_told_to_those_who_keep_order_and_to_nobody_else(own: Person, bob: Person, world: World) -> None:
    own.types("/access key Earl")
    own.lines()
    bob.types("/join tea Earl")
    bob.lines()
    bob.types("/access")
    bob.hears("Only those who have the key may come into tea.")
    own.types("/access")
    assert own.lines()[-2:] == ["Only those who have the key may come into tea.", "The key is: Earl"]
    host = world.host()
    assert "Earl" not in repr(host.answer("audit"))


def test_one_may_have_to_be_invited_and_to_know_the_key(own: Person, bob: Person, world: World) -> None:
    own.types("/access invited key Earl", "/invite bob")
    told = "Only those who are invited may come into tea; those who need no invitation need the key."
    own.hears(told, "bob is invited to tea.")
    bob.types("/join tea")
    assert "-- ann let in only those who are invited, or need no invitation and have the key" in bob.lines()[-2]
    program = world.program("pam", rooms=["tea2"])
    for asked, lift, access in [
        ("key a", False, "key"),
        ("invited", False, "invited key"),
        ("key", True, "invited"),
        ("invited", True, "open"),
    ]:
        assert program.answer("access", access=asked, lift=lift, also=not lift)["access"] == access


@pytest.mark.parametrize("wrong", ["invited Earl", "invited key", "key", "open sesame", "closed", "key two words"])
def test_nonsense_is_refused_and_changes_nothing(own: Person, world: World, wrong: str) -> None:
    own.types(f"/access {wrong}")
    (line,) = own.lines()
    assert line.startswith("! ")
    assert world.hub.rooms["tea"].rights.access == "open"


def test_those_who_are_in_the_room_stay_and_come_back_on_another_device() -> None:
    world = World(members=[member("meg")])
    ann, meg = world.program("ann", rooms=["tea"]), world.logged_in("meg", rooms=["tea"])
    assert ann.answer("access", access="invited")["ok"]
    assert "tea" in [one["room"] for one in meg.answer("rooms")["rooms"]]
    other = world.logged_in("meg", rooms=[])
    assert other.answer("join", room="tea")["is"] == "entered"
    assert meg.answer("leave")["ok"]
    assert other.answer("leave")["ok"]
    assert other.answer("join", room="tea")["error"] == "room-invited-only"


def test_a_key_for_a_room_that_is_not_there_opens_none(ann: Person) -> None:
    ann.types("/join my room")
    ann.hears("! A room's name cannot contain spaces. Use letters, digits, and - _ . between them.")


def test_it_holds_after_a_restart_and_a_member_owns_the_room_still() -> None:
    world = World(members=[member("meg"), member("max", Rank.MODERATOR)])
    meg = world.logged_in("meg", rooms=["tea"])
    assert meg.answer("access", access="key Earl")["ok"]
    world = world.restarted()
    bob = world.program("bob")
    assert bob.answer("join", room="tea")["error"] == "room-keyed"
    assert bob.answer("join", room="tea", key="Earl")["ok"]
    assert bob.answer("access", access="open")["error"] == "not-keeper"
    meg = world.logged_in("meg", rooms=["tea"])
    assert meg.answer("access", access="open")["ok"]


def test_moderators_come_in_without_a_key_and_change_it_from_elsewhere() -> None:
    world = World(members=[member("max", Rank.MODERATOR)])
    ann, max_ = world.program("ann", rooms=["tea"]), world.logged_in("max")
    ann.answer("access", access="key Earl")
    assert max_.answer("line", text="/access #tea")["key"] == "Earl"
    assert max_.answer("join", room="tea")["ok"]
    max_.answer("join", room="lobby")
    assert max_.answer("line", text="/access #tea open", room="lobby")["access"] == "open"


def test_at_a_console_a_room_is_named_and_the_lobby_is_meant_otherwise() -> None:
    world = World(members=[member("ada", Rank.ADMIN)])
    world.program("ann", rooms=["tea"])
    host = world.host()
    assert host.answer("access", room="tea", access="invited")["room"] == "tea"
    assert host.answer("access")["room"] == "lobby"
