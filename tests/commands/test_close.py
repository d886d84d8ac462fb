"""Ending a room."""

from __future__ import annotations

from chatroom.testing import Person, SlowWorld, World, member


def test_everybody_in_it_is_told_and_put_out_and_the_name_is_free(world: World, ann: Person, bob: Person) -> None:
    ann.types("/join tea")
    bob.types("/join tea", "old words")
    ann.lines(), bob.lines()
    ann.types("/close we are done")
    ann.hears("tea is closed.", "-- You are out of tea. What you type goes to lobby now.")
    bob.hears("[tea] -- ann closed this room: we are done", "-- You are out of tea. What you type goes to lobby now.")
    bob.types("hello")
    ann.hears("bob: hello")
    assert list(world.hub.rooms) == ["lobby"]
    bob.types("/join tea", "/history", "/limit 5")
    bob.hears("-- You are in tea (1 here: bob).", "-- Nothing was said before that.", "tea takes at most 5 people.")


def test_what_was_said_is_gone_after_a_restart_too_and_so_are_topic_and_rights() -> None:
    world = World(members=[member("meg")])
    meg = world.logged_in("meg", rooms=["tea"])
    for verb, fields in [
        ("say", {"text": "old"}),
        ("topic", {"topic": "old"}),
        ("access", {"access": "key x"}),
        ("ban", {"who": "eve"}),
    ]:
        assert meg.answer(verb, **fields)["ok"]
    assert meg.answer("close")["ok"]
    state = world.journal.open(lambda outcomes: None, tail=0).state
    assert [key for key in state if "tea" in key] == []
    world = world.restarted()
    assert list(world.hub.rooms) == ["lobby"]
    eve = world.program("eve", rooms=["tea"])
    assert eve.answer("say", text="new")["ok"]
    for _ in range(2):
        texts = [one.get("text") for one in eve.answer("history", count=200)["entries"] if one["is"] == "said"]
        assert texts == ["new"]
        assert eve.answer("history", after=0)["entries"][0]["is"] == "opened"
        world = world.restarted()
        eve = world.program("eve", rooms=["tea"])


def test_who_comes_back_with_a_position_of_the_room_that_was_begins_anew() -> None:
    world = World()
    ann = world.program("ann", rooms=["tea"])
    for number in range(5):
        ann.answer("say", text=str(number))
    ann.answer("close")
    ann.answer("join", room="tea")
    bob = world.connect(world.native)
    bob.asks("hello", 1, name="bob", resume={"tea": [world.hub.epoch, 2]})
    (entered,) = [one for one in bob.objects() if one["is"] == "entered"]
    assert entered["resumed"] is False
    assert [one["is"] for one in entered["recent"]] == ["opened"]


def test_it_no_longer_counts_among_the_rooms_of_the_house() -> None:
    world = World(rooms=2)
    ann = world.program("ann", rooms=["tea"])
    ann.answer("say", text="x")
    assert ann.answer("join", room="dev")["error"] == "house-has-too-many-rooms"
    assert ann.answer("close", room="tea")["ok"]
    assert ann.answer("join", room="dev")["ok"]


def test_nothing_is_said_and_nobody_comes_in_once_it_is_asked_for() -> None:
    slow = SlowWorld()
    ann, bob, eve = slow.program("ann", rooms=["tea"]), slow.program("bob", rooms=["tea"]), slow.program("eve")
    bob.asks("say", 1, room="tea", text="before")
    ann.asks("close", 1, room="tea")
    bob.asks("say", 2, room="tea", text="after")
    eve.asks("join", 1, room="tea")
    eve.asks("who", 2, room="tea")
    slow.settle()
    assert [one.get("error") for one in bob.objects() if one.get("re") in {1, 2}] == [None, "not-in-room"]
    assert [one.get("error") for one in eve.objects() if "re" in one] == ["room-closing", "no-such-room"]


def test_a_room_that_could_not_be_closed_goes_on_as_if_nothing_had_been() -> None:
    slow = SlowWorld()
    ann, bob = slow.program("ann", rooms=["lobby", "tea"]), slow.program("bob", rooms=["tea"])
    ann.asks("close", 1, room="tea")
    slow.decline()
    assert [one["error"] for one in ann.objects() if one.get("re") == 1] == ["not-stored"]
    bob.asks("say", 1, text="still here")
    slow.settle()
    assert [one["text"] for one in ann.objects() if one["is"] == "said"] == ["still here"]
    assert slow.hub.rooms["tea"].present == 2


def test_the_lobby_stays(club: World, mod: Person, ada: Person) -> None:
    assert mod.answer("close")["why"] == "lobby is where everybody comes in: it cannot be closed."
    club.program("bob", rooms=["dev"])
    assert ada.answer("close", room="dev")["lines"] == ["dev is closed."]


def test_the_name_of_another_room_alone_is_taken_for_a_slip(world: World, ann: Person, bob: Person) -> None:
    bob.types("/join den")
    ann.types("/join tea", "/close den")
    assert ann.lines()[-1].startswith("! That would close tea. /close #den closes the other; /close #tea this one.")
    assert "tea" in world.hub.rooms
    ann.types("/close #tea den")
    assert "tea" not in world.hub.rooms


def test_a_secret_room_is_no_slip_anybody_is_told_of(world: World, ann: Person, bob: Person) -> None:
    bob.types("/join den", "/secret on")
    ann.types("/join tea", "/close den")
    assert "tea" not in world.hub.rooms
