"""Changing one's name."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World


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
    assert bob.lines()[-1] == "! Nobody here is called ann. Type /who for who is here."
