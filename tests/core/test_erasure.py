"""What the house holds of somebody goes with their membership; what others hold is theirs."""

from __future__ import annotations

from unittest.mock import patch

from chatroom.core.erasure import EVERY
from chatroom.core.errors import DiskFull, KeysUnwritable
from chatroom.core.events import Erased, Removed
from chatroom.core.keys import read
from chatroom.core.rank import Rank
from chatroom.core.seams import Slice
from chatroom.rounds import TICK
from chatroom.testing import SlowWorld, World, member
from tests.core.test_permissions import KEY

MEMBERS = [member("ann"), member("cat"), member("amy", Rank.ADMIN)]


def house() -> World:
    """Give a house where cat wrote to ann, who is away, and ann holds all there is to be held."""
    world = World(members=MEMBERS)
    ann, cat = world.logged_in("ann", rooms=["tea", "lobby"]), world.logged_in("cat", rooms=["den", "lobby"])
    assert cat.answer("op", room="den", name="ann")["ok"]
    assert ann.answer("key", what=f"add {KEY}")["ok"]
    cat.answer("tell", to="ann", text="between us")
    ann.answer("tell", to="cat", text="so it is")
    ann.asks("quit")
    world.rest(1.0)
    for number in range(5):
        cat.answer("tell", to="ann", text=f"note {number}")
    return world


def inbox(world: World, name: str) -> list[str]:
    """Give the words that stand in a member's inbox on disk."""
    found: list[object] = []
    world.journal.read(Slice(f"@m-{name}", 1000), found.append)
    if isinstance(world, SlowWorld):
        world.disk.answer()
    world.rest()
    (entries,) = found
    assert isinstance(entries, tuple)
    return [entry.event.text for entry in entries if not isinstance(entry.event, Removed | Erased)]


def test_who_is_removed_by_an_order_is_erased_at_once_and_others_keep_what_is_theirs() -> None:
    world = house()
    assert len(inbox(world, "ann")) == 7
    assert world.console("amy").answer("members", what="remove ann")["ok"]
    world.rest(TICK)
    assert inbox(world, "ann") == []
    assert inbox(world, "cat") == ["between us", "so it is", *(f"note {number}" for number in range(5))]
    assert world.hub.rooms["tea"].rights.owner() is None
    assert world.hub.rooms["den"].rights.holding("operator") == {}
    assert world.hub.keeper.keys.of("m-ann") == ()
    assert not [key for key in world.journal.open(world.house.deeds.settled, tail=0).state if "m-ann" in key]


def test_a_member_of_the_same_name_and_mail_starts_afresh() -> None:
    world = house()
    amy = world.console("amy")
    amy.answer("members", what="remove ann")
    assert amy.answer("members", what="add ann@example.org ann")["ok"]
    again = world.hub.member("ann")
    assert again.id != "m-ann"
    code = str(again.invitation).partition("$")[2]
    assert code
    assert world.hub.memory.inboxes.head(f"@{again.id}") == 0


def test_who_is_off_the_list_for_a_moment_as_somebody_edits_it_loses_nothing() -> None:
    world = house()
    world.members.replace(MEMBERS[1:])
    world.rest(10 * TICK)
    world.members.replace(MEMBERS)
    world.hub.tick(world.wall() + 2 * 86400, 0.0)
    assert len(inbox(world, "ann")) == 7
    assert world.hub.keeper.keys.of("m-ann") == (read(KEY),)
    assert world.hub.rooms["tea"].rights.owner() == ("@m-ann", "ann")


def test_who_stays_off_the_list_is_erased_in_a_while() -> None:
    world = house()
    world.hub.erasure.grace = 3 * TICK
    world.members.replace(MEMBERS[1:])
    world.rest(2 * TICK)
    assert len(inbox(world, "ann")) == 7
    world.rest(2 * TICK)
    assert inbox(world, "ann") == []
    assert world.hub.keeper.keys.of("m-ann") == ()


def test_an_inbox_of_nobody_is_found_after_a_restart() -> None:
    world = house()
    world.members.replace(MEMBERS[1:])
    world = world.restarted()
    world.hub.erasure.grace = 0.0
    world.rest(EVERY + TICK)
    assert inbox(world, "ann") == []


def test_a_long_inbox_is_erased_a_part_at_a_time() -> None:
    world = World(members=MEMBERS, notes=1000, notes_each=1000)
    bob = world.program("bob")
    for number in range(450):
        bob.asks("tell", number, to="ann", text="hi")
    with patch.object(world.journal, "submit", wraps=world.journal.submit) as submit:
        world.console("amy").answer("members", what="remove ann")
        world.rest(TICK)
    drafts = [draft for call in submit.call_args_list for one in call.args[0] for draft in one.drafts]
    assert [len(draft.event.ids) for draft in drafts if isinstance(draft.event, Removed)] == [200, 200, 50]
    assert inbox(world, "ann") == []


def test_what_could_not_be_erased_is_tried_again() -> None:
    world = SlowWorld(members=MEMBERS)
    bob = world.person("bob")
    bob.types("/tell ann hi")
    world.settle()
    world.members.replace(MEMBERS[1:])
    world.hub.erasure.at_once("m-ann", world.wall())
    world.house.deeds.do(world.hub.abandon())
    world.disk.answer()
    world.rest()
    world.disk.decline(DiskFull(), len(world.disk.waiting))
    assert inbox(world, "ann") == ["hi"]
    world.rest(EVERY + TICK)
    world.settle()
    world.settle()
    assert inbox(world, "ann") == []
    assert world.hub.memory.inboxes.owners() == []


def test_what_could_not_be_taken_is_taken_later() -> None:
    world = SlowWorld(members=MEMBERS)
    ann = world.logged_in("ann", rooms=["tea"])
    world.settle()
    ann.asks("say", room="tea", text="mine")
    ann.asks("card", set={"colour": "red"})
    world.settle()
    world.members.replace(MEMBERS[1:])
    world.settle()
    world.hub.erasure.at_once("m-ann", world.wall())
    world.house.deeds.do(world.hub.abandon())
    world.rest()
    world.disk.decline(DiskFull(), len(world.disk.waiting))
    world.rest()
    assert held_by_ann(world)
    world.rest(EVERY + TICK)
    world.settle()
    assert not held_by_ann(world)
    assert not held_by_ann(world.killed())


def test_keys_that_could_not_be_forgotten_are_forgotten_later() -> None:
    world = house()
    world.members.trouble = KeysUnwritable(why="It is full.")
    world.members.replace(MEMBERS[1:])
    world.hub.erasure.at_once("m-ann", world.wall())
    world.house.deeds.do(world.hub.abandon())
    world.rest()
    world.members.trouble = None
    assert world.hub.keeper.keys.of("m-ann")
    world.rest(EVERY + TICK)
    assert not world.hub.keeper.keys.of("m-ann")


def test_what_somebody_without_an_inbox_held_is_found_after_a_restart() -> None:
    world = World(members=MEMBERS)
    ann = world.logged_in("ann", rooms=["tea"])
    ann.asks("say", room="tea", text="mine")
    ann.asks("card", set={"colour": "red"})
    assert ann.answer("key", what=f"add {KEY}")["ok"]
    ann.asks("quit")
    world.rest(1.0)
    world.members.replace(MEMBERS[1:])
    keys = world.hub.keeper.keys
    world = world.restarted()
    world.hub.keeper.keys.take(keys)
    world.hub.erasure.grace = 0.0
    world.rest(EVERY + TICK)
    assert not held_by_ann(world)
    assert not world.hub.keeper.keys.of("m-ann")


def test_what_guests_hold_is_not_taken_for_that_of_somebody_who_was_a_member() -> None:
    world = World()
    bob = world.program("bob", rooms=["tea"])
    bob.asks("say", room="tea", text="mine")
    bob.asks("card", set={"colour": "red"})
    world.hub.erasure.grace = 0.0
    world.rest(EVERY + TICK)
    owner = world.hub.rooms["tea"].rights.owner()
    assert owner is not None
    assert owner[1] == "bob"
    assert bob.answer("card")["card"] == {"colour": "red"}


def held_by_ann(world: World) -> list[str]:
    """Give what ann holds: what of it stands on the disk, and whether the room is hers."""
    state = world.journal.open(world.house.deeds.settled, tail=0).state
    owner = world.hub.rooms["tea"].rights.owner()
    return [*(key for key, value in state.items() if "m-ann" in key + value), *(owner or ())]
