"""A flood is slowed, hushed and cut at every door, the others notice nothing, and nothing of it is left behind."""

from __future__ import annotations

import json

import pytest

from chatroom.core.flood import FloodLimits
from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member

LIMITS = FloodLimits(burst=5, per_minute=60, patience=3, tries=3, joining=1)
HUSHED = "! You have sent too much too fast: nothing you send is accepted for 10 seconds. Wait until then."
CUT = "You went on sending too much too fast, so you are disconnected. Come back in a while, and send more slowly."
KEY = "a key of sixteen or more"


@pytest.fixture
def world() -> World:
    return World(floods=LIMITS, members=[member("mod", Rank.MODERATOR), member("meg")])


def told(person: Person) -> list[str]:
    return [one.removeprefix("eve: ") for one in person.lines() if one.startswith("eve: ")]


def waiting(world: World) -> int:
    """Count the timers there are."""
    return len(world.clock.getDelayedCalls())


def test_lines_beyond_the_burst_come_one_by_one(world: World) -> None:
    bob, eve = world.person("bob"), world.person("eve")
    eve.types(*(str(number) for number in range(7)))
    assert told(bob) == ["0", "1", "2", "3", "4"]
    assert eve.wire.producerState == "paused"
    for number in (5, 6):
        world.rest(1.0)
        assert told(bob) == [str(number)]
    world.rest(1.0)
    assert eve.wire.producerState == "producing"
    assert eve.lines() == []


def test_ten_lines_pasted_at_netcat_are_all_said() -> None:
    world = World(floods=FloodLimits())
    bob, eve = world.person("bob"), world.person("eve")
    eve.types(*"abcdefghij")
    assert told(bob) == list("abcdefghij")


def test_a_client_that_joins_its_twenty_rooms_and_looks_around_is_in_them_at_once() -> None:
    world = World(floods=FloodLimits())
    eve = world.program("eve", rooms=[])
    eve.types(*(json.dumps({"do": "join", "id": number, "room": f"r{number}"}) for number in range(20)))
    eve.asks("whois", 21, name="eve")
    world.rest(3.0)
    objects = eve.objects()
    assert sum(one["is"] == "entered" for one in objects) == 20
    assert objects[-1]["re"] == 21
    assert world.hub.guard.counts.hushed == 0


def flood(world: World, eve: Person, lines: int = 40) -> None:
    """Send lines all at once, and let time pass until they were looked at."""
    eve.wire.feed(b"".join(b"%d\n" % number for number in range(lines)))
    world.rest(9.0)


def go_on(world: World, eve: Person) -> None:
    """Send lines and, though one was told not to, more of them."""
    flood(world, eve)
    flood(world, eve)


def test_whoever_does_not_stop_is_hushed_with_the_reason_and_then_cut_and_the_others_see_them_go(world: World) -> None:
    bob, eve = world.person("bob"), world.person("eve")
    bob.lines()
    go_on(world, eve)
    heard = bob.lines()
    assert heard[-1] == "-- eve left (1 here): sent too much too fast"
    assert 6 <= len(heard) - 1 <= 9
    lines = eve.lines()
    assert lines[0] == HUSHED
    assert all("nothing you send is accepted" in line for line in lines[:-1])
    assert CUT in lines[-1]
    assert eve.wire.lost
    assert world.hub.guard.counts.cut == 1


def test_whoever_stops_when_hushed_is_heard_again(world: World) -> None:
    bob, eve = world.person("bob"), world.person("eve")
    bob.lines()
    flood(world, eve, 10)
    assert HUSHED in eve.lines()
    told(bob)
    world.rest(20.0)
    eve.types("sorry")
    assert told(bob) == ["sorry"]


def test_one_may_leave_while_hushed(world: World) -> None:
    eve = world.person("eve")
    flood(world, eve, 10)
    eve.types("/quit")
    assert eve.wire.lost


def test_a_moderator_may_say_as_much_as_they_like(world: World) -> None:
    bob, mod = world.person("bob"), world.logged_in("mod")
    bob.lines()
    for number in range(50):
        mod.asks("say", number, room="lobby", text=str(number))
    assert len(bob.lines()) == 50


def test_lines_that_make_no_sense_count_too(world: World) -> None:
    eve = world.person("eve")
    for _ in range(2):
        eve.sends(b"\xff\n" * 40)
        world.rest(9.0)
    assert CUT in eve.lines()[-1]


def test_unknown_commands_count_too(world: World) -> None:
    eve = world.person("eve")
    for _ in range(2):
        eve.sends(b"/nonsense\n" * 40)
        world.rest(9.0)
    assert CUT in eve.lines()[-1]


def test_words_to_strangers_count_for_more(world: World) -> None:
    world.person("bob")
    eve = world.person("eve")
    eve.types("/msg bob one", "/msg bob two", "say")
    assert eve.wire.producerState == "paused"


def test_the_others_are_not_slowed(world: World) -> None:
    bob, eve = world.person("bob"), world.person("eve")
    bob.lines()
    eve.wire.feed(b"spam\n" * 20)
    bob.types("hello?")
    world.rest()
    assert "bob: hello?" in eve.lines()
    assert bob.wire.producerState == "producing"


def test_a_half_closed_flood_is_looked_at_to_its_end(world: World) -> None:
    bob, eve = world.person("bob"), world.person("eve")
    bob.lines()
    eve.wire.feed(b"".join(b"%d\n" % number for number in range(7)))
    eve.wire.finish()
    world.rest(9.0)
    assert bob.lines() == [*(f"eve: {number}" for number in range(7)), "-- eve left (1 here)"]


# -- coming back ----------------------------------------------------------------------------------------------------------


def resumed(world: World) -> Person:
    eve = world.connect(world.native)
    eve.asks("hello", 0, name="eve", key=KEY, resume={"lobby": [world.hub.epoch, 0]})
    return eve


def test_a_resumed_session_is_the_same_to_the_guard() -> None:
    world = World(floods=LIMITS)
    eve = world.program("eve", key=KEY)
    flooding = [json.dumps({"do": "say", "id": number, "room": "lobby", "text": "x"}) for number in range(9)]
    eve.types(*flooding)
    world.rest(4.0)
    assert world.hub.guard.counts.hushed == 1
    eve.leaves()
    eve = resumed(world)
    assert eve.objects()[0]["is"] == "welcome"
    world.rest(4.0)
    found = eve.answer("say", room="lobby", text="again")
    assert found["error"] == "hushed"


def test_to_resume_twenty_rooms_counts_for_one_line() -> None:
    world = World(floods=LIMITS)
    rooms = [f"r{number}" for number in range(20)]
    eve = world.program("eve", key=KEY, rooms=rooms)
    eve.leaves()
    eve = world.connect(world.native)
    eve.asks("hello", 0, name="eve", key=KEY, resume={room: [world.hub.epoch, 0] for room in rooms})
    assert sum(one["is"] == "entered" for one in eve.objects()) == 20
    assert eve.wire.producerState == "producing"


# -- nothing is left behind -----------------------------------------------------------------------------------------------


def test_a_connection_lost_while_it_pauses_leaves_nothing_behind(world: World) -> None:
    bob = world.person("bob")
    before = waiting(world)
    eve = world.person("eve")
    eve.wire.feed(b"x\n" * 30)
    world.rest()
    assert waiting(world) > before
    eve.leaves()
    assert waiting(world) == before
    assert list(world.house.readers) == [world.hub.people[person.inbox].sessions[0] for person in world.hub.everybody()]
    assert bob.lines()[-1] == "-- eve left (1 here)"
    assert world.hub.guard.crowd.total == 1


def test_what_waits_of_a_held_session_is_what_had_been_read_and_no_more(world: World) -> None:
    eve = world.person("eve")
    eve.wire.feed(b"x\n" * 30)
    world.rest()
    assert eve.wire.producerState == "paused"
    assert len(eve.wire.protocol._waiting) == 30 - LIMITS.burst - 1 + 1


def test_the_house_closes_over_those_who_are_held(world: World) -> None:
    eve = world.person("eve")
    eve.wire.feed(b"x\n" * 30)
    world.rest()
    world.restarted()
    assert eve.wire.lost


def test_a_day_of_floods_leaves_every_table_as_it_was(world: World) -> None:
    bob = world.person("bob")
    before = waiting(world)
    for number in range(200):
        eve = world.connect(wire=world.wire(f"198.51.{number % 7}.{number}"))
        eve.types(f"eve{number}")
        eve.wire.feed(b"x\n" * 40)
        if number % 3:
            world.rest(9.0)
        eve.leaves()
        bob.lines()
    for _ in range(100):
        world.rest(900.0)
    guard = world.hub.guard
    assert (guard.remembered, guard.crowd.remembered, guard.crowd.total, guard.crowd.addresses) == (0, 0, 1, 1)
    assert (len(world.house.readers), len(world.hub.sessions), waiting(world)) == (1, 1, before)


# -- where they come from -------------------------------------------------------------------------------------------------


def test_one_address_has_so_many_connections_and_the_next_is_told_why() -> None:
    world = World(floods=FloodLimits(address_connections=2))
    first = world.person("ann")
    world.person("bob")
    third = world.connect()
    assert third.lines() == ["-- There are 2 connections open from your address, the most allowed. Close one first."]
    assert third.wire.lost
    world.person("cat", world.wire("203.0.113.77"))
    first.leaves()
    assert world.connect().lines() == ["-- This is chatroom. What is your name?"]
    assert world.house.figures.refused == 1


def test_somebody_who_may_not_come_in_yet_is_told_when() -> None:
    world = World(floods=FloodLimits(address_entries=1))
    world.person("ann")
    bob = world.connect()
    bob.lines()
    bob.types("bob")
    assert bob.lines()[0] == "! Too many people have come in from your address. Try again in 1 minute."
    world.rest(50.0)
    cat = world.connect()
    world.rest(11.0)
    cat.types("cat")
    assert any("Welcome, cat" in line for line in cat.lines())


def test_moderators_see_what_was_done_and_the_limits_in_force(world: World) -> None:
    mod, eve = world.logged_in("mod"), world.person("eve")
    go_on(world, eve)
    mod.objects()
    found = mod.answer("stats")
    assert found["slowed"] == "3 lines"
    assert found["hushed"] == "1 times, 36 lines refused, 1 sessions cut"
    assert found["floods"].startswith("burst 5, per_minute 60, patience 3, ")
    assert "rooms_each 20, " in found["limits"]


def test_what_a_door_answers_by_itself_counts_too(world: World) -> None:
    eve = world.chatter("eve")
    world.rest(60.0)
    eve.types(*["VERSION"] * 5)
    assert sum(" 351 " in line for line in eve.lines()) == 5
    eve.types(*["PING x"] * 30)
    assert sum(" PONG " in line for line in eve.lines()) <= 1
    world.rest(30.0)
    heard = eve.lines()
    assert sum(" PONG " in line for line in heard) <= 10
    assert any("too much too fast" in line for line in heard)
