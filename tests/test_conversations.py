"""Conversations with others: each is kept with whom it is with, whatever they are called, and no more of them than the bound."""

from __future__ import annotations

from chatroom.conversations import CONVERSATIONS, Conversations
from chatroom.core.events import Author, Entry, Erased, Told
from chatroom.seen import KEPT

ANN, BOB = Author("ann"), Author("Bob")


def told(id: str) -> Entry:
    return Entry("@ann", 1, 0.0, id, Told(BOB, ANN, "psst"))


def test_what_is_said_is_kept_once_and_counted_until_our_person_turns_to_it() -> None:
    talks = Conversations()
    assert talks.take("Bob", told("a"), own=False)
    assert not talks.take("BOB", told("a"), own=False)
    assert talks.take("bob", told("b"), own=True)
    assert list(talks) == ["bob"]
    assert (talks["bob"].peer, talks["bob"].unread, len(talks["bob"].entries)) == ("Bob", 1, 2)
    talks.attend("bOb")
    talks.attend("nobody")
    assert talks["bob"].unread == 0


def test_it_goes_on_under_a_new_name() -> None:
    talks = Conversations()
    talks.take("Bob", told("a"), own=False)
    talks.follow("bob", "Rob")
    talks.follow("nobody", "somebody")
    assert [(key, talk.peer, talk.unread) for key, talk in talks.items()] == [("rob", "Rob", 1)]


def test_what_was_removed_is_emptied_in_all_of_them() -> None:
    talks = Conversations()
    talks.take("bob", told("a"), own=False)
    talks.take("cat", told("a"), own=True)
    talks.take("cat", told("b"), own=True)
    talks.remove(("a",))
    assert [type(entry.event) for talk in talks.values() for entry in talk.entries] == [Erased, Erased, Told]


def test_the_oldest_is_forgotten_for_one_too_many_and_the_oldest_words_of_each() -> None:
    talks = Conversations()
    for number in range(CONVERSATIONS + 5):
        talks.take(f"p{number}", told("a"), own=False)
    assert len(talks) == CONVERSATIONS
    assert "p4" not in talks
    for number in range(KEPT + 5):
        talks.take("p9", told(str(number)), own=False)
    assert len(talks["p9"].entries) == KEPT
