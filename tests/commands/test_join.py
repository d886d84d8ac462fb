"""Going into rooms."""

from __future__ import annotations

from chatroom.testing import Person, World


def test_a_room_is_opened_by_the_first_to_go_in(ann: Person, bob: Person) -> None:
    ann.types("/join dev")
    ann.hears("-- You are in dev (1 here: ann).")
    bob.types("/join #Dev")
    ann.hears("[dev] -- bob joined (2 here)")
    bob.hears("-- You are in dev (2 here: ann, bob).")


def test_what_is_typed_goes_to_the_room_joined_last(ann: Person, bob: Person) -> None:
    for one in (ann, bob):
        one.types("/join dev")
        one.lines()
    ann.types("in dev", "/join lobby", "in the lobby")
    bob.hears("[dev] ann: in dev", "ann: in the lobby")


def test_joining_a_room_one_is_in_is_seen_by_nobody(ann: Person, bob: Person) -> None:
    ann.types("/join lobby")
    ann.hears("-- You are in lobby (2 here: ann, bob).")
    bob.hears()


def test_who_comes_in_is_shown_what_was_said_last(ann: Person, bob: Person) -> None:
    ann.types("/join dev", *map(str, range(30)))
    bob.types("/join dev")
    lines = bob.lines()
    assert [line.partition("ann: ")[2] for line in lines[:-1]] == [str(number) for number in range(10, 30)]


def test_a_room_keeps_what_was_said_when_everybody_has_left(world: World, ann: Person) -> None:
    ann.types("/join dev", "hello", "/leave", "/join dev")
    assert ann.lines()[-2].endswith("[dev] ann: hello")
