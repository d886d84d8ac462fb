"""Closing the house."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World


class Closing:
    """Be the office that closes the house, and remember what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[float | None, str]] = []
        self.about_to = False

    async def shutdown(self, seconds: float | None, reason: str) -> bool:
        was, self.about_to = self.about_to, seconds is not None
        self.asked.append((seconds, reason))
        return was


@pytest.fixture
def closing(club: World) -> Closing:
    closing = Closing()
    club.house.offices["shutdown"] = closing.shutdown
    return closing


@pytest.mark.parametrize(
    ("how", "asked", "told"),
    [
        (None, (0.0, ""), "The house closes."),
        ("new kernel", (0.0, "new kernel"), "The house closes."),
        ("in 5m", (300.0, ""), "The house closes in 5 minutes."),
        ("in 1h30m  new   kernel", (5400.0, "new kernel"), "The house closes in 1 hour and 30 minutes."),
    ],
)
def test_it_is_done_now_or_after_a_while_with_a_reason(
    ada: Person, closing: Closing, how: str | None, asked: tuple[float, str], told: str
) -> None:
    assert ada.answer("shutdown", how=how)["lines"] == [told]
    assert closing.asked == [asked]


@pytest.mark.parametrize("how", ["in", "in a while", "in 5", "in for good", "x" * 257])
def test_what_says_no_time_closes_nothing(ada: Person, closing: Closing, how: str) -> None:
    assert ada.answer("shutdown", how=how)["ok"] is False
    assert closing.asked == []


def test_it_can_be_taken_back(ada: Person, closing: Closing) -> None:
    assert ada.answer("shutdown", how="stop")["lines"] == ["The house was not about to close."]
    ada.answer("shutdown", how="in 5m")
    assert ada.answer("shutdown", how="stop")["lines"] == ["The house stays open."]
    assert closing.asked[-1] == (None, "")


def test_it_is_on_record_and_so_is_that_it_was_taken_back(ada: Person, closing: Closing) -> None:
    ada.answer("shutdown", how="stop")
    ada.answer("shutdown", how="in 5m tea")
    ada.answer("shutdown", how="stop")
    assert [one["what"] for one in ada.answer("audit")["orders"]] == ["shutdown in 5m tea", "shutdown stop"]


def test_a_moderator_may_not(mod: Person, closing: Closing) -> None:
    assert mod.answer("shutdown")["error"] == "rank-too-low"
    assert closing.asked == []


def test_an_office_that_fails_is_told_once_and_is_on_no_record(club: World, ada: Person) -> None:
    ada.asks("shutdown", 1)
    assert [one["error"] for one in ada.objects()] == ["office-failed"]
    assert ada.answer("audit")["orders"] == []


@pytest.mark.parametrize(
    ("how", "asked"),
    [
        ("in 5 minutes", (300.0, "")),
        ("in 5 minutes new kernel", (300.0, "new kernel")),
        ("in 1 hour and 30 minutes: tea", (5400.0, "tea")),
        ("in 5m new kernel", (300.0, "new kernel")),
    ],
)
def test_how_long_may_be_several_words(ada: Person, closing: Closing, how: str, asked: tuple[float, str]) -> None:
    assert ada.answer("shutdown", how=how)["ok"]
    assert closing.asked == [asked]


@pytest.mark.parametrize("how", ["in", "in a while", "in for good", "in 5 apples"])
def test_what_is_no_length_of_time_closes_nothing(ada: Person, closing: Closing, how: str) -> None:
    assert not ada.answer("shutdown", how=how)["ok"]
    assert closing.asked == []
