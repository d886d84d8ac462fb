"""Watching the house from outside."""

from __future__ import annotations

from typing import Any

import pytest

from chatroom.core.limits import Limits
from chatroom.core.publicity import Publicity
from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld, World, member, password_of
from chatroom.wires import DirectWire


@pytest.fixture
def world() -> World:
    return World()


def watching(world: World, **fields: Any) -> tuple[Person, dict[str, Any]]:
    """Let a page watch; give it and what it was told first."""
    page = world.connect(world.native)
    return page, page.answer("monitor", **fields)


def happened(page: Person) -> list[str]:
    """Tell what a page was shown to happen."""
    shown = [one for one in page.objects() if "at" in one]
    return [f"{one.get('room', '')} {one['is']} {one['by']} {one.get('text', '')}".strip() for one in shown]


def test_what_happens_is_shown_as_it_happens(world: World) -> None:
    page, _ = watching(world)
    ann = world.person("ann")
    ann.types("hi", "/topic news", "/nick anna", "/quit")
    assert happened(page) == ["lobby joined ann", "lobby said ann hi", "lobby topic ann", "renamed ann", "quit anna"]


def test_it_begins_with_the_rooms_who_is_there_and_what_was_said(world: World) -> None:
    ann = world.person("ann")
    ann.types("first", "/join dev", "second", "/topic tea")
    _, view = watching(world)
    assert [(one["room"], one["present"], one["people"], one["topic"]) for one in view["rooms"]] == [
        ("dev", 1, ["ann"], "tea"),
        ("lobby", 1, ["ann"], ""),
    ]
    assert [one["is"] for one in view["recent"]] == ["said", "opened", "said", "topic"]
    assert view["house"] == "chatroom"


def test_nobody_sees_who_watches(world: World) -> None:
    ann = world.person("ann")
    watching(world)
    ann.hears()
    ann.types("/who")
    ann.hears("lobby (1 here): ann")


def test_a_room_opened_later_is_shown_from_its_first_entry(world: World) -> None:
    page, _ = watching(world)
    world.person("ann").types("/join dev", "hi")
    assert happened(page) == ["lobby joined ann", "dev opened ann", "dev joined ann", "dev said ann hi"]


def test_that_private_words_passed_is_shown_and_never_what_they_were(world: World) -> None:
    page, _ = watching(world)
    ann, _bob = world.person("ann"), world.person("bob")
    page.objects()
    ann.types("/tell bob a secret")
    (shown,) = page.objects()
    assert (shown["is"], shown["by"], shown["to"]) == ("whispered", "ann", "bob")
    assert "secret" not in str(shown)


def test_orders_of_moderators_are_not_shown() -> None:
    world = World(members=[member("dana", Rank.ADMIN)])
    page, _ = watching(world)
    world.logged_in("dana").asks("ban", who="spam*")
    assert [one for one in page.objects() if one.get("is") == "ordered"] == []


def test_a_hidden_room_is_not_shown() -> None:
    world = World(Rules(publicity=Publicity(hidden=frozenset({"staff"}))))
    page, _ = watching(world)
    ann = world.person("ann")
    page.objects()
    ann.types("/join staff", "hush")
    _, view = watching(world)
    assert happened(page) == []
    assert [one["room"] for one in view["rooms"]] == ["lobby"]
    assert "hush" not in str(view)


def test_a_page_that_comes_back_is_shown_what_it_missed_and_nothing_twice(world: World) -> None:
    ann = world.person("ann")
    ann.types("one")
    page, view = watching(world)
    page.leaves()
    ann.types("two", "/join dev", "three")
    page, again = watching(world, resume={"lobby": [view["epoch"], view["rooms"][0]["seq"]]})
    assert [one.get("text") for one in again["recent"]] == [None, "three"]
    assert [one["missed"] for one in again["rooms"]] == [0, 0]


def test_what_came_while_a_page_was_away_follows(world: World) -> None:
    ann = world.person("ann")
    ann.types("one")
    _, view = watching(world)
    ann.types("two", "three")
    page = world.connect(world.native)
    page.asks("monitor", 1, resume={"lobby": [view["epoch"], view["rooms"][0]["seq"]]})
    assert happened(page) == ["lobby said ann two", "lobby said ann three"]


def test_more_than_can_be_given_again_is_counted() -> None:
    world = World(resume=5)
    ann = world.person("ann")
    ann.types("one")
    _, view = watching(world)
    ann.types(*map(str, range(20)))
    _, again = watching(world, resume={"lobby": [view["epoch"], view["rooms"][0]["seq"]]})
    assert again["rooms"][0]["missed"] == 15


def test_a_restart_leaves_no_gap() -> None:
    world = SlowWorld()
    ann = world.person("ann")
    ann.types("one")
    world.settle()
    page = world.connect(world.native)
    view = page.answer("monitor")
    ann.types("two")
    world.disk.settle()
    again = world.killed()
    page = again.connect(again.native)
    page.asks("monitor", 1, resume={"lobby": [view["epoch"], view["rooms"][0]["seq"]]})
    again.settle()
    assert happened(page) == ["lobby said ann two"]


def test_it_may_stay_without_a_name(world: World) -> None:
    page, _ = watching(world)
    world.rest(world.hub.limits.registration * 3)
    world.person("ann").types("hi")
    assert "lobby said ann hi" in happened(page)


def test_figures_come_every_now_and_then(world: World) -> None:
    world.person("ann").types("hi")
    world.rest(TICK * 3)
    page = world.connect(world.native)
    page.asks("monitor", 1)
    world.rest(TICK)
    before, now = [one["figures"] for one in page.objects() if one.get("is") == "figures"]
    assert len(before) == 3
    assert (now[0]["messages"], now[0]["people"]) == (1, 1)


def test_closed_it_is_refused() -> None:
    _, view = watching(World(Rules(publicity=Publicity(monitor="off"))))
    assert view["error"] == "monitor-closed"


@pytest.mark.parametrize("rules", [Rules(publicity=Publicity(monitor="members")), Rules(access="members")])
def test_for_members_it_wants_a_login(rules: Rules) -> None:
    world = World(rules, members=[member("ann")])
    page, view = watching(world)
    assert view["error"] == "monitor-for-members"
    page.asks("hello", 1, name="ann", password=password_of("ann"), rooms=[], bot=True)
    page.objects()
    assert page.answer("monitor")["ok"]


def test_pages_are_bounded() -> None:
    world = World(Rules(limits=Limits(observers=2)))
    first, _ = watching(world)
    watching(world)
    assert watching(world)[1]["error"] == "too-many-observers"
    assert first.answer("monitor")["ok"]
    first.leaves()
    assert watching(world)[1]["ok"]


def test_who_is_in_a_room_and_watches_is_shown_each_thing_once(world: World) -> None:
    ann, bob = world.person("ann"), world.program("bob")
    bob.answer("monitor")
    ann.types("hi", "/join dev")
    bob.asks("join", 2, room="dev")
    ann.types("in dev")
    bob.asks("leave", 3, room="dev")
    ann.types("still in dev")
    assert [one["text"] for one in bob.objects() if one.get("is") == "said"] == ["hi", "in dev", "still in dev"]


def test_who_does_not_read_is_owed_no_figures(world: World) -> None:
    wire = DirectWire(world.clock)
    page = world.connect(world.native, wire)
    page.asks("monitor", 1)
    wire.socket.room = 0
    world.person("ann")
    world.rest(TICK * 5)
    (reader,) = [one for one in world.house.readers.values() if one.session.observing]
    assert reader._lag is not None
    assert not reader._lag.owing


def test_a_change_of_what_is_shown_lets_pages_come_anew(world: World) -> None:
    page, _ = watching(world)
    world.house.obey(Rules(publicity=Publicity(hidden=frozenset({"staff"}))))
    world.rest()
    assert page.objects()[-1]["is"] == "bye"


@pytest.mark.parametrize("closing", ["/access invited", "/access key sesame", "/secret on"])
def test_a_room_that_is_closed_to_strangers_is_shown_no_more_until_it_is_open_again(world: World, closing: str) -> None:
    ann = world.person("ann")
    page, _ = watching(world)
    for line in ("/join dev", "before", closing, "between"):
        ann.types(line)
    assert [one["room"] for one in watching(world)[1]["rooms"]] == ["lobby"]
    for line in ("/access open", "/secret off", "after"):
        ann.types(line)
    assert [one["text"] for one in page.objects() if one.get("is") == "said"] == ["before", "after"]


def test_who_is_in_a_room_that_is_closed_to_strangers_still_reads_it(world: World) -> None:
    ann, bob = world.person("ann"), world.program("bob", rooms=["dev"])
    bob.answer("monitor")
    ann.types("/join dev")
    bob.asks("access", 1, access="invited", room="dev")
    ann.types("inside")
    assert [one["text"] for one in bob.objects() if one.get("is") == "said"] == ["inside"]


@pytest.mark.parametrize("closing", ["/access invited", "/access key sesame", "/secret on"])
@pytest.mark.parametrize("doing", ["/nick anna", "/away", "/quit"])
def test_what_concerns_several_rooms_names_none_that_is_closed_to_strangers(world: World, closing: str, doing: str) -> None:
    ann, carl = world.person("ann"), world.program("carl")
    ann.types("/join plot")
    carl.asks("join", 1, room="plot")
    ann.types(closing)
    bob = world.program("bob")
    page, _ = watching(world)
    for one in (bob, carl, page):
        one.objects()
    ann.types(doing)
    for one in (page, bob):
        shown = [said for said in one.objects() if "rooms" in said]
        assert [said["rooms"] for said in shown] == [["lobby"]]
        assert "plot" not in str(shown)
    assert [said["rooms"] for said in carl.objects() if "rooms" in said] == [["lobby", "plot"]]
