"""Sessions that outlive their connections: lingering, coming back, taking over, and what is delivered then."""

from __future__ import annotations

from typing import Any

import pytest

from chatroom.core.inboxes import KEPT
from chatroom.core.seams import Retention
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld, World
from chatroom.wires import DirectWire

KEY = "a key of enough characters"
LINGER = 20.0


@pytest.fixture
def world() -> World:
    return World(linger=LINGER, resume=50)


def hello(world: World, name: str = "ann", **fields: Any) -> tuple[Person, list[dict[str, Any]]]:
    """Come in with a key, and give what is heard then."""
    program = world.connect(world.native)
    program.asks("hello", 0, name=name, **{"key": KEY, **fields})
    return program, program.objects()


def position(heard: list[dict[str, Any]], room: str = "lobby") -> list[Any]:
    (entered,) = [one for one in heard if one.get("is") == "entered" and one["room"] == room]
    return [entered["epoch"], entered["seq"]]


def texts(heard: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in heard if one.get("is") == "said"]


def entered(heard: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [one for one in heard if one.get("is") == "entered"]
    return found


# -- staying a while ----------------------------------------------------------------------------------------------------------


def test_others_see_somebody_leave_only_after_the_linger_time(world: World) -> None:
    ann, _ = hello(world)
    bob = world.person("bob")
    ann.leaves()
    world.rest(LINGER - 1)
    bob.hears()
    bob.types("/who")
    bob.hears("lobby (2 here): ann, bob")
    world.rest(1 + TICK)
    bob.hears("-- ann left (1 here): connection lost")


def test_who_cannot_resume_is_seen_to_leave_at_once(world: World) -> None:
    ann, bob, cat = world.program("ann"), world.person("bob"), world.person("cat")
    bob.lines()
    ann.leaves()
    bob.hears("-- ann left (2 here)")
    cat.leaves()
    bob.hears("-- cat left (1 here)")


def test_who_says_goodbye_does_not_linger(world: World) -> None:
    ann, _ = hello(world)
    bob = world.person("bob")
    ann.asks("quit", 1, reason="tea")
    bob.hears("-- ann left (1 here): tea")


def test_somebody_who_lingers_keeps_their_name(world: World) -> None:
    hello(world)[0].leaves()
    other = world.connect()
    other.lines()
    other.types("ANN")
    other.hears("! ANN is taken. Choose another name.")
    world.rest(LINGER + TICK)
    other.types("ANN")
    assert other.lines()[0] == "Welcome, ANN."


def test_coming_back_is_unseen_by_others(world: World) -> None:
    ann, _ = hello(world)
    bob = world.person("bob")
    ann.leaves()
    world.rest(5)
    _, heard = hello(world, resume={})
    bob.hears()
    assert heard[0]["resumed"] is True
    world.rest(LINGER * 2)
    bob.hears()


def test_a_change_of_name_that_went_unheard_does_not_hinder_coming_back(world: World) -> None:
    ann, _ = hello(world)
    bob = world.person("bob")
    ann.asks("nick", 1, name="anna")
    ann.leaves()
    bob.hears("-- ann is now called anna")
    _, heard = hello(world)
    assert (heard[0]["you"], heard[0]["resumed"]) == ("anna", True)
    world.rest(LINGER + TICK)
    bob.hears()


def test_somebody_elses_key_does_not_resume(world: World) -> None:
    ann, _ = hello(world)
    ann.leaves()
    _, heard = hello(world, key="another key of that length")
    assert heard == [{"re": 0, "ok": False, "error": "name-taken", "why": "ann is taken. Choose another name."}]


# -- the gap ------------------------------------------------------------------------------------------------------------------


def test_resume_delivers_exactly_the_gap(world: World) -> None:
    ann, heard = hello(world)
    bob = world.person("bob")
    at = position(heard)
    bob.types("one")
    assert texts(ann.objects()) == ["one"]
    ann.leaves()
    bob.types("two", "three")
    _, heard = hello(world, resume={"lobby": [at[0], at[1] + 1]})
    assert texts(heard) == ["two", "three"]
    assert entered(heard)["resumed"] is True
    assert entered(heard)["missed"] == 0


def test_resume_says_how_many_entries_are_too_many(world: World) -> None:
    ann, heard = hello(world)
    bob = world.person("bob")
    ann.leaves()
    for number in range(60):
        bob.types(str(number))
    _, heard = hello(world, resume={"lobby": position(heard)})
    assert entered(heard)["missed"] == 10
    assert texts(heard) == [str(number) for number in range(10, 60)]


def test_resume_fetches_what_has_left_memory_from_the_journal() -> None:
    world = World(window=5, resume=50)
    ann, heard = hello(world)
    bob = world.person("bob")
    ann.leaves()
    for number in range(40):
        bob.types(str(number))
    _, heard = hello(world, resume={"lobby": position(heard)})
    assert texts(heard) == [str(number) for number in range(40)]


def test_resume_says_how_many_entries_are_no_longer_kept() -> None:
    world = World(window=5, resume=50)
    ann, heard = hello(world)
    bob = world.person("bob")
    ann.leaves()
    for number in range(40):
        bob.types(str(number))
    world.journal.trim(Retention(count=10), world.wall())
    _, heard = hello(world, resume={"lobby": position(heard)})
    (missed,) = [one for one in heard if one.get("is") == "missed"]
    assert (missed["count"], missed["after"]) == (30, 0)
    assert texts(heard) == [str(number) for number in range(30, 40)]


def test_a_position_of_another_epoch_or_of_the_future_is_not_known_here(world: World) -> None:
    world.person("bob").types("one", "two")
    for at in (["another epoch", 1], [world.hub.epoch, 99]):
        ann, heard = hello(world, resume={"lobby": at})
        assert entered(heard)["resumed"] is False
        assert [entry["text"] for entry in entered(heard)["recent"]] == ["one", "two"]
        ann.asks("quit", 1)


def test_resume_after_the_linger_time_still_gives_the_gap(world: World) -> None:
    ann, heard = hello(world)
    at = position(heard)
    bob = world.person("bob")
    ann.leaves()
    bob.types("one")
    world.rest(LINGER + TICK)
    bob.lines()
    _, heard = hello(world, resume={"lobby": at})
    assert heard[0]["resumed"] is False
    assert texts(heard) == ["one"]
    bob.hears("-- ann joined (2 here)")


def test_resume_after_a_restart_of_the_house_gives_the_gap(world: World) -> None:
    _, heard = hello(world)
    at = position(heard)
    bob = world.person("bob")
    bob.types("one")
    later = world.restarted()
    bob = later.person("bob")
    bob.types("two")
    _, heard = hello(later, resume={"lobby": at})
    assert texts(heard) == ["one", "two"]


def test_what_one_said_oneself_stands_in_the_gap_and_only_there(world: World) -> None:
    ann, heard = hello(world)
    at = position(heard)
    ann.asks("say", 1, room="lobby", text="mine")
    ann.leaves()
    ann, heard = hello(world, resume={"lobby": at})
    assert texts(heard) == ["mine"]
    ann.asks("say", 2, room="lobby", text="mine again")
    assert texts(ann.objects()) == []


def test_resume_of_several_rooms_gives_each_its_gap_in_one_order(world: World) -> None:
    ann, heard = hello(world, rooms=["lobby", "dev"])
    at = {room: position(heard, room) for room in ("lobby", "dev")}
    bob = world.person("bob")
    ann.leaves()
    bob.types("one", "/join dev", "two", "/join lobby", "three", "/join dev", "four")
    _, heard = hello(world, resume=at)
    assert sorted(texts(heard)) == ["four", "one", "three", "two"]
    assert [one["text"] for one in heard if one.get("room") == "dev" and one["is"] == "said"] == ["two", "four"]


def test_a_malformed_position_is_refused_and_the_connection_lives(world: World) -> None:
    for bad in ({"lobby": 5}, {"lobby": ["e"]}, {"lobby": ["e", -1]}, {"lobby": ["e", True]}, {"lobby": [1, 1]}):
        program = world.connect(world.native)
        program.asks("hello", 0, name="ann", resume=bad)
        (answer,) = program.objects()
        assert (answer["error"], answer["why"]) == ("malformed", "The field resume takes {room: [epoch, seq]}.")
        assert not program.wire.disconnecting


# -- taking over --------------------------------------------------------------------------------------------------------------


def test_a_half_open_connection_is_taken_over_by_whoever_has_its_key(world: World) -> None:
    old, _ = hello(world)
    bob = world.person("bob")
    old.objects()
    new, heard = hello(world, resume={})
    assert heard[0]["resumed"] is True
    assert [one["is"] for one in old.objects()] == ["notice", "bye"]
    world.rest()
    assert old.wire.lost
    bob.hears()
    bob.types("hi")
    assert texts(new.objects()) == ["hi"]
    assert old.objects() == []
    new.asks("say", 1, room="lobby", text="still me")
    bob.hears("ann: still me")


def test_a_connection_that_was_taken_over_can_do_nothing_more(world: World) -> None:
    old, _ = hello(world)
    bob = world.person("bob")
    new = world.connect(world.native)
    new.wire.feed(b'{"do":"hello","id":0,"name":"ann","key":"%s"}\n' % KEY.encode())
    old.wire.feed(b'{"do":"say","id":1,"room":"lobby","text":"ghost"}\n')
    world.rest()
    bob.hears()


def test_what_the_old_connection_said_last_is_said_once_and_the_new_one_can_ask_again() -> None:
    slow = SlowWorld()
    old = slow.program("ann", key=KEY)
    bob = slow.person("bob")
    old.objects()
    old.asks("say", 7, room="lobby", text="last words")
    new = slow.connect(slow.native)
    new.asks("hello", 0, name="ann", key=KEY)
    new.asks("say", 7, room="lobby", text="last words")
    slow.settle()
    bob.hears("ann: last words")
    (answer,) = [one for one in new.objects() if one.get("re") == 7]
    assert answer["ok"]
    assert answer["repeated"]


def test_a_session_can_be_taken_over_again_and_again(world: World) -> None:
    bob = world.person("bob")
    for _ in range(30):
        ann, _ = hello(world)
    world.rest()
    assert len(world.hub.sessions) == 2
    assert len(world.house.readers) == 2
    bob.hears("-- ann joined (2 here)")
    ann.leaves()
    world.rest(LINGER + TICK)
    bob.hears("-- ann left (1 here): connection lost")


# -- private words ------------------------------------------------------------------------------------------------------------


def test_private_words_to_somebody_who_lingers_arrive_when_they_come_back(world: World) -> None:
    ann, _ = hello(world)
    bob = world.person("bob")
    ann.leaves()
    bob.types("/msg ann are you there", "/msg ann call me")
    bob.hears("(private to ann) are you there", "(private to ann) call me")
    _, heard = hello(world)
    assert [one["text"] for one in heard if one.get("is") == "told"] == ["are you there", "call me"]


def test_private_words_written_into_a_dead_connection_come_again_and_no_others_do(world: World) -> None:
    ann, heard = hello(world)
    (epoch, _), bob = heard[0]["inbox"], world.person("bob")
    bob.types("/msg ann one")
    (told,) = [one for one in ann.objects() if one["is"] == "told"]
    bob.types("/msg ann two")
    _, heard = hello(world, resume={"@": [epoch, told["seq"]], "lobby": ["", 0]})
    assert [one["text"] for one in heard if one.get("is") == "told"] == ["two"]


def test_a_position_in_another_guests_inbox_means_nothing(world: World) -> None:
    bob = world.person("bob")
    ann, _ = hello(world)
    bob.types("/msg ann one")
    ann.objects()
    ann.leaves()
    _, heard = hello(world, resume={"@": ["another", 0], "lobby": ["", 0]})
    assert not [one for one in heard if one.get("is") == "told"]


def test_the_inbox_of_a_guest_who_lingers_is_bounded_and_goes_with_them(world: World) -> None:
    ann, _ = hello(world)
    bob = world.person("bob")
    ann.leaves()
    for number in range(KEPT + 10):
        bob.types(f"/msg ann {number}")
    inboxes = world.hub.memory.inboxes
    assert sorted(len(inbox.entries) for inbox in inboxes._guests.values()) == [KEPT, KEPT]
    world.rest(LINGER + TICK)
    bob.types("/quit")
    assert inboxes._guests == {}


# -- a laggard comes back -----------------------------------------------------------------------------------------------------


def test_a_slow_reader_that_resumes_gets_the_gap_in_pieces(world: World) -> None:
    ann, heard = hello(world)
    at = position(heard)
    bob = world.person("bob")
    ann.leaves()
    for number in range(30):
        bob.types(str(number))
    wire = DirectWire(world.clock, room=2000)
    late = world.connect(world.native, wire)
    late.asks("hello", 0, name="ann", key=KEY, resume={"lobby": at})
    heard = late.objects()
    bob.types("while you were reading")
    while wire.buffered or len(texts(heard)) < 31:
        wire.drain(700)
        world.rest()
        heard += late.objects()
    assert texts(heard) == [*map(str, range(30)), "while you were reading"]
