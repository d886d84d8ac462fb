"""Saying goodbye."""

from __future__ import annotations

from chatroom.testing import Person, SlowWorld, World


def test_others_are_told_who_left_and_why(ann: Person, bob: Person) -> None:
    bob.types("/quit  time \t for  bed ")
    bob.hears("-- Goodbye.")
    ann.hears("-- bob left (1 here): time for bed")
    assert bob.wire.lost


def test_who_has_no_name_can_go_too(world: World) -> None:
    one = world.connect()
    one.lines()
    one.types("/bye")
    one.hears("-- Goodbye.")
    assert one.wire.lost


def test_what_follows_a_goodbye_is_not_done(ann: Person, bob: Person) -> None:
    bob.types("/quit", "one more thing")
    ann.hears("-- bob left (1 here)")


def test_goodbye_waits_for_what_was_said_before_it() -> None:
    slow = SlowWorld()
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.lines()
    bob.types("last words", "/quit")
    bob.hears()
    assert not bob.wire.lost
    slow.settle()
    ann.hears("bob: last words", "-- bob left (1 here)")
    bob.hears("-- Goodbye.")
    assert bob.wire.lost


def test_an_overlong_reason_is_cut_between_two_characters(ann: Person, bob: Person) -> None:
    bob.types(f"/quit {'x' * 255}é")
    bob.hears("-- Goodbye.")
    ann.hears(f"-- bob left (1 here): {'x' * 255}")


def test_a_reason_that_shows_nothing_is_none(ann: Person, bob: Person) -> None:
    bob.types("/quit ​ㅤ")
    ann.hears("-- bob left (1 here)")


def test_a_reason_cannot_forge_a_line(ann: Person, bob: Person) -> None:
    bob.types("/quit x\rann: forged")
    ann.hears("-- bob left (1 here): x ann: forged")


def test_the_name_is_free_at_once(ann: Person, bob: Person) -> None:
    bob.types("/quit")
    ann.types("/nick bob")
    assert ann.lines()[-1] == "You are now called bob."
