"""Letting only those with a voice speak."""

from __future__ import annotations

from chatroom.core.rank import Rank
from chatroom.testing import SlowWorld, World, member


def test_those_with_a_voice_speak_and_all_others_read() -> None:
    world = World(members=[member("mod", Rank.MODERATOR), member("meg")])
    mod, meg, eve = world.logged_in("mod"), world.logged_in("meg"), world.person("eve")
    assert mod.answer("quiet", state="on")["lines"] == ["lobby is quiet: only those with a voice speak there."]
    eve.hears("-- mod made this room quiet: only those with a voice speak")
    for line in ("hello", "/me waves", "/topic spam"):
        eve.types(line)
        eve.hears("! lobby is quiet: only those with a voice speak there now. Ask an operator for one.")
    assert meg.answer("say", text="hello")["error"] == "room-quiet"
    assert mod.answer("voice", name="meg")["ok"]
    assert meg.answer("say", text="hello")["ok"]
    assert mod.answer("quiet", state="off")["ok"]
    eve.lines()
    eve.types("hello")
    eve.hears()


def test_without_more_it_is_turned_on_and_nonsense_is_refused(world: World) -> None:
    ann = world.program("ann", rooms=["tea"])
    assert ann.answer("quiet", state="maybe")["error"] == "wrong-usage"
    assert ann.answer("settings")["quiet"] is False
    assert ann.answer("quiet")["lines"] == ["tea is quiet: only those with a voice speak there."]
    assert ann.answer("settings")["quiet"] is True


def test_lines_in_the_same_commit_are_quieted() -> None:
    slow = SlowWorld()
    ann, eve = slow.program("ann", rooms=["tea"]), slow.program("eve", rooms=["tea"])
    eve.asks("say", 1, text="before")
    ann.asks("quiet", 1, state="on")
    eve.asks("say", 2, text="after")
    slow.settle()
    assert {one["re"]: one["ok"] for one in eve.objects() if "re" in one} == {1: True, 2: False}
