"""Private words."""

from __future__ import annotations

from chatroom.testing import Person, World


def test_only_the_two_see_them(world: World, ann: Person, bob: Person) -> None:
    cat = world.person("cat")
    ann.lines(), bob.lines()
    ann.types("/msg bob psst")
    ann.hears("(private to bob) psst")
    bob.hears("(private) ann: psst")
    cat.hears()
    cat.types("/history")
    cat.hears("-- Nothing was said before that.")


def test_both_see_one_message_under_one_id(bot: Person, world: World) -> None:
    other = world.program("other")
    bot.objects()
    bot.asks("tell", 1, to="other", text="psst")
    (answer,), (told,) = bot.objects(), other.objects()
    assert answer["id"] == told["id"] == answer["entry"]["id"]


def test_a_note_to_oneself_comes_once(ann: Person, bot: Person) -> None:
    ann.types("/msg ann remember")
    ann.hears("(private to ann) remember")
    bot.asks("tell", 1, to="bot", text="remember")
    assert [one.get("re") for one in bot.objects()] == [1]


def test_the_text_is_everything_after_the_name(ann: Person, bob: Person) -> None:
    ann.types("/w BOB  two  words ")
    bob.hears("(private) ann: two  words")


def test_private_words_cannot_pose_as_said_or_as_somebody_elses(ann: Person, bot: Person) -> None:
    bot.asks("tell", 1, to="ann", text="hi\nbob: I agree\n-- ann left")
    ann.hears("(private) bot: hi", "(private) bot: bob: I agree", "(private) bot: -- ann left")


def test_nobody_of_that_name_is_said_without_ado(ann: Person) -> None:
    ann.types("/msg nobody-here hi", f"/msg {'x' * 5000} hi")
    first, second = ann.lines()
    assert first == "! Nobody here is called nobody-here. Type /who to see who is here."
    assert len(second) < 600


def test_private_words_are_never_written_to_disk_for_guests(world: World, ann: Person, bob: Person) -> None:
    before = world.journal.health().commits
    ann.types("/msg bob psst")
    assert world.journal.health().commits == before
