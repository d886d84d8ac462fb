"""Those whom a relay brings: their names begin with a star, and under it nobody is anybody else."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.proxy import RELAY, Header, Place, render


@pytest.fixture
def world() -> World:
    return World(members=[member("ada", Rank.ADMIN)])


def relayed(world: World, address: str = "203.0.113.9") -> Person:
    one = world.connect(world.front, world.wire("127.0.0.1"))
    one.sends(render(Header(Place(address, 4711), Place("192.0.2.8", 5000), ((RELAY, b""),))))
    return one


def starred(world: World, name: str, address: str = "203.0.113.9") -> Person:
    one = relayed(world, address)
    one.types(name)
    one.lines()
    return one


def test_a_starred_person_is_seen_as_one_everywhere(world: World) -> None:
    ann = world.person("ann")
    bob = starred(world, "*bob")
    ann.hears("-- *bob joined (2 here)")
    bob.types("hi", "/me waves", "/msg ann psst")
    ann.hears("*bob: hi", "* *bob waves", "(private) *bob: psst")
    bob.lines()
    ann.types("/msg *bob hello", "/who")
    bob.hears("(private) ann: hello")
    assert "*bob" in " ".join(ann.lines())


def test_somebody_of_the_same_name_without_a_star_is_another(world: World) -> None:
    starred(world, "*bob")
    bob = world.connect()
    bob.types("bob")
    assert "Welcome, bob." in bob.lines()


@pytest.mark.parametrize("name", ["*admin", "*192.0.2.1", "**bob", "*", "*a b"])
def test_a_star_opens_no_name_that_is_closed(world: World, name: str) -> None:
    one = relayed(world)
    one.types(name)
    assert one.lines()[-1].startswith("! ")


def test_two_of_one_name_are_not_both_starred(world: World) -> None:
    starred(world, "*bob")
    for name in ("*BOB", "*b0b"):
        one = relayed(world)
        one.types(name)
        assert one.lines()[-1].startswith("! ")


def test_a_member_shows_a_password_through_a_relay_too(world: World) -> None:
    ann = world.person("ann")
    one = relayed(world)
    one.types("*ada")
    assert one.lines()[-1].startswith("-- Password for *ada:")
    one.types("wrong", "*ada", password_of("ada"))
    assert "Welcome, *ada." in one.lines()
    ann.hears("-- *ada joined (2 here)")


def test_a_guest_does_not_look_like_a_member_under_a_star(world: World) -> None:
    one = relayed(world)
    one.types("*аda")
    assert one.lines()[-1].startswith("! ")


def test_a_starred_person_takes_another_starred_name(world: World) -> None:
    bob = starred(world, "*bob")
    bob.types("/nick *rob")
    bob.hears("You are now called *rob.")
    ann = world.person("ann")
    ann.types("/nick *ann")
    assert ann.lines()[-1].startswith("! A name cannot contain “*”")


def test_a_starred_person_can_be_ignored_and_banned_by_name(world: World) -> None:
    ann, bob = world.person("ann"), starred(world, "*bob")
    ann.types("/ignore *bob")
    ann.lines()
    bob.types("hi")
    ann.hears()
    world.host().asks("ban", who="*bob", force=True)
    assert "banned" in bob.lines()[-1]
    again = relayed(world)
    again.types("*bob")
    assert "banned" in again.lines()[-1]


def test_a_starred_guest_registers_the_name_without_the_star() -> None:
    world = World(Rules(registration="open"))
    bob = starred(world, "*bob")
    bob.types("/register bob@example.org")
    assert bob.lines()[0].startswith("You are a member now, and bob is your name.")
    (person,) = world.hub.people.values()
    assert (person.name, person.author.member is not None) == ("*bob", True)


def test_a_starred_guest_does_not_register_a_name_that_somebody_else_has() -> None:
    world = World(Rules(registration="open"))
    world.person("bob")
    one = starred(world, "*bob")
    one.types("/register bob@example.org")
    one.hears("! bob is taken. Choose another name.")
