"""Saying who one is."""

from __future__ import annotations

import pytest

from chatroom.core.hub import Rules
from chatroom.testing import Person, World


def greeted(world: World, **fields: object) -> list[dict[str, object]]:
    one = world.connect(world.native)
    one.asks("hello", 1, **fields)
    return one.objects()


def test_who_says_their_name_is_welcomed_and_in_the_lobby(world: World) -> None:
    welcome, entered = greeted(world, name="ann")
    assert (welcome["re"], welcome["is"], welcome["you"], welcome["rank"], welcome["resumed"]) == (1, "welcome", "ann", "guest", False)
    assert welcome["limits"] == world.hub.limits.advertised()
    assert (entered["re"], entered["is"], entered["room"], entered["people"]) == (None, "entered", "lobby", ["ann"])


def test_the_hosts_words_are_in_the_welcome() -> None:
    world = World(Rules(name="The Shed", welcome="Mind the step.\nNo shoes."))
    ann = world.connect(world.front)
    ann.types("ann")
    assert ann.lines()[:3] == ["Welcome, ann.", "Mind the step.", "No shoes."]


def test_the_rooms_named_are_entered_each_once_and_no_other(world: World) -> None:
    _, *rooms = greeted(world, name="ann", rooms=["dev", "#DEV", "tea", "dev"])
    assert [room["room"] for room in rooms] == ["dev", "tea"]


def test_a_room_that_cannot_be_refuses_the_whole_greeting_and_takes_no_name(world: World) -> None:
    (answer,) = greeted(world, name="ann", rooms=["dev", "two words"])
    assert answer["error"] == "room-name-invalid"
    assert len(world.hub.roster) == 0
    assert set(world.hub.rooms) == {"lobby"}


def test_a_room_that_is_full_up_is_refused_beside_the_others() -> None:
    world = World(rooms=2)
    welcome, lobby, dev, tea = greeted(world, name="ann", rooms=["lobby", "dev", "tea"])
    assert welcome["ok"]
    assert (lobby["room"], dev["room"]) == ("lobby", "dev")
    assert (tea["re"], tea["error"]) == (None, "house-has-too-many-rooms")


def test_a_bot_is_shown_nothing_it_did_not_ask_for(world: World, ann: Person) -> None:
    ann.types("hello")
    _, entered = greeted(world, name="bot", bot=True)
    assert entered["recent"] == []


@pytest.mark.parametrize("key", ["", "x" * 15, "x" * 129])
def test_a_key_that_could_be_guessed_or_is_endless_is_refused(world: World, key: str) -> None:
    (answer,) = greeted(world, name="ann", key=key)
    assert answer["why"] == "The field key takes 16 to 128 characters."


def test_a_refused_greeting_can_be_repeated(world: World, ann: Person) -> None:
    one = world.connect(world.native)
    one.asks("hello", 1, name="ann")
    one.asks("hello", 2, name="anna")
    assert [answer.get("error") for answer in one.objects()][:2] == ["name-taken", None]


def test_a_key_stands_for_its_session_alone_and_is_stored_nowhere(world: World) -> None:
    key = "the secret of this session"
    greeted(world, name="ann", key=key)
    (session,) = world.hub.sessions
    assert key not in repr(session.scope)
    assert key not in repr(vars(world.journal))
