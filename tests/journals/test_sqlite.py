from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatroom.contracts import ANN, BOB, NOON, JournalContract, Turns, closed, said
from chatroom.core.events import GUESTS, Entry, Event, Joined, Removed, Said, Told, TopicChanged, emptied
from chatroom.core.seams import Committed, Declined, Draft, Journal, Outcome, Put, Retention, Slice, Submission
from chatroom.journals import _writer
from chatroom.journals._file import open_reader
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


class RemovalTests(TestCase):
    """What is removed stands in no byte of any file once there was a moment of quiet; what was not removed is still there."""

    def setUp(self) -> None:
        self.patch(_writer, "IDLE", 0.01)
        self.turns = Turns()
        self.folder = Path(mkdtemp())
        self.addCleanup(rmtree, self.folder)
        self.journal = SqliteJournal(self.folder / "chatroom.db", self.turns)
        self.outcomes: list[tuple[int, Outcome]] = []
        self.journal.open(self.outcomes.extend, tail=10)
        self.addCleanup(lambda: closed(self.journal, self.turns))

    def post(self, *drafts: Draft) -> None:
        before = len(self.outcomes)
        self.journal.submit([Submission(before, drafts)])
        self.turns.until(lambda: len(self.outcomes) > before)
        assert isinstance(self.outcomes[-1][1], Committed)

    def found(self, texts: Iterable[str]) -> set[str]:
        """Give those of `texts` that stand in some file."""
        data = b"".join(file.read_bytes() for file in self.folder.iterdir())
        return {text for text in texts if text.encode() in data}

    def test_words_that_were_removed_leave_every_file(self) -> None:
        chance = Random(3)
        there: set[str] = set()
        gone: set[str] = set()
        for turn in range(60):
            words = [f"<secret {turn} {n}>" for n in range(chance.randint(1, 5))]
            self.post(*(said(f"{word} {'and so on ' * chance.choice([0, 5, 900])}", id=word) for word in words))
            there.update(words)
            victims = chance.sample(sorted(there), chance.randint(1, len(there)) // 2)
            # The ids stay, as they tell nothing; here they are the words, so they are looked for with what follows.
            self.post(Draft("lobby", Removed(ANN, tuple(victims)), f"removal {turn}", NOON))
            there.difference_update(victims)
            gone.update(victims)
        self.turns.until(lambda: not self.found(f'"{word} ' for word in gone))
        assert len(gone) > 50
        assert self.found(f'"{word} ' for word in there) == {f'"{word} ' for word in there}

    def test_a_reader_who_holds_the_log_is_waited_for_in_the_background(self) -> None:
        self.post(said("<secret>", id="1"))
        with closing(open_reader(self.folder / "chatroom.db")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM entries").fetchall()
            self.post(Draft("lobby", Removed(ANN, ("1",)), "r", NOON))
            self.post(said("more", id="2"))
            assert self.found(["<secret>"])
        self.turns.until(lambda: not self.found(["<secret>"]))

    def test_what_retention_drops_leaves_every_file_too(self) -> None:
        self.post(*(said(f"<secret {n}>", id=str(n)) for n in range(100)))
        self.journal.trim(Retention(age=0, count=10), NOON)
        self.turns.until(lambda: len(self.found(f"<secret {n}>" for n in range(100))) == 10)
        assert self.found(f"<secret {n}>" for n in range(100)) == {f"<secret {n}>" for n in range(90, 100)}


texts = st.text(max_size=20) | st.just("half a character: \ud800")
happenings: st.SearchStrategy[Event] = st.one_of(
    st.builds(Said, st.just(ANN), texts),
    st.builds(TopicChanged, st.just(ANN), texts),
    st.builds(Joined, st.just(BOB), st.integers(0, 9)),
    st.builds(Told, st.just(ANN), st.just(BOB), texts),
    st.builds(Removed, st.just(ANN), st.lists(st.integers(0, 99).map(str), max_size=40).map(tuple)),
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


def left(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give what is left of a log's entries after what they remove, each of those before it."""
    found: list[Entry] = []
    for entry in entries:
        ids = entry.event.ids if isinstance(entry.event, Removed) else ()
        found = [emptied(one) if one.id in ids and not isinstance(one.event, Removed) else one for one in found]
        found.append(entry)
    return tuple(found)


def submissions(plan: Plan) -> list[list[Submission]]:
    """Number what a plan holds, so that what rests on something rests on what came before it."""
    ticket = 0
    batches = []
    for batch in plan:
        made = []
        for kept, changes, origin, back in batch:
            ticket += 1
            made.append(Submission(ticket, kept, changes, origin, (ticket - back,) if back is not None else ()))
        batches.append(made)
    return batches


def same(outcome: Outcome) -> object:
    """Give what two journals must agree on: an old entry may be told as it was when it was asked for, or as it is now."""
    if isinstance(outcome, Committed) and outcome.repeated:
        return [(entry.log, entry.seq, entry.id) for entry in outcome.entries]
    return type(outcome.why) if isinstance(outcome, Declined) else outcome


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
            assert found == [left(entry for entry in disk.committed() if entry.log == log)]
        closed(again, turns)
