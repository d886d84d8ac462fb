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
