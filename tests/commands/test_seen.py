"""What people say they have read, by a number or a time, on all their devices."""

from __future__ import annotations

import pytest

from chatroom.core.inboxes import GuestInbox
from chatroom.core.seen_positions import EVERY, ROOMS
from chatroom.rounds import TICK
from chatroom.testing import START, Person, SlowWorld, World, member

AT = "2023-11-14T22:13:{}.000Z"


@pytest.fixture
def world() -> World:
    return World(members=[member("mia"), member("max")])


def talked(world: World) -> tuple[Person, Person]:
    """Give two devices of one member, of a room where something was said each second."""
    phone, laptop = world.logged_in("mia", marks=True), world.logged_in("mia", marks=True)
    ann = world.person("ann")
    for number in range(1, 6):
        world.rest(1)
        ann.types(str(number))
    phone.objects(), laptop.objects()
    return phone, laptop


def test_a_time_moves_the_position_and_the_other_devices_are_told(world: World) -> None:
    phone, laptop = talked(world)
    assert phone.answer("seen", room="lobby", upto=AT.format(23))["upto"] == START + 3
    assert laptop.objects() == [{"is": "marked", "room": "lobby", "upto": AT.format(23)}]
    assert world.hub.memory.seen.position("m-mia", "lobby") == (world.hub.epoch, 3)
    assert laptop.answer("seen", room="lobby")["upto"] == START + 3


def test_a_number_moves_the_time(world: World) -> None:
    phone, laptop = talked(world)
    phone.asks("seen", 1, room="lobby", seq=4)
    assert laptop.objects() == [{"is": "marked", "room": "lobby", "upto": AT.format(24)}]


def test_it_never_goes_back_nor_beyond_now(world: World) -> None:
    phone, laptop = talked(world)
    phone.answer("seen", room="lobby", upto="2099-01-01T00:00:00.000Z")
    laptop.objects()
    assert phone.answer("seen", room="lobby", upto=AT.format(21))["upto"] == START + 5
    assert laptop.objects() == []


def test_nothing_is_known_until_it_is_said_whatever_was_shown(world: World) -> None:
    phone, _ = talked(world)
    assert "upto" not in phone.answer("seen", room="lobby")
    assert "upto" not in phone.answer("seen", **{"with": "ann"})


def test_nobody_else_is_told(world: World) -> None:
    phone, _ = talked(world)
    other = world.logged_in("max", marks=True)
    phone.answer("seen", room="lobby", upto=AT.format(23))
    assert other.objects() == []
    assert "upto" not in other.answer("seen", room="lobby")


def test_a_conversation_is_read_whatever_the_other_is_called_and_the_inbox_with_it(world: World) -> None:
    phone, laptop = talked(world)
    other = world.logged_in("max")
    other.asks("tell", 1, to="mia", text="hi")
    phone.objects(), laptop.objects()
    assert phone.answer("seen", upto=AT.format(25), **{"with": "MAX"})["upto"] == START + 5
    assert laptop.objects() == [{"is": "marked", "with": "max", "upto": AT.format(25)}]
    assert laptop.answer("seen", **{"with": "max@example.org"})["upto"] == START + 5
    assert world.hub.memory.seen.position("m-mia", "@") == (world.hub.epoch, 1)


def test_who_has_read_the_whole_inbox_has_read_every_conversation(world: World) -> None:
    phone, laptop = talked(world)
    other = world.logged_in("max")
    other.asks("tell", 1, to="mia", text="hi")
    laptop.objects()
    world.rest(1)
    assert phone.answer("seen", room="@", seq=1)["ok"]
    assert laptop.answer("seen", **{"with": "max"})["upto"] == START + 6
    assert "upto" not in laptop.answer("seen", room="lobby")


def test_a_guest_has_it_while_they_are_here_and_nothing_is_stored() -> None:
    world = SlowWorld()
    bot = world.program("bot")
    bot.asks("seen", 1, upto=AT.format(20), **{"with": "ann"})
    assert bot.objects()[-1]["upto"] == START
    world.rest(EVERY + 5)
    assert not world.disk.waiting
    guest = world.hub.memory.inboxes.guest(next(iter(world.hub.people)))
    assert isinstance(guest, GuestInbox)
    for number in range(ROOMS + 10):
        guest.read.mark("", f"~{number}", 1)
    assert guest.read.position("", "~ann") is None


def test_it_outlives_a_restart() -> None:
    world = SlowWorld(members=[member("mia")])
    phone = world.logged_in("mia")
    world.settle()
    phone.asks("seen", 1, upto=AT.format(20), **{"with": "ann"})
    phone.leaves()
    world.settle()
    again = world.killed()
    phone = again.logged_in("mia")
    again.settle()
    phone.objects()
    phone.asks("seen", 1, **{"with": "ann"})
    assert phone.objects()[-1]["upto"] == START


@pytest.mark.parametrize("name", ["a b", ":a", "", "a\nb", "x" * 255])
def test_what_can_be_nobodys_name_is_refused(world: World, name: str) -> None:
    phone, laptop = talked(world)
    assert phone.answer("seen", upto=AT.format(23), **{"with": name})["error"] == "no-such-person"
    assert laptop.objects() == []


def test_what_is_no_time_is_refused(world: World) -> None:
    phone, _ = talked(world)
    assert phone.answer("seen", room="lobby", upto="an id")["why"].startswith("The field upto takes a time.")


def test_a_member_who_is_removed_is_forgotten(world: World) -> None:
    phone, _ = talked(world)
    phone.answer("seen", room="lobby", upto=AT.format(23))
    world.hub.erasure.grace = 0.0
    world.members.replace([member("max")])
    world.rest(TICK)
    assert world.hub.memory.read.position("m-mia", "lobby") is None
