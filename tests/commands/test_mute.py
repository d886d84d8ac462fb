"""Letting somebody read and say nothing."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld, World, member

TOLD = "You are muted for 10 minutes: spam. Nothing you say is passed on. (by mod)"


def test_they_are_told_by_whom_how_long_and_why_and_so_is_the_room(club: World, mod: Person, eve: Person) -> None:
    bob = club.person("bob")
    eve.lines()
    answer = mod.answer("mute", who="eve", reason="spam")
    assert answer["lines"] == ["Muted for 10 minutes: eve and 198.51.100.7. /unmute #1 takes it back."]
    eve.hears("-- mod muted eve for 10 minutes: spam", f"-- {TOLD}")
    bob.hears("-- mod muted eve for 10 minutes: spam")
    for line in ("hello", "/me waves", "/topic spam", "/msg bob spam", "/nick spam", "/away spam"):
        eve.types(line)
    refused = [line for line in eve.lines() if line.startswith("! ")]
    assert refused == [f"! {TOLD}"] * 6
    bob.hears()


def test_they_may_still_write_to_who_keeps_order_and_leave_without_a_word(club: World, mod: Person, eve: Person) -> None:
    bob = club.person("bob")
    mod.answer("mute", who="eve")
    eve.lines(), mod.objects(), bob.lines()
    eve.types("/msg mod sorry")
    assert [one["text"] for one in mod.objects() if one["is"] == "told"] == ["sorry"]
    eve.types("/quit spam spam")
    bob.hears("-- eve left (2 here)")


@pytest.mark.parametrize("door", ["line", "native"])
def test_it_holds_under_another_name_and_on_another_connection(club: World, mod: Person, eve: Person, door: str) -> None:
    mod.answer("mute", who="eve", **{"for": "1h"})
    eve.leaves()
    again = club.program("evelyn", club.wire("198.51.100.7")) if door == "native" else club.person("evelyn", club.wire("198.51.100.7"))
    if door == "native":
        assert again.answer("say", text="hi")["error"] == "muted"
    else:
        again.types("hi")
        assert again.lines()[0].startswith("! You are muted for 1 hour")


def test_it_survives_a_restart_and_ends_when_it_is_over(club: World, mod: Person) -> None:
    club.logged_in("meg")
    assert mod.answer("mute", who="meg", **{"for": "1h"})["ok"]
    club = club.restarted()
    meg = club.logged_in("meg", club.wire("203.0.113.77"))
    assert meg.answer("say", text="hi")["error"] == "muted"
    club.rest(3600)
    assert meg.answer("say", text="hi")["ok"]
    club.rest(TICK)
    assert len(club.hub.keeper.mutes) == 0
    assert "mute/1" not in club.journal.open(lambda outcomes: None, tail=0).state


def test_lines_after_it_in_the_same_commit_are_not_said() -> None:
    slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
    mod, eve, bob = slow.logged_in("mod", slow.wire("203.0.113.2")), slow.person("eve", slow.wire("198.51.100.7")), slow.person("bob")
    slow.settle()
    eve.lines(), bob.lines()
    eve.types("before")
    mod.asks("mute", 1, who="eve")
    eve.types(*["after"] * 50)
    slow.settle()
    bob.hears("eve: before", "-- mod muted eve for 10 minutes")


def test_a_mute_that_was_not_stored_mutes_nobody() -> None:
    slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
    mod, eve = slow.logged_in("mod", slow.wire("203.0.113.2")), slow.person("eve", slow.wire("198.51.100.7"))
    slow.settle()
    mod.asks("mute", 1, who="eve", reason="first")
    slow.settle()
    mod.asks("mute", 2, who="eve", reason="second")
    slow.decline()
    assert [one.reason for one in slow.hub.keeper.mutes.listed()] == ["first"]
    mod.asks("unmute", 3, who="eve")
    slow.decline()
    assert [one.reason for one in slow.hub.keeper.mutes.listed()] == ["first"]
    assert eve.wire.lost is False


def test_an_operator_mutes_in_the_room_and_learns_no_address() -> None:
    world = World()
    ann = world.program("ann", world.wire("198.51.100.1"), rooms=["tea"])
    eve = world.program("eve", world.wire("198.51.100.7"), rooms=["lobby", "tea"])
    bob = world.program("bob", world.wire("198.51.100.7"), rooms=["tea"])
    assert ann.answer("mute", who="eve", dry_run=True)["hits"] == ["eve"]
    told = ann.answer("mute", who="eve", **{"for": "1h"})
    assert told["lines"] == ["Muted in tea for 1 hour: eve. /unmute #tea #1 takes it back."]
    assert "198.51" not in repr([told, ann.answer("bans"), ann.answer("unmute", who="198.51.100.7"), ann.objects(), bob.objects()])
    assert eve.answer("say", text="hi", room="tea")["error"] == "muted-in-room"
    assert eve.answer("say", text="hi", room="lobby")["ok"]
    assert ann.answer("unmute", who="#1")["lines"] == ["Not muted any more: eve."]
    assert eve.answer("say", text="hi", room="tea")["ok"]


@pytest.mark.parametrize("mask", ["{0}!*@m-{0}.member", "{0}*!w*@*", "*!?*@m-{0}.*"])
def test_who_is_above_somebody_is_out_of_reach_under_any_mask_of_how_they_are_shown_though_not_here(mask: str) -> None:
    world = World(members=[member("mod", Rank.MODERATOR), member("boss", Rank.ADMIN), member("meg"), member("kim")])
    mod = world.logged_in("mod", rooms=[])
    assert mod.answer("line", text=f"/mute {mask.format('boss')}")["error"] == "out-of-reach"
    meg, kim = world.logged_in("meg", rooms=["tea"]), world.logged_in("kim", rooms=["tea"])
    assert meg.answer("op", room="tea", name="kim")["ok"]
    meg.asks("quit")
    assert [kim.answer(verb, room="tea", who=mask.format("meg"))["error"] for verb in ("mute", "ban")] == ["out-of-reach"] * 2


def test_a_mask_of_the_user_alone_is_not_taken_for_one_of_whoever_is_not_here() -> None:
    world = World(members=[member("mod", Rank.MODERATOR), member("boss", Rank.ADMIN)])
    assert world.logged_in("mod", rooms=[]).answer("line", text="/mute *!spam*@*")["ok"]


def test_whoever_shares_an_address_with_somebody_muted_keeps_order_all_the_same() -> None:
    world = World()
    ann, eve, bob = (world.program(name, world.wire("198.51.100.7"), rooms=["tea"]) for name in ("ann", "eve", "bob"))
    ann.answer("op", name="bob")
    assert bob.answer("mute", who="eve")["ok"]
    assert eve.answer("say", text="hi")["error"] == "muted-in-room"
    assert bob.answer("say", text="hi")["ok"]
    assert ann.answer("say", text="hi")["ok"]


def test_a_preview_mutes_nobody(club: World, mod: Person, eve: Person) -> None:
    assert mod.answer("mute", who="198.51.100.0/24", dry_run=True)["lines"] == [
        "That would mute 198.51.100.0/24; of those here it hits eve."
    ]
    eve.types("hello")
    assert eve.lines() == []
    assert mod.answer("mute", who="mod")["error"] == "target-is-you"


def test_who_is_muted_in_the_house_reaches_nobody_by_a_room_of_their_own(club: World, mod: Person) -> None:
    eve, bob = club.program("eve", rooms=["tea"]), club.program("bob", rooms=["tea"])
    mod.answer("mute", who="name:eve")
    bob.objects()
    orders: list[tuple[str, dict[str, str]]] = [
        ("invite", {"name": "mod"}),
        ("kick", {"who": "bob", "reason": "spam"}),
        ("ban", {"who": "bob", "reason": "spam"}),
        ("close", {"reason": "spam"}),
        ("slow", {"span": "5s"}),
    ]
    assert [eve.answer(verb, **fields)["error"] for verb, fields in orders] == ["muted"] * 5
    assert eve.answer("slow")["ok"]
    eve.asks("leave", reason="spam")
    assert "spam" not in repr(bob.objects())
