"""Keeping order by OPER: whoever knows the password of a member who does is that member."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc.message import parse


@pytest.fixture
def world() -> World:
    return World(members=[member("ada", Rank.ADMIN), member("mod", Rank.MODERATOR), member("mia")])


def heard(one: Person) -> list[tuple[str, ...]]:
    return [(line.command, *line.params[:-1]) for line in map(parse, one.lines())]


def oper(one: Person, name: str, password: str | None = None) -> list[str]:
    one.types(f"OPER {name} :{password_of(name) if password is None else password}")
    return [command for command, *_ in heard(one)]


def test_a_guest_becomes_who_keeps_order_under_the_nick_they_have(world: World) -> None:
    bob, eve = world.chatter("bob", "account-notify"), world.chatter("eve", "chghost")
    for one in (bob, eve):
        one.types("JOIN #lobby")
    bob.lines()
    eve.lines()
    eve.types(f"OPER mod :{password_of('mod')}")
    assert heard(eve) == [("CHGHOST", "eve"), ("900", "eve", "eve!eve@m-mod.member", "mod"), ("MODE", "eve"), ("381", "eve")]
    assert heard(bob) == [("ACCOUNT",)]
    eve.types("MODE eve", "KILL bob :out")
    assert parse(eve.lines()[0]).params == ("eve", "+o")
    assert bob.lines()[-1].startswith("ERROR :")


def test_who_is_that_member_already_is_told_so(world: World) -> None:
    ada = world.connect(world.irc)
    ada.types(f"PASS :ada:{password_of('ada')}", "NICK ada", "USER a 0 * :a")
    ada.lines()
    assert oper(ada, "ada") == ["MODE", "381"]
    assert oper(ada, "ada", "x") == ["464"]
    assert oper(ada, "mod") == ["491"]


def test_wrong_passwords_strangers_and_mere_members_get_nothing(world: World) -> None:
    eve = world.chatter("eve")
    assert oper(eve, "mod", "x") == ["464"]
    assert oper(eve, "nobody", "x") == ["464"]
    assert oper(eve, "mia", "x") == ["464"]
    assert oper(eve, "mia") == ["491"]
    eve.types("MODE eve +o", "MODE eve", "WHOIS eve")
    assert [line for line in heard(eve) if line[0] in {"MODE", "313", "330"}] == []
    world.logged_in("ada")
    assert oper(eve, "ada") == ["491"]


def test_guesses_are_limited_as_by_any_login(world: World) -> None:
    eve = world.chatter("eve")
    for _ in range(5):
        assert oper(eve, "ada", "x") == ["464"]
    eve.types(f"OPER ada :{password_of('ada')}")
    (line,) = eve.lines()
    assert "464" in line
    assert "Too many attempts" in line
