"""Finding out whether the connection lives."""

from __future__ import annotations

from chatroom.testing import Person, SlowWorld, World


def test_a_ping_is_answered_with_its_id(bot: Person) -> None:
    bot.asks("ping", "are you there")
    assert bot.objects() == [{"re": "are you there", "ok": True}]


def test_a_ping_without_an_id_is_not_answered(bot: Person) -> None:
    bot.asks("ping")
    assert bot.objects() == []


def test_who_has_no_name_can_ping(world: World) -> None:
    one = world.connect(world.native)
    one.asks("ping", 1)
    assert one.objects() == [{"re": 1, "ok": True}]


def test_a_ping_never_overtakes_what_was_said_before_it() -> None:
    slow = SlowWorld()
    bot = slow.program("bot")
    bot.asks("say", 1, room="lobby", text="hi")
    bot.asks("ping", 2)
    assert bot.objects() == []
    slow.settle()
    assert [one["re"] for one in bot.objects()] == [1, 2]


def test_people_are_not_told_of_it(ann: Person) -> None:
    ann.types("/help")
    assert not any("/ping" in line for line in ann.lines())
