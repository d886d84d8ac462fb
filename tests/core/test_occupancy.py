"""Coming and going while the disk declines what was asked for: nobody is left in a room that is not there."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, member, password_of

KEY = "a key of enough characters"


@pytest.fixture
def slow() -> SlowWorld:
    return SlowWorld(members=[member("meg"), member("max", Rank.MODERATOR)])


def device(slow: SlowWorld, name: str, *rooms: str) -> Person:
    """Let a member come in on one more device."""
    made = slow.connect(slow.native)
    made.asks("hello", name=name, password=password_of(name), rooms=list(rooms))
    return made


def errors(program: Person) -> list[str]:
    """Give why what a program asked for was refused."""
    return [one["error"] for one in program.objects() if "error" in one]


def kinds(program: Person) -> list[str]:
    """Give what a program was shown to happen."""
    return [str(one["is"]) for one in program.objects()]


def test_who_left_a_room_whose_opening_is_declined_is_not_put_back_into_it(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann"), slow.program("bob")
    ann.asks("join", room="tea")
    ann.asks("leave", room="tea")
    bob.asks("join", room="tea")
    slow.decline()
    slow.settle()
    assert "tea" not in slow.hub.rooms
    ann.asks("say", room="tea", text="anybody?")
    assert errors(ann)[-1] == "not-in-room"


def test_a_second_device_does_not_stay_in_a_room_that_the_first_did_not_get_into(slow: SlowWorld) -> None:
    ann = slow.program("ann")
    ann.asks("join", room="tea")
    device(slow, "meg", "tea")
    second = device(slow, "meg", "tea")
    slow.decline()
    slow.settle()
    assert "tea" not in slow.hub.rooms
    assert {"is": "exited", "room": "tea"}.items() <= second.objects()[-1].items()
    second.asks("join", room="tea")
    second.asks("say", 1, room="tea", text="now then")
    slow.settle()
    assert slow.hub.rooms["tea"].log.head == 2
    assert second.objects()[-1]["ok"]


def test_a_joining_declined_late_leaves_a_later_room_of_that_name_alone(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann"), slow.program("bob", key=KEY, rooms=[])
    ann.asks("join", room="tea")
    bob.asks("join", room="tea")
    bob.asks("leave", room="tea")
    slow.decline()
    again = slow.program("bob", key=KEY, rooms=["tea"])
    again.asks("say", 1, room="tea", text="mine")
    slow.settle()
    assert again.objects()[-1]["ok"]
    assert slow.hub.rooms["tea"].names() == ("bob",)


def test_who_is_back_in_a_room_that_is_closing_as_they_could_not_be_put_out_is_led_out_with_its_end(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann", rooms=["tea"]), slow.program("bob", rooms=["tea"])
    ann.asks("kick", room="tea", who="bob")
    ann.asks("close", room="tea")
    slow.decline()
    slow.settle()
    assert "tea" not in slow.hub.rooms
    bob.asks("say", room="tea", text="where am I?")
    assert errors(bob) == ["not-in-room"]


@pytest.mark.parametrize("order", [{"do": "mute", "who": "eve"}, {"do": "ban", "who": "eve"}, {"do": "access", "access": "invited"}])
def test_what_was_ordered_in_a_room_whose_opening_is_declined_is_nowhere(slow: SlowWorld, order: dict[str, str]) -> None:
    ann = slow.program("ann")
    ann.asks("join", room="tea")
    ann.asks(**order, room="tea")
    slow.decline()
    slow.settle()
    assert [key for key in slow.disk.open(slow.house.deeds.settled, tail=0).state if "tea" in key] == []


def test_who_could_open_neither_of_two_rooms_speaks_where_they_were(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.types("/join tea", "/join den")
    slow.decline(n=2)
    ann.types("here I am")
    slow.settle()
    assert bob.lines()[-1] == "ann: here I am"


def test_who_looks_at_another_room_by_then_goes_on_looking_at_it(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    bob.types("/join den")
    slow.settle()
    ann.types("/join tea", "/join den")
    slow.decline()
    slow.settle()
    ann.types("here I am")
    slow.settle()
    assert bob.lines()[-1] == "[den] ann: here I am"


def test_what_is_said_right_after_a_coming_that_is_declined_is_not_said_either(slow: SlowWorld) -> None:
    bob, ann = slow.program("bob", rooms=["tea"]), slow.person("ann")
    ann.types("/join tea", "am I here?", "/topic mine", "/leave")
    slow.decline()
    slow.settle()
    assert slow.hub.rooms["tea"].names() == ("bob",)
    assert kinds(bob) == []
    assert [line[:22] for line in ann.lines()] == ["! That could not be st"] * 4 + ["-- You left tea."]
    assert slow.hub.rooms["tea"].comings == {}


def test_what_a_second_device_says_rests_on_the_coming_of_the_first(slow: SlowWorld) -> None:
    bob = slow.program("bob", rooms=["tea"])
    device(slow, "meg")
    slow.settle()
    first, second = device(slow, "meg", "tea"), device(slow, "meg", "tea")
    second.asks("say", room="tea", text="am I here?")
    slow.decline()
    slow.settle()
    assert kinds(bob) == []
    assert errors(second) == ["not-stored"]
    first.asks("join", room="tea")
    second.asks("join", room="tea")
    second.asks("say", room="tea", text="I am")
    slow.settle()
    assert kinds(bob) == ["joined", "said"]


def test_what_is_said_rests_on_a_coming_and_on_a_new_name_alike(slow: SlowWorld) -> None:
    bob, ann = slow.program("bob", rooms=["tea"]), slow.program("ann")
    ann.asks("join", room="tea")
    ann.asks("nick", name="anna")
    ann.asks("say", room="tea", text="am I here?")
    slow.decline()
    slow.settle()
    assert "said" not in kinds(bob)
    ann.asks("join", room="tea")
    ann.asks("nick", name="annie")
    ann.asks("say", room="tea", text="who am I?")
    slow.settle(1)
    slow.decline()
    slow.settle()
    assert "said" not in kinds(bob)


def test_who_left_and_came_again_is_there_though_the_first_coming_was_declined(slow: SlowWorld) -> None:
    bob, ann = slow.program("bob", rooms=["tea"]), slow.program("ann")
    for do in ("join", "leave", "join"):
        ann.asks(do, room="tea")
    ann.asks("say", room="tea", text="here I am")
    slow.decline()
    slow.settle()
    assert kinds(bob) == ["joined", "said"]
    assert slow.hub.rooms["tea"].names() == ("bob", "ann")


def test_a_plain_coming_that_is_stored_does_not_say_that_a_later_taking_over_is(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann", rooms=["tea"]), slow.program("bob")
    bob.asks("join", room="tea")
    bob.asks("leave", room="tea")
    ann.asks("leave", room="tea")
    slow.settle(0)
    bob.asks("join", room="tea")
    opening = slow.hub.rooms["tea"].opening
    slow.settle(1)
    assert opening is not None
    assert slow.hub.rooms["tea"].opening == opening
