"""Keys of rooms that a client says again."""

from __future__ import annotations

import json

from chatroom.keys import MOST, Keys
from chatroom.testing import World
from chatroom.view import View


def test_a_key_counts_once_it_has_let_us_in() -> None:
    keys = Keys()
    keys.typed(1, "/join #Tea sesame street ")
    assert keys.of(["tea"]) == {}
    keys.answered(1, "tea")
    keys.typed(2, "/JOIN tea wrong")
    keys.answered(2, None)
    keys.typed(3, "/join dev")
    keys.typed(4, "/topic tea now")
    keys.answered(3, "dev")
    keys.answered(4, "dev")
    assert keys.of(["tea", "dev"]) == {"tea": "sesame street"}


def test_the_oldest_keys_are_forgotten() -> None:
    keys = Keys()
    for number in range(MOST + 1):
        keys.typed(number, f"/join r{number} x")
    for number in range(MOST + 1):
        keys.answered(number, f"r{number}")
    assert keys.of(["r0", f"r{MOST}"]) == {f"r{MOST}": "x"}


def test_whoever_came_in_with_a_key_is_back_there_after_a_restart() -> None:
    world = World()
    owner = world.program("ann", rooms=["tea"])
    owner.answer("access", access="key sesame")
    view = View("k" * 20, "bob")
    view.connected(0.0)
    bob = world.connect(world.native)

    def talk() -> None:
        for _ in range(5):
            bob.sends(view.outgoing())
            for line in bob.lines():
                view.received(line.encode(), 0.0)

    talk()
    view.typed("/join tea sesame", 0.0)
    talk()
    assert set(view.rooms) == {"lobby", "tea"}
    owner.answer("access", access="key sesame")
    bob.leaves()
    world.rest(world.hub.limits.linger + 60)
    view.disconnected()
    view.connected(100.0)
    (hello,) = [json.loads(line) for line in view.outgoing().splitlines() if b"hello" in line]
    assert hello["keys"] == {"tea": "sesame"}
    bob = world.connect(world.native)
    bob.asks(**hello)
    assert [one["room"] for one in bob.objects() if one["is"] == "entered"] == ["lobby", "tea"]
