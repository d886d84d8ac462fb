"""Letting somebody in no more."""

from __future__ import annotations

import pytest

from chatroom.core.bans import PREFIX
from chatroom.core.errors import DiskFull
from chatroom.core.rank import Rank
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld, World, member

GUEST = "198.51.100.7"
ELSEWHERE = "198.51.100.99"


def greeting(world: World, address: str, name: str | None = None) -> list[str]:
    """Give all that somebody hears who connects, and says a name if there is one."""
    one = world.connect(world.front, world.wire(address))
    world.rest(1)
    if name is not None and not one.wire.lost:
        one.lines()
        one.types(name)
    return one.lines()


def test_who_is_here_is_put_out_at_once_and_told_by_whom_how_long_and_why(club: World, mod: Person, eve: Person) -> None:
    bob = club.person("bob")
    eve.lines()
    answer = mod.answer("ban", who="eve", reason="spam", **{"for": "10m"})
    assert answer["lines"] == ["Banned for 10 minutes: eve and 198.51.100.7. /unban #1 takes it back."]
    assert (answer["id"], answer["targets"]) == ("1", ["eve", "198.51.100.7"])
    eve.hears("-- You are banned from this house for 10 minutes: spam. (by mod)")
    assert eve.wire.lost
    bob.hears("-- eve was put out by mod (2 here): spam")


@pytest.mark.parametrize(
    ("who", "address", "name"),
    [
        ("name:troll", ELSEWHERE, "troll"),
        ("name:troll", ELSEWHERE, "TROLL"),
        ("name:troll", ELSEWHERE, "tro11"),
        ("troll", ELSEWHERE, "trоll"),
        ("tro*", ELSEWHERE, "Trojan"),
    ],
)
def test_a_name_is_refused_when_it_is_said_however_it_is_written(club: World, mod: Person, who: str, address: str, name: str) -> None:
    assert mod.answer("ban", who=who)["ok"]
    assert greeting(club, address, name) == ["! You are banned from this house for good. (by mod)"]
    assert greeting(club, address, "carol")[0] == "Welcome, carol."


def test_a_mask_of_a_room_puts_nobody_out_and_outlives_a_restart() -> None:
    world = World(members=[member("meg"), member("mel")])
    meg, mel = world.logged_in("meg", rooms=["tea"]), world.logged_in("mel", rooms=["tea"])
    eve = world.chatter("eve")
    eve.types("JOIN #tea")
    assert meg.answer("ban", who="*!eve@*", mask=True)["targets"] == ["*!eve@*"]
    assert meg.answer("ban", who="*!eve@*", mask=True)["lines"] == ["*!eve@* is banned already."]
    assert meg.answer("ban", who="mel", mask=True)["ok"]
    assert mel.answer("say", text="hi")["error"] == "banned-from-room"
    world = world.restarted()
    eve = world.chatter("eve")
    eve.types("JOIN #tea")
    assert " 474 " in eve.lines()[-1]
    assert world.logged_in("mel", rooms=[]).answer("join", room="tea")["error"] == "banned-from-room"
    assert [one["targets"] for one in world.logged_in("meg", rooms=["tea"]).answer("bans")["bans"]] == [["*!eve@*"], ["mel"]]


def test_a_mask_of_how_people_are_shown_is_for_rooms_alone(mod: Person) -> None:
    assert mod.answer("ban", who="*!eve@*")["error"] == "mask-unclear"


@pytest.mark.parametrize("who", [GUEST, "198.51.100.0/28", "198.51.0.0/16", "*!*@198.51.100.*"])
def test_an_address_is_turned_away_before_anything_else_is_sent(club: World, mod: Person, who: str) -> None:
    assert mod.answer("ban", who=who, force=True)["ok"]
    for door in (club.line, club.native):
        one = club.connect(door, club.wire(GUEST))
        club.rest(1)
        (line,) = one.lines()
        assert "You are banned from this house for good. (by mod)" in line
        assert one.wire.lost
    assert greeting(club, GUEST) == ["-- You are banned from this house for good. (by mod)"]
    assert greeting(club, "192.0.2.200", "carol")[0] == "Welcome, carol."


def test_an_ipv6_address_hits_its_whole_subscriber(club: World, mod: Person) -> None:
    mod.answer("ban", who="2001:db8:1:2::5")
    assert greeting(club, "2001:db8:1:2:ffff::1")[0].startswith("-- You are banned")
    assert greeting(club, "2001:db8:1:3::1", "carol")[0] == "Welcome, carol."


def test_a_guests_ban_covers_name_and_address(club: World, mod: Person, eve: Person) -> None:
    mod.answer("ban", who="eve")
    assert greeting(club, ELSEWHERE, "eve")[0].startswith("! You are banned")
    assert greeting(club, GUEST)[0].startswith("-- You are banned")


def test_a_member_is_banned_as_a_member_whoever_comes_from_there(club: World, mod: Person) -> None:
    meg = club.logged_in("meg", club.wire(GUEST))
    assert mod.answer("ban", who="meg")["targets"] == ["meg", "member:m-meg"]
    assert meg.objects()[-1]["why"].startswith("You are banned from this house for good.")
    again = club.connect(club.native, club.wire(ELSEWHERE))
    assert again.answer("hello", name="meg@example.org", password="meg opens this door")["error"] == "banned"
    assert greeting(club, GUEST, "carol")[0] == "Welcome, carol."


def test_a_member_who_is_not_here_is_banned_by_mail_too(club: World, mod: Person) -> None:
    assert mod.answer("ban", who="meg@example.org")["targets"] == ["meg", "member:m-meg"]
    assert club.logged_in("meg").wire.lost is False
    assert "@m-meg" not in club.hub.people


def test_a_member_is_put_out_of_their_console_too(club: World, ada: Person) -> None:
    console = club.console("max", club.wire(ELSEWHERE))
    assert ada.answer("ban", who="max")["ok"]
    assert console.objects()[-1]["why"].startswith("You are banned")
    assert console.wire.lost


@pytest.mark.parametrize("who", ["max", "ada", "ada@example.org", "member:m-max", "m*", "name:adа"])
@pytest.mark.parametrize("here", [True, False])
def test_a_moderator_may_not_ban_a_moderator_or_an_admin_here_or_not(club: World, mod: Person, who: str, here: bool) -> None:
    if here:
        club.logged_in("max"), club.logged_in("ada")
    assert mod.answer("ban", who=who)["error"] == "out-of-reach"
    assert len(club.hub.keeper.bans) == 0


def test_a_banned_name_cannot_be_taken_by_a_change_of_name(club: World, mod: Person) -> None:
    mod.answer("ban", who="troll")
    carol = club.person("carol")
    carol.types("/nick troll")
    assert carol.lines() == ["! You are banned from this house for good. (by mod)"]
    assert club.hub.roster.find("carol") is not None


def test_it_ends_when_its_time_is_over_and_is_forgotten_on_disk(club: World, mod: Person, eve: Person) -> None:
    mod.answer("ban", who="eve", **{"for": "10m"})
    club.rest(599)
    assert greeting(club, GUEST)[0].startswith("-- You are banned from this house for 1 more second")
    club.rest(TICK)
    assert greeting(club, GUEST, "eve")[0] == "Welcome, eve."
    club.rest(TICK)
    assert len(club.hub.keeper.bans) == 0
    assert PREFIX + "1" not in club.journal.open(lambda outcomes: None, tail=0).state


def test_it_is_there_after_a_restart_with_what_is_left_of_it(club: World, mod: Person, eve: Person) -> None:
    mod.answer("ban", who="eve", reason="spam", **{"for": "1h"})
    club.rest(600)
    club = club.restarted()
    (line,) = greeting(club, GUEST)
    assert line.startswith("-- You are banned from this house for 49 more minutes")
    assert line.endswith(": spam. (by mod)")
    mod = club.logged_in("mod")
    assert mod.answer("ban", who="troll")["id"] == "2"


def test_a_preview_changes_nothing(club: World, mod: Person, eve: Person, ada: Person) -> None:
    answer = mod.answer("ban", who="198.51.100.0/24", dry_run=True)
    assert answer["lines"] == ["That would ban 198.51.100.0/24, and put out eve."]
    assert (answer["targets"], answer["hits"]) == (["198.51.100.0/24"], ["eve"])
    assert mod.answer("ban", who="192.0.2.9", dry_run=True)["lines"] == ["That would ban 192.0.2.9, and put out nobody who is here."]
    eve.hears()
    assert len(club.hub.keeper.bans) == 0
    assert ada.answer("audit")["orders"] == []


@pytest.mark.parametrize(
    ("who", "error"),
    [("203.0.113.0/24", "target-is-you"), ("mo?", "target-is-you"), ("*", "target-too-wide"), ("198.0.0.0/7", "target-too-wide")],
)
def test_what_is_likely_a_slip_is_asked_back_about(club: World, mod: Person, eve: Person, who: str, error: str) -> None:
    answer = mod.answer("ban", who=who)
    assert answer["error"] == error or (who == "*" and answer["error"] == "out-of-reach")
    eve.hears()
    assert len(club.hub.keeper.bans) == 0


def test_who_bans_is_not_put_out_themselves(club: World, ada: Person, mod: Person, eve: Person) -> None:
    assert ada.answer("ban", who="0.0.0.0/0", force=True)["ok"]
    assert eve.wire.lost
    assert mod.wire.lost
    assert not ada.wire.lost


def test_a_disk_that_is_full_leaves_nobody_banned_and_says_so() -> None:
    slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
    mod, eve = slow.logged_in("mod", slow.wire("203.0.113.2")), slow.person("eve", slow.wire(GUEST))
    slow.settle()
    mod.objects(), eve.lines()
    mod.asks("ban", 1, who="eve")
    slow.disk.decline(DiskFull(), 1)
    slow.rest()
    (answer,) = [one for one in mod.objects() if one.get("re") == 1]
    assert answer["error"] == "disk-full"
    assert len(slow.hub.keeper.bans) == 0
    assert slow.person("eve", slow.wire(GUEST)).wire.lost is False
    assert slow.killed().hub.keeper.bans.listed() == ()


def test_a_ban_that_was_not_stored_gives_back_the_one_it_replaced() -> None:
    slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
    mod = slow.logged_in("mod")
    mod.asks("ban", 1, who="troll", reason="first")
    slow.settle()
    mod.asks("ban", 2, who="troll", reason="second")
    assert [one.reason for one in slow.hub.keeper.bans.listed()] == ["second"]
    slow.decline()
    assert [(one.id, one.reason) for one in slow.hub.keeper.bans.listed()] == [("1", "first")]


def test_a_typed_line_does_what_the_fields_do(club: World, mod: Person, eve: Person) -> None:
    assert mod.answer("line", text="/ban eve 2h30m told twice")["ok"]
    eve.hears("-- You are banned from this house for 2 hours and 30 minutes: told twice. (by mod)")
    assert mod.answer("line", text="/ban eve 10x spam")["error"] == "span-or-reason"


def test_nobody_can_take_a_name_that_shields_an_address(club: World, mod: Person) -> None:
    assert greeting(club, ELSEWHERE, GUEST)[0].startswith("! A name cannot contain an address.")


def test_an_address_is_meant_before_a_member_who_is_called_that() -> None:
    club = World(members=[member("mod", Rank.MODERATOR), member(GUEST)])
    mod = club.logged_in("mod", club.wire("203.0.113.2"))
    assert mod.answer("ban", who=GUEST, dry_run=True)["targets"] == [GUEST]


# -- from a room --------------------------------------------------------------------------------------------------------------


def test_an_operator_bans_from_the_room_and_learns_no_address() -> None:
    world = World()
    ann = world.program("ann", world.wire("198.51.100.1"), rooms=["tea"])
    eve = world.program("eve", world.wire(GUEST), rooms=["lobby", "tea"])
    bob = world.program("bob", world.wire("198.51.100.3"), rooms=["tea"])
    ann.objects(), bob.objects()
    told = ann.answer("ban", who="eve", reason="spam", **{"for": "10m"})
    assert told["lines"] == ["Banned from tea for 10 minutes: eve. /unban #tea #1 takes it back."]
    seen = bob.objects()
    assert [(one["is"], one["who"]) for one in seen] == [("banned", "eve"), ("ejected", "eve")]
    assert "198.51" not in repr([told, seen, ann.answer("bans")])
    refused = eve.answer("join", room="tea")
    assert (refused["error"], refused["why"]) == ("banned-from-room", "You are banned from tea for 10 minutes: spam. (by ann)")
    assert eve.answer("say", text="still in the house", room="lobby")["ok"]
    other = world.program("newname", world.wire(GUEST), rooms=[])
    assert other.answer("join", room="tea")["error"] == "banned-from-room"


def test_a_ban_from_a_room_lasts_over_a_restart_until_it_is_over_or_lifted() -> None:
    world = World(members=[member("meg"), member("eve")])
    meg = world.logged_in("meg", rooms=["tea"])
    world.logged_in("eve", rooms=["tea"])
    assert meg.answer("ban", who="eve", **{"for": "1h"})["targets"] == ["eve"]
    world = world.restarted()
    meg, eve = world.logged_in("meg", rooms=["tea"]), world.logged_in("eve", rooms=[])
    assert eve.answer("join", room="tea")["error"] == "banned-from-room"
    assert meg.answer("bans")["lines"] == ["#1 eve, for 59 more minutes and 58 seconds, by meg"]
    assert meg.answer("unban", who="eve")["ok"]
    assert eve.answer("join", room="tea")["ok"]
    assert meg.answer("ban", who="troll*", **{"for": "10s"})["ok"]
    world.rest(10 + TICK)
    state = world.journal.open(lambda outcomes: None, tail=0).state
    assert {key for key in state if key.startswith("room/")} == {"room/tea/owner"}


def test_a_ban_from_a_room_that_was_not_stored_bans_and_puts_out_nobody() -> None:
    slow = SlowWorld()
    ann, eve = slow.program("ann", rooms=["tea"]), slow.program("eve", rooms=["tea"])
    ann.asks("ban", 1, who="name:eve")
    slow.decline()
    eve.asks("say", 1, text="here")
    slow.settle()
    assert [one["ok"] for one in eve.objects() if one.get("re") == 1] == [True]
    assert len(slow.hub.rooms["tea"].rights.bans) == 0


def test_an_operator_may_not_ban_the_owner_who_is_not_there(club: World) -> None:
    meg, bob = club.logged_in("meg", rooms=["tea"]), club.program("bob", club.wire("198.51.100.3"), rooms=["tea"])
    assert meg.answer("op", name="bob")["ok"]
    meg.answer("leave", room="tea")
    for who in ("meg", "m?g"):
        assert bob.answer("ban", who=who)["why"] == "meg is the owner of tea: only somebody of a higher rank may do that to them."
