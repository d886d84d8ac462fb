"""Looking out for people by name, by IRC's MONITOR and by the native door."""

from __future__ import annotations

from chatroom.core.lookout import MOST
from chatroom.testing import World


def test_who_is_looked_out_for_is_told_of_when_they_come_go_and_change_their_name() -> None:
    world = World()
    ann = world.chatter("ann")
    bob = world.person("bob")
    ann.types("MONITOR + bob,eve,bad!name", "MONITOR L", "MONITOR S")
    assert [line.split(" ")[1] for line in ann.lines()] == ["730", "731", "732", "733", "730", "731"]
    eve = world.person("eve")
    assert [line.partition("!")[0] for line in ann.lines()] == [":irc.chatroom 730 ann :eve"]
    bob.types("/nick rob")
    ann.hears(":irc.chatroom 731 ann :bob")
    eve.types("/nick Eve")
    ann.hears()
    eve.types("/quit")
    ann.hears(":irc.chatroom 731 ann :Eve")
    ann.types("MONITOR - eve", "MONITOR C", "MONITOR L", "MONITOR X")
    assert [line.split(" ")[1] for line in ann.lines()] == ["733", "461"]
    world.person("bob")
    ann.hears()


def test_no_more_names_are_looked_out_for_than_may_be_and_none_after_leaving() -> None:
    world = World()
    ann = world.chatter("ann")
    for start in (0, 60):
        ann.types("MONITOR + " + ",".join(f"n{number}" for number in range(start, start + 60)))
    assert [line.split(" ")[1] for line in ann.lines()] == ["731", "731", "734"]
    assert len(world.hub.lookout) == MOST
    ann.types("QUIT")
    assert len(world.hub.lookout) == 0


def test_a_program_is_told_by_notices() -> None:
    world = World()
    bot = world.program("bot")
    assert bot.answer("lookout", add=["bob"])["gone"] == ["bob"]
    bob = world.person("bob")
    bob.types("/quit")
    notices = [one for one in bot.objects() if one["is"] == "notice"]
    assert [(one["code"], one["text"]) for one in notices] == [("here", "bob is here."), ("gone", "bob is gone.")]
