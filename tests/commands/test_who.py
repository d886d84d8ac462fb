"""Who is here."""

from __future__ import annotations

from chatroom.testing import Person


def test_people_are_listed_by_name_and_who_is_away_is_marked(ann: Person, bob: Person) -> None:
    bob.types("/nick Zoe", "/away")
    ann.lines()
    ann.types("/who", "/names lobby", "/who #LOBBY")
    ann.hears(*["lobby (2 here): ann, Zoe (away)"] * 3)


def test_a_room_one_is_not_in_can_be_looked_into(ann: Person, bob: Person) -> None:
    bob.types("/join dev")
    ann.types("/who dev")
    ann.hears("dev (1 here): bob")


def test_an_empty_room_has_nobody_in_it(ann: Person, bob: Person) -> None:
    bob.types("/join dev", "/leave")
    ann.types("/who dev")
    ann.hears("dev (nobody here)")


def test_a_program_gets_names_and_absences_as_fields(bob: Person, bot: Person) -> None:
    bob.types("/away tea")
    bot.objects()
    bot.asks("who", 1, room="lobby")
    (answer,) = bot.objects()
    assert answer["people"] == [{"name": "ann"}, {"name": "bob", "away": "tea"}, {"name": "bot"}]
