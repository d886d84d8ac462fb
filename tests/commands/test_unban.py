"""Taking a ban back."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, World, member

GUEST = "198.51.100.7"


@pytest.mark.parametrize("who", ["#1", "eve", "EVE", GUEST])
def test_it_is_named_by_its_number_or_by_anything_it_hits(club: World, mod: Person, eve: Person, who: str) -> None:
    mod.answer("ban", who="eve")
    answer = mod.answer("unban", who=who)
    assert answer["lines"] == ["Not banned any more: eve and 198.51.100.7."]
    assert answer["ids"] == ["1"]
    assert club.person("eve", club.wire(GUEST)).wire.lost is False
    assert club.hub.roster.find("eve") is not None


def test_it_stays_lifted_after_a_restart(club: World, mod: Person, eve: Person) -> None:
    mod.answer("ban", who="eve")
    mod.answer("unban", who="#1")
    again = club.restarted()
    again.person("eve", again.wire(GUEST))
    assert again.hub.roster.find("eve") is not None


@pytest.mark.parametrize("who", ["carol", "#7", "192.0.2.9"])
def test_what_is_not_banned_is_said(mod: Person, who: str) -> None:
    assert mod.answer("unban", who=who)["why"] == f"{who} is not banned. Type /bans to see who is."


def test_what_is_hit_by_a_wider_ban_is_said(mod: Person) -> None:
    mod.answer("ban", who="198.51.100.0/24")
    assert mod.answer("unban", who=GUEST)["why"] == f"{GUEST} is banned only as part of #1. Type /unban #1 to lift that."


def test_a_ban_whose_end_was_not_stored_holds_on() -> None:
    slow = SlowWorld(members=[member("mod", Rank.MODERATOR)])
    mod = slow.logged_in("mod")
    mod.asks("ban", 1, who="troll")
    slow.settle()
    mod.asks("unban", 2, who="troll")
    assert len(slow.hub.keeper.bans) == 0
    slow.decline()
    assert mod.objects()[-1]["ok"] is False
    assert [str(one.targets[0]) for one in slow.hub.keeper.bans.listed()] == ["troll"]


def test_it_is_on_record(mod: Person, ada: Person) -> None:
    mod.answer("ban", who="troll")
    mod.answer("unban", who="#1")
    assert [one["what"] for one in ada.answer("audit")["orders"]] == ["ban troll for good", "unban troll"]


def test_who_was_banned_and_let_in_again_is_not_banned_when_neither_could_be_stored() -> None:
    slow = SlowWorld()
    host = slow.host()
    host.asks("ban", 1, who="eve")
    host.asks("unban", 2, who="eve")
    slow.decline(2)
    assert not slow.hub.keeper.bans
    host.asks("mute", 3, who="eve")
    host.asks("unmute", 4, who="eve")
    slow.decline(2)
    assert not slow.hub.keeper.mutes
