"""Keeping a room from others' sight."""

from __future__ import annotations

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member


def test_a_secret_room_is_in_no_list_of_those_who_are_not_in_it() -> None:
    world = World(members=[member("mod", Rank.MODERATOR)])
    ann, bob, mod = world.program("ann", rooms=["tea"]), world.program("bob"), world.logged_in("mod")

    def seen(by: Person) -> tuple[bool, bool, bool]:
        listed = "tea" in [one["room"] for one in by.answer("rooms")["rooms"]]
        return listed, "tea" in by.answer("whois", name="ann")["rooms"], by.answer("who", room="tea")["ok"]

    assert seen(bob) == (True, True, True)
    assert ann.answer("secret", state="on")["ok"]
    assert seen(bob) == (False, False, False)
    assert bob.answer("who", room="tea")["error"] == "no-such-room"
    assert seen(ann) == seen(mod) == (True, True, True)
    assert bob.answer("join", room="tea")["ok"]
    assert seen(bob) == (True, True, True)


def test_what_happens_in_the_whole_house_names_it_only_to_those_in_it() -> None:
    world = World(members=[member("mod", Rank.MODERATOR)])
    ann, bob = world.program("ann", rooms=["lobby", "tea"]), world.program("bob")
    eve, max_ = world.program("eve", rooms=["lobby", "tea"]), world.program("max", rooms=["tea"])
    mod, monitor = world.logged_in("mod"), world.program("monitor", rooms=[])
    assert monitor.answer("monitor")["ok"]
    assert ann.answer("secret", room="tea", state="on")["ok"]
    for one in (ann, bob, eve, max_, monitor):
        one.objects()
    ann.answer("away", message="tea")
    ann.answer("back")
    ann.answer("nick", name="anna")
    mod.answer("mute", who="name:anna")
    mod.answer("unmute", who="name:anna")
    mod.answer("kick", who="anna")
    kinds = ["away", "away", "renamed", "muted", "unmuted", "kicked"]

    def told(person: Person) -> list[tuple[str, list[str]]]:
        return [(one["is"], sorted(one["present"])) for one in person.objects() if one["is"] in kinds]

    assert told(bob) == told(monitor) == [(kind, ["lobby"]) for kind in kinds]
    assert told(max_) == [(kind, ["tea"]) for kind in kinds]
    assert told(eve) == [(kind, ["lobby", "tea"]) for kind in kinds]
