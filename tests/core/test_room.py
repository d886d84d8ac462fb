"""Rooms: people are counted once, on however many devices."""

from __future__ import annotations

import pytest

from chatroom.core.log import Log
from chatroom.core.room import Room
from chatroom.core.session import Person, Session


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
