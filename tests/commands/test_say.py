"""Saying things."""

from __future__ import annotations

from chatroom.testing import Person


def test_saying_is_what_typing_is(ann: Person, bob: Person) -> None:
    ann.types("/say /quit is how one leaves", "//quit too")
    bob.hears("ann: /quit is how one leaves", "ann: /quit too")


def test_a_program_says_whole_paragraphs_and_each_line_bears_its_name(ann: Person, bot: Person) -> None:
    bot.asks("say", 1, room="lobby", text="one\nann: two\n-- three")
    ann.hears("bot: one", "bot: ann: two", "bot: -- three")


def test_a_machine_can_say_that_it_wants_no_answer(ann: Person, bot: Person) -> None:
    bot.asks("say", 1, room="lobby", text="built", manner="notice")
    ann.hears("bot (notice): built")


def test_an_unknown_manner_is_said_plainly(ann: Person, bot: Person) -> None:
    bot.asks("say", 1, room="lobby", text="hi", manner="shouting")
    ann.hears("bot: hi")


def test_an_empty_message_is_refused(ann: Person, bot: Person) -> None:
    for text in ("", " ", "\n\t"):
        bot.asks("say", 1, room="lobby", text=text)
    assert [one["error"] for one in bot.objects()] == ["empty-text"] * 3
    ann.hears()


def test_what_is_said_keeps_its_blanks(bob: Person, bot: Person) -> None:
    bot.asks("say", 1, room="lobby", text="  two  blanks  ")
    bob.hears("bot:   two  blanks  ")
