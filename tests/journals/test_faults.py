"""What the SQLite journal does when its disk fails."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from twisted.trial.unittest import TestCase

from chatroom.contracts import Turns, closed, said
from chatroom.core.errors import (
    Busy,
    DiskFull,
    HistoryUnreadable,
    NotStored,
    Refused,
    SearchUnusable,
    ShuttingDown,
    StorageBroken,
    StorageReadOnly,
)
from chatroom.core.events import Entry, Said
from chatroom.core.quest import Quest
from chatroom.core.seams import Committed, Declined, JournalUnusable, Outcome, Put, Recovered, Retention, Slice, Submission, Unknown
from chatroom.journals import _faults, _file, _seeking, _store, _writer, sqlite
from chatroom.journals._searcher import Searcher
from chatroom.journals.sqlite import SqliteJournal
from tests.journals.disk import Disk, arrive, fault, on, post

PAGEFUL = "x" * 6000


class Case(TestCase):
    def setUp(self) -> None:
        folder = Path(mkdtemp())
        self.addCleanup(rmtree, folder)
        self.path = folder / "chatroom.db"
        self.disk = Disk()
        self.turns = Turns()
        self.outcomes: list[tuple[int, Outcome]] = []
        self.answers: list[tuple[Entry, ...] | Refused] = []
        self.open()
        self.addCleanup(self.shut)

    def open(self) -> Recovered:
        self.journal = SqliteJournal(self.path, self.turns, connect=self.disk.connect)
        return self.journal.open(self.outcomes.extend, tail=1000)

    def shut(self) -> bool:
        self.disk.heal()
        return closed(self.journal, self.turns)

    def submit(self, *submissions: Submission) -> list[Outcome]:
        before = len(self.outcomes)
        self.journal.submit(submissions)
        self.turns.until(lambda: len(self.outcomes) == before + len(submissions))
        assert [ticket for ticket, _ in self.outcomes[before:]] == [submission.ticket for submission in submissions]
        return [outcome for _, outcome in self.outcomes[before:]]

    def became(self, *submissions: Submission) -> list[type]:
        """Submit, and give what became of each: the kind of outcome, or of refusal."""
        return [type(outcome.why) if isinstance(outcome, Declined) else type(outcome) for outcome in self.submit(*submissions)]

    def said(self, log: str = "lobby") -> list[str]:
        self.journal.read(Slice(log, 1000), self.answers.append)
        self.turns.until(lambda: bool(self.answers))
        answer = self.answers.pop()
        assert not isinstance(answer, Refused), answer
        assert [entry.seq for entry in answer] == list(range(1, len(answer) + 1))
        return [entry.event.text for entry in answer if isinstance(entry.event, Said)]


class FullDiskTests(Case):
    def test_a_full_disk_refuses_words_lets_people_come_and_go_and_heals(self) -> None:
        self.submit(post(1, "before"))
        self.disk.fill()
        assert self.became(post(2, PAGEFUL), arrive(3), post(4, PAGEFUL), Submission(5, (), (Put("k", PAGEFUL),))) == [
            DiskFull,
            Committed,
            DiskFull,
            DiskFull,
        ]
        (arrived,) = self.submit(arrive(6))
        assert isinstance(arrived, Committed)
        assert arrived.entries[0].seq == 1
        health = self.journal.health()
        assert (health.ok, health.why.partition(":")[0], health.commits) == (False, "disk-full", 1)
        self.disk.empty()
        assert self.became(post(7, PAGEFUL)) == [Committed]
        assert self.journal.health().ok
        assert self.said() == ["before", PAGEFUL]

    def test_what_was_stored_before_is_known_on_a_full_disk(self) -> None:
        self.submit(post(1, "before", origin="o"))
        self.disk.fill()
        outcomes = self.submit(post(2, PAGEFUL), post(3, "before", origin="o"))
        assert isinstance(outcomes[1], Committed)
        assert outcomes[1].repeated

    def test_one_submission_too_large_for_the_space_left_costs_no_other(self) -> None:
        def full(statement: str, values: Any) -> None:
            if statement.startswith("INSERT INTO entries") and any("huge" in str(value) for value in values):
                raise fault(sqlite3.SQLITE_FULL)

        self.disk.before = full
        submissions = [post(n, "huge" if n == 700 else str(n)) for n in range(1, 1001)]
        outcomes = self.became(*submissions)
        assert [n for n, outcome in enumerate(outcomes, 1) if outcome is not Committed] == [700]
        assert outcomes[699] is DiskFull
        assert len(self.said()) == 999

    def test_a_full_disk_is_not_tried_for_each_of_a_thousand(self) -> None:
        self.disk.before = on("INSERT INTO entries", fault(sqlite3.SQLITE_FULL))
        assert set(self.became(*(post(n) for n in range(1, 1001)))) == {DiskFull}
        assert self.disk.statements.count("BEGIN IMMEDIATE") < 40

    def test_health_is_found_again_when_nobody_speaks(self) -> None:
        self.patch(_writer, "IDLE", 0.01)
        self.disk.before = on("INSERT INTO entries", fault(sqlite3.SQLITE_FULL))
        self.became(post(1))
        assert not self.journal.health().ok
        self.disk.heal()
        self.turns.until(lambda: self.journal.health().ok)


class BrokenDiskTests(Case):
    def test_a_line_that_is_there_after_a_failed_sync_is_committed(self) -> None:
        self.disk.after = self.once("COMMIT", fault(sqlite3.SQLITE_IOERR))
        assert self.became(post(1), Submission(2, (said("b"),), origin="o"), post(3, "b2", origin="o")) == [Committed] * 3
        assert self.became(post(4)) == [Committed]
        assert self.said() == ["1", "b", "4"]

    def test_state_that_is_there_after_a_failed_sync_is_committed(self) -> None:
        self.disk.after = self.once("COMMIT", fault(sqlite3.SQLITE_IOERR))
        assert self.became(Submission(1, (), (Put("k", "v"),))) == [Committed]
        self.disk.before = self.once("COMMIT", fault(sqlite3.SQLITE_IOERR))
        assert self.became(Submission(2, (), (Put("k", "w"),))) == [StorageBroken]

    def test_a_line_that_is_not_there_is_declined_with_what_rests_on_it(self) -> None:
        self.submit(post(1))
        self.disk.before = self.once("COMMIT", fault(sqlite3.SQLITE_IOERR))
        assert self.became(post(2), arrive(3), Submission(4, (said("x"),), rests_on=(2,))) == [StorageBroken, Committed, StorageBroken]
        assert self.became(post(5)) == [Committed]
        assert self.said() == ["1", "5"]

    def test_what_was_stored_before_is_known_although_its_batch_failed(self) -> None:
        self.submit(post(1, origin="o"))
        self.disk.before = self.once("COMMIT", fault(sqlite3.SQLITE_IOERR))
        outcomes = self.submit(post(2), post(3, "1", origin="o"))
        assert isinstance(outcomes[0], Declined)
        assert isinstance(outcomes[1], Committed)
        assert outcomes[1].repeated

    def test_what_is_read_but_cannot_be_synced_is_unknown(self) -> None:
        """A reader elsewhere keeps the log from being written into the file, so nobody knows whether it would stay."""
        self.patch(_file, "BUSY_SECONDS", 0.01)
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM house").fetchall()
            self.disk.after = self.once("COMMIT", fault(sqlite3.SQLITE_IOERR))
            assert self.became(post(1, origin="o")) == [Unknown]
        (outcome,) = self.submit(post(2, "1", origin="o"))
        assert isinstance(outcome, Committed)
        assert outcome.repeated

    def test_what_cannot_be_looked_up_is_unknown_and_sent_again_is_said_once(self) -> None:
        for ticket, watch in ((1, "after"), (2, "before")):
            setattr(self.disk, watch, self.once("COMMIT", fault(sqlite3.SQLITE_IOERR), then=self.unplug))
            assert self.became(post(ticket, origin=str(ticket)), arrive(ticket + 100)) == [Unknown, Committed]
            assert self.became(post(10), post(11, rests_on=(ticket,))) == [StorageBroken, StorageBroken]
            assert not self.journal.health().ok
            self.disk.heal()
            assert self.became(post(ticket + 20, str(ticket), origin=str(ticket))) == [Committed]
        assert self.said() == ["1", "2"]
        assert self.journal.health().ok

    def test_a_fault_before_the_commit_is_declined_even_if_the_file_is_gone(self) -> None:
        self.disk.before = self.once("INSERT INTO entries", fault(sqlite3.SQLITE_IOERR), then=self.unplug)
        assert self.became(post(1)) == [StorageBroken]
        self.disk.heal()
        assert self.became(post(1)) == [Committed]

    def test_faults_of_each_kind_are_told_apart_and_end(self) -> None:
        kinds: list[tuple[int, type[Refused]]] = [
            (sqlite3.SQLITE_READONLY, StorageReadOnly),
            (sqlite3.SQLITE_BUSY, NotStored),
            (sqlite3.SQLITE_CORRUPT, StorageBroken),
            (sqlite3.SQLITE_CANTOPEN, StorageBroken),
            (sqlite3.SQLITE_IOERR, StorageBroken),
            (sqlite3.SQLITE_FULL, DiskFull),
        ]
        for n, (code, refusal) in enumerate(kinds):
            self.disk.before = on("BEGIN", fault(code))
            assert self.became(post(100 + n), arrive(200 + n)) == [refusal, Committed]
            assert not self.journal.health().ok
            self.disk.heal()
            assert self.became(post(n)) == [Committed]
            assert self.journal.health().ok
        assert len(self.said()) == len(kinds)

    def test_a_program_that_holds_the_file_costs_a_refusal(self) -> None:
        self.patch(_file, "BUSY_SECONDS", 0.01)
        self.shut()
        self.open()
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert self.became(post(1), arrive(2)) == [NotStored, Committed]
        other.execute("ROLLBACK")
        other.close()
        assert self.became(post(3)) == [Committed]

    def test_a_bug_in_the_writer_costs_one_batch(self) -> None:
        self.disk.before = on("COMMIT", RuntimeError("a bug"))
        assert self.became(post(1), arrive(2)) == [Unknown, Committed]
        assert len(self.flushLoggedErrors(RuntimeError)) == 1
        self.disk.heal()
        assert self.became(post(3)) == [Committed]
        assert self.said() == ["3"]

    def test_a_bug_in_who_is_told_costs_nobody_else(self) -> None:
        told: list[int] = []

        def settled(outcomes: Sequence[tuple[int, Outcome]]) -> None:
            told.extend(ticket for ticket, _ in outcomes)
            if 1 in told and len(told) <= 100:
                raise RuntimeError("a bug")

        self.shut()
        self.journal = SqliteJournal(self.path, self.turns)
        self.journal.open(settled, tail=10)
        self.journal.submit([post(ticket) for ticket in range(1, 301)])
        self.turns.until(lambda: len(told) == 300)
        assert told == list(range(1, 301))
        assert self.journal.health().waiting == 0
        assert len(self.flushLoggedErrors(RuntimeError)) == 1

    def test_a_failed_read_is_refused_and_the_next_one_is_not(self) -> None:
        self.submit(post(1))
        self.disk.before = on("SELECT json_group_array", fault(sqlite3.SQLITE_IOERR))
        self.journal.read(Slice("lobby", 5), self.answers.append)
        self.turns.until(lambda: bool(self.answers))
        assert isinstance(self.answers.pop(), HistoryUnreadable)
        self.disk.heal()
        assert self.said() == ["1"]

    def test_a_query_that_is_no_text_is_refused(self) -> None:
        self.journal.read(Slice("\ud800", 5), self.answers.append)
        self.turns.until(lambda: bool(self.answers))
        assert isinstance(self.answers.pop(), HistoryUnreadable)

    def test_checkpoints_and_retention_that_fail_hurt_nobody(self) -> None:
        self.patch(_writer, "CHECKPOINT_SOON", 0)
        self.disk.before = on("PRAGMA wal_checkpoint", fault(sqlite3.SQLITE_IOERR))
        assert self.became(post(1), post(2)) == [Committed, Committed]
        self.turns.until(lambda: not self.journal.health().ok)
        self.disk.before = on("DELETE", fault(sqlite3.SQLITE_FULL))
        assert self.became(post(3)) == [Committed]
        self.journal.trim(Retention(age=0, count=1), 0.0)
        self.turns.until(lambda: self.journal.health().why.startswith("disk-full"))
        self.disk.heal()
        assert self.became(post(4)) == [Committed]
        assert self.said() == ["1", "2", "3", "4"]

    def once(self, word: str, error: sqlite3.Error, then: Any = None) -> Any:
        """Raise `error` at the first statement that begins with `word`, after which `then` holds."""
        raising = on(word, error)

        def watch(statement: str, values: Any) -> None:
            if statement.startswith(word):
                self.disk.heal()
                if then is not None:
                    then()
            raising(statement, values)

        return watch

    def unplug(self) -> None:
        def gone() -> None:
            raise fault(sqlite3.SQLITE_CANTOPEN)

        self.disk.connecting = gone


class StuckDiskTests(Case):
    def setUp(self) -> None:
        super().setUp()
        self.stuck = threading.Event()
        self.free = threading.Event()
        self.addCleanup(self.free.set)

    def jam(self) -> None:
        """Let the next commit take as long as the test wants, and have it begun."""

        def wait(statement: str, values: Any) -> None:
            if statement == "COMMIT" and not self.stuck.is_set():
                self.stuck.set()
                assert self.free.wait(10)

        self.disk.before = wait
        self.journal.submit([post(1)])
        assert self.stuck.wait(10)

    def test_what_arrives_during_a_commit_is_the_next_one(self) -> None:
        self.jam()
        batches = self.journal.health().batches
        for ticket in range(2, 22):
            self.journal.submit([post(ticket)])
        assert self.journal.health().waiting == 21
        self.free.set()
        self.turns.until(lambda: len(self.outcomes) == 21)
        assert self.journal.health().batches == batches + 2
        assert [ticket for ticket, _ in self.outcomes] == list(range(1, 22))
        assert self.journal.health().waiting == 0

    def test_closing_is_patient_and_then_says_what_is_not_known(self) -> None:
        self.jam()
        self.journal.submit([post(2)])
        self.journal.read(Slice("lobby", 5), self.answers.append)
        first, second = self.journal.close(5), self.journal.close(5)
        self.journal.submit([post(3)])
        self.turns.until(lambda: bool(self.answers))
        assert self.answers.pop() == ()
        self.turns.advance(4.9)
        self.assertNoResult(first)
        self.turns.advance(0.2)
        assert self.successResultOf(first) is False
        assert self.successResultOf(second) is False
        assert self.successResultOf(self.journal.close(5)) is False
        assert [(ticket, type(outcome)) for ticket, outcome in self.outcomes] == [(1, Unknown), (2, Unknown), (3, Declined)]
        assert isinstance(self.outcomes[2][1], Declined)
        assert isinstance(self.outcomes[2][1].why, ShuttingDown)
        self.free.set()
        self.turns.until(lambda: not [thread for thread in threading.enumerate() if thread.name == "journal writer"])
        self.turns.until(self.can_open)
        assert len(self.outcomes) == 3
        assert self.said() == ["1", "2"]

    def test_while_a_search_hangs_a_few_more_wait_and_closing_loses_nothing(self) -> None:
        def wait(_: Searcher, quest: Quest) -> Refused:
            assert self.free.wait(10)
            return Busy()

        self.patch(Searcher, "_find", wait)
        self.patch(_seeking, "WAITING", 2)
        found: list[object] = []
        for _ in range(3):
            self.journal.search(Quest(("tea",), ("lobby",), 5), found.append)
        self.journal.submit([post(1)])
        self.turns.until(lambda: len(self.outcomes) == 1)
        assert [type(answer) for answer in found] == [SearchUnusable]
        closing = self.journal.close(5)
        self.turns.advance(5.1)
        assert self.successResultOf(closing) is True
        assert [type(answer) for answer in found] == [SearchUnusable, ShuttingDown, ShuttingDown]
        self.free.set()
        self.turns.until(self.can_open)

    def can_open(self) -> bool:
        try:
            self.open()
        except JournalUnusable:
            return False
        return True

    def test_no_thread_keeps_the_interpreter_from_exiting(self) -> None:
        self.jam()
        ours = [thread for thread in threading.enumerate() if thread.name.startswith("journal")]
        assert len(ours) == 3
        assert all(thread.daemon for thread in ours)

    def test_too_many_waiting_are_refused_in_their_turn(self) -> None:
        self.patch(sqlite, "WAITING", 3)
        self.jam()
        self.journal.submit([post(ticket) for ticket in range(2, 7)])
        self.free.set()
        self.turns.until(lambda: len(self.outcomes) == 6)
        kinds = [type(outcome.why) if isinstance(outcome, Declined) else type(outcome) for _, outcome in self.outcomes]
        assert kinds == [Committed] * 3 + [Busy] * 3
        assert self.became(post(7)) == [Committed]

    def test_too_many_bytes_waiting_are_refused_in_their_turn(self) -> None:
        self.patch(sqlite, "WAITING_BYTES", 10_000)
        self.jam()
        self.journal.submit([post(2, PAGEFUL), post(3, PAGEFUL + "y"), post(4)])
        self.free.set()
        self.turns.until(lambda: len(self.outcomes) == 4)
        assert [type(outcome) for _, outcome in self.outcomes] == [Committed, Committed, Committed, Declined]

    def test_nothing_can_be_put_to_a_journal_that_was_never_opened(self) -> None:
        journal = SqliteJournal(self.path, self.turns)
        journal.submit([post(1)])
        journal.read(Slice("lobby", 5), self.answers.append)
        journal.trim(Retention(), 0.0)
        self.turns.until(lambda: bool(self.answers))
        assert isinstance(self.answers.pop(), ShuttingDown)
        assert self.successResultOf(journal.close(5)) is True

    def test_too_many_queries_are_refused(self) -> None:
        self.patch(sqlite, "QUERIES", 2)
        for _ in range(3):
            self.journal.read(Slice("lobby", 5), self.answers.append)
        self.turns.until(lambda: len(self.answers) == 3)
        assert [isinstance(answer, Busy) for answer in self.answers].count(True) == 1
        self.answers.clear()
        assert self.said() == []

    def test_the_memory_of_what_was_lost_is_bounded(self) -> None:
        self.patch(_store, "LOST", 2)
        self.disk.before = on("BEGIN", fault(sqlite3.SQLITE_READONLY))
        self.became(*(post(ticket) for ticket in range(1, 6)))
        self.disk.heal()
        assert self.became(post(10, rests_on=(2,)), post(11, rests_on=(5,))) == [Committed, StorageReadOnly]


class WordsTests(TestCase):
    def test_what_the_sqlite3_module_itself_finds_wrong_is_a_rows_fault_or_the_connections(self) -> None:
        assert _faults.is_one_rows(sqlite3.InterfaceError("binding"))
        assert not _faults.spoils_connection(sqlite3.InterfaceError("binding"))
        closed_one = sqlite3.ProgrammingError("Cannot operate on a closed database.")
        assert _faults.spoils_connection(closed_one)
        assert type(_faults.refusal(closed_one)) is StorageBroken

    def test_the_host_is_told_the_code_and_what_sqlite_says(self) -> None:
        assert _faults.words(fault(sqlite3.SQLITE_FULL, "database or disk is full")) == "disk-full: database or disk is full"
