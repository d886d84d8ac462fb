"""Changing one's own password."""

from __future__ import annotations

import pytest

from chatroom.core.attempts import PER_ADDRESS
from chatroom.core.errors import LoginsBusy
from chatroom.testing import Person, World, password_of

NEW = "a few good words"


@pytest.fixture
def meg(club: World) -> Person:
    return club.logged_in("meg")


def test_the_old_one_is_shown_and_the_new_one_holds(club: World, meg: Person) -> None:
    assert meg.answer("passwd", old=password_of("meg"), new=NEW)["lines"] == ["Your password is changed."]
    assert club.connect(club.native).answer("hello", name="meg", password=password_of("meg"))["error"] == "wrong-password"
    assert club.connect(club.native).answer("hello", name="meg", password=NEW)["ok"]


def test_with_a_wrong_one_nothing_is_changed(club: World, meg: Person) -> None:
    assert meg.answer("passwd", old="wrong", new=NEW)["error"] == "wrong-password"
    assert club.connect(club.native).answer("hello", name="meg", password=password_of("meg"))["ok"]


def test_guesses_are_limited_with_a_wait_that_is_told(club: World, meg: Person) -> None:
    answers = [meg.answer("passwd", old="wrong", new=NEW) for _ in range(PER_ADDRESS.free + 1)]
    assert {one["error"] for one in answers[:-1]} == {"wrong-password"}
    assert answers[-1]["why"] == "Too many attempts to log in. Try again in 5 seconds."
    club.rest(5)
    assert meg.answer("passwd", old=password_of("meg"), new=NEW)["ok"]


def test_a_bad_one_is_refused_with_the_reason(meg: Person) -> None:
    assert meg.answer("passwd", old=password_of("meg"), new="short")["error"] == "password-too-short"


def test_a_house_too_busy_to_look_counts_no_attempt(club: World, meg: Person) -> None:
    club.members.trouble = LoginsBusy()
    for _ in range(10):
        assert meg.answer("passwd", old=password_of("meg"), new=NEW)["error"] == "logins-busy"
    club.members.trouble = None
    assert meg.answer("passwd", old=password_of("meg"), new=NEW)["ok"]


def test_what_is_asked_for_after_it_waits_for_it(club: World, meg: Person) -> None:
    club.members.delay = 1.0
    meg.asks("passwd", 1, old=password_of("meg"), new=NEW)
    meg.asks("ping", 2)
    assert meg.objects() == []
    club.rest(2)
    assert [one["re"] for one in meg.objects()] == [1, 2]


def test_guests_have_none(eve: Person) -> None:
    eve.types("/passwd old new")
    eve.hears("! You are a guest here: only members have passwords and keys.")


def test_it_is_on_nobodys_record(club: World, meg: Person, ada: Person) -> None:
    meg.answer("passwd", old=password_of("meg"), new=NEW)
    assert NEW not in repr(vars(club.journal))
    assert ada.answer("audit")["orders"] == []


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        (f'"{NEW}" shorter-one', "shorter-one"),
        (f'"{NEW}" "other good words"', "other good words"),
        (f'"{NEW}"   other good words ', "other good words"),
        (f'"{NEW}" "other" good words', None),
    ],
)
def test_one_of_several_words_is_typed_in_quotes(club: World, meg: Person, typed: str, password: str | None) -> None:
    assert meg.answer("passwd", old=password_of("meg"), new=NEW)["ok"]
    assert meg.answer("line", text=f"/passwd {typed}")["ok"] is (password is not None)
    assert club.connect(club.native).answer("hello", name="meg", password=password or NEW)["ok"]


def test_one_word_needs_no_quotes_and_what_follows_is_the_new_one(club: World, meg: Person) -> None:
    assert meg.answer("passwd", old=password_of("meg"), new="one-long-word")["ok"]
    assert meg.answer("line", text=f"/passwd one-long-word {NEW}")["ok"]
    assert club.connect(club.native).answer("hello", name="meg", password=NEW)["ok"]
