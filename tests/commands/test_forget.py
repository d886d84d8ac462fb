"""Forgetting somebody's words."""

from __future__ import annotations

import pytest

from chatroom.core.events import Removed
from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, World, member


@pytest.fixture
def world() -> World:
    return World(members=[member("meg"), member("amy", Rank.ADMIN)], window=5)


@pytest.fixture
def amy(world: World) -> Person:
    return world.logged_in("amy")


def texts(program: Person, room: str = "lobby") -> list[str]:
    return [entry.get("text", entry["is"]) for entry in program.answer("export", room=room)["entries"]]


def test_all_that_somebody_said_is_removed_and_everybody_is_told_what(world: World, amy: Person) -> None:
    meg, ann = world.logged_in("meg", rooms=["lobby", "dev"]), world.person("ann")
    meg.asks("say", room="lobby", text="one")
    meg.asks("say", room="dev", text="two")
    ann.types("three")
    meg.asks("tell", to="amy", text="four")
    meg.asks("say", room="lobby", text="five")
    ann.lines()
    answer = amy.answer("forget", who="meg", reason="asked to")
    assert (answer["total"], answer["rooms"], answer["private"]) == (5, {"lobby": 2, "dev": 1}, 2)
    assert answer["lines"] == ["Removed 5 messages of meg: 2 in lobby, 1 in dev, 2 in private."]
    ann.hears("-- amy removed 2 messages")
    assert texts(amy) == ["erased", "three", "erased", "removed"]
    assert texts(amy, "dev") == ["opened", "erased", "removed"]
    assert [order["what"] for order in amy.answer("audit")["orders"]] == ["forget meg asked to", "forget meg asked to: 5 removed"]
    assert not any(word in repr(vars(world.journal)) for word in ("'one'", "'two'", "'four'", "'five'"))


def test_a_dry_run_counts_and_changes_nothing(world: World, amy: Person) -> None:
    meg = world.logged_in("meg")
    meg.asks("say", text="one")
    assert amy.answer("forget", who="meg", dry_run=True)["lines"] == ["That would remove 1 message of meg: 1 in lobby."]
    assert texts(amy) == ["one"]
    assert amy.answer("audit")["orders"] == []


def test_a_name_that_is_no_members_is_forgotten_in_any_case_and_members_are_not(world: World, amy: Person) -> None:
    first = world.person("Ann")
    first.types("one", "/quit")
    world.person("ann").types("two")
    world.logged_in("meg").asks("say", text="three")
    assert amy.answer("forget", who="ANN")["total"] == 2
    assert texts(amy) == ["erased", "erased", "three", "removed"]


def test_somebody_who_said_nothing_is_forgotten_at_once(amy: Person) -> None:
    answer = amy.answer("forget", who="nobody-here")
    assert answer["lines"] == ["Removed 0 messages of nobody-here."]


def test_it_goes_on_for_as_long_as_there_is_something(world: World, amy: Person) -> None:
    ann = world.person("ann")
    ann.types(*(str(n) for n in range(1203)))
    assert amy.answer("forget", who="ann")["total"] == 1203
    removed = [line.entry.event for line in world.hub.rooms["lobby"].log.since(0)]
    assert [len(event.ids) for event in removed if isinstance(event, Removed)] == [500, 500, 203]


def test_guests_private_words_are_forgotten_where_they_are_remembered(world: World, amy: Person) -> None:
    ann = world.program("ann", key="the secret of ann")
    ann.asks("tell", 1, to="amy", text="psst")
    ann.asks("tell", 2, to="ann", text="note to self")
    amy.answer("forget", who="ann")
    assert "note to self" not in repr(vars(world.hub.errands))


def test_what_could_not_be_stored_is_finished_by_asking_again() -> None:
    world = SlowWorld(members=[member("amy", Rank.ADMIN)])
    ann, amy = world.person("ann"), world.logged_in("amy")
    ann.types("one", "two")
    world.settle()
    amy.objects()
    amy.asks("forget", 1, who="ann")
    world.disk.answer()
    world.rest()
    world.decline()
    (refused,) = amy.objects()
    assert (refused["ok"], refused["error"]) == (False, "not-stored")
    amy.asks("forget", 2, who="ann")
    for _ in range(4):
        world.settle()
    (answer,) = [one for one in amy.objects() if one.get("re") == 2]
    assert answer["total"] == 2
