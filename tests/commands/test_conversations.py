"""Where words passed last."""

from __future__ import annotations

import pytest

from chatroom.testing import START, World, member, password_of


def test_it_tells_rooms_and_people_by_when_words_passed_last() -> None:
    world = World(members=[member("mia")])
    bot, ann = world.program("bot"), world.person("ann")
    mia = world.connect()
    mia.types("mia", password_of("mia"))
    for number, one in enumerate((ann, mia)):
        world.rest(1)
        one.types(f"/msg bot {number}")
    world.rest(1)
    ann.types("hi")
    bot.objects()
    answer = bot.answer("conversations")
    assert answer["people"] == [{"name": "ann", "at": START + 1}, {"name": "mia", "at": START + 2}]
    assert answer["rooms"] == [{"room": "lobby", "at": START + 3}]
    answer = bot.answer("conversations", since="2023-11-14T22:13:21.000Z", until="2023-11-14T22:13:23.000Z")
    assert ([one["name"] for one in answer["people"]], answer["rooms"]) == (["mia"], [])


def test_what_is_no_time_is_refused() -> None:
    bot = World().program("bot")
    assert bot.answer("conversations", since="an id")["why"].startswith("The field since takes a time.")


def test_an_endless_inbox_is_looked_through_so_far_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatroom.core.readback.READINGS", 2)
    world = World(members=[member("mia")], page=5)
    ann, bob = world.person("ann"), world.person("bob")
    ann.types("/msg mia first")
    bob.types(*["/msg mia hm"] * 12)
    mia = world.logged_in("mia")
    assert [one["name"] for one in mia.answer("conversations")["people"]] == ["bob"]
