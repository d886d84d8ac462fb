"""Contract suites, shipped: what every journal promises, to be mixed into a TestCase for anybody's own journal.

class MyJournalTests(JournalContract, TestCase):
    def make(self):
        return MyJournal(self.turns, "some place that is new for each test, and the same within one")
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Sequence

from chatroom.contracts_words import WordsContract
from chatroom.core.errors import Refused
from chatroom.core.events import GUESTS, Entry, Joined, Told
from chatroom.core.seams import Committed, Declined, Draft, Outcome, Put, Retention, Slice, Submission
from chatroom.core.words import Words
from chatroom.journalcase import ANN, BOB, NOON, Turns, closed, joined, said

__all__ = ["ANN", "BOB", "NOON", "JournalContract", "Turns", "closed", "joined", "said"]


class JournalContract(WordsContract):
    """Check what every journal promises."""

    def test_a_new_journal_holds_nothing(self) -> None:
        assert not self.recovered.logs
        assert not self.recovered.state
        assert self.recovered.last_at == 0.0
        assert self.read(Slice("lobby", 10)) == ()

    def test_what_was_committed_is_there_after_opening_again(self) -> None:
        entries = self.post(said("hello"), said("naïve 日本 \0 \u2028 \U0001f600", at=NOON + 0.123))
        assert self.close()
        recovered = self.reopen()
        assert recovered.logs["lobby"].head == 2
        assert recovered.logs["lobby"].tail == entries
        assert recovered.last_at == NOON + 0.123
        assert self.read(Slice("lobby", 10)) == entries

    def test_the_epoch_stays_when_the_journal_is_opened_again(self) -> None:
        epoch = self.recovered.epoch
        assert epoch
        self.close()
        assert self.reopen().epoch == epoch

    def test_kept_drafts_count_from_one_in_each_log(self) -> None:
        entries = self.post(said("a"), said("b", log="attic"), said("c"), said("d", log="attic"))
        assert [(e.log, e.seq) for e in entries] == [("lobby", 1), ("attic", 1), ("lobby", 2), ("attic", 2)]
        assert [e.seq for e in self.post(said("e"), ticket=2)] == [3]

    def test_passing_drafts_bear_the_last_kept_seq_and_are_not_stored(self) -> None:
        entries = self.post(joined("1"), said("a"), joined("2"), said("b"), joined("3"))
        assert [(e.seq, e.kept) for e in entries] == [(0, False), (1, True), (1, False), (2, True), (2, False)]
        assert self.texts(Slice("lobby", 10)) == ["a", "b"]

    def test_a_guests_inbox_leaves_nothing_behind(self) -> None:
        (entry,) = self.post(Draft(f"{GUESTS}7", Told(ANN, BOB, "psst"), "1", NOON))
        assert entry.seq == 0
        self.close()
        assert not self.reopen().logs

    def test_an_inbox_is_opened_without_its_tail(self) -> None:
        self.post(Draft("@m-bob", Told(ANN, BOB, "psst"), "1", NOON))
        self.close()
        state = self.reopen().logs["@m-bob"]
        assert (state.head, state.tail) == (1, ())
        (entry,) = self.read(Slice("@m-bob", 10))
        assert entry.event == Told(ANN, BOB, "psst")

    def test_one_id_stands_in_two_inboxes(self) -> None:
        told = Told(ANN, BOB, "psst")
        entries = self.post(Draft("@a", told, "1", NOON), Draft("@b", told, "1", NOON))
        assert [e.id for e in entries] == ["1", "1"]

    def test_a_repeated_id_costs_only_its_own_submission(self) -> None:
        self.post(said("first", id="same"))
        outcomes = self.submit(
            Submission(2, (said("before"),)),
            Submission(3, (said("half of it"), said("again", id="same")), (Put("k", "1"),)),
            Submission(4, (said("after"),)),
        )
        assert [type(outcome) for outcome in outcomes] == [Committed, Declined, Committed]
        assert self.texts(Slice("lobby", 10)) == ["first", "before", "after"]
        assert [e.seq for e in self.read(Slice("lobby", 10))] == [1, 2, 3]
        self.close()
        assert not self.reopen().state

    def test_words_in_a_row_are_drafts_like_any_other(self) -> None:
        self.post(said("a", id="a"))
        row = Words("lobby", BOB, ["b", "naïve", "c"], "1", NOON + 0.1239)
        (stored, *others) = self.submit(
            Submission(2, row, (Put("k", "v"),), origin="o"),
            Submission(3, Words("lobby", BOB, ["x", "\ud800"], "2", NOON)),
            Submission(4, Words("lobby", BOB, ["x", "y"], "3", NOON), rests_on=(3,)),
            Submission(5, row[:2], origin="o"),
            Submission(6, Words("attic", ANN, ["d", "e"], "1", NOON)),
            Submission(7, Words("attic", ANN, ["f", "g"], "1", NOON)),
            Submission(8, Words("attic", ANN, ["h"], "4", NOON)),
        )
        assert isinstance(stored, Committed)
        assert [(e.log, e.seq, e.id, e.at, e.event) for e in stored.entries] == [
            ("lobby", seq, one.id, NOON + 0.124, one.event) for seq, one in enumerate(row, 2)
        ]
        assert [type(outcome) for outcome in others] == [Declined, Declined, Committed, Committed, Declined, Committed]
        assert others[2] == Committed(tuple(stored.entries), repeated=True)
        assert self.read(Slice("lobby", 10))[1:] == tuple(stored.entries)
        assert [(e.id, e.seq) for e in self.read(Slice("attic", 10))] == [("1.0", 1), ("1.1", 2), ("4.0", 3)]
        assert self.texts(Slice("attic", 10)) == ["d", "e", "h"]
        self.close()
        recovered = self.reopen()
        assert (recovered.logs["lobby"].head, dict(recovered.state)) == (4, {"k": "v"})

    def test_half_a_character_costs_only_its_own_submission(self) -> None:
        bad = [said("\ud800", id="1"), said("x", id="\udfff"), said("y", id="2", log="\ud800"), said("z", id="3", at=float("nan"))]
        puts = [Put("k", "\ud800"), Put("\ud800", "v")]
        outcomes = self.submit(
            Submission(1, (said("before"),)),
            *(Submission(10 + n, (draft,)) for n, draft in enumerate(bad)),
            *(Submission(20 + n, (), (put,)) for n, put in enumerate(puts)),
            Submission(30, (said("hm"),), origin="\ud800"),
            Submission(31, (Draft("lobby", Joined(BOB, 2), "j", float("inf")),)),
            Submission(2, (said("after"),)),
        )
        assert [type(outcome) for outcome in outcomes] == [Committed, *[Declined] * 8, Committed]
        assert self.texts(Slice("lobby", 10)) == ["before", "after"]

    def test_a_submission_too_large_is_declined(self) -> None:
        (outcome,) = self.submit(Submission(1, (said("x" * (1 << 20), id="1"),)))
        assert isinstance(outcome, Declined)
        assert self.read(Slice("lobby", 1)) == ()

    def test_the_same_origin_twice_is_one_entry_and_the_same_answer(self) -> None:
        drafts = (said("a", log="attic"), joined("1"), said("b"))
        (first,) = self.submit(Submission(1, drafts, origin="ann 1"))
        again = (said("c", log="attic"), said("d"))
        (second,) = self.submit(Submission(2, again, (Put("k", "v"),), origin="ann 1"))
        assert isinstance(first, Committed)
        assert second == Committed((first.entries[0], first.entries[2]), repeated=True)
        self.close()
        assert not self.reopen().state
        (third,) = self.submit(Submission(3, again, origin="ann 1"))
        assert third == second
        assert self.texts(Slice("lobby", 10)) == ["b"]

    def test_the_same_origin_twice_at_once_is_one_entry(self) -> None:
        outcomes = self.submit(*(Submission(n, (said("a", id=str(n)),), origin="o") for n in range(1, 6)))
        assert [getattr(outcome, "repeated", None) for outcome in outcomes] == [False, True, True, True, True]
        assert len({getattr(outcome, "entries", n) for n, outcome in enumerate(outcomes)}) == 1
        assert len(self.read(Slice("lobby", 10))) == 1

    def test_origins_that_differ_after_a_nul_differ(self) -> None:
        outcomes = self.submit(Submission(1, (said("a"),), origin="k\0one"), Submission(2, (said("b"),), origin="k\0two"))
        outcomes += self.submit(Submission(3, (said("c"),), origin="k\0two"))
        assert [getattr(outcome, "repeated", None) for outcome in outcomes] == [False, False, True]
        assert isinstance(outcomes[2], Committed)
        assert outcomes[2].entries[0].id == "b"

    def test_an_origin_that_was_declined_may_be_tried_again(self) -> None:
        self.post(said("a"))
        (declined,) = self.submit(Submission(2, (said("a"),), origin="o"))
        assert isinstance(declined, Declined)
        (outcome,) = self.submit(Submission(3, (said("b"),), origin="o"))
        assert isinstance(outcome, Committed)
        assert not outcome.repeated

    def test_what_rests_on_what_was_declined_is_declined(self) -> None:
        self.post(said("a"))
        outcomes = self.submit(
            Submission(2, (said("a"),)),
            Submission(3, (said("b"),), rests_on=(2,)),
            Submission(4, (joined("1"),), rests_on=(3,)),
            Submission(5, (said("c"),), rests_on=(1,)),
        )
        assert [type(outcome) for outcome in outcomes] == [Declined, Declined, Declined, Committed]
        (later,) = self.submit(Submission(6, (said("d"),), rests_on=(4,)))
        assert isinstance(later, Declined)

    def test_state_is_kept_with_the_entries_and_removed_on_request(self) -> None:
        self.submit(Submission(1, (said("a"),), (Put("topic", '"x"'), Put("gone", "1"))))
        self.submit(Submission(2, (), (Put("topic", '"y"'), Put("gone", None), Put("never", None))))
        self.close()
        assert self.reopen().state == {"topic": '"y"'}

    def test_slices_give_the_newest_or_the_oldest_in_order(self) -> None:
        self.post(*(said(str(n)) for n in range(1, 11)))
        assert self.texts(Slice("lobby", 3)) == ["8", "9", "10"]
        assert self.texts(Slice("lobby", 3, oldest=True)) == ["1", "2", "3"]
        assert self.texts(Slice("lobby", 3, after=4, before=9)) == ["6", "7", "8"]
        assert self.texts(Slice("lobby", 3, after=4, before=9, oldest=True)) == ["5", "6", "7"]
        assert self.texts(Slice("lobby", 100, after=8)) == ["9", "10"]
        assert self.read(Slice("lobby", 0)) == self.read(Slice("lobby", -1)) == self.read(Slice("attic", 5)) == ()
        assert self.read(Slice("lobby", 5, after=9, before=10)) == ()

    def test_slices_may_be_bounded_by_ids_and_by_times(self) -> None:
        entries = self.post(*(said(str(n), at=1000.0 + n) for n in range(1, 11)))
        third, seventh = entries[2], entries[6]
        for since, until in ((third.id, seventh.id), (third.at, seventh.at)):
            assert self.texts(Slice("lobby", 9, since=since, until=until)) == ["4", "5", "6"]
            assert self.texts(Slice("lobby", 9, since=since, until=until, including=True)) == ["3", "4", "5", "6"]
            assert self.texts(Slice("lobby", 2, since=since, oldest=True)) == ["4", "5"]
            assert self.texts(Slice("lobby", 2, until=until)) == ["5", "6"]
            assert self.texts(Slice("lobby", 9, 4, since=since, until=until, oldest=True)) == ["5", "6"]
            assert self.texts(Slice("lobby", 9, before=6, since=since, until=until)) == ["4", "5"]
            assert self.texts(Slice("lobby", 9, since=until, until=since)) == []
        assert self.texts(Slice("lobby", 9, since=0.0, until=entries[0].at)) == []
        assert self.texts(Slice("lobby", 2, until=entries[-1].at + 1)) == ["9", "10"]
        assert self.texts(Slice("lobby", 2, since=entries[-1].at + 1)) == []
        assert self.texts(Slice("lobby", 2, since=1004.5, oldest=True)) == ["5", "6"]
        assert self.texts(Slice("lobby", 2, since="no such id")) == self.texts(Slice("lobby", 2, until="no such id")) == []
        assert self.texts(Slice("attic", 2, since=third.at)) == self.texts(Slice("attic", 2, until=third.id)) == []

    def test_a_long_slice_comes_whole(self) -> None:
        self.submit(*(Submission(n, (said(str(n)),)) for n in range(1, 1202)))
        assert [e.seq for e in self.read(Slice("lobby", 1100))] == list(range(102, 1202))
        assert [e.seq for e in self.read(Slice("lobby", 1100, oldest=True))] == list(range(1, 1101))

    def test_a_tail_is_no_longer_than_asked_for(self) -> None:
        entries = self.post(*(said(str(n)) for n in range(10)))
        self.close()
        assert self.reopen(tail=4).logs["lobby"].tail == entries[-4:]

    def test_retention_by_count_keeps_the_newest_and_the_seqs(self) -> None:
        self.post(*(said(str(n)) for n in range(1, 1302)))
        self.post(said("1", log="attic"), ticket=2)
        self.journal.trim(Retention(age=0, count=5), NOON)
        self.turns.until(lambda: len(self.read(Slice("lobby", 2000))) <= 5)
        assert [e.seq for e in self.read(Slice("lobby", 2000))] == [1297, 1298, 1299, 1300, 1301]
        assert self.texts(Slice("attic", 10)) == ["1"]
        assert [e.seq for e in self.post(said("new"), ticket=3)] == [1302]

    def test_retention_by_age_forgets_entries_and_their_origins_but_not_state_or_seqs(self) -> None:
        self.submit(Submission(1, (said("old"),), (Put("k", "v"),), origin="o"))
        self.submit(Submission(2, (said("young", at=NOON + 100),)))
        self.journal.trim(Retention(age=50, count=0), NOON + 100)
        self.turns.until(lambda: self.texts(Slice("lobby", 10)) == ["young"])
        self.journal.trim(Retention(age=50, count=0), NOON + 1000)
        self.turns.until(lambda: not self.texts(Slice("lobby", 10)))
        (outcome,) = self.submit(Submission(3, (said("again", id="old"),), origin="o"))
        assert isinstance(outcome, Committed)
        assert (outcome.repeated, outcome.entries[0].seq) == (False, 3)
        self.close()
        recovered = self.reopen()
        assert recovered.state == {"k": "v"}
        assert recovered.logs["lobby"].head == 3

    def test_nothing_is_trimmed_without_bounds(self) -> None:
        self.post(said("a", at=0.0), said("b", at=1.0))
        self.journal.trim(Retention(age=0, count=0), NOON)
        self.post(said("c"), ticket=2)
        assert self.texts(Slice("lobby", 10)) == ["a", "b", "c"]

    def test_closing_waits_for_what_was_submitted(self) -> None:
        self.journal.submit([Submission(n, (said(str(n)),)) for n in range(1, 51)])
        assert self.close()
        assert [type(outcome) for _, outcome in self.outcomes] == [Committed] * 50
        assert self.reopen().logs["lobby"].head == 50

    def test_what_is_submitted_or_asked_after_closing_is_refused(self) -> None:
        self.close()
        answers: list[tuple[Entry, ...] | Refused] = []
        self.journal.read(Slice("lobby", 1), answers.append)
        (outcome,) = self.submit(Submission(1, (said("late"),)))
        self.turns.until(lambda: bool(answers))
        assert isinstance(outcome, Declined)
        assert isinstance(answers[0], Refused)

    def test_health_counts(self) -> None:
        assert self.journal.health().ok
        self.submit(Submission(1, (said("a"),)), Submission(2, (said("b"),)))
        health = self.journal.health()
        assert (health.ok, health.commits, health.waiting) == (True, 2, 0)
        self.submit(Submission(3, (joined("c"),)))
        after = self.journal.health()
        assert (after.commits, after.batches) == (2, health.batches), "what only passes is no commit"
        self.close()
        assert not self.journal.health().ok

    def test_who_is_told_may_submit_more(self) -> None:
        def chain(outcomes: Sequence[tuple[int, Outcome]]) -> None:
            self.outcomes.extend(outcomes)
            if outcomes[-1][0] < 5:
                self.journal.submit([Submission(outcomes[-1][0] + 1, (said(str(outcomes[-1][0])),))])

        self.close()
        self.outcomes = []
        self.journal = self.make()
        self.journal.open(chain, tail=10)
        self.journal.submit([Submission(1, (said("0"),))])
        self.turns.until(lambda: len(self.outcomes) == 5)
        assert self.texts(Slice("lobby", 10)) == ["0", "1", "2", "3", "4"]
