"""Who may do what: every command, asked for by every kind of session, about what is its own and what is not.

A command without a row here fails the tests, so that nobody adds one without deciding who may use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from chatroom.registry import load_verbs
from chatroom.testing import Person, World

OK = "ok"
NAMELESS = "not-named-yet"
IN_NO_ROOM = "in-no-room"
NOT_IN_ROOM = "not-in-room"


@dataclass(frozen=True)
class Row:
    """Say what one request comes to: without a name, as a guest in the lobby, as a guest in no room.

    The lobby is one's own when one is in it; `dev` is always somebody else's, and `bob` is always there.
    """

    verb: str
    case: str
    fields: dict[str, Any]
    nameless: str
    inside: str
    outside: str


TABLE = [
    Row("away", "of one's own", {}, NAMELESS, OK, OK),
    Row("away", "of another", {"name": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("back", "of one's own", {}, NAMELESS, OK, OK),
    Row("hello", "under a free name", {"name": "newcomer"}, OK, "named-already", "named-already"),
    Row("hello", "under another's name", {"name": "bob"}, "name-taken", "named-already", "named-already"),
    Row("hello", "with a key that is not one's own", {"name": "bob", "key": "x" * 20}, "name-taken", "named-already", "named-already"),
    Row("help", "", {}, OK, OK, OK),
    Row("history", "of one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("history", "of another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("history", "of another's inbox", {"room": "@~1"}, NAMELESS, "room-name-invalid", "room-name-invalid"),
    Row("history", "of the house", {"room": ""}, NAMELESS, "room-name-empty", "room-name-empty"),
    Row("ignore", "of another", {"name": "bob"}, NAMELESS, OK, OK),
    Row("ignore", "of oneself", {"name": "ann"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("join", "another's room", {"room": "dev"}, NAMELESS, OK, OK),
    Row("join", "one's own room", {"room": "lobby"}, NAMELESS, OK, OK),
    Row("join", "a room nobody may have", {"room": "private"}, NAMELESS, "room-name-reserved", "room-name-reserved"),
    Row("leave", "one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("leave", "another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("leave", "for another", {"room": "lobby", "name": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("me", "in one's own room", {"room": "lobby", "text": "waves"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("me", "in another's room", {"room": "dev", "text": "waves"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("me", "where one looks", {"text": "waves"}, NAMELESS, OK, IN_NO_ROOM),
    Row("nick", "to a free name", {"name": "anna"}, NAMELESS, OK, OK),
    Row("nick", "to another's name", {"name": "bob"}, NAMELESS, "name-taken", "name-taken"),
    Row("nick", "to what looks like another", {"name": "b0b"}, NAMELESS, "name-too-similar", "name-too-similar"),
    Row("nick", "to a reserved name", {"name": "admin"}, NAMELESS, "name-reserved", "name-reserved"),
    Row("ping", "", {}, OK, OK, OK),
    Row("quit", "oneself", {}, OK, OK, OK),
    Row("quit", "another", {"name": "bob"}, "wrong-usage", "wrong-usage", "wrong-usage"),
    Row("rooms", "", {}, NAMELESS, OK, OK),
    Row("say", "in one's own room", {"room": "lobby", "text": "hi"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("say", "in another's room", {"room": "dev", "text": "hi"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("say", "in no room there is", {"room": "nowhere", "text": "hi"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("say", "where one looks", {"text": "hi"}, NAMELESS, OK, IN_NO_ROOM),
    Row("say", "as another", {"room": "lobby", "text": "hi", "by": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("say", "into another's inbox", {"room": "@~1", "text": "hi"}, NAMELESS, "room-name-invalid", "room-name-invalid"),
    Row("tell", "another", {"to": "bob", "text": "hi"}, NAMELESS, OK, OK),
    Row("tell", "oneself", {"to": "ann", "text": "hi"}, NAMELESS, OK, OK),
    Row("tell", "nobody", {"to": "nobody-here", "text": "hi"}, NAMELESS, "no-such-person", "no-such-person"),
    Row("topic", "of one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("topic", "of another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("topic", "set in one's own room", {"room": "lobby", "topic": "x"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("topic", "set in another's room", {"room": "dev", "topic": "x"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("unignore", "of nobody ignored", {"name": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("who", "in one's own room", {"room": "lobby"}, NAMELESS, OK, OK),
    Row("who", "in another's room", {"room": "dev"}, NAMELESS, OK, OK),
    Row("who", "in no room there is", {"room": "nowhere"}, NAMELESS, "no-such-room", "no-such-room"),
    Row("who", "where one looks", {}, NAMELESS, OK, IN_NO_ROOM),
    Row("whois", "another", {"name": "bob"}, NAMELESS, OK, OK),
    Row("whois", "oneself", {"name": "ann"}, NAMELESS, OK, OK),
    Row("whois", "nobody", {"name": "nobody-here"}, NAMELESS, "no-such-person", "no-such-person"),
]


def named(row: Row) -> str:
    return f"{row.verb} {row.case}".strip()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bob(world: World) -> Person:
    """Give somebody who is in both rooms and listens."""
    return world.program("bob", rooms=["lobby", "dev"])


def outcome(person: Person, row: Row) -> str:
    person.asks(row.verb, "the request", **row.fields)
    (answer,) = [one for one in person.objects() if one.get("re") == "the request"]
    return OK if answer["ok"] else str(answer["error"])


def test_every_command_has_a_row() -> None:
    assert {row.verb for row in TABLE} == {verb.name for verb in load_verbs()}


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_what_somebody_without_a_name_may_do(world: World, bob: Person, row: Row) -> None:
    ann = world.connect(world.native)
    assert outcome(ann, row) == row.nameless


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_what_a_guest_in_the_room_may_do(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    assert outcome(ann, row) == row.inside


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_what_a_guest_in_no_room_may_do(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann", rooms=[])
    assert outcome(ann, row) == row.outside


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_somebody_who_has_left_may_do_nothing_and_is_heard_by_nobody(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    protocol = ann.wire.protocol
    ann.asks("quit")
    bob.objects()
    ann.objects()
    before = repr(world.hub.rooms["lobby"].topic), len(world.hub.people)
    for wire_is_gone in (False, True):
        ann.wire.lost = wire_is_gone
        ann.asks(row.verb, "the request", **row.fields)
        protocol._work()
    assert bob.objects() == []
    assert [one for one in ann.objects() if one.get("re") == "the request"] == []
    assert (repr(world.hub.rooms["lobby"].topic), len(world.hub.people)) == before


@pytest.mark.parametrize("row", [row for row in TABLE if row.inside != OK], ids=named)
def test_what_is_refused_is_seen_by_nobody(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    bob.objects()
    outcome(ann, row)
    assert bob.objects() == []


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_nobody_learns_where_another_connects_from(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    ann.asks(row.verb, 1, **row.fields)
    assert "192.0.2." not in repr(ann.objects())
