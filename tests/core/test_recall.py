"""Entries are remembered beside their logs: a post sent again is recognised, and what was removed stays so."""

from __future__ import annotations

from chatroom.core import recall
from chatroom.core.events import Author, Entry, Erased, Said, Told
from chatroom.core.recall import Recall
from chatroom.core.seams import Committed

ANN, BOB = Author("ann"), Author("bob")


def told(id: str) -> Entry:
    """Give private words in a guest's inbox, of which nothing is kept."""
    return Entry("@~bob", 0, 0.0, id, Told(ANN, BOB, "psst"))


def said(id: str) -> Entry:
    return Entry("lobby", 1, 0.0, id, Said(ANN, "hi"))


def test_a_post_of_which_nothing_is_kept_is_what_it_became_the_first_time() -> None:
    known = Recall(10)
    first, again = Committed((told("a"),)), Committed((told("b"),))
    assert known.recognise("origin", first) == first
    assert known.recognise("origin", again) == Committed(first.entries, repeated=True)
    assert known.recognise("another", again) == again
    assert known.recognise(None, again) == again


def test_what_the_journal_keeps_is_left_to_the_journal() -> None:
    known = Recall(10)
    for number in ("1", "2"):
        assert not known.recognise("origin", Committed((said(number),))).repeated


def test_no_more_posts_are_remembered_than_the_bound() -> None:
    known = Recall(3)
    for number in range(10):
        known.recognise(str(number), Committed((told(str(number)),)))
    assert len(known._posts) == 3
    assert known.recognise("9", Committed(())).repeated
    assert not known.recognise("1", Committed((told("1"),))).repeated


def test_what_was_removed_is_empty_wherever_it_comes_from() -> None:
    known = Recall(10)
    known.recognise("origin", Committed((told("a"),)))
    assert known.left((said("b"),)) == (said("b"),)
    known.forget("@~bob", ["a"])
    known.forget("lobby", ["b"])
    assert [type(entry.event) for entry in known.recognise("origin", Committed(())).entries] == [Erased]
    assert [type(entry.event) for entry in known.left((said("b"), said("c")))] == [Erased, Said]


def test_what_somebody_said_can_be_forgotten_as_theirs() -> None:
    known = Recall(10)
    known.recognise("origin", Committed((told("a"),)))
    known.forget_by(lambda author: author == BOB)
    assert isinstance(known.recognise("origin", Committed(())).entries[0].event, Told)
    known.forget_by(lambda author: author == ANN)
    assert isinstance(known.recognise("origin", Committed(())).entries[0].event, Erased)


def test_no_more_removed_entries_are_remembered_than_the_bound() -> None:
    known = Recall(10)
    known.forget("lobby", [str(number) for number in range(recall.MOST_GONE + 5)])
    assert len(known._gone) == recall.MOST_GONE
