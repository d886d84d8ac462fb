"""Choosing a password after an invitation was shown."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World

NEW = "a few good words"


@pytest.fixture
def code(club: World) -> str:
    return str(club.host().answer("members", what="invite meg")["code"])


@pytest.fixture
def meg(club: World, code: str) -> Person:
    meg = club.connect(club.native)
    answer = meg.answer("hello", name="meg", password=code)
    assert answer["why"] == "Welcome, meg. Your invitation is good: choose a password of your own now."
    return meg


def test_one_says_hello_with_it_then(club: World, meg: Person) -> None:
    assert meg.answer("choose", password=NEW) == {"re": "the question", "ok": True}
    assert meg.answer("hello", name="meg", password=NEW)["you"] == "meg"


def test_one_is_not_in_before_that(club: World, meg: Person) -> None:
    assert meg.answer("say", text="hi")["error"] == "not-named-yet"
    assert "@m-meg" not in club.hub.people


def test_a_bad_one_is_refused_and_another_may_be_chosen(meg: Person) -> None:
    assert meg.answer("choose", password="short")["error"] == "password-too-short"
    assert meg.answer("choose", password="meg@example.org")["error"] == "password-is-name"
    assert meg.answer("choose", password=NEW)["ok"]


def test_nobody_chooses_one_who_was_not_invited(club: World) -> None:
    one = club.connect(club.native)
    assert one.answer("choose", password=NEW)["why"] == "Say hello with your invitation first."
    one.answer("hello", name="meg", password="wrong")
    assert one.answer("choose", password=NEW)["error"] == "not-invited"


def test_of_two_with_the_same_invitation_the_first_has_it(club: World, meg: Person, code: str) -> None:
    other = club.connect(club.native)
    other.answer("hello", name="meg", password=code)
    assert other.answer("choose", password=NEW)["ok"]
    assert meg.answer("choose", password="other good words")["error"] == "members-changed"
    assert meg.answer("hello", name="meg", password=NEW)["ok"]


def test_who_was_removed_meanwhile_chooses_nothing(club: World, meg: Person) -> None:
    club.members.replace([])
    assert meg.answer("choose", password=NEW)["error"] == "no-such-member"
