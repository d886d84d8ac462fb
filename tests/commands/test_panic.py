"""Letting nobody new in."""

from __future__ import annotations

from chatroom.core.rank import Rank
from chatroom.testing import SlowWorld, World, member


def test_guests_who_are_not_here_are_turned_away_until_it_is_over() -> None:
    world = World(members=[member("ada", Rank.ADMIN), member("meg")])
    ada, eve = world.console("ada"), world.person("eve")
    assert ada.answer("panic")["lines"] == ["Nobody new is let in."]
    bob = world.connect(world.native)
    assert bob.answer("hello", name="bob")["error"] == "nobody-new"
    assert world.logged_in("meg").answer("say", text="hi")["ok"]
    eve.types("still here")
    world = world.restarted()
    bob = world.connect(world.native)
    assert bob.answer("hello", name="bob")["error"] == "nobody-new"
    ada = world.console("ada")
    assert ada.answer("panic", state="maybe")["error"] == "wrong-usage"
    assert ada.answer("panic", state="off")["ok"]
    assert bob.answer("hello", name="bob")["ok"]
    assert world.restarted().hub.keeper.panic is False


def test_it_is_as_it_was_when_it_could_not_be_stored() -> None:
    slow = SlowWorld(members=[member("ada", Rank.ADMIN)])
    host = slow.host()
    host.asks("panic", 1, state="on")
    assert slow.hub.keeper.panic
    slow.decline()
    assert not slow.hub.keeper.panic


def test_neither_of_two_changes_counts_when_neither_could_be_stored() -> None:
    slow = SlowWorld(members=[member("ada", Rank.ADMIN)])
    host = slow.host()
    host.asks("panic", 1, state="on")
    host.asks("panic", 2, state="off")
    slow.decline(2)
    assert not slow.hub.keeper.panic
    host.asks("panic", 3, state="on")
    slow.settle()
    assert slow.hub.keeper.panic
