"""Slowing a room."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, SlowWorld, World


@pytest.fixture
def tea(ann: Person, bob: Person) -> Person:
    """Let ann have a room of her own, with bob in it."""
    ann.types("/join tea")
    bob.types("/join tea")
    ann.lines(), bob.lines()
    return ann


def test_everybody_waits_between_two_messages(world: World, tea: Person, bob: Person) -> None:
    tea.types("/slow", "/slow 5s")
    tea.hears("tea is not slow.", "In tea everybody says one message in 5 seconds.")
    bob.hears("[tea] -- ann slowed this room: everybody may send one message in 5 seconds")
    bob.types("one", "two")
    bob.hears("! tea is slow: everybody may send one message in 5 seconds. Wait 5 seconds, and send that again.")
    world.rest(5)
    bob.types("two")
    tea.types("and I", "do not wait")
    bob.hears("[tea] ann: and I", "[tea] ann: do not wait")
    tea.hears("[tea] bob: one", "[tea] bob: two")
    tea.types("/slow off")
    bob.lines()
    bob.types("three", "four")
    tea.hears("tea is not slow.", "[tea] bob: three", "[tea] bob: four")


@pytest.mark.parametrize("wrong", ["5", "for good", "100 weeks", "soon"])
def test_what_is_no_length_of_time_or_too_long_a_one_is_refused(world: World, tea: Person, wrong: str) -> None:
    tea.types(f"/slow {wrong}")
    assert tea.lines()[0].startswith("! ")
    assert world.hub.rooms["tea"].rights.slow == 0


def test_what_was_not_stored_need_not_be_waited_for() -> None:
    slow = SlowWorld()
    ann, bob = slow.program("ann", rooms=["tea"]), slow.program("bob", rooms=["tea"])
    ann.asks("slow", 1, span="5s")
    slow.settle()
    bob.asks("say", 1, text="one")
    slow.decline()
    bob.asks("say", 2, text="one")
    slow.settle()
    assert [one["ok"] for one in bob.objects() if "re" in one] == [False, True]
