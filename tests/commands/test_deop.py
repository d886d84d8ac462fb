"""Taking it back from others to keep order in a room."""

from __future__ import annotations

from chatroom.testing import World


def test_an_operator_may_give_it_up_and_not_take_it_from_another() -> None:
    world = World()
    ann = world.program("ann", rooms=["tea"])
    bob, eve = (world.program(name, rooms=["tea"]) for name in ("bob", "eve"))
    for name in ("bob", "eve"):
        assert ann.answer("op", name=name)["ok"]
    assert bob.answer("deop", name="eve")["why"] == "eve is an operator of tea: only somebody of a higher rank may do that to them."
    assert bob.answer("deop", name="bob")["lines"] == ["bob is no longer an operator of tea."]
    assert ann.answer("deop", name="eve")["ok"]
    assert eve.answer("limit", count=2)["error"] == "not-keeper"
