"""Rooms: people are counted once, on however many devices."""

from __future__ import annotations

import pytest

from chatroom.core.log import Log
from chatroom.core.rights import Rights
from chatroom.core.room import Room
from chatroom.core.session import Person, Session
from chatroom.testing import World, member


@pytest.fixture
def room() -> Room:
    return Room("lobby", Log())


def session(person: Person) -> Session:
    found = Session("line", "", 0.0)
    found.person = person
    return found


def test_a_person_on_two_devices_is_one_person(room: Room) -> None:
    ann = Person("ann", "1", 0.0)
    phone, desk = session(ann), session(ann)
    assert room.add(phone) is True
    assert room.add(desk) is False
    assert (room.present, room.names()) == (1, ("ann",))
    assert room.drop(phone) is False
    assert room.present == 1
    assert room.drop(desk) is True
    assert room.present == 0


def test_dropping_who_is_not_there_changes_nothing(room: Room) -> None:
    ann, bob = Person("ann", "1", 0.0), Person("bob", "2", 0.0)
    room.add(session(ann))
    assert room.drop(session(bob)) is False
    assert room.drop(session(ann)) is False
    assert room.names() == ("ann",)


def test_a_new_room_has_no_topic_and_is_open(room: Room) -> None:
    assert (room.topic.text, room.topic.by, room.opened, room.opening) == ("", "", True, None)


def test_a_room_where_nobody_ever_spoke_is_no_more_after_a_restart_however_often_it_was_opened() -> None:
    world = World(members=[member("meg")])
    for _ in range(3):
        world.logged_in("meg", rooms=["lobby", "tea"])
        world = world.restarted()
        assert list(world.hub.rooms) == ["lobby"]


def test_rooms_opened_again_make_room_for_others_when_nobody_is_there() -> None:
    world = World(rooms=2)
    world.program("ann", rooms=["tea"]).leaves()
    world = world.restarted()
    world.program("ann", rooms=["tea"]).leaves()
    assert world.program("bob").answer("join", room="dev")["ok"]


def test_a_mute_in_a_room_where_nobody_spoke_holds_there_and_for_nobody_elses_room() -> None:
    world = World(members=[member("meg")])
    meg = world.logged_in("meg", rooms=["tea"])
    assert meg.answer("mute", who="eve", **{"for": "1h"})["ok"]
    world = world.restarted()
    eve = world.program("eve", world.wire("198.51.100.9"), rooms=["tea"])
    assert eve.answer("say", room="tea", text="hi")["error"] == "muted-in-room"
    assert world.hub.rooms["tea"].rights.owner() == ("@m-meg", "meg")


def test_names_are_made_anew_only_when_somebody_comes_or_goes_or_is_called_otherwise(room: Room) -> None:
    ann, bob = session(Person("ann", "1", 0.0)), session(Person("bob", "2", 0.0))
    room.add(ann)
    assert room.names() is room.names()
    room.add(bob)
    assert room.names() == ("ann", "bob")
    room.drop(ann)
    assert room.names() == ("bob",)
    room.add(ann)
    assert room.names() == ("bob", "ann")


def test_other_rights_are_another_edition_than_any_before(room: Room) -> None:
    editions = {room.edition}
    for rights in (Rights("lobby"), Rights("lobby"), room.rights):
        room.rights.changes += 3
        editions.add(room.edition)
        room.reset(rights)
        editions.add(room.edition)
    assert len(editions) == 7
    assert room.edition == max(editions)
