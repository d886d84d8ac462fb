from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatroom.contracts import ANN, BOB, NOON, JournalContract, Turns, closed
from chatroom.core.events import GUESTS, Entry, Event, Joined, Said, Told, TopicChanged
from chatroom.core.seams import Committed, Declined, Draft, Journal, Outcome, Put, Slice, Submission
from chatroom.journals.memory import MemoryJournal
from chatroom.journals.sqlite import SqliteJournal


class ContractTests(JournalContract, TestCase):
    path: Path | None = None

    def make(self) -> Journal:
        if self.path is None:
            folder = Path(mkdtemp())
            self.addCleanup(rmtree, folder)
            self.path = folder / "chatroom.db"
        return SqliteJournal(self.path, self.turns)


texts = st.text(max_size=20) | st.just("half a character: \ud800")
happenings: st.SearchStrategy[Event] = st.one_of(
    st.builds(Said, st.just(ANN), texts),
    st.builds(TopicChanged, st.just(ANN), texts),
    st.builds(Joined, st.just(BOB), st.integers(0, 9)),
    st.builds(Told, st.just(ANN), st.just(BOB), texts),
)
drafts = st.builds(
    Draft,
    st.sampled_from(["lobby", "attic", "@m", f"{GUESTS}g", ""]),
    happenings,
    st.integers(0, 99).map(str),
    st.floats(NOON, NOON + 1000),
)
puts = st.builds(Put, st.sampled_from("abc"), st.none() | texts)
plans = st.lists(
    st.lists(
        st.tuples(
            st.lists(drafts, max_size=3).map(tuple),
            st.lists(puts, max_size=2).map(tuple),
            st.none() | st.sampled_from(["one", "two", "three"]),
            st.none() | st.integers(1, 8),
        ),
        max_size=6,
    ),
    max_size=6,
)


Plan = list[list[tuple[tuple[Draft, ...], tuple[Put, ...], str | None, int | None]]]


class Run:
    """Put batches to a journal, and note all that comes of it."""

    def __init__(self, journal: Journal, turns: Turns) -> None:
        self.journal = journal
        self.turns = turns
        self.outcomes: list[tuple[int, Outcome]] = []
        journal.open(self.outcomes.extend, tail=1000)

    def put(self, batches: list[list[Submission]]) -> None:
        for batch in batches:
            self.journal.submit(batch)
        self.turns.until(lambda: len(self.outcomes) == sum(map(len, batches)))

    def committed(self) -> list[Entry]:
        return [
            entry
            for _, outcome in self.outcomes
            if isinstance(outcome, Committed) and not outcome.repeated
            for entry in outcome.entries
            if entry.kept
        ]


def submissions(plan: Plan) -> list[list[Submission]]:
    """Number what a plan holds, so that what rests on something rests on what came before it."""
    ticket = 0
    batches = []
    for batch in plan:
        made = []
        for kept, changes, origin, back in batch:
            ticket += 1
            made.append(Submission(ticket, kept, changes, origin, ticket - back if back is not None else None))
        batches.append(made)
    return batches


def same(outcome: Outcome) -> object:
    """Give what two journals must agree on."""
    return type(outcome.why) if isinstance(outcome, Declined) else outcome


@settings(max_examples=60, deadline=None)
@given(plans)
def test_what_is_read_again_is_what_was_settled_and_both_engines_agree(plan: Plan) -> None:
    batches = submissions(plan)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chatroom.db"
        turns = Turns()
        disk = Run(SqliteJournal(path, turns), turns)
        memory = Run(MemoryJournal(turns), turns)
        disk.put(batches)
        memory.put(batches)
        assert [(ticket, same(outcome)) for ticket, outcome in disk.outcomes] == [
            (ticket, same(outcome)) for ticket, outcome in memory.outcomes
        ]
        assert closed(disk.journal, turns)
        assert closed(memory.journal, turns)
        again, remembered = SqliteJournal(path, turns), memory.journal
        recovered = again.open(lambda _: None, tail=1000)
        expected = remembered.open(lambda _: None, tail=1000)
        assert recovered.logs == expected.logs
        assert recovered.state == expected.state
        assert recovered.last_at == expected.last_at
        for log in recovered.logs:
            found: list[object] = []
            again.read(Slice(log, 1000), found.append)
            turns.until(lambda: bool(found))  # noqa: B023
            assert found == [tuple(entry for entry in disk.committed() if entry.log == log)]
        closed(again, turns)
