"""Putting somebody out."""

from __future__ import annotations

import pytest

from chatroom.core.errors import DiskFull
from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, World, member


def test_they_are_told_by_whom_and_why_and_so_is_the_room(club: World, mod: Person, eve: Person) -> None:
    bob = club.person("bob")
    eve.lines(), mod.objects()
    answer = mod.answer("kick", who="EVE", reason="spam")
    assert (answer["name"], answer["lines"]) == ("eve", ["eve is out."])
    eve.hears("-- You were put out by mod: spam. You may come back.")
    assert eve.wire.lost
    bob.hears("-- eve was put out by mod (2 here): spam")


@pytest.mark.parametrize(
    ("reason", "told"), [("", "by mod. You may"), ("Enough!", "by mod: Enough! You may"), ("two\nlines", "by mod: two lines. You")]
)
def test_the_sentence_they_read_is_one_whatever_the_reason(mod: Person, eve: Person, reason: str, told: str) -> None:
    mod.answer("kick", who="eve", reason=reason)
    (line,) = eve.lines()
    assert told in line


def test_they_may_come_back(club: World, mod: Person, eve: Person) -> None:
    mod.answer("kick", who="eve")
    again = club.connect(wire=club.wire("198.51.100.7"))
    again.lines()
    again.types("eve")
    assert again.lines()[0] == "Welcome, eve."


def test_somebody_on_two_devices_is_wholly_out_and_the_room_sees_it_once(club: World, mod: Person, eve: Person) -> None:
    one, other = club.logged_in("meg"), club.logged_in("meg", rooms=["dev"])
    eve.lines()
    mod.answer("kick", who="meg")
    for device in (one, other):
        assert device.objects()[-1] == {"is": "bye", "why": "You were put out by mod. You may come back."}
        assert device.wire.lost
    eve.hears("-- meg was put out by mod (2 here)")
    assert club.hub.rooms["dev"].present == 0
    assert "@m-meg" not in club.hub.people


def test_who_waits_to_resume_is_out_too(club: World, mod: Person) -> None:
    bot = club.program("bot", key="a key of enough characters")
    bot.leaves()
    assert mod.answer("kick", who="bot")["ok"]
    again = club.connect(club.native)
    assert again.answer("hello", name="bot", key="a key of enough characters")["resumed"] is False


def test_what_they_said_in_the_same_commit_is_the_last_of_it() -> None:
    slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
    mod, eve, bob = slow.logged_in("mod"), slow.person("eve"), slow.person("bob")
    slow.settle()
    eve.lines(), bob.lines()
    eve.types("before")
    mod.asks("kick", 1, who="eve")
    eve.types("after")
    slow.settle()
    bob.hears("eve: before", "-- eve was put out by mod (2 here)")


def test_a_moderator_may_not_put_out_a_moderator_or_an_admin(club: World, mod: Person) -> None:
    max_, ada = club.logged_in("max"), club.logged_in("ada")
    for name, rank in (("max", "a moderator"), ("ada", "an admin")):
        answer = mod.answer("kick", who=name)
        assert (answer["error"], answer["why"]) == (
            "out-of-reach",
            f"{name} is {rank}: only somebody of a higher rank may do that to them.",
        )
    assert not max_.wire.lost
    assert not ada.wire.lost


def test_an_admin_may_put_out_anybody(club: World, ada: Person, mod: Person) -> None:
    there = club.logged_in("ada")
    assert ada.answer("kick", who="mod")["ok"]
    assert ada.answer("kick", who="ada")["ok"]
    assert mod.wire.lost
    assert there.wire.lost
    assert not ada.wire.lost


def test_nobody_puts_out_themselves(mod: Person) -> None:
    assert mod.answer("kick", who="mod")["why"].startswith("You cannot put yourself out; /quit leaves.")


def test_who_keeps_order_in_a_room_may_put_themselves_out_of_it_too(club: World) -> None:
    eve = club.person("eve")
    eve.types("/join den")
    eve.lines()
    eve.types("/kick eve enough")
    assert eve.lines()[-1].startswith("-- You are out of den.")


def test_nobody_of_that_name_is_said(mod: Person) -> None:
    assert mod.answer("kick", who="nobody-here")["error"] == "no-such-person"
    assert mod.answer("kick")["why"] == "Whom do you mean? Name somebody who is here."


def test_a_preview_puts_out_nobody(club: World, mod: Person, eve: Person, ada: Person) -> None:
    assert mod.answer("kick", who="eve", dry_run=True)["hits"] == ["eve"]
    mod.types('{"do": "line", "text": "/kick --dry-run eve", "id": 2}')
    assert mod.objects()[0]["lines"] == ["That would put out eve."]
    eve.hears()
    assert ada.answer("audit")["orders"] == []


def test_a_length_of_time_is_not_for_this_verb(mod: Person, eve: Person) -> None:
    assert mod.answer("kick", who="eve", **{"for": "10m"})["error"] == "malformed"
    eve.hears()


def test_a_typed_line_does_what_the_fields_do(mod: Person, eve: Person) -> None:
    mod.answer("line", text="/kick eve too loud")
    eve.hears("-- You were put out by mod: too loud. You may come back.")


def test_a_reason_too_long_puts_out_nobody(mod: Person, eve: Person) -> None:
    assert mod.answer("kick", who="eve", reason="x" * 257)["error"] == "text-too-long"
    eve.hears()


def test_what_could_not_be_put_on_record_is_told() -> None:
    slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
    mod, eve = slow.logged_in("mod"), slow.person("eve")
    slow.settle()
    eve.lines(), mod.objects()
    mod.asks("kick", 1, who="eve")
    slow.disk.decline(DiskFull(), 1)
    slow.rest()
    (answer,) = [one for one in mod.objects() if one.get("re") == 1]
    assert answer["error"] == "disk-full"
    assert eve.wire.lost


def test_an_operator_puts_out_of_the_room_alone_and_they_may_come_back() -> None:
    world = World()
    ann, bob, eve = world.person("ann"), world.person("bob"), world.person("eve")
    for one in (ann, bob, eve):
        one.types("/join tea")
        one.lines()
    ann.lines(), bob.lines()
    ann.types("/kick eve too loud")
    ann.hears("eve is out of tea.")
    bob.hears("[tea] -- eve was put out of this room by ann (2 here): too loud")
    eve.hears(
        "[tea] -- eve was put out of this room by ann (2 here): too loud", "-- You are out of tea. What you type goes to lobby now."
    )
    ann.types("/kick eve")
    ann.hears("! eve is not in tea. Type /who tea to see who is.")
    eve.types("/join tea")
    bob.hears("[tea] -- eve joined (3 here)")


def test_a_moderator_names_a_room_and_means_it_and_otherwise_the_house(club: World, mod: Person) -> None:
    eve = club.program("eve", rooms=["lobby", "tea"])
    assert mod.answer("line", text="/kick #tea eve spam", room="lobby")["lines"] == ["eve is out of tea."]
    out = [one for one in eve.objects() if one["is"] in {"ejected", "exited"}]
    assert [(one["is"], one["room"]) for one in out] == [("ejected", "tea"), ("exited", "tea")]
    assert out[1]["why"] == "You are out of tea. What you type goes to lobby now."
    assert not eve.wire.lost
    assert mod.answer("line", text="/kick eve", room="lobby")["ok"]
    assert eve.wire.lost


def test_who_could_not_be_put_out_of_a_room_is_there_as_before() -> None:
    slow = SlowWorld()
    ann, eve = slow.program("ann", rooms=["tea"]), slow.program("eve", rooms=["lobby", "tea"])
    ann.asks("kick", 1, who="eve")
    slow.decline()
    eve.asks("say", 1, text="here")
    slow.settle()
    assert [one["room"] for one in ann.objects() if one.get("is") == "said"] == ["tea"]


def test_who_is_put_out_of_a_room_says_nothing_more_in_the_same_commit() -> None:
    slow = SlowWorld()
    ann, eve = slow.program("ann", rooms=["tea"]), slow.program("eve", rooms=["tea"])
    ann.asks("kick", 1, who="eve")
    eve.asks("say", 1, room="tea", text="after")
    slow.settle()
    assert [one["error"] for one in eve.objects() if one.get("re") == 1] == ["not-in-room"]


def test_all_devices_of_a_member_are_put_out_of_the_room() -> None:
    world = World(members=[member("meg")])
    ann = world.program("ann", rooms=["tea"])
    devices = [world.logged_in("meg", rooms=["tea"]) for _ in range(2)]
    assert ann.answer("kick", who="meg")["ok"]
    assert [[one["is"] for one in device.objects()][-1] for device in devices] == ["exited", "exited"]
    assert world.hub.rooms["tea"].present == 1


@pytest.mark.parametrize("verb", ["kick", "ban"])
def test_others_see_who_was_put_out_go_with_what_is_stored_and_also_when_it_is_not(verb: str) -> None:
    for stored in (True, False):
        slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
        mod, bob, eve = slow.logged_in("mod"), slow.program("bob"), slow.person("eve")
        slow.settle()
        bob.objects()
        mod.asks(verb, 1, who="name:eve" if verb == "ban" else "eve", force=True)
        assert len(slow.disk.waiting) == 1
        slow.settle() if stored else slow.decline()
        slow.settle()
        assert [(one["is"], one["who"], one["present"]) for one in bob.objects()] == [("kicked", "eve", {"lobby": 2})]
        assert eve.wire.lost
