"""Who holds which name, and whose it is though nobody is here."""

from __future__ import annotations

import pytest

from chatroom.core.errors import NameInvalid, NameReserved, NameTaken, NameTooSimilar
from chatroom.core.roster import Roster


@pytest.mark.parametrize("name", ["Server", "ADMIN", "аdmin", "adm1n", "r00t", "everyone", "Ηost", "mе", "nob0dy"])
def test_a_reserved_word_is_refused_in_any_case_or_look_alike_letters(name: str) -> None:
    with pytest.raises(NameReserved):
        Roster[int]().check(name)


def test_a_name_held_by_another_is_taken_and_ones_own_can_change_its_case() -> None:
    roster: Roster[str] = Roster()
    roster.claim("ann", "a")
    with pytest.raises(NameTaken):
        roster.claim("ANN", "b")
    with pytest.raises(NameTaken):
        roster.check("ann")
    roster.claim("Ann", "a")
    roster.release("ann")
    assert roster.find("ANN") == "a"
    assert roster.near("a") == ("Ann",)
    roster.release("Ann")
    assert roster.find("ann") is None
    roster.claim("ANN", "b")


def test_whoever_changes_names_holds_both_until_the_old_one_is_released() -> None:
    roster: Roster[str] = Roster()
    roster.claim("ann", "a")
    roster.claim("cat", "a")
    assert roster.find("ann") == roster.find("cat") == "a"
    roster.release("ann")
    assert roster.find("ann") is None
    assert len(roster) == 1


def test_ones_own_look_alike_is_free_to_oneself_only() -> None:
    roster: Roster[str] = Roster()
    roster.claim("mike", "a")
    roster.check("rnike", "a")
    with pytest.raises(NameTooSimilar):
        roster.check("rnike", "b")


def test_an_owned_name_is_its_owners_alone_though_nobody_is_present() -> None:
    roster: Roster[str] = Roster()
    roster.own("Mike", 7)
    assert roster.find("mike") is None
    assert roster.near("m") == ()
    with pytest.raises(NameTaken):
        roster.claim("mike", "guest")
    with pytest.raises(NameTooSimilar):
        roster.claim("rnike", "guest", owner=8)
    roster.claim("mike", "member", owner=7)
    roster.disown("MIKE")
    roster.release("mike")
    roster.claim("rnike", "guest")


def test_names_owned_by_two_that_look_alike_protect_both() -> None:
    roster: Roster[str] = Roster()
    roster.own("mike", 1)
    roster.own("rnike", 2)
    with pytest.raises(NameTooSimilar):
        roster.check("mike", owner=1)
    roster.disown("rnike")
    roster.check("mike", owner=1)


def test_releasing_or_disowning_what_is_not_there_does_nothing() -> None:
    roster: Roster[str] = Roster()
    roster.claim("ann", "a")
    roster.release("bob")
    roster.disown("ann")
    assert roster.find("ann") == "a"


def test_names_are_found_in_any_case_or_width_and_by_their_beginnings_in_order() -> None:
    roster: Roster[int] = Roster()
    for number, name in enumerate(["Bob", "anna", "Ann", "Ängel", "anton"]):
        roster.claim(name, number)
    assert roster.find(" ａｎｎ ") == 2
    assert roster.near("AN") == ("Ann", "anna", "anton")
    assert roster.near("an", limit=2) == ("Ann", "anna")
    assert roster.near("") == ("Ann", "anna", "anton", "Bob", "Ängel")
    assert roster.near("x") == ()


def test_ten_thousand_come_and_go_and_leave_nothing_behind() -> None:
    roster: Roster[int] = Roster()
    names = [f"pérson{number}" for number in range(10_000)]
    for number, name in enumerate(names):
        roster.claim(name, number)
    assert len(roster) == 10_000
    with pytest.raises(NameTooSimilar):
        roster.check("pérson1O1")
    for name in names:
        roster.release(name)
    assert len(roster) == 0
    assert not roster._held.by_look
    assert not roster._held.ordered


@pytest.mark.parametrize("name", ["203.0.113.7", "0.0.0.0", "255.255.255.255"])
def test_a_name_that_reads_as_an_address_can_be_had_by_its_owner_alone(name: str) -> None:
    roster: Roster[str] = Roster()
    with pytest.raises(NameInvalid, match="A name cannot contain an address"):
        roster.claim(name, "eve")
    roster.own(name, "member")
    roster.claim(name, "ann", "member")
    assert roster.find(name) == "ann"
