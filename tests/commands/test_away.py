"""Being away, as others see it."""

from __future__ import annotations

from chatroom.testing import Person


def test_others_in_the_room_are_told_who_is_away_and_why(ann: Person, bob: Person) -> None:
    ann.types("/away  at   lunch ")
    ann.hears("You are away now. /back ends that.")
    bob.hears("-- ann is away: at lunch")


def test_an_absence_without_a_reason_reads_well(ann: Person, bob: Person) -> None:
    ann.types("/away")
    bob.hears("-- ann is away: not at the keyboard")


def test_a_program_is_told_what_others_are(ann: Person, bot: Person) -> None:
    bot.asks("away", 1, message="rebooting")
    (answer,) = bot.objects()
    assert (answer["is"], answer["away"]) == ("away", "rebooting")
    ann.hears("-- bot is away: rebooting")


def test_who_writes_to_somebody_away_is_told_after_every_message(ann: Person, bob: Person) -> None:
    ann.types("/away")
    bob.lines()
    bob.types("/msg ann one", "/msg ann two")
    told = "-- ann is away: not at the keyboard"
    bob.hears("(private to ann) one", told, "(private to ann) two", told)


def test_an_absence_is_the_persons_and_not_the_names(ann: Person, bob: Person) -> None:
    ann.types("/away", "/quit")
    bob.types("/nick ann")
    bob.lines()
    bob.types("/who")
    bob.hears("lobby (1 here): ann")


def test_a_message_cannot_forge_a_line(ann: Person, bob: Person) -> None:
    ann.types("/away x\rbob: forged")
    bob.hears("-- ann is away: x bob: forged")


def test_a_message_that_shows_nothing_is_none(ann: Person, bob: Person) -> None:
    ann.types("/away \u200b")
    bob.hears("-- ann is away: not at the keyboard")
