"""Whom a ban does not keep out, and who needs no invitation."""

from __future__ import annotations

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member


def tea(world: World) -> tuple[Person, Person]:
    """Give who keeps a room, and somebody who is not in it."""
    ann, bob = world.person("ann"), world.person("bob")
    ann.types("/join tea")
    ann.lines(), bob.lines()
    return ann, bob


def test_who_is_exempt_comes_in_whatever_is_banned_until_that_is_lifted() -> None:
    world = World()
    ann, bob = tea(world)
    ann.types("/ban b*", "/exempt ban bob")
    assert ann.lines()[-1] == "bob is let into tea whatever is banned."
    ann.types("/bans")
    assert [line for line in ann.lines() if line.startswith("let in")] == ["let in whatever is banned: #1 bob, for good, by ann"]
    bob.types("/join tea", "/leave tea")
    assert not [line for line in bob.lines() if line.startswith("!")]
    program = world.program("cat")
    program.asks("join", 1, room="tea")
    ann.types("/exempt ban cat")
    assert ann.lines()[-1] == "cat is let into tea whatever is banned."


def test_who_needs_no_invitation_comes_in() -> None:
    ann, bob = tea(World())
    ann.types("/access invited", "/exempt invitation bob")
    assert ann.lines()[-1] == "bob is let into tea without an invitation."
    bob.types("/join tea")
    assert bob.lines()[-1] == "-- You are in tea (2 here: ann, bob)."


def test_nonsense_is_refused_and_what_is_not_there_cannot_be_lifted() -> None:
    world = World()
    ann, _ = tea(world)
    ann.types("/exempt nothing bob")
    assert "neither ban nor invitation" in ann.lines()[-1]
    program = world.program("prog")
    program.asks("join", 1, room="mine")
    program.objects()
    program.asks("exempt", 2, room="mine", kind="ban", who="bob", lift=True)
    assert program.objects()[-1]["why"].startswith("bob is not exempt")


def test_it_is_kept_and_ends_with_the_room() -> None:
    world = World(members=[member("mia", Rank.ADMIN)])
    mia = world.logged_in("mia")
    mia.asks("join", 1, room="tea")
    mia.asks("exempt", 2, room="tea", kind="ban", who="bob")
    mia.asks("say", 3, room="tea", text="hi")
    later = world.restarted()
    assert len(later.house.hub.rooms["tea"].rights.spared) == 1
    mia = later.logged_in("mia")
    mia.asks("close", 1, room="tea")
    mia.objects()
    assert "tea" not in later.restarted().house.hub.rooms
