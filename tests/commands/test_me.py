"""Acting things out."""

from __future__ import annotations

from chatroom.testing import Person


def test_the_room_reads_the_name_and_then_the_text(ann: Person, bob: Person) -> None:
    ann.types("/me waves")
    bob.hears("* ann waves")
    ann.hears()


def test_a_program_is_told_the_manner(ann: Person, bot: Person) -> None:
    ann.types("/me waves")
    (entry,) = bot.objects()
    assert (entry["is"], entry["text"], entry["manner"]) == ("said", "waves", "act")


def test_nothing_acted_out_is_refused(ann: Person, bob: Person) -> None:
    ann.types("/me", "/me   ")
    ann.hears("! TEXT is missing. Usage: /me TEXT", "! TEXT is missing. Usage: /me TEXT")
    bob.hears()
