"""Not seeing somebody."""

from __future__ import annotations

from chatroom.testing import Person


def test_who_is_ignored_is_ignored_in_any_case_of_their_name(ann: Person, bob: Person) -> None:
    ann.types("/ignore BoB")
    ann.hears("You no longer see what BoB says. /unignore BoB ends that.")
    bob.types("hello", "/msg ann hello")
    ann.hears()


def test_who_is_ignored_does_not_notice(ann: Person, bob: Person) -> None:
    ann.types("/ignore bob")
    bob.types("/msg ann hello")
    bob.hears("(private to ann) hello")


def test_a_mistyped_name_is_pointed_out(ann: Person, bob: Person) -> None:
    ann.types("/ignore bbo")
    ann.hears("You no longer see what bbo says. /unignore bbo ends that. Nobody here is called that now.")


def test_ignoring_outlives_the_ignored_persons_visit(ann: Person, bob: Person) -> None:
    ann.types("/ignore bob")
    ann.lines()
    bob.types("/quit")
    bob.world.person("bob").types("back again")
    ann.hears()


def test_history_and_who_hide_nobody(ann: Person, bob: Person) -> None:
    bob.types("hello")
    ann.types("/ignore bob")
    ann.lines()
    ann.types("/who")
    ann.hears("lobby (2 here): ann, bob")
