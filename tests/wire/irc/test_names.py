"""The lists of who is in a room: kept while others come at most, made anew for anything else, and always as long as a line may be."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.log import Log
from chatroom.core.rank import Rank
from chatroom.core.room import Room, Stay
from chatroom.core.session import Person as Somebody
from chatroom.core.session import Session
from chatroom.rounds import TICK
from chatroom.testing import Person, World
from chatroom.wire.irc import names
from chatroom.wire.irc.message import LINE
from chatroom.wire.irc.names import KEPT, Lists


def listed(person: Person, room: str = "#tea") -> list[str]:
    """Ask who is in a room; give the words of the list."""
    person.types(f"NAMES {room}")
    found: list[str] = []
    for line in person.lines():
        assert len(line.encode()) <= LINE - 2
        if " 353 " in line:
            found += line.partition(" :")[2].split(" ")
    return found


def full(*caps: str) -> tuple[World, list[Person]]:
    world = World()
    people = [world.chatter(name, *caps) for name in ("ann", "bob", "cyd")]
    for person in people:
        person.types("JOIN #tea")
        person.lines()
    return world, people


def test_who_comes_stands_behind_the_others() -> None:
    world, (ann, *_) = full()
    assert listed(ann) == ["@ann", "bob", "cyd"]
    eve = world.chatter("eve")
    eve.types("JOIN #tea")
    assert listed(ann) == ["@ann", "bob", "cyd", "eve"]


@pytest.mark.parametrize("guests", range(2, 8))
def test_a_room_whose_guests_went_and_took_their_rights_along_is_listed_anew(guests: int) -> None:
    world = World()
    people = [world.chatter(f"ma{number}") for number in range(guests)]
    for person in people:
        person.types("JOIN #tea", "MODE #tea +t")
        person.lines()
    listed(people[0])
    for person in people:
        person.types("QUIT")
    world.rest(2 * TICK)
    eve = world.chatter("eve")
    eve.types("JOIN #tea")
    eve.lines()
    assert [one.lstrip("@") for one in listed(eve)] == ["eve"]
    assert world.house.figures.faults == 0


def test_who_goes_is_called_otherwise_or_is_given_something_is_listed_so() -> None:
    _, (ann, bob, cyd) = full()
    bob.types("NICK rob")
    assert listed(ann) == ["@ann", "rob", "cyd"]
    ann.types("MODE #tea +o rob", "MODE #tea +v cyd")
    assert listed(ann) == ["@ann", "@rob", "+cyd"]
    ann.types("MODE #tea -o rob", "MODE #tea -v cyd")
    assert listed(ann) == ["@ann", "rob", "cyd"]
    bob.types("PART #tea")
    assert listed(ann) == ["@ann", "cyd"]
    cyd.leaves()
    assert listed(ann) == ["@ann"]


def test_who_keeps_order_in_the_house_is_marked_as_soon_as_that_is_so() -> None:
    room, somebody = Room("tea", Log()), Somebody("eve", "1", 0.0)
    session = Session("irc", "", 0.0)
    session.person, session.stays = somebody, {"tea": Stay(room)}
    somebody.sessions.append(session)
    room.add(session)
    lists = Lists()
    assert lists.rows(room, (False, False), 100) == ["eve"]
    somebody.rank = Rank.MODERATOR
    somebody.shuffle()
    assert lists.rows(room, (False, False), 100) == ["@eve"]


def test_clients_that_know_of_it_are_shown_every_mark_and_whole_addresses() -> None:
    _, (ann, bob, _) = full("multi-prefix", "userhost-in-names")
    ann.types("MODE #tea +ov bob bob")
    assert [word.partition("!")[0] for word in listed(ann)] == ["@ann", "@+bob", "cyd"]
    assert all("!" in word and word.endswith(".guest") for word in listed(bob))


@given(st.lists(st.text("aé", min_size=1, max_size=30), unique=True, max_size=60), st.integers(80, 300))
def test_rows_hold_everybody_once_in_order_and_are_no_longer_than_they_may_be(called: list[str], most: int) -> None:
    room, lists = Room("tea", Log()), Lists()
    for number, name in enumerate(called):
        session = Session("irc", "", 0.0)
        session.person = Somebody(name, str(number), 0.0)
        room.add(session)
        if number % 7 == 0:
            lists.rows(room, (False, False), most)
    rows = lists.rows(room, (False, False), most)
    assert [word for row in rows for word in row.split(" ")] == called
    assert all(len(row.encode()) <= most for row in rows)


def test_a_thousand_who_come_are_each_listed_once_however_often_the_list_is_asked_for() -> None:
    room, lists = Room("tea", Log()), Lists()
    with patch.object(names, "marks_of", wraps=names.marks_of) as looked_at:
        for number in range(1000):
            session = Session("irc", "", 0.0)
            session.person = Somebody(f"user{number}", str(number), 0.0)
            room.add(session)
            lists.rows(room, (False, False), 400)
    assert looked_at.call_count == 1000


@pytest.mark.parametrize("same", [True, False])
def test_only_so_many_lists_are_kept_and_none_of_a_room_that_is_no_more(same: bool) -> None:
    lists = Lists()
    for number in range(3 * KEPT):
        room = Room("tea" if same else f"tea{number}", Log())
        assert lists.rows(room, (False, False), 400) == []
    assert len(lists) == (1 if same else KEPT)
