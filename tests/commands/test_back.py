"""Coming back."""

from __future__ import annotations

from chatroom.testing import Person


def test_others_are_told_who_is_back(ann: Person, bob: Person) -> None:
    ann.types("/away")
    bob.lines(), ann.lines()
    ann.types("/back")
    ann.hears("Welcome back.")
    bob.hears("-- ann is back")


def test_who_was_not_away_disturbs_nobody(ann: Person, bob: Person) -> None:
    ann.types("/back")
    ann.hears("You were not away.")
    bob.hears()


def test_going_and_coming_back_in_one_breath_ends_where_it_began(ann: Person, bob: Person) -> None:
    ann.types("/away", "/back")
    bob.hears("-- ann is away: not at the keyboard", "-- ann is back")
    bob.types("/msg ann hi")
    bob.hears("(private to ann) hi")
