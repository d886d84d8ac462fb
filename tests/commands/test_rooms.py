"""The list of rooms."""

from __future__ import annotations

from chatroom.testing import Person


def test_rooms_are_listed_fullest_first_with_their_topics(ann: Person, bob: Person) -> None:
    ann.types("/join dev", "/topic the works", "/join attic")
    ann.lines()
    ann.types("/rooms")
    ann.hears("lobby (2 here)", "attic (1 here)", "dev (1 here): the works")


def test_a_program_gets_them_as_fields(bot: Person) -> None:
    bot.asks("rooms", 1)
    (answer,) = bot.objects()
    assert answer["rooms"] == [{"room": "lobby", "present": 3, "topic": "", "topic_at": 0.0, "opened_at": 0.0}]


def test_an_empty_room_is_still_there(ann: Person) -> None:
    ann.types("/join dev", "/leave")
    ann.lines()
    ann.types("/list")
    ann.hears("lobby (1 here)", "dev (0 here)")
