from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet.task import Clock
from twisted.trial.unittest import TestCase

from chatroom.contracts import NOON, JournalContract, joined, said
from chatroom.core.errors import Busy, DiskFull, NotStored, Refused, ShuttingDown
from chatroom.core.events import Entry
from chatroom.core.seams import Committed, Declined, Journal, JournalUnusable, Outcome, Retention, Slice, Submission, Unknown
from chatroom.journals import memory
from chatroom.journals.memory import MemoryJournal, open_journal


class ContractTests(JournalContract, TestCase):
    kept: MemoryJournal | None = None

    def make(self) -> Journal:
        self.kept = self.kept or MemoryJournal(self.turns)
        return self.kept


def post(ticket: int, text: str = "", origin: str | None = None) -> Submission:
    return Submission(ticket, (said(text or str(ticket)),), origin=origin)


class ManualTests(TestCase):
    def setUp(self) -> None:
        self.outcomes: list[tuple[int, Outcome]] = []
        self.answers: list[tuple[Entry, ...] | Refused] = []
        self.journal = self.opened(MemoryJournal())

    def opened(self, journal: MemoryJournal) -> MemoryJournal:
        journal.open(self.outcomes.extend, tail=10)
        return journal

    def kinds(self) -> list[tuple[int, type]]:
        return [(ticket, type(outcome)) for ticket, outcome in self.outcomes]

    def read(self, query: Slice) -> list[str]:
        self.journal.read(query, self.answers.append)
        self.journal.answer()
        answer = self.answers.pop()
        assert not isinstance(answer, Refused)
        return [entry.id for entry in answer]

    def test_nothing_is_settled_or_answered_until_the_test_says_so(self) -> None:
        self.journal.submit([post(1), post(2), post(3)])
        self.journal.read(Slice("lobby", 5), self.answers.append)
        assert (self.outcomes, self.answers) == ([], [])
        assert [submission.ticket for submission in self.journal.waiting] == [1, 2, 3]
        self.journal.settle(2)
        assert self.kinds() == [(1, Committed), (2, Committed)]
        self.journal.answer()
        assert len(self.answers) == 1
        self.journal.settle()
        assert self.kinds()[2:] == [(3, Committed)]

    def test_what_is_declined_takes_with_it_what_rests_on_it(self) -> None:
        self.journal.submit([post(1), Submission(2, (said("b"),), rests_on=(1,)), post(3)])
        self.journal.decline(DiskFull())
        self.journal.settle()
        assert self.kinds() == [(1, Declined), (2, Declined), (3, Committed)]
        assert self.read(Slice("lobby", 5)) == ["3"]

    def test_the_unknown_may_be_stored_or_not_and_can_be_sent_again(self) -> None:
        self.journal.submit([post(1, "a", "one"), post(2, "b", "two")])
        self.journal.unknown(stored=True)
        self.journal.unknown()
        assert self.kinds() == [(1, Unknown), (2, Unknown)]
        self.journal.submit([post(3, "a", "one"), post(4, "b", "two")])
        self.journal.settle()
        repeats = [outcome.repeated for _, outcome in self.outcomes[2:] if isinstance(outcome, Committed)]
        assert repeats == [True, False]
        assert self.read(Slice("lobby", 5)) == ["a", "b"]

    def test_closing_leaves_what_nobody_settled_unknown(self) -> None:
        self.journal.submit([post(1)])
        self.journal.read(Slice("lobby", 5), self.answers.append)
        assert self.successResultOf(self.journal.close(5)) is False
        assert self.kinds() == [(1, Unknown)]
        assert isinstance(self.answers[0], ShuttingDown)

    def test_a_log_forgets_its_oldest_with_their_ids_and_origins(self) -> None:
        self.journal = self.opened(MemoryJournal(kept=2))
        self.journal.submit([post(n, str(n), f"o{n}") for n in range(1, 5)])
        self.journal.settle()
        assert self.read(Slice("lobby", 5)) == ["3", "4"]
        self.journal.submit([post(5, "1", "o1")])
        self.journal.settle()
        assert isinstance(self.outcomes[-1][1], Committed)
        assert self.outcomes[-1][1].entries[0].seq == 5
        assert not self.outcomes[-1][1].repeated

    def test_what_is_too_much_to_wait_is_refused_in_its_turn(self) -> None:
        self.journal = self.opened(MemoryJournal(waiting=2))
        self.journal.submit([post(1), post(2), post(3)])
        self.journal.settle()
        self.journal.submit([post(4)])
        self.journal.settle()
        assert self.kinds() == [(1, Committed), (2, Committed), (3, Declined), (4, Committed)]
        assert isinstance(self.outcomes[2][1], Declined)
        assert isinstance(self.outcomes[2][1].why, Busy)

    def test_the_memory_of_what_was_lost_is_bounded(self) -> None:
        self.patch(memory, "LOST", 3)
        self.journal.submit([post(n) for n in range(1, 6)])
        self.journal.decline(n=5)
        self.journal.submit([Submission(6, (said("x"),), rests_on=(2,)), Submission(7, (said("y"),), rests_on=(5,))])
        self.journal.settle()
        assert self.kinds()[5:] == [(6, Committed), (7, Declined)]

    def test_declined_without_a_reason_says_that_it_was_not_stored(self) -> None:
        self.journal.submit([post(1)])
        self.journal.decline()
        assert isinstance(self.outcomes[0][1], Declined)
        assert type(self.outcomes[0][1].why) is NotStored

    def test_trimming_both_ways(self) -> None:
        self.journal.submit([Submission(1, (said("old", at=1.0), said("a"), said("b"), joined("j")))])
        self.journal.settle()
        self.journal.trim(Retention(age=10, count=0), NOON)
        assert self.read(Slice("lobby", 5)) == ["a", "b"]
        self.journal.trim(Retention(age=0, count=1), NOON)
        assert self.read(Slice("lobby", 5)) == ["b"]


def test_it_is_called_memory_and_nothing_more() -> None:
    assert isinstance(open_journal("", Path(), Clock()), MemoryJournal)
    with pytest.raises(JournalUnusable, match="Write memory alone"):
        open_journal("x", Path(), Clock())
