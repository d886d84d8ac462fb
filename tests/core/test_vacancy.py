"""Rooms where nobody is: strangers cannot take them all, and nothing stays locked for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chatroom.core.rank import Rank
from chatroom.core.room import BESIDE
from chatroom.core.seams import Put, Retention, Submission
from chatroom.core.settings import HAND
from chatroom.rounds import TICK
from chatroom.testing import SlowWorld, World, member


def visit(world: World, room: str, *lines: str) -> None:
    """Let a guest open a room, say something there, and go."""
    guest = world.program(f"guest-{room}", rooms=[room])
    for line in lines:
        guest.answer("line", room=room, text=line)
    guest.asks("quit")
    world.rest(1.0)


def through_a_restart(world: World) -> Iterator[World]:
    """Give a world as it is, and when the house has been opened again."""
    yield world
    yield world.restarted()


def test_a_room_of_guests_gives_way_to_a_new_one_the_one_used_longest_ago_first() -> None:
    world = World(rooms=3)
    visit(world, "one", "first")
    visit(world, "two", "second")
    visit(world, "three", "third")
    assert list(world.hub.rooms) == ["lobby", "two", "three"]
    visit(world, "four", "fourth")
    assert list(world.hub.rooms) == ["lobby", "three", "four"]


def test_what_was_said_in_a_room_that_gave_way_can_be_read_when_it_is_opened_again() -> None:
    world = World(rooms=2)
    visit(world, "one", "first", "/topic a beginning")
    visit(world, "two", "second")
    ann = world.program("ann", rooms=[])
    assert ann.answer("join", room="one")["topic"] == "a beginning"
    assert [one.get("text") for one in ann.answer("history", room="one")["entries"]] == [None, "first", None]
    assert list(world.hub.rooms) == ["lobby", "one"]
    assert [ann.answer(verb, room="one", **fields)["ok"] for verb, fields in (("slow", {"span": "5s"}), ("topic", {"topic": "mine"}))]


def test_a_room_that_gave_way_can_be_read_after_a_restart_too() -> None:
    world = World(rooms=2)
    visit(world, "one", "first")
    visit(world, "two", "second")
    world = world.restarted()
    assert set(world.hub.rooms) == {"lobby", "two"}
    ann = world.program("ann", rooms=["one"])
    assert [one.get("text") for one in ann.answer("history", room="one")["entries"]] == [None, "first"]


def test_rooms_of_members_and_rooms_where_somebody_is_or_something_is_set_do_not_give_way() -> None:
    world = World(rooms=4, members=[member("meg"), member("max", Rank.MODERATOR)])
    meg = world.logged_in("meg", rooms=["tea"])
    meg.answer("say", room="tea", text="mine")
    meg.leaves()
    visit(world, "slow", "we take our time")
    world.logged_in("max", rooms=[]).answer("slow", room="slow", span="5s")
    there = world.program("bob", rooms=["here"])
    assert there.answer("say", room="here", text="hi")["ok"]
    refused = world.program("eve", rooms=[]).answer("join", room="more")
    assert refused["error"] == "house-has-too-many-rooms"


def test_rooms_that_sleep_are_bounded_and_the_first_of_them_is_forgotten_for_good() -> None:
    world = World(rooms=2)
    world.hub.vacancy.sleeping_most = 2
    for room in ("one", "two", "three", "four"):
        visit(world, room, f"in {room}", f"/topic {room}")
    for again in through_a_restart(world):
        ann = again.program("ann", rooms=[])
        assert ann.answer("join", room="one")["topic"] == ""
        assert [one["is"] for one in ann.answer("history", room="one")["entries"]] == ["opened"]
        ann.leaves()


def test_a_monitor_sees_a_room_sleep_and_wake() -> None:
    world = World(rooms=2)
    monitor = world.connect(world.native)
    visit(world, "one", "first")
    monitor.asks("monitor")
    visit(world, "two", "second")
    monitor.objects()
    visit(world, "one", "again")
    assert [one["text"] for one in monitor.objects() if one["is"] == "said"] == ["again"]


def test_a_key_lets_nobody_open_a_room_that_sleeps_by_mistake() -> None:
    world = World(rooms=2)
    visit(world, "one", "first")
    visit(world, "two", "second")
    assert world.program("ann", rooms=[]).answer("join", room="one", key="x")["ok"]


def test_a_room_that_a_guest_closed_to_strangers_ends_with_its_guests() -> None:
    for lock in ("/access key sesame", "/access invited", "/secret on"):
        world = World()
        visit(world, "den", lock, "among us")
        world.rest(5.0)
        ann = world.program("ann", rooms=[])
        assert ann.answer("join", room="den")["ok"], lock
        assert [one["is"] for one in ann.answer("history", room="den")["entries"]] == ["opened"]
        again = world.restarted()
        assert [one["is"] for one in again.program("bob", rooms=["den"]).answer("history", room="den")["entries"]] == ["opened"]


def test_what_guests_set_in_an_open_room_is_lifted_when_they_are_gone_and_what_was_said_stays() -> None:
    world = World()
    visit(world, "den", "/limit 1", "/slow 1h", "/ban eve", "/mute bob --force", "hello")
    world.rest(5.0)
    for again in through_a_restart(world):
        assert again.hub.rooms["den"].rights.bare
        eve = again.program("eve", rooms=["den"])
        assert eve.answer("history", room="den")["entries"][-1]["text"] == "hello"


def test_a_lock_holds_while_somebody_is_there_and_for_its_owner_until_somebody_else_comes() -> None:
    world = World()
    ann, bob = world.program("ann", rooms=["den", "lobby"]), world.program("bob", rooms=["den"])
    ann.answer("access", room="den", access="key sesame")
    ann.answer("leave", room="den")
    bob.answer("leave", room="den")
    world.rest(5.0)
    assert ann.answer("join", room="den")["ok"]
    assert bob.answer("join", room="den")["error"] == "room-keyed"
    assert bob.answer("join", room="den", key="sesame")["ok"]
    ann.leaves()
    world.rest(5.0)
    assert world.program("cat", rooms=[]).answer("join", room="den")["error"] == "room-keyed"


def test_a_room_that_nobody_is_in_is_whose_who_comes_next() -> None:
    world = World()
    ann, bob = world.chatter("ann"), world.chatter("bob")
    ann.types("JOIN #den", "MODE #den +mts", "MODE #den +bl eve 1", "PRIVMSG #den :among us", "TOPIC #den :ours", "PART #den")
    ann.lines()
    bob.types("JOIN #den", "MODE #den", "MODE #den b")
    assert [line.split(" ", 3)[3] for line in bob.lines() if line.split(" ")[1] in {"353", "324", "367", "332", "PRIVMSG"}] == [
        "= #den :@bob",
        "#den +n",
    ]
    for again in through_a_restart(world):
        eve = again.program("eve", rooms=["den"])
        assert not any(one.get("text") for one in eve.answer("history", room="den")["entries"])


def test_who_takes_over_where_others_talked_may_not_end_what_they_said() -> None:
    world = World()
    visit(world, "den", "for all")
    eve = world.program("eve", rooms=["den"])
    assert eve.answer("mute", room="den", who="name:bob")["ok"]
    first = eve.answer("history", room="den")["entries"][-1]
    refused = [("remove", {"entry": first["id"]}), ("close", {}), ("access", {"access": "invited"}), ("secret", {"state": "on"})]
    assert [eve.answer(verb, room="den", **fields)["error"] for verb, fields in refused] == [
        "not-your-message",
        *["room-taken-over"] * 3,
    ]


def test_what_others_said_is_not_a_members_to_end_after_a_restart_either_who_took_the_room_over() -> None:
    world = World(members=[member("meg")])
    visit(world, "den", "for all")
    world.logged_in("meg", rooms=["den"])
    for again in through_a_restart(world):
        meg = again.logged_in("meg", rooms=["den"])
        refused = [("close", {}), ("access", {"access": "invited"}), ("secret", {"state": "on"})]
        assert [meg.answer(verb, room="den", **fields)["error"] for verb, fields in refused] == ["room-taken-over"] * 3
        first = next(one for one in meg.answer("history", room="den")["entries"] if one.get("text") == "for all")
        assert meg.answer("remove", room="den", entry=first["id"])["error"] == "not-your-message"
        meg.answer("quit")


def test_a_room_of_guests_that_could_not_be_taken_over_is_theirs_to_shut_as_before() -> None:
    slow = SlowWorld()
    ann = slow.program("ann", rooms=["den", "lobby"])
    ann.asks("say", 1, room="den", text="for all")
    slow.settle()
    ann.asks("leave", 2, room="den")
    slow.settle()
    slow.program("bob", rooms=[]).asks("join", 1, room="den")
    slow.decline()
    for number, (verb, fields) in enumerate([("join", {}), ("access", {"access": "invited"})], 3):
        ann.asks(verb, number, room="den", **fields)
        slow.settle()
        assert ann.objects()[-1]["ok"]


def test_a_room_that_could_not_be_taken_over_is_as_it_was() -> None:
    slow = SlowWorld()
    ann = slow.program("ann", rooms=["den"])
    ann.asks("access", 1, room="den", access="key sesame")
    slow.settle()
    ann.asks("leave", 2, room="den")
    slow.settle()
    bob = slow.program("bob", rooms=[])
    bob.asks("join", 1, room="den")
    slow.decline()
    assert bob.objects()[-1]["ok"] is False
    room = slow.hub.rooms["den"]
    assert (room.rights.key, room.opened, room.opening, room.occupants) == ("sesame", True, None, {})


def test_who_could_not_take_a_room_over_is_shown_nothing_of_it_that_was_asked_for_meanwhile() -> None:
    slow = SlowWorld(members=[member("meg")])
    ann = slow.program("ann", rooms=["den"])
    for verb, fields in (("access", {"access": "key sesame"}), ("topic", {"topic": "us"}), ("say", {"text": "whispers"})):
        ann.asks(verb, room="den", **fields)
    slow.settle()
    ann.asks("leave", room="den")
    slow.settle()
    for bob in (slow.program("bob", rooms=[]), slow.logged_in("meg", rooms=[])):
        bob.asks("join", room="den")
        asked = ["history", "missed", "topic", "names", "settings", "access"]
        for verb in asked:
            bob.asks(verb, verb, **({"room": "den"} if verb != "history" else {}))
        bob.asks("search", "search", text="whispers")
        slow.decline(1)
        slow.settle()
        told = {one["re"]: one for one in bob.objects() if "re" in one}
        assert [told[verb].get("error") for verb in ("history", "topic")] == ["not-in-room"] * 2
        assert not [one for one in told.values() if {"whispers", "us", "sesame"} & set(str(one).split("'"))]
        bob.asks("join", room="den")
        bob.asks("search", "search", text="whispers")
        bob.asks("quit")
        slow.decline(1)
        slow.settle()
        assert [one["entries"] for one in bob.objects() if one.get("re") == "search"] == [[]]
    assert slow.hub.rooms["den"].rights.key == "sesame"


def test_what_was_said_in_the_same_commit_is_not_theirs_either_who_take_a_room_over() -> None:
    slow = SlowWorld()
    ann, bob = slow.program("ann", rooms=["den", "lobby"]), slow.program("bob", rooms=[])
    for verb, fields in (("say", {"text": "for all"}), ("leave", {})):
        ann.asks(verb, room="den", **fields)
    bob.asks("join", room="den")
    for number in (1, 2):
        bob.asks("close", number, room="den")
        slow.settle()
    assert [one["error"] for one in bob.objects() if one.get("re") in {1, 2}] == ["room-taken-over"] * 2


@pytest.mark.parametrize("access", ["key sesame", "open"])
def test_who_came_and_went_while_a_room_could_not_be_taken_over_is_not_in_it(access: str) -> None:
    slow = SlowWorld()
    ann = slow.program("ann", rooms=["den", "lobby"])
    ann.asks("access", room="den", access=access)
    ann.asks("leave", room="den")
    slow.settle()
    bob, eve = slow.program("bob", rooms=[]), slow.program("eve", rooms=[])
    bob.asks("join", room="den")
    eve.asks("join", room="den")
    eve.asks("leave", room="den")
    slow.decline(1)
    slow.settle()
    assert [*slow.hub.rooms["den"].occupants] == []
    assert eve.answer("history", room="den")["error"] == "not-in-room"


def test_what_was_set_in_a_room_that_could_not_be_taken_over_is_not_set() -> None:
    slow = SlowWorld()
    ann = slow.program("ann", rooms=["den", "lobby"])
    ann.asks("say", room="den", text="for all")
    ann.asks("leave", room="den")
    slow.settle()
    bob = slow.program("bob", rooms=[])
    bob.asks("join", room="den")
    bob.asks("limit", 1, room="den", count=3)
    bob.asks("say", 2, room="den", text="mine")
    slow.decline(1)
    slow.settle()
    assert [one["ok"] for one in bob.objects() if one.get("re") in {1, 2}] == [False, False]
    for world in (slow, slow.killed()):
        assert [world.hub.rooms["den"].rights.limit, world.hub.rooms["den"].opening, world.hub.rooms["den"].occupants] == [0, None, {}]


def test_what_a_member_or_a_moderator_has_set_stays() -> None:
    world = World(members=[member("meg"), member("max", Rank.MODERATOR)])
    meg = world.logged_in("meg", rooms=["tea"])
    meg.answer("access", room="tea", access="key sesame")
    meg.leaves()
    visit(world, "den", "hi")
    world.logged_in("max", rooms=[]).answer("ban", room="den", who="eve", force=True)
    for again in through_a_restart(world):
        again.rest(5.0)
        eve = again.program("eve", rooms=[])
        assert eve.answer("join", room="tea")["error"] == "room-keyed"
        assert eve.answer("join", room="den")["error"] == "banned-from-room"


def test_a_room_stays_as_it_was_when_its_end_cannot_be_stored() -> None:
    world = SlowWorld()
    ann = world.program("ann", rooms=["den"])
    ann.asks("access", 1, room="den", access="invited")
    world.settle()
    ann.leaves()
    world.settle()
    world.rest(3.0)
    assert world.hub.rooms["den"].closing
    world.decline(n=1)
    assert world.hub.rooms["den"].rights.access == "invited"
    world.rest(3.0)
    world.settle()
    assert "den" not in world.hub.rooms


@pytest.mark.parametrize("anew", [True, False])
def test_what_could_not_be_lifted_is_lifted_again_whatever_is_set_meanwhile(anew: bool) -> None:
    world = SlowWorld(members=[member("max", Rank.MODERATOR)])
    ann, mod = world.program("ann", rooms=["den"]), world.logged_in("max")
    ann.asks("slow", 1, room="den", span="5s")
    ann.asks("quiet", 2, room="den")
    world.settle()
    ann.leaves()
    world.settle()
    world.rest(2.0)
    if anew:
        mod.asks("slow", room="den", span="9s")
    world.decline(n=1)
    world.settle()
    world.rest(TICK)
    world.settle()
    rights = world.killed().hub.rooms["den"].rights
    assert (rights.slow, rights.on("quiet")) == (9 if anew else 0, False)


def test_a_guests_room_that_a_killed_house_left_locked_is_free_after_the_start() -> None:
    world = World()
    world.program("ann", rooms=["den"]).answer("access", room="den", access="key sesame")
    world.journal.submit([Submission(10_000, (), (Put("room/attic/secret", "true"),))])
    world.rest()
    again = World(journal=world.journal, clock=world.clock, starts=1)
    assert again.hub.rooms["den"].rights.access == "key"
    again.rest(5.0)
    assert "den" not in again.hub.rooms


def test_a_room_that_was_opened_again_begins_at_the_same_place_after_a_restart() -> None:
    world = World(members=[member("meg")])
    world.program("ann", rooms=["tea"]).leaves()
    world = world.restarted()
    assert world.logged_in("meg", rooms=["tea"]).answer("mute", who="name:eve", **{"for": "1h"})["ok"]
    floor = world.hub.rooms["tea"].floor
    assert world.restarted().hub.rooms["tea"].floor == floor == 1


def test_what_is_set_in_the_lobby_before_anything_was_said_there_stays() -> None:
    world = World(members=[member("max", Rank.MODERATOR)])
    assert world.logged_in("max", rooms=[]).answer("card", room="lobby", set={"colour": "red"})["ok"]
    assert world.restarted().hub.rooms["lobby"].rights.card == {"colour": "red"}


def test_a_room_gives_way_whose_settings_could_not_be_lifted_and_they_are_lifted_all_the_same() -> None:
    world = SlowWorld(rooms=3)
    ann = world.program("ann", rooms=["tea"])
    ann.asks("mute", who="name:eve")
    world.settle()
    ann.asks("quit")
    world.settle()
    world.rest(TICK)
    bob = world.connect(world.native)
    bob.asks("hello", name="bob", rooms=["den", "ivy"])
    world.decline()
    world.settle()
    world.rest(TICK)
    world.settle()
    assert list(world.hub.rooms) == ["lobby", "den", "ivy"]
    assert [key for key in world.disk.open(world.house.deeds.settled, tail=0).state if key.startswith("room/tea")] == []


def test_nothing_is_left_beside_the_logs_of_rooms_that_were_forgotten() -> None:
    world = World(rooms=3)
    for number in range(20):
        visit(world, f"Room{number}")
    world.rest(TICK)
    state = world.journal.open(world.house.deeds.settled, tail=0).state
    kept = set(world.hub.rooms)
    assert {key.split("/")[1] for key in state if key.startswith(("opened/", "spelled/", "room/", "topic/"))} <= kept
    assert len(kept) == 3


def test_what_a_moderator_sets_in_a_room_goes_with_a_taking_over_that_is_declined() -> None:
    world = SlowWorld(members=[member("max", Rank.MODERATOR)])
    mod = world.logged_in("max", rooms=[])
    ann, bob, carl = world.program("ann", rooms=["tea"]), world.program("bob"), world.program("carl")
    bob.asks("join", room="tea")
    bob.asks("leave", room="tea")
    ann.asks("leave", room="tea")
    carl.asks("join", room="tea")
    world.settle(1)
    mod.asks("quiet", room="tea")
    world.settle(2)
    world.decline()
    world.settle()
    assert not world.hub.rooms["tea"].rights.on(HAND)
    assert [key for key in world.disk.open(world.house.deeds.settled, tail=0).state if key.startswith("room/tea")] == []


def test_what_a_moderator_sets_outlasts_the_guests_though_what_they_set_before_was_declined() -> None:
    world = SlowWorld(members=[member("max", Rank.MODERATOR)])
    mod, ann = world.logged_in("max", rooms=[]), world.program("ann", rooms=["tea"])
    world.settle()
    mod.asks("quiet", room="tea")
    mod.asks("slow", room="tea", span="5s")
    world.decline()
    world.settle()
    ann.leaves()
    world.rest(TICK)
    world.settle()
    world.rest(TICK)
    world.settle()
    assert world.hub.rooms["tea"].rights.slow == 5
    assert world.killed().hub.rooms["tea"].rights.on(HAND)


def beside(world: World) -> dict[str, str]:
    """Give what stands on the disk beside the logs of rooms."""
    state = world.journal.open(world.house.deeds.settled, tail=0).state
    return {key: value for key, value in state.items() if key.startswith((*BESIDE, "room/", "rooms"))}


def test_of_rooms_that_were_closed_nothing_is_left_beside_the_logs_however_many_there_were() -> None:
    world = World()
    ann = world.program("ann", rooms=[])
    for number in range(30):
        room = f"room{number}"
        for do in ("join", "say", "close"):
            assert ann.answer(do, room=room, **({"text": "mine"} if do == "say" else {}))["ok"]
    world.rest(TICK)
    for again in through_a_restart(world):
        assert beside(again) == {"opened/lobby": "0", "rooms": "all"}
        assert list(again.hub.rooms) == ["lobby"]
        again.rest(TICK)


def test_a_room_that_is_opened_again_begins_where_the_last_one_ended_after_every_start() -> None:
    world = World(window=2, recent=0, missed=0)
    ann = world.program("ann", rooms=["tea"])
    for do in ("say", "close", "join", "say"):
        assert ann.answer(do, room="tea", **({"text": "words"} if do == "say" else {}))["ok"]
    for _ in range(3):
        assert world.hub.rooms["tea"].floor == 3
        world.rest(TICK)
        assert beside(world)["floor/tea"] == "3"
        world = world.restarted()


def test_where_a_room_begins_is_kept_at_the_next_start_if_the_house_was_killed_before() -> None:
    world = World()
    ann = world.program("ann", rooms=["tea"])
    for do in ("say", "close", "join", "say"):
        assert ann.answer(do, room="tea", **({"text": "words"} if do == "say" else {}))["ok"]
    assert "floor/tea" not in beside(world)
    world = world.restarted()
    world.rest(TICK)
    assert (world.hub.rooms["tea"].floor, beside(world)["floor/tea"]) == (3, "3")


def test_rooms_that_an_earlier_version_kept_are_rooms_and_those_it_closed_are_none() -> None:
    world = World()
    for room in ("tea", "den", "gone"):
        visit(world, room, "words")
    older = (Put("opened/tea", None), Put("opened/gone", None), Put("rooms", None), Put("floor/gone", "9"), Put("floor/more", "2"))
    world.journal.submit([Submission(10_000, (), older)])
    world.rest()
    for _ in range(3):
        world = world.restarted()
        assert sorted(world.hub.rooms) == ["den", "lobby", "tea"]
        world.rest(TICK)
        assert sorted(beside(world)) == ["opened/den", "opened/lobby", "opened/tea", "rooms"]


def test_the_only_room_that_an_earlier_version_kept_and_closed_is_none_though_its_log_is_empty_by_now() -> None:
    world = World()
    visit(world, "gone", "closed since")
    older = (Put("opened/gone", None), Put("opened/lobby", None), Put("rooms", None), Put("floor/gone", "9"))
    world.journal.submit([Submission(1 << 40, (), older)])
    world.journal.trim(Retention(age=1.0), world.wall() + 10.0)
    world.rest()
    for _ in range(3):
        world = world.restarted()
        world.rest(TICK)
        assert list(world.hub.rooms) == ["lobby"]


def test_what_is_kept_of_a_room_where_nothing_was_said_goes_with_it_at_a_start() -> None:
    world = World(members=[member("meg")])
    world.logged_in("meg", rooms=["tea"])
    assert sorted(beside(world)) == ["opened/lobby", "opened/tea", "room/tea/owner", "rooms"]
    world = world.restarted()
    world.rest(TICK)
    assert sorted(beside(world)) == ["opened/lobby", "rooms"]


def test_what_was_the_lobby_is_a_room_like_any_when_another_is() -> None:
    world = World()
    visit(world, "tea", "words")
    for lobby, rooms in (("hall", ["hall", "lobby", "tea"]), ("foyer", ["foyer", "hall", "lobby", "tea"])):
        world.program("ann").answer("say", text="words")
        world.hub.rules = replace(world.hub.rules, lobby=lobby)
        world = world.restarted()
        assert sorted(world.hub.rooms) == rooms
        world.rest(TICK)
