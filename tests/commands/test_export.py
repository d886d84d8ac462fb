"""Giving out a room's history."""

from __future__ import annotations

import json

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member


@pytest.fixture
def world() -> World:
    return World(members=[member("amy", Rank.ADMIN)], page=10, window=5)


@pytest.fixture
def amy(world: World) -> Person:
    ann = world.person("ann")
    ann.types(*(str(n) for n in range(1, 26)))
    return world.logged_in("amy")


def test_a_room_is_given_page_by_page_from_the_beginning(amy: Person) -> None:
    read: list[str] = []
    after = 0
    pages = 0
    more = True
    while more:
        page = amy.answer("export", room="lobby", after=after)
        read += [entry["text"] for entry in page["entries"]]
        after, more, pages = page["after"], page["more"], pages + 1
    assert read == [str(n) for n in range(1, 26)]
    assert pages == 3
    assert amy.answer("export", room="lobby", after=after)["entries"] == []


def test_a_page_is_bounded_in_bytes() -> None:
    world = World(members=[member("amy", Rank.ADMIN)], page_bytes=10_000)
    ann = world.person("ann")
    for _ in range(5):
        ann.types("x" * 4000)
    page = world.logged_in("amy").answer("export", room="lobby")
    assert (len(page["entries"]), page["more"]) == (2, True)


def test_at_a_console_every_entry_is_a_line_of_json(world: World, amy: Person) -> None:
    world.logged_in("amy").asks("say", room="lobby", text="\x9b31m naïve")
    amy_typing = world.connect(world.line)
    amy_typing.types("amy", "amy opens this door")
    amy_typing.lines()
    amy_typing.types("/export lobby 24")
    *entries, end = amy_typing.lines()
    assert end == "That is all of lobby."
    assert [json.loads(line)["text"] for line in entries] == ["25", "\x9b31m naïve"]
    assert all(line.isascii() for line in entries)


def test_a_room_that_never_was_is_refused(amy: Person) -> None:
    assert amy.answer("export", room="nowhere")["error"] == "no-such-room"
