"""Seeing somebody again."""

from __future__ import annotations

from chatroom.testing import Person


def test_who_is_no_longer_ignored_is_seen_from_now_on(ann: Person, bob: Person) -> None:
    ann.types("/ignore bob")
    bob.types("unseen")
    ann.types("/unignore BOB")
    bob.types("seen")
    ann.lines()
    bob.types("seen too")
    ann.hears("bob: seen too")


def test_who_was_not_ignored_is_said(ann: Person) -> None:
    ann.types("/unignore bob")
    ann.hears("! You do not ignore bob. Usage: /unignore NAME")


def test_a_laggard_is_shown_what_is_no_longer_ignored_in_its_place(ann: Person, bob: Person) -> None:
    ann.types("/ignore bob")
    ann.wire.full = True
    ann.lines()
    bob.types("one")
    ann.types("/unignore bob")
    bob.types("two")
    ann.wire.drain()
    ann.world.rest()
    assert "bob: two" in ann.lines()
