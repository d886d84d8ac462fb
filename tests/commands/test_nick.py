"""Changing one's name."""

from __future__ import annotations

from typing import Any

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, World, member


def test_everybody_in_ones_rooms_is_told_once(ann: Person, bob: Person) -> None:
    for one in (ann, bob):
        one.types("/join dev")
        one.lines()
    ann.lines()
    ann.types("/nick anna")
    ann.hears("You are now called anna.")
    bob.hears("-- ann is now called anna")


def test_the_old_name_is_free_and_the_new_one_is_not(world: World, ann: Person, bob: Person) -> None:
    ann.types("/nick anna")
    bob.types("/nick ANNA", "/nick ann")
    assert bob.lines()[-2:] == ["! ANNA is taken. Choose another name.", "You are now called ann."]
    assert len(world.hub.roster) == 2


def test_ones_own_name_may_change_its_case(ann: Person, bob: Person) -> None:
    for name in ("Ann", "Ann", "ann"):
        ann.types(f"/nick {name}")
    ann.hears("You are now called Ann.", "You are Ann already.", "You are now called ann.")
    bob.types("/nick ANN")
    assert bob.lines()[-1] == "! ANN is taken. Choose another name."


def test_ones_own_name_may_change_to_what_looks_like_it(ann: Person, bob: Person) -> None:
    bob.types("/nick b0b")
    bob.hears("You are now called b0b.")


@pytest.mark.parametrize("name", ["b0b", "bоb", "BOB", "admin", "two words", "", ".", "x" * 33, "a\u200bb", "🙂", "a:b", "(x)", "-x"])
def test_a_name_that_cannot_be_is_refused_and_the_old_one_stays(ann: Person, bob: Person, name: str) -> None:
    ann.types(f"/nick {name}", "still me")
    (refusal,) = ann.lines()
    assert refusal.startswith("! ")
    bob.hears("ann: still me")


def test_private_words_find_the_new_name_and_not_the_old(ann: Person, bob: Person) -> None:
    ann.types("/nick anna")
    ann.lines(), bob.lines()
    bob.types("/msg anna hi", "/msg ann hi")
    ann.hears("(private) bob: hi")
    assert bob.lines()[-1] == "! Nobody here is called ann. Type /who to see who is here."


@pytest.mark.parametrize("stored", [True, False])
def test_who_goes_with_a_change_of_name_under_way_has_neither_name(stored: bool) -> None:
    world = SlowWorld(members=[member("max", Rank.MODERATOR)])
    ann, bob, watcher = world.person("ann"), world.person("bob"), world.program("cat")
    moderator = world.logged_in("max", rooms=[])
    watcher.asks("lookout", add=["ann", "anna"])
    world.settle()
    watcher.objects(), moderator.objects()
    ann.types("/nick anna")
    ann.leaves()
    moderator.asks("kick", who="ann")
    moderator.asks("ban", who="ann", dry_run=True)
    assert [(one.get("error"), one.get("targets")) for one in moderator.objects()] == [("no-such-person", None), (None, ["ann"])]
    bob.types("/nick ann")
    if not stored:
        world.decline()
    world.settle()
    bob.types("/nick anna")
    world.settle()
    assert [line for line in bob.lines() if "called" in line][-2:] == ["You are now called ann.", "You are now called anna."]
    told = [one["text"] for one in watcher.objects() if one["is"] == "notice"]
    assert told == ["ann is gone.", "anna is gone.", "ann is here.", "ann is gone.", "anna is here."]


BY_THEMSELVES = [("nick", {"name": "eve2"}), ("away", {"message": "eh"}), ("card", {"set": {"colour": "red"}})]


@pytest.mark.parametrize(("verb", "fields"), BY_THEMSELVES)
def test_who_is_banned_where_they_are_is_not_called_otherwise_and_shows_nothing_new(verb: str, fields: dict[str, Any]) -> None:
    world = World()
    ann = world.chatter("ann")
    ann.types("JOIN #den")
    eve = world.program("eve", rooms=["den", "lobby"])
    ann.types("MODE #den +b eve!*@*")
    assert eve.answer(verb, **fields)["error"] == "banned-from-room"
    assert eve.answer("say", room="den", text="hello")["error"] == "banned-from-room"
    ann.types("MODE #den +v eve")
    assert eve.answer(verb, **fields)["ok"]


def test_who_could_not_speak_in_a_quiet_room_may_be_called_otherwise_there() -> None:
    world = World()
    ann, eve = world.program("ann", rooms=["den"]), world.program("eve", rooms=["den"])
    assert ann.answer("quiet", room="den", state="on")["ok"]
    assert eve.answer("nick", name="eve2")["ok"]
