"""Events: what is kept, what passes, and what each is called."""

from __future__ import annotations

import pytest

from chatroom.core.events import (
    GUESTS,
    KIND_OF,
    KINDS,
    Author,
    Entry,
    Event,
    HouseEvent,
    Joined,
    Quit,
    RoomOpened,
    Said,
    Told,
    TopicChanged,
    is_kept,
)

ANN = Author("ann")


def all_events(root: type[Event] = Event) -> set[type[Event]]:
    found = set()
    for one in root.__subclasses__():
        found |= {one} | all_events(one)
    return found


def test_every_event_has_one_word_and_every_word_one_event() -> None:
    concrete = {one for one in all_events() if one is not HouseEvent and one.__module__ == "chatroom.core.events"}
    assert {one.__name__ for one in concrete} == {one.__name__ for one in KINDS.values()}
    assert {KIND_OF[one]: one for one in KINDS.values()} == KINDS


@pytest.mark.parametrize("kind", ["said", "topic", "opened", "told", "removed", "erased"])
def test_words_are_kept(kind: str) -> None:
    assert KINDS[kind].KEPT


@pytest.mark.parametrize("kind", ["joined", "left", "renamed", "quit", "away"])
def test_presence_passes(kind: str) -> None:
    assert not KINDS[kind].KEPT


def test_a_guests_inbox_is_never_kept_and_a_members_is() -> None:
    told = Told(ANN, Author("bob"), "psst")
    assert not is_kept(f"{GUESTS}5", told)
    assert is_kept("@5", told)
    assert Entry("lobby", 1, 0.0, "id", Said(ANN, "hi")).kept
    assert not Entry("lobby", 1, 0.0, "id", Joined(ANN, 1)).kept


def test_an_event_of_the_house_counts_people_room_by_room() -> None:
    event = Quit(ANN, (("lobby", 3), ("dev", 1)), "tea")
    assert event.rooms == ("lobby", "dev")
    assert (event.count("lobby"), event.count("dev")) == (3, 1)


def test_equal_facts_are_equal() -> None:
    assert Said(ANN, "hi") == Said(Author("ann"), "hi") != Said(ANN, "ho")
    assert len({TopicChanged(ANN, "x"), TopicChanged(ANN, "x"), RoomOpened(ANN)}) == 2
