"""Saying who one is."""

from __future__ import annotations

from typing import Any

import pytest

from chatroom.core.attempts import PER_ACCOUNT
from chatroom.core.errors import LoginsBusy
from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.testing import Person, World, member, password_of


def greeted(world: World, **fields: object) -> list[dict[str, object]]:
    one = world.connect(world.native)
    one.asks("hello", 1, **fields)
    return one.objects()


def test_who_says_their_name_is_welcomed_and_in_the_lobby(world: World) -> None:
    welcome, entered = greeted(world, name="ann")
    assert (welcome["re"], welcome["is"], welcome["you"], welcome["rank"], welcome["resumed"]) == (1, "welcome", "ann", "guest", False)
    assert welcome["limits"] == world.hub.limits.advertised()
    assert (entered["re"], entered["is"], entered["room"], entered["people"]) == (None, "entered", "lobby", ["ann"])


def test_the_hosts_words_are_in_the_welcome() -> None:
    world = World(Rules(name="The Shed", welcome="Mind the step.\nNo shoes."))
    ann = world.connect(world.front)
    ann.types("ann")
    assert ann.lines()[:3] == ["Welcome, ann.", "Mind the step.", "No shoes."]


def test_the_rooms_named_are_entered_each_once_and_no_other(world: World) -> None:
    _, *rooms = greeted(world, name="ann", rooms=["dev", "#DEV", "tea", "dev"])
    assert [room["room"] for room in rooms] == ["dev", "tea"]


def test_a_room_that_cannot_be_refuses_the_whole_greeting_and_takes_no_name(world: World) -> None:
    (answer,) = greeted(world, name="ann", rooms=["dev", "two words"])
    assert answer["error"] == "room-name-invalid"
    assert len(world.hub.roster) == 0
    assert set(world.hub.rooms) == {"lobby"}


def test_a_room_that_is_full_up_is_refused_beside_the_others() -> None:
    world = World(rooms=2)
    welcome, lobby, dev, tea = greeted(world, name="ann", rooms=["lobby", "dev", "tea"])
    assert welcome["ok"]
    assert (lobby["room"], dev["room"]) == ("lobby", "dev")
    assert (tea["re"], tea["error"]) == (None, "house-has-too-many-rooms")


def test_a_bot_is_shown_nothing_it_did_not_ask_for(world: World, ann: Person) -> None:
    ann.types("hello")
    _, entered = greeted(world, name="bot", bot=True)
    assert entered["recent"] == []


@pytest.mark.parametrize("key", ["", "x" * 15, "x" * 129])
def test_a_key_that_could_be_guessed_or_is_endless_is_refused(world: World, key: str) -> None:
    (answer,) = greeted(world, name="ann", key=key)
    assert answer["why"] == "The field key takes 16 to 128 characters."


def test_a_refused_greeting_can_be_repeated(world: World, ann: Person) -> None:
    one = world.connect(world.native)
    one.asks("hello", 1, name="ann")
    one.asks("hello", 2, name="anna")
    assert [answer.get("error") for answer in one.objects()][:2] == ["name-taken", None]


def test_a_key_stands_for_its_session_alone_and_is_stored_nowhere(world: World) -> None:
    key = "the secret of this session"
    greeted(world, name="ann", key=key)
    (session,) = world.hub.sessions
    assert key not in repr(session.scope)
    assert key not in repr(vars(world.journal))


# -- members ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["meg", "MEG", "meg@example.org", "Meg@Example.ORG", "m-meg"])
def test_a_member_comes_in_by_mail_name_or_id_under_their_own_name_and_rank(club: World, name: str) -> None:
    welcome = club.connect(club.native).answer("hello", name=name, password=password_of("meg"))
    assert (welcome["you"], welcome["rank"]) == ("meg", "member")


def test_a_wrong_password_and_an_unknown_member_are_told_the_same(club: World) -> None:
    told = []
    for who in ("meg", "nobody-here", "nobody@example.org"):
        answer = club.connect(club.native).answer("hello", name=who, password="wrong")
        told.append((answer["error"], answer["why"]))
    assert set(told) == {("wrong-password", "That name and password do not belong together.")}


def test_members_names_are_reserved_for_them(club: World) -> None:
    one = club.connect(club.native)
    assert one.answer("hello", name="meg")["error"] == "password-needed"
    assert one.answer("hello", name="mеg")["error"] == "name-too-similar"
    assert one.answer("hello", name="rneg")["error"] == "name-too-similar"
    guest = club.program("gus")
    assert guest.answer("nick", name="meg")["error"] == "name-taken"


def test_where_only_members_enter_nobody_learns_who_is_one() -> None:
    world = World(Rules(access="members"), members=[member("meg")])
    for who in ("meg", "nobody-here"):
        one = world.connect(world.native)
        assert one.answer("hello", name=who)["error"] == "password-needed"
        assert one.answer("hello", name=who, password="wrong")["error"] == "wrong-password"
    assert world.hub.people == {}
    assert world.connect(world.native).answer("hello", name="meg", password=password_of("meg"))["ok"]


def test_a_name_reserved_by_the_house_is_had_by_the_member_who_has_it() -> None:
    world = World(members=[member("admin", Rank.ADMIN)])
    assert world.connect(world.native).answer("hello", name="admin", password=password_of("admin"))["rank"] == "admin"
    assert world.connect(world.native).answer("hello", name="аdmin")["error"] == "name-reserved"


def test_attempts_must_wait_ever_longer_and_are_told_how_long(club: World) -> None:
    waits = []
    for number in range(PER_ACCOUNT.free + 3):
        address = f"198.51.100.{number}"
        answer = club.connect(club.native, club.wire(address)).answer("hello", name="meg", password="wrong")
        if number >= PER_ACCOUNT.free:
            waits.append(answer["why"])
            club.rest({0: 5, 1: 10}.get(number - PER_ACCOUNT.free, 0))
            club.connect(club.native, club.wire(address)).answer("hello", name="meg", password="wrong")
    assert waits == [f"Too many attempts to log in. Try again in {seconds} seconds." for seconds in (5, 10, 20)]
    assert club.connect(club.native, club.wire("198.51.100.99")).answer("hello", name="meg", password=password_of("meg"))["ok"] is False
    club.rest(20)
    assert club.connect(club.native, club.wire("198.51.100.99")).answer("hello", name="meg", password=password_of("meg"))["ok"]


def test_a_house_too_busy_to_look_at_a_password_counts_no_attempt(club: World) -> None:
    club.members.trouble = LoginsBusy()
    for _ in range(2 * PER_ACCOUNT.free):
        assert club.connect(club.native).answer("hello", name="meg", password=password_of("meg"))["error"] == "logins-busy"
    club.members.trouble = None
    assert club.connect(club.native).answer("hello", name="meg", password=password_of("meg"))["ok"]


def test_what_is_asked_for_after_it_waits_until_the_password_is_looked_at(club: World, eve: Person) -> None:
    club.members.delay = 1.0
    meg = club.connect(club.native)
    meg.asks("hello", 1, name="meg", password=password_of("meg"))
    meg.asks("say", 2, room="lobby", text="hi")
    meg.asks("ping", 3)
    assert meg.objects() == []
    eve.hears()
    club.rest(1)
    assert [one["re"] for one in meg.objects()] == [1, None, 2, 3]
    eve.hears("-- meg joined (3 here)", "meg: hi")


def test_what_was_asked_for_after_a_wrong_password_is_not_done(club: World, eve: Person) -> None:
    club.members.delay = 1.0
    meg = club.connect(club.native)
    meg.asks("hello", 1, name="meg", password="wrong")
    meg.asks("say", 2, room="lobby", text="hi")
    club.rest(1)
    assert [one["error"] for one in meg.objects()] == ["wrong-password", "not-named-yet"]
    eve.hears()


def test_who_is_gone_before_the_password_is_looked_at_leaves_nothing_behind(club: World, eve: Person) -> None:
    club.members.delay = 1.0
    meg = club.connect(club.native)
    before = len(club.hub.sessions)
    meg.asks("hello", 1, name="meg", password=password_of("meg"), key="a key of enough characters")
    meg.leaves()
    club.rest(1)
    eve.hears()
    assert "@m-meg" not in club.hub.people
    assert len(club.hub.sessions) == before - 1
    assert club.hub.errands.under_way == 0


def test_who_is_taken_off_the_list_by_hand_is_out(club: World, eve: Person) -> None:
    meg = club.logged_in("meg")
    eve.lines()
    club.members.replace([one for one in club.members.directory if one.name != "meg"])
    club.rest()
    assert meg.wire.lost
    eve.hears("-- meg left (2 here)")


def test_a_member_on_two_devices_joins_once_and_leaves_once(club: World, eve: Person) -> None:
    one, other = club.logged_in("meg"), club.logged_in("meg")
    eve.hears("-- meg joined (3 here)")
    eve.types("/msg meg psst")
    eve.lines()
    assert [device.objects()[-1]["text"] for device in (one, other)] == ["psst", "psst"]
    one.leaves()
    eve.hears()
    other.leaves()
    eve.hears("-- meg left (2 here)")


def test_what_a_member_says_on_one_device_is_read_on_the_other(club: World) -> None:
    one, other = club.logged_in("meg"), club.logged_in("meg")
    one.answer("say", room="lobby", text="hi")
    assert [found["text"] for found in other.objects()] == ["hi"]


def test_nobody_takes_up_a_members_session_by_its_key_alone(club: World) -> None:
    key = "a key of enough characters"
    club.logged_in("meg", key=key).leaves()
    guest = club.connect(club.native).answer("hello", name="gus", key=key)
    assert (guest["you"], guest["rank"], guest["resumed"]) == ("gus", "guest", False)


def test_a_guest_who_has_a_name_that_becomes_a_members_keeps_it_no_longer_than_they_stay(club: World) -> None:
    zed = club.program("zed")
    club.members.replace([*club.members.directory, member("zed")])
    zed.leaves()
    assert club.connect(club.native).answer("hello", name="zed")["error"] == "password-needed"
    assert club.connect(club.native).answer("hello", name="zed", password=password_of("zed"))["ok"]


def test_where_the_host_wants_it_passwords_come_from_this_machine_or_encrypted_alone() -> None:
    world = World(Rules(clear_passwords=False), members=[member("meg")])
    far = world.connect(world.native, world.wire("192.0.2.9"))
    assert far.answer("hello", name="meg")["error"] == "password-in-clear"
    assert far.answer("hello", name="meg", password=password_of("meg"))["error"] == "password-in-clear"
    near = world.connect(world.native, world.wire("127.0.0.1"))
    assert near.answer("hello", name="meg", password=password_of("meg"))["ok"]
    assert far.answer("hello", name="ann")["ok"]


def test_a_password_is_not_changed_in_clear_either() -> None:
    world = World(members=[member("meg")])
    meg = world.logged_in("meg", world.wire("192.0.2.9"))
    world.hub.keeper.clear_passwords = False
    assert meg.answer("passwd", old=password_of("meg"), new="another password")["error"] == "password-in-clear"


def test_rooms_that_want_a_key_are_entered_with_it() -> None:
    world = World()
    ann = world.program("ann", rooms=["tea"])
    ann.answer("access", access="key sesame")
    bob = world.connect(world.native)
    bob.asks("hello", 0, name="bob", rooms=["lobby", "#Tea", "new"], keys={"tea": " sesame ", "new": "x"})
    assert [one["room"] for one in bob.objects() if one["is"] == "entered"] == ["lobby", "tea", "new"]
    eve = world.connect(world.native)
    eve.asks("hello", 0, name="eve", rooms=["lobby", "tea"], keys={"tea": "open"})
    assert [one["error"] for one in eve.objects() if not one.get("ok", True)] == ["room-keyed"]


@pytest.mark.parametrize("keys", [{"tea": 1}, {f"r{n}": "x" for n in range(1000)}])
def test_keys_that_are_none_are_refused(keys: dict[str, Any]) -> None:
    world = World()
    ann = world.connect(world.native)
    ann.asks("hello", 0, name="ann", keys=keys)
    assert ann.objects()[0]["error"] == "malformed"
