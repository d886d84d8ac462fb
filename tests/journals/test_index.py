"""The search index as a file: made anew when it is not what it should be, and let go of what is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from chatroom.contracts import ANN, NOON, Turns, closed, said
from chatroom.core.errors import Refused, SearchTooLong, SearchUnusable
from chatroom.core.events import Removed
from chatroom.core.quest import Quest
from chatroom.core.seams import Draft, Outcome, Submission
from chatroom.journals import _index, _searcher
from chatroom.journals._index import Hits, Index
from chatroom.journals._searcher import Searcher
from chatroom.journals.sqlite import SqliteJournal


class Place:
    """Be a folder with a journal in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "chatroom.db"
        self.file = folder / "chatroom.search.db"
        self.turns = Turns()
        self.outcomes: list[tuple[int, Outcome]] = []
        self.journal = SqliteJournal(self.path, self.turns)
        self.journal.open(self.outcomes.extend, tail=0)

    def post(self, *drafts: Draft) -> None:
        before = len(self.outcomes)
        self.journal.submit([Submission(before, (draft,)) for draft in drafts])
        self.turns.until(lambda: len(self.outcomes) == before + len(drafts))

    def index(self) -> Index:
        return Index(self.file, self.path)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    closed(place.journal, place.turns)


def quest(*terms: str, **more: Any) -> Quest:
    return Quest(terms, ("lobby",), 10, **more)


def test_it_is_fed_in_steps_until_it_holds_everything(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.post(*(said(f"tea {n}") for n in range(1200)))
    monkeypatch.setattr(_index, "STEP", 500)
    index = place.index()
    steps = 0
    while index.feed():
        steps += 1
    assert steps == 3
    assert index.find(quest("tea")).count == 10
    index.close()


def test_who_searches_is_told_how_much_was_not_looked_at(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_index, "STEP", 500)
    place.post(*(said(f"tea {n}") for n in range(1200)))
    index = place.index()
    assert index.find(quest("tea")).behind == 1200
    while index.feed():
        pass
    assert index.find(quest("tea")).behind == 0
    index.close()


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[100:3000] = b"\xff" * 2900
    file.write_bytes(data)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def nonsense(file: Path) -> None:
    file.write_bytes(b"this is no database " * 1000)


def another_epoch(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("UPDATE cursor SET epoch = 'another'")
    db.close()


def another_version(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("UPDATE cursor SET version = 1")
        db.execute("DELETE FROM lines")
    db.close()


def other_tables(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE cursor (x)")
    db.close()


@pytest.mark.parametrize("spoil", [Path.unlink, damage, empty, nonsense, another_epoch, another_version, other_tables])
def test_a_file_that_is_not_what_it_should_be_is_made_anew(place: Place, spoil: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_index, "PATIENCE", 60.0)  # on a busy machine the time for a search passes while the file is made
    place.post(said("tea"), said("more tea"))
    index = place.index()
    assert index.find(quest("tea")).count == 2
    index.close()
    spoil(place.file)
    answers: list[Hits | Refused] = []
    searcher = Searcher(place.index(), lambda _, answer: answers.append(answer), lambda: None)
    for _ in range(3):
        hits = searcher._find(quest("tea"))
        if isinstance(hits, Hits):
            break
    assert isinstance(hits, Hits)
    assert hits.count == 2
    searcher._index.close()


def test_a_folder_that_cannot_be_written_costs_the_search_alone(place: Place) -> None:
    index = Index(place.path.parent / "no such folder" / "x.db", place.path)
    searcher = Searcher(index, lambda *_: None, lambda: None)
    assert isinstance(searcher._find(quest("tea")), SearchUnusable)
    searcher._work()
    assert isinstance(searcher._find(quest("tea")), SearchUnusable)


def test_what_was_removed_leaves_the_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_searcher, "TIDY_EVERY", 0.0)
    monkeypatch.setattr(_searcher, "REST", 0.0)
    place.post(*(said(f"xyzzy{n} plugh", id=str(n)) for n in range(50)), said("more tea"))
    index = place.index()
    index.find(quest("tea"))
    searcher = Searcher(index, lambda *_: None, lambda: None)
    place.post(Draft("lobby", Removed(ANN, tuple(str(n) for n in range(50))), "r", NOON))
    searcher._feed_at = 0.0
    for _ in range(50):
        searcher._work()
    assert not index.untidy
    index.close()
    data = b"".join(file.read_bytes() for file in place.path.parent.glob("chatroom.search.db*"))
    assert b"xyzzy" not in data
    assert b"plugh" not in data
    assert b"tea" in data


def test_what_is_gone_for_two_reasons_is_taken_out_once(place: Place) -> None:
    place.post(said("tea", id="a"), said("more tea", id="b"), said("tea again", id="c"))
    index = place.index()
    assert index.find(quest("tea")).count == 3
    place.post(*(Draft("lobby", Removed(ANN, ids), f"r{number}", NOON) for number, ids in enumerate([("a", "b"), ("a",)])))
    with closing(sqlite3.connect(place.path)) as db, db:
        db.execute("UPDATE logs SET first = 3")
    while index.feed():
        pass
    assert index.find(quest("tea")).count == 1
    index.close()


def test_a_search_that_takes_too_long_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_index, "PATIENCE", 0.0)
    monkeypatch.setattr(_index, "LOOK", 1)
    place.post(said("tea"))
    index = place.index()
    with pytest.raises(SearchTooLong):
        index.find(quest("tea"))
    monkeypatch.setattr(_index, "PATIENCE", 10.0)
    assert index.find(quest("tea")).count == 1
    index.close()


def test_the_thread_is_woken_once_for_all_that_is_committed_until_it_takes_that_in(place: Place) -> None:
    searcher = Searcher(place.index(), lambda *_: None, lambda: None)
    for _ in range(3):
        searcher.more(1)
    assert searcher._jobs.qsize() == 1
    searcher._feed_at = 0.0
    searcher._work()
    searcher.more(1)
    assert searcher._jobs.qsize() == 2
    searcher._index.close()


def test_catching_up_waits_longer_while_very_much_is_being_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    index = place.index()

    steps = iter([0.01, 0.01, 0.01, 1.0])

    def feed() -> bool:
        now[0] += next(steps)
        return True

    monkeypatch.setattr(index, "feed", feed)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    searcher = Searcher(index, lambda *_: None, lambda: None)
    waits = []
    for said_a_second in (1000, 0, 100, 1000):
        now[0] += 1.0
        searcher.more(said_a_second)
        searcher._feed_at = now[0]
        searcher._work()
        searcher._await()
        waits.append(searcher._wait())
    assert waits == pytest.approx([_searcher.BUSY / 100, _searcher.REST / 100, _searcher.REST / 100, _searcher.LONGEST_REST])


def test_what_is_said_while_the_thread_rests_is_taken_in_when_it_has_rested(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    index = place.index()

    def feed() -> bool:
        now[0] += 0.01
        return False

    monkeypatch.setattr(index, "feed", feed)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    searcher = Searcher(index, lambda *_: None, lambda: None)
    searcher.more(1000)
    searcher._feed_at = now[0]
    searcher._work()
    assert searcher._wait() is None
    searcher._await()
    assert searcher._wait() == pytest.approx(_searcher.BUSY / 100)
    now[0] += 60.0
    searcher._feed_at = None
    searcher._await()
    assert searcher._wait() == pytest.approx(_searcher.GATHER)


def test_what_is_said_is_found_soon_by_the_thread_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.post(said("tea"))
    answers: list[Hits | Refused] = []
    monkeypatch.setattr(_searcher, "SOON", 0.0)
    index = place.index()
    searcher = Searcher(index, lambda _, answer: answers.append(answer), lambda: answers.append(SearchUnusable()))
    searcher.start()
    searcher.more(1)
    searcher.ask(1, quest("tea"))
    place.turns.until(lambda: len(answers) == 1)
    searcher.stop()
    place.turns.until(lambda: len(answers) == 2)
    assert isinstance(answers[0], Hits)
    assert answers[0].count == 1
