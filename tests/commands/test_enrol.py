"""Becoming a member before saying hello: only where a guest could come in, and then register."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.core.registrations import EACH
from chatroom.core.rules import Rules
from chatroom.testing import World, member

WORDS = "a few good words"


def house(**rules: object) -> World:
    """Give a house where any guest may register, unless its rules say otherwise."""
    return World(Rules(**{"registration": "open", **rules}), members=[member("meg"), member("root", Rank.ADMIN)])  # type: ignore[arg-type]  # rules


def enrolled(world: World, name: str = "ann", mail: str = "ann@example.org", password: str = WORDS) -> str:
    """Give the refusal, or nothing."""
    return str(world.connect(world.native).answer("enrol", name=name, mail=mail, password=password).get("error", ""))


def test_hello_then_wants_no_password_and_the_next_one_does() -> None:
    world = house()
    ann = world.connect(world.native)
    assert ann.answer("enrol", name="ann", mail="ann@example.org", password=WORDS)["name"] == "ann"
    assert ann.answer("enrol", name="amy", mail="amy@example.org", password=WORDS)["error"] == "is-a-member"
    assert ann.answer("hello", name="ann")["rank"] == "member"
    assert ann.answer("enrol", name="amy", mail="amy@example.org", password=WORDS)["error"] == "named-already"
    assert world.connect(world.native).answer("hello", name="ann")["error"] == "password-needed"
    assert "ann (json 192.0.2." in world.console("root").answer("audit")["lines"][-1]


@pytest.mark.parametrize("rule", ["closed", "invited"])
def test_where_nobody_may_register_nobody_may_before_hello(rule: str) -> None:
    assert enrolled(house(registration=rule)) == f"registration-{rule}"


@pytest.mark.parametrize(
    ("name", "mail", "password", "error"),
    [
        ("meg", "ann@example.org", WORDS, "name-taken"),
        ("guest", "ann@example.org", WORDS, "name-taken"),
        ("a:b", "ann@example.org", WORDS, "name-invalid"),
        ("ann", "nonsense", WORDS, "mail-invalid"),
        ("ann", "", WORDS, "wrong-usage"),
        ("ann", "ann@example.org", "short", "password-too-short"),
    ],
)
def test_what_no_guest_could_have_is_refused(name: str, mail: str, password: str, error: str) -> None:
    world = house()
    world.person("guest")
    assert enrolled(world, name, mail, password) == error


def test_who_could_not_come_in_as_a_guest_does_not_become_a_member() -> None:
    assert enrolled(house(access="members")) == "password-needed"
    panicking = house()
    panicking.console("root").answer("panic", state="on")
    assert enrolled(panicking) == "nobody-new"
    banning = house()
    banning.console("root").answer("ban", who="ann")
    assert enrolled(banning) == "banned"
    clear = house(clear_passwords=False)
    stranger = clear.connect(clear.native, clear.wire("192.0.2.9"))
    assert stranger.answer("enrol", name="ann", mail="ann@example.org", password=WORDS)["error"] == "password-in-clear"


def test_so_many_come_of_one_address_in_a_day() -> None:
    world = house()
    told = [
        world.connect(world.native, world.wire("192.0.2.9")).answer("enrol", name=f"ann{n}", mail=f"a{n}@example.org", password=WORDS)
        for n in range(EACH + 1)
    ]
    assert [one.get("error", "") for one in told] == [""] * EACH + ["too-many-registrations"]
