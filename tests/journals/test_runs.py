"""Words in a row, stored as one row of the database: whatever happens to them, they are what they would be if stored one by one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.events import Author, Removed
from chatroom.core.quest import Quest
from chatroom.core.seams import Draft, Slice, Submission, Trace
from chatroom.core.words import Words, in_row
from chatroom.journalcase import ANN, BOB, NOON, said
from chatroom.journals._file import open_reader, prepare
from chatroom.journals._index import Index
from chatroom.journals._parcel import pack
from chatroom.journals._plan import Stored
from chatroom.journals._reader import pages, traces
from chatroom.journals._store import Store

CAT = Author("cat", "m1")
PEOPLE = (ANN, BOB, CAT)
LOGS = ("lobby", "attic")


class Kept:
    """Be a store with its index, and what is read from both; words in a row come as such, or each by itself."""

    def __init__(self, path: Path, *, in_rows: bool) -> None:
        self.path = path
        self.in_rows = in_rows
        self.open()

    def open(self) -> None:
        self.store = Store(self.path, prepare(self.path))
        self.db = open_reader(self.path)
        self.index = Index(self.path.with_suffix(".search.db"), self.path)

    def close(self) -> None:
        self.store.close()
        self.db.close()
        self.index.close()

    def put(self, *all_drafts: Sequence[Draft]) -> list[object]:
        drafts = all_drafts if self.in_rows else [tuple(one) for one in all_drafts]
        results = self.store.write([pack(Submission(ticket, one)) for ticket, one in enumerate(drafts, 1)])
        return [[*one.seqs] if isinstance(one, Stored) else one for one in results]

    def trim(self, *, before: int = 0, count: int = 0) -> None:
        while self.store.trim(before=before, count=count):
            pass

    def read(self, query: Slice) -> list[object]:
        return sorted([row for page in pages(self.db, query) for row in json.loads(page)], key=lambda row: row[0])

    def trace(self, trace: Trace) -> tuple[object, ...]:
        found, after = traces(self.db, trace)
        return json.loads(found), int(after)

    def find(self, *terms: str, by: str = "") -> tuple[object, ...]:
        while self.index.feed():
            pass
        hits = self.index.find(Quest(terms, LOGS, 50, by=by))
        return json.loads(hits.rows), hits.oldest, hits.behind


texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["tea", "more tea", "\0", 'a "quoted" \\u0000', "{}"])
rows = st.tuples(
    st.just("row"), st.sampled_from(LOGS), st.sampled_from(PEOPLE), st.lists(texts, min_size=1, max_size=9), st.integers(0, 99)
)
removals = st.tuples(st.just("remove"), st.sampled_from(LOGS), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=6))
deeds = st.one_of(
    rows,
    rows,
    rows,
    removals,
    st.tuples(st.just("trim"), st.integers(0, 12)),
    st.tuples(st.just("forget"), st.integers(0, 99)),
    st.just(("index",)),
    st.just(("reopen",)),
)
points = st.none() | st.integers(0, 99).map(lambda at: NOON + at / 1000) | st.tuples(st.integers(0, 30), st.integers(0, 9))


@st.composite
def slices(draw: st.DrawFn) -> Slice:
    """Draw what to ask for, where a point may be an id."""
    since, until = (f"r{one[0]}.{one[1]}" if isinstance(one, tuple) else one for one in (draw(points), draw(points)))
    after, before = draw(st.integers(0, 20)), draw(st.integers(0, 60) | st.just(1 << 62))
    log, limit = draw(st.sampled_from((*LOGS, "cellar"))), draw(st.integers(0, 40))
    return Slice(log, limit, after, before, draw(st.booleans()), since, until, draw(st.booleans()))


def do(kept: Kept, deed: tuple[object, ...], number: int) -> object:
    match deed:
        case ("row", str(log), Author() as by, list(said), int(at)):
            return kept.put(Words(log, by, said, f"r{number}", NOON + at / 1000))
        case ("remove", str(log), list(named)):
            ids = tuple(f"r{row}.{one}" for row, one in named)
            return kept.put((Draft(log, Removed(ANN, ids), f"x{number}", NOON),))
        case ("trim", int(count)):
            kept.trim(count=count)
        case ("forget", int(at)):
            kept.trim(before=round(NOON * 1000) + at)
        case ("index",):
            kept.find("tea")
        case ("reopen",):
            kept.close()
            kept.open()
    return None


@given(st.lists(deeds, max_size=12), st.lists(slices(), min_size=1, max_size=6), st.integers(0, 60), st.integers(1, 8))
def test_words_in_a_row_are_what_they_would_be_one_by_one(
    history: list[tuple[object, ...]], asked: list[Slice], after: int, limit: int
) -> None:
    with TemporaryDirectory() as folder:
        in_rows, singly = Kept(Path(folder) / "rows.db", in_rows=True), Kept(Path(folder) / "singly.db", in_rows=False)
        for number, deed in enumerate(history):
            assert do(in_rows, deed, number) == do(singly, deed, number)
            assert in_rows.store.heads == singly.store.heads
        for query in (*asked, Slice("lobby", 1000), Slice("attic", 1000, oldest=True)):
            assert in_rows.read(query) == singly.read(query)
        for trace in (Trace(("ann",), "", after, limit), Trace(("nobody",), "m1", after, limit), Trace(("BOB", "cat"), "")):
            assert in_rows.trace(trace) == singly.trace(trace)
        for terms, by in ((("tea",), ""), (("te", "m"), ""), (("ea",), "bob"), (("t",), "cat")):
            assert in_rows.find(*terms, by=by) == singly.find(*terms, by=by)
        in_rows.close()
        singly.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path / "chatroom.db", in_rows=True)
    yield kept
    kept.close()


def row(*texts: str, log: str = "lobby", id: str = "r", at: float = NOON) -> Words:
    return Words(log, ANN, texts, id, at)


def count(kept: Kept, table: str) -> int:
    (found,) = kept.db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found)


def test_words_in_a_row_are_one_row_of_the_database(kept: Kept) -> None:
    assert kept.put(row("a", "b", "c"), (said("d"),), row("e", id="s")) == [[1, 2, 3], [4], [5]]
    assert (count(kept, "runs"), count(kept, "entries")) == (1, 2)


def test_a_long_page_is_read_whatever_it_is_made_of(kept: Kept) -> None:
    for number in range(30):
        kept.put(row(*(f"{number}.{one}" for one in range(30)), id=f"r{number}"), (said("alone", id=f"s{number}"),))
    for query in (Slice("lobby", 700), Slice("lobby", 700, oldest=True), Slice("lobby", 10_000, after=3, before=900)):
        low = 4 if query.limit > 700 else 1 if query.oldest else 231
        assert [one[0] for one in kept.read(query)] == list(range(low, low + (896 if query.limit > 700 else 700)))  # type: ignore[index]


def test_places_are_never_given_twice(kept: Kept) -> None:
    kept.put(row("a", "b", "c"))
    kept.find("a")
    kept.trim(before=round(NOON * 1000) + 1)
    assert kept.read(Slice("lobby", 10)) == []
    assert count(kept, "runs") == 0
    kept.close()
    kept.open()
    kept.put((said("tea", id="t"),))
    found, _, behind = kept.find("tea")
    assert ([one[1] for one in found], behind) == ([4], 0)  # type: ignore[attr-defined]


def test_an_index_that_knows_more_places_than_there_are_is_made_anew(kept: Kept) -> None:
    kept.put((said("tea"),))
    kept.find("tea")
    kept.close()
    with closing(sqlite3.connect(kept.path.with_suffix(".search.db"))) as db, db:
        db.execute("UPDATE cursor SET place = 1000")
    kept.open()
    kept.put((said("more tea", id="2"),))
    assert len(kept.find("tea")[0]) == 2  # type: ignore[arg-type]


def test_a_broken_run_becomes_an_entry_that_cannot_be_read(kept: Kept) -> None:
    kept.put(row("a", "b", id="r1"), row("c", "d", id="r2"), row("e", "f", id="r3"), row("tea", "h", id="r4"))
    with closing(sqlite3.connect(kept.path)) as db, db:
        db.execute("UPDATE runs SET texts = '[\"a\",' WHERE id = 'r1'")
        db.execute("UPDATE runs SET texts = '[1, \"d\"]' WHERE id = 'r2'")
        db.execute("UPDATE runs SET by = '{' WHERE id = 'r3'")
    bodies = [one[-1] for one in kept.read(Slice("lobby", 10))]  # type: ignore[index]
    assert bodies == [
        '{"by":["ann","m-ann"],"text":null}',
        '{"by":["ann","m-ann"],"text":null}',
        '{"by":["ann","m-ann"],"text":"d"}',
        '{"by":{,"text":"e"}',
        '{"by":{,"text":"f"}',
        '{"by":["ann","m-ann"],"text":"tea"}',
        '{"by":["ann","m-ann"],"text":"h"}',
    ]
    assert len(kept.find("tea")[0]) == 1  # type: ignore[arg-type]
    assert kept.trace(Trace(("ann",), ""))[0] == [["lobby", f"r{one}"] for one in ("1.0", "2.0", "2.1", "4.0", "4.1")]
    kept.put((Draft("lobby", Removed(ANN, ("r1.0", "r2.1", "r3.1", "r4.0")), "x", NOON),))
    kept.trim(count=2)
    assert len(kept.read(Slice("lobby", 10))) == 2


def test_only_the_numbers_of_a_row_are_taken_for_such() -> None:
    assert in_row("18bcfe56800mark0.12") == ("18bcfe56800mark0", 12)
    for other in ("18bcfe56800mark0", "a.", "a.b", "a.-1", "a.²", "a.1234567890", ""):
        assert in_row(other) is None, other
