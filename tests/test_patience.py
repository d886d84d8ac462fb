"""A journal that does not answer: nobody waits for it for ever, and the host is told."""

from __future__ import annotations

import pytest

from chatroom.core.errors import HistoryUnreadable, SearchUnusable
from chatroom.core.seams import Trace
from chatroom.patience import PATIENCE, STUCK
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld


@pytest.fixture
def slow() -> SlowWorld:
    return SlowWorld(window=2)


@pytest.fixture
def ann(slow: SlowWorld) -> Person:
    ann = slow.person("ann")
    for text in ("one", "two", "three"):
        ann.types(text)
        slow.settle()
    ann.lines()
    return ann


def test_a_search_that_is_never_answered_is_refused_in_the_end_and_one_goes_on(slow: SlowWorld, ann: Person) -> None:
    ann.types("/search one", "/help ping")
    slow.rest(PATIENCE - 1)
    ann.hears()
    slow.rest(1)
    assert ann.lines()[0] == f"! {SearchUnusable()}"
    ann.types("/search one")
    slow.disk.answer()
    slow.rest()
    assert ann.lines()[0].endswith("ann: one")


def test_what_is_read_for_somebody_is_refused_in_the_end(slow: SlowWorld, ann: Person) -> None:
    ann.types("/history 10")
    slow.rest(PATIENCE)
    ann.hears(f"! {HistoryUnreadable()}")


def test_an_answer_that_comes_too_late_is_dropped(slow: SlowWorld, ann: Person) -> None:
    ann.types("/search one", "/history 10")
    slow.rest(2 * PATIENCE)
    ann.lines()
    slow.disk.answer()
    slow.rest()
    ann.hears()
    assert slow.house.figures.faults == 0


def test_somebodys_words_are_not_waited_for_for_ever(slow: SlowWorld) -> None:
    answers: list[object] = []
    slow.house.journal.trace(Trace(("ann",), ""), answers.append)
    slow.rest(PATIENCE)
    assert [type(one) for one in answers] == [HistoryUnreadable]


def test_the_host_is_told_once_of_what_is_not_answered_until_something_is(slow: SlowWorld, ann: Person, written: list[str]) -> None:
    for _ in range(3):
        ann.types("/search one")
        slow.rest(PATIENCE)
    slow.disk.answer()
    ann.types("/search one")
    slow.disk.answer()
    ann.types("/search one")
    slow.rest(PATIENCE)
    told = "the journal did not answer a search within 30 seconds: who asks is refused"
    assert [line for line in written if "answer" in line] == [told] * 2


def test_a_journal_that_settles_nothing_is_not_well_and_the_host_is_told(slow: SlowWorld, ann: Person, written: list[str]) -> None:
    slow.rest(2 * PATIENCE)
    assert slow.house.journal.health().ok
    ann.types("hi")
    slow.rest(PATIENCE - 1)
    assert slow.house.journal.health().ok
    slow.rest(1 + TICK)
    assert slow.house.journal.health().why == STUCK
    ann.hears()
    slow.settle()
    slow.rest(TICK)
    assert slow.house.journal.health().ok
    assert [line.partition(";")[0] for line in written if "the journal" in line] == [
        f"the journal fails: {STUCK}",
        "the journal works again: what people say is stored",
    ]


def test_a_journal_that_settles_one_after_another_is_well_however_much_waits(slow: SlowWorld, ann: Person) -> None:
    for number in range(20):
        ann.types(f"line {number}")
    for _ in range(10):
        slow.rest(PATIENCE / 2)
        slow.settle(1)
        assert slow.house.journal.health().ok
