"""What a room is set to."""

from __future__ import annotations

from chatroom.testing import World


def test_everybody_who_may_see_a_room_is_told_what_it_is_set_to(world: World) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    ann.types("/join tea", "/limit 5", "/slow 10s", "/quiet", "/lock", "/access key sesame")
    ann.lines()
    ann.types("/settings")
    ann.hears("tea: for those who have the key; at most 5 people; one message in 10 seconds; quiet; not secret; topic locked.")
    bob.lines()
    bob.types("/settings", "/settings #tea", "/settings #nowhere")
    lobby, tea, nowhere = bob.lines()
    assert lobby == "lobby: open; any number of people; not slow; not quiet; not secret; topic not locked."
    assert tea.startswith("tea: for those who have the key")
    assert "sesame" not in tea
    assert nowhere.startswith("! There is no room called nowhere")
