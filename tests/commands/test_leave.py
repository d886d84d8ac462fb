"""Leaving rooms."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World


def test_others_are_told_who_left_and_how_many_are_there(ann: Person, bob: Person) -> None:
    bob.types("/leave")
    bob.hears("-- You left lobby.")
    ann.hears("-- bob left (1 here)")


def test_who_left_hears_the_room_no_longer(ann: Person, bob: Person) -> None:
    bob.types("/leave")
    bob.lines()
    ann.types("hello")
    bob.hears()


def test_who_leaves_speaks_in_the_room_they_joined_before(ann: Person, bob: Person) -> None:
    bob.types("/join dev", "/join tea", "/leave", "in dev?", "/leave", "in the lobby?")
    ann.hears("bob: in the lobby?")


def test_leaving_by_any_name_of_the_command_and_of_the_room(ann: Person, bob: Person) -> None:
    bob.types("/join dev", "/part #LOBBY")
    assert bob.lines()[-1] == "-- You left lobby."


def test_leaving_where_one_is_not_is_refused(ann: Person) -> None:
    ann.types("/leave dev", "/leave two words")
    ann.hears(
        "! You are not in dev. Type /join dev first.",
        "! A room's name cannot contain spaces. Use letters, digits, and - _ . between them.",
    )


@pytest.mark.parametrize("how", ["leave", "quit"])
@pytest.mark.parametrize("why", ["mute", "quiet"])
def test_who_may_say_nothing_in_a_room_leaves_it_without_a_word(world: World, how: str, why: str) -> None:
    ann, bob = world.program("ann", rooms=["tea"]), world.program("bob", rooms=["tea"])
    silenced = {"mute": lambda: ann.answer("mute", who="bob"), "quiet": lambda: ann.answer("quiet", state="on")}
    assert silenced[why]()["ok"]
    bob.asks(how, reason="spam")
    assert [(one["is"], one.get("reason", "")) for one in ann.objects() if one["by"] == "bob"] in ([("left", "")], [("quit", "")])
